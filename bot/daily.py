"""The daily round: each thing done once a day, or once a month, is registered as a task and runs when it is due.

The database stores the last occasion (the day or month) a task ran for, so that a restart repeats nothing. A task that
fails does not stop the others and is retried later. Nothing is sent from here: tasks put letters into the outbox.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from storage.transaction import Transaction
from workflow.office import Office

log = structlog.get_logger()

AGAIN = timedelta(minutes=10)
"""How long a task waits after a failure before it is retried."""


@dataclass(frozen=True)
class Task:
    """Something to do once a day or once a month. `due` returns the current occasion (a day, a month; later ones sort
    higher), or None if the task is not due. `do` runs the task: it gets the previous occasion (None the first time)
    and returns whether it put anything into the outbox. `kept`: whether the database remembers the occasion; if not,
    the task runs again after each start of the program."""

    name: str
    due: Callable[[Office, datetime], str | None]
    do: Callable[[Transaction, Office, datetime, str | None], Awaitable[bool]]
    kept: bool = True


@dataclass
class DailyRound:
    """Runs the daily tasks of a municipality. It is called at each tick of the clock, looks for due tasks once a
    minute, and reads the database only when a task has a new occasion."""

    office_today: Callable[[str], Office]
    tasks: tuple[Task, ...]
    _looked: datetime | None = field(default=None, repr=False)
    _done: dict[str, str] = field(default_factory=dict, repr=False)
    _failed: dict[str, datetime] = field(default_factory=dict, repr=False)

    async def look(self, tx: Transaction, now: datetime) -> bool:
        """Run the tasks that are due at `now`; return whether any put a letter into the outbox."""
        minute = now.replace(second=0, microsecond=0)
        if minute == self._looked:
            return False
        tx.if_lost(self._look_again)
        self._looked = minute
        office = self.office_today(tx.municipality)
        told = False
        for task in self.tasks:
            occasion = task.due(office, now)
            waits = task.name in self._failed and now < self._failed[task.name]
            if occasion is not None and self._done.get(task.name) != occasion and not waits:
                told = await self._guarded(tx, task, occasion, office, now) or told
        return told

    async def _guarded(self, tx: Transaction, task: Task, occasion: str, office: Office, now: datetime) -> bool:
        try:
            async with tx.savepoint():
                told = await self._do(tx, task, occasion, office, now)
        except Exception as error:
            log.error(f"{task.name} failed", kind=type(error).__name__)
            self._failed[task.name] = now + AGAIN
            return False
        tx.if_lost(lambda: self._forget(task.name))
        self._done[task.name] = occasion
        return told

    async def _do(self, tx: Transaction, task: Task, occasion: str, office: Office, now: datetime) -> bool:
        last = await tx.mark(task.name) if task.kept else None
        if last is not None and last >= occasion:
            return False
        if task.kept:
            await tx.set_mark(task.name, occasion)
        return await task.do(tx, office, now, last)

    def _look_again(self) -> None:
        self._looked = None

    def _forget(self, name: str) -> None:
        self._done.pop(name, None)


def on_each_day(office: Office, now: datetime) -> str:
    """The office's current date in its own time zone (2026-11-30): the occasion of a task that is due every day."""
    return now.astimezone(office.zone).date().isoformat()
