"""Decides which municipalities this process serves, if several processes share a PostgreSQL database.

Every second it looks at the leases: it serves those it gained, stops at once those another process took, and politely
hands over what is beyond its share, so that a process that has just started gets some. While a municipality's bot is
still stopping, its lease is renewed; then it is released.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
from collections.abc import Collection, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import structlog

from bot.process.fleet import Fleet
from storage.engine import Engine
from storage.leases import LASTS, Leases, others
from storage.notifying import CHANNEL
from storage.notifying import LEASES as LEASES_CHANGED

log = structlog.get_logger()

LOOK_SECONDS = 1.0
LISTEN_AGAIN_SECONDS = 5.0
DECLINED_SECONDS = 60.0
LEASES = "leases"
"""The name of this loop in the table of heartbeats."""


def owner() -> str:
    """Make a name for this process that no other process has and that shows the operator where it runs: host, pid,
    random digits."""
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}"


@dataclass
class Sharing:
    """Takes part in sharing the municipalities: renews the leases and tells the fleet which bots to start and stop.
    `keys`:
    the municipalities of the configuration as it is now. `fleet.absent` and `fleet.bots` hold those this process
    serves."""

    leases: Leases
    keys: Collection[str]
    fleet: Fleet
    _work: set[asyncio.Task[None]] = field(default_factory=set)
    _handed: set[str] = field(default_factory=set)
    _declined: dict[str, float] = field(default_factory=dict)
    _sure: float = 0.0
    _called: asyncio.Event = field(default_factory=asyncio.Event)

    @classmethod
    def of(cls, engine: Engine, keys: Collection[str], fleet: Fleet) -> Sharing:
        """Make a Sharing under a new owner's name and register it with the fleet, which will run it."""
        made = cls(Leases(engine, owner()), keys, fleet)
        fleet.share, fleet.serves = made.run, made.leases.epochs.__contains__
        fleet.left, fleet.declined = made.release, made.decline
        return made

    async def run(self) -> None:
        """Look at the leases for ever: every second, and at once when another process announces that they changed
        hands. A failure of the database is logged and retried."""
        self.fleet.beats.expect(LEASES)
        self._begin(self._listen())
        self._begin(self._doubt())
        try:
            while True:
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_SECONDS):  # `wait_for` forgets a cancelling that meets a call
                        await self._called.wait()
                self._called.clear()
                try:
                    await self.fleet.beats.of(LEASES, self.look)
                except Exception as error:
                    log.error("leases could not be renewed", kind=type(error).__name__)
                    await asyncio.sleep(LOOK_SECONDS)
        finally:
            for task in self._work:
                task.cancel()

    async def look(self) -> None:
        """Renew and claim leases once; then start the bots of the municipalities gained and stop those of the ones
        lost."""
        before, now = set(self.leases.epochs), asyncio.get_running_loop().time()
        wanted = [key for key in self.keys if self._declined.get(key, now) <= now]
        beyond = await self.leases.look(wanted, stays=not self.fleet.is_stopping)
        owned, self._sure = set(self.leases.epochs), now
        while self.leases.edited:
            log.warning("lease was edited by hand, taken for over", municipality=self.leases.edited.pop())
        if self.fleet.is_stopping:
            return
        absent = self.fleet.absent.keys()
        served = {bot.key for bot in self.fleet.bots} | absent
        for key in served - owned - self._handed - self._declined.keys():
            log.warning("municipality is served by another process now", municipality=key)
            self._begin(self._let_go(key, at_once=True))
        for key in sorted(set(beyond) - self._handed):
            log.info("municipality is handed to another process", municipality=key)
            self._begin(self._let_go(key, at_once=False))
        if gained := sorted((owned - served - self._handed) | (owned - before) & absent):
            self.fleet.take_in(gained)

    async def _doubt(self) -> None:
        """Stop serving every municipality once the database has not answered for as long as a lease lasts: another
        process may serve it by now, and two that poll one messenger hinder each other. Nothing happens before the
        first successful look."""
        loop = asyncio.get_running_loop()
        self._sure = loop.time()
        while True:
            await asyncio.sleep(LOOK_SECONDS / 2)
            if self.leases.epochs and loop.time() - self._sure > LASTS.total_seconds():
                for key in list(self.leases.epochs):
                    log.warning("lease could not be renewed in time, another process may serve", municipality=key)
                    self._begin(self._let_go(key, at_once=True))
                self.leases.epochs.clear()

    async def release(self, key: str) -> None:
        """Release the lease of a municipality whose bot has stopped, so that others may take it. A failure of the
        database is only logged: the lease ends by itself."""
        if key in self.leases.epochs:
            try:
                await self.leases.release(key, stays=not self.fleet.is_stopping)
            except Exception as error:
                log.error("lease could not be given back", municipality=key, kind=type(error).__name__)

    async def decline(self, key: str) -> None:
        """Give up a municipality whose files are wrong here for a minute, so that another process may serve it; do
        nothing if there is no other process."""
        with suppress(Exception):
            if await others(self.leases.engine, self.leases.owner):
                self._declined[key] = asyncio.get_running_loop().time() + DECLINED_SECONDS
                await self.leases.release(key)

    async def leave(self) -> None:
        """Release all leases when nothing runs here any more, so that others may take over at once. A failure of the
        database is ignored: the leases end by themselves."""
        with suppress(Exception):
            await self.leases.leave()

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Run this in a task of its own, because the leases have to be renewed meanwhile."""
        task = asyncio.create_task(work)
        self._work.add(task)
        task.add_done_callback(self._work.discard)

    async def _let_go(self, key: str, *, at_once: bool) -> None:
        self._handed.add(key)
        try:
            await self.fleet.let_go(key, at_once=at_once)
        finally:
            self._handed.discard(key)

    async def _listen(self) -> None:
        """Wake our bots when another process stores something for their municipality. If that fails, our own loops
        notice it a second later."""
        while True:
            try:
                await self.leases.engine.listen(CHANNEL, self._heard)
            except Exception as error:
                log.warning("other processes are not heard, looking by ourselves", kind=type(error).__name__)
            await asyncio.sleep(LISTEN_AGAIN_SECONDS)

    def _heard(self, word: str) -> None:
        if word == LEASES_CHANGED:
            self._called.set()
        for bot in self.fleet.bots:
            if bot.key == word:
                bot.wake()
                bot.delivery.wake()
