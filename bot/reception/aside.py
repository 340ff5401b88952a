"""Prepare updates that need the network, each in a task of its own, so that no batch waits for it.

Nothing here is stored: the update stays in the inbox until its own transaction, so a killed process only means that it
is prepared again. Until then later updates of the same person wait, and those about the same case wait behind it in the
inbox.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Coroutine
from dataclasses import dataclass, field
from typing import Any

from bot.reception.preparing import Prepared


@dataclass
class Aside:
    """The updates that need the network first and are prepared in tasks of their own, outside the batches. `wake` is
    called when one is ready for its transaction, or has failed."""

    wake: Callable[[], None]
    _tasks: set[asyncio.Task[Prepared | None]] = field(default_factory=set)
    _people: dict[int, int | None] = field(default_factory=dict)
    """For each inbox row that is being prepared, its person's account; None if no person sent it."""
    _ready: list[Prepared] = field(default_factory=list)
    _failed: list[BaseException] = field(default_factory=list)

    @property
    def under_way(self) -> tuple[asyncio.Task[Prepared | None], ...]:
        """The tasks that prepare updates now; cancelling one leaves its update in the inbox."""
        return tuple(self._tasks)

    @property
    def rows(self) -> Collection[int]:
        """The inbox rows that are being prepared."""
        return self._people.keys()

    @property
    def people(self) -> frozenset[int]:
        """The accounts whose updates are being prepared."""
        return frozenset(account for account in self._people.values() if account is not None)

    def begin(self, rows: Collection[int], account: int | None, work: Coroutine[Any, Any, Prepared | None]) -> None:
        """Start preparing one update (its inbox rows): `work` fetches its files and reads its links. When that is done,
        the batches are woken and handle the update."""
        self._people |= dict.fromkeys(rows, account)
        task = asyncio.create_task(work, name="preparing")
        self._tasks.add(task)
        task.add_done_callback(lambda done: self._over(done, rows))

    def taken(self) -> tuple[list[Prepared], list[BaseException]]:
        """Return the updates that became ready since the last call, and the storage failures; the rows and people of
        the ready ones are free again."""
        ready, self._ready = self._ready, []
        failed, self._failed = self._failed, []
        for item in ready:
            self._free([row.id for row in item.rows])
        return ready, failed

    def _over(self, task: asyncio.Task[Prepared | None], rows: Collection[int]) -> None:
        self._tasks.discard(task)
        if task.cancelled() or task.exception() is not None or task.result() is None:
            self._free(rows)
        if not task.cancelled():
            error, done = task.exception(), None if task.exception() else task.result()
            self._failed += [error] if error is not None else []
            self._ready += [done] if done is not None else []
        self.wake()

    def _free(self, rows: Collection[int]) -> None:
        for row in rows:
            self._people.pop(row, None)
