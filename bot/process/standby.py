"""Municipalities of the configuration that this process does not serve now: another process does, or their bot cannot
run yet. What a messenger or a network pushes for them is stored in the inbox all the same (DESIGN rule 1), for the
process that serves them, and the board shows them. Nothing is polled, processed or sent."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

import structlog

from bot.clock import Clock
from bot.messenger_side import MessengerSide
from bot.offices import Offices
from bot.process.app import Door
from bot.process.fleet import NotWired
from bot.reception.intake import keep_pushed
from networks.port import Network, RawEvent
from storage.books import Books

log = structlog.get_logger()


@dataclass
class Standby:
    """A municipality that this process does not serve now. `books`: the database opened without a lease
    (`Books.beside`). `messenger` and `networks` only parse what is pushed."""

    key: str
    books: Books
    offices: Offices
    clock: Clock
    messenger: MessengerSide
    networks: Mapping[str, Network]
    doors: Sequence[tuple[str, Door]] = ()

    async def keep(self, source: str, event: RawEvent) -> None:
        """Store a pushed event in the inbox; the process that serves the municipality is woken."""
        await keep_pushed(self.books, self.key, source, event, self.clock.now(), self.messenger, self.networks)

    async def freshen(self) -> None:
        """Read again the absences and editions of the regulation that other processes may have stored meanwhile."""
        async with self.books.write(self.key) as tx:
            await self.offices.read_editions(tx)
            await self.offices.read_absences(tx, self.clock.now())

    async def close(self) -> None:
        await self.messenger.close()
        for network in self.networks.values():
            await network.close()


@dataclass
class Standbys:
    """The standbys of this process by municipality; each is made when first asked for and kept until `forget`."""

    build: Callable[[str], Awaitable[Standby]]
    _made: dict[str, Standby] = field(default_factory=dict)
    _refused: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def of(self, key: str) -> Standby | None:
        """Return the municipality's standby; None if there is no such municipality or its files are wrong, which is
        logged once."""
        async with self._one_at_a_time:
            if key not in self._made and key not in self._refused:
                try:
                    self._made[key] = await self.build(key)
                except NotWired as wrong:
                    self._refused[key] = wrong.problems
                    log.error("municipality stands by in vain", municipality=key, problems=wrong.problems)
            return self._made.get(key)

    async def forget(self) -> None:
        """Close all standbys, so that they are made anew from the files, which may have changed."""
        async with self._one_at_a_time:
            made, self._made, self._refused = self._made, {}, {}
        for one in made.values():
            await one.close()
