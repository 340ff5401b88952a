"""Which municipalities this process serves, where several processes share a PostgreSQL database.

Every second it looks at the leases: it serves what it gained, stops at once what another took, and lets go politely what
is beyond its share, so that a process that has just come gets something to do. A municipality whose bot is still stopping is
renewed until it has stopped.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import structlog

from bot.process.fleet import Fleet
from storage.engine import Engine
from storage.leases import Leases

log = structlog.get_logger()

LOOK_SECONDS = 1.0
LEASES = "leases"
"""The name of the loop."""


def owner() -> str:
    """A name that no other process has, and that tells an operator where to look."""
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}"


@dataclass
class Sharing:
    """`keys`: the municipalities of the configuration. `fleet.absent` and `fleet.bots` hold those this process serves."""

    leases: Leases
    keys: Sequence[str]
    fleet: Fleet
    _work: set[asyncio.Task[None]] = field(default_factory=set)
    _handed: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, engine: Engine, keys: Sequence[str], fleet: Fleet) -> Sharing:
        return cls(Leases(engine, owner()), keys, fleet)

    async def run(self) -> None:
        """Look at the leases for ever; a failure of the database is waited out."""
        self.fleet.beats.expect(LEASES)
        try:
            while True:
                await asyncio.sleep(LOOK_SECONDS)
                try:
                    await self.fleet.beats.of(LEASES, self.look)
                except Exception as error:
                    log.error("leases could not be renewed", kind=type(error).__name__)
        finally:
            for task in self._work:
                task.cancel()

    async def look(self) -> None:
        """One look, and what follows from it."""
        before = set(self.leases.epochs)
        beyond = await self.leases.look([] if self.fleet.is_stopping else self.keys)
        now = set(self.leases.epochs)
        for key in before - now:
            log.warning("municipality is served by another process now", municipality=key)
            self._begin(self._let_go(key))
        if self.fleet.is_stopping:
            return
        for key in sorted(set(beyond) - self._handed):
            log.info("municipality is handed to another process", municipality=key)
            self._begin(self._hand_over(key))
        if gained := sorted(now - before):
            self._begin(self._take_in(gained))

    async def leave(self) -> None:
        """Nothing runs here any more: others may take over at once. A database that does not answer is left alone; the leases
        end by themselves."""
        with suppress(Exception):
            await self.leases.leave()

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Do this beside the next looks: leases have to be renewed meanwhile."""
        task = asyncio.create_task(work)
        self._work.add(task)
        task.add_done_callback(self._work.discard)

    async def _take_in(self, keys: Sequence[str]) -> None:
        try:
            await self.fleet.take_in(keys)
        except Exception as error:
            log.error("municipalities could not be taken in yet", municipalities=keys, kind=type(error).__name__)

    async def _let_go(self, key: str) -> None:
        await self.fleet.let_go(key, at_once=True)
        if key in self.leases.epochs:  # won back meanwhile
            await self._take_in([key])

    async def _hand_over(self, key: str) -> None:
        self._handed.add(key)
        try:
            await self.fleet.let_go(key, at_once=False)
            await self.leases.release(key)
        except Exception as error:
            log.error("municipality could not be handed over", municipality=key, kind=type(error).__name__)
        finally:
            self._handed.discard(key)
