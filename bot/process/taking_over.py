"""Brings cases opened by earlier versions up to date at the first start of a new one: enters missed terms into the
register of violations and sets the alarms such cases lack. Every case is treated once, in batches, continuing where
the last start left off."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from storage.books import Books
from storage.transaction import Transaction
from workflow.case import Case, State
from workflow.desk import Desk
from workflow.terms.alarms import AlarmKind

TAKEN_OVER = "register"
"""The key under which the database stores how far cases were entered into the register: the number of the last one, or
`DONE`."""
WATCHED = "idle_alarms"
"""The key under which the database stores how far open cases got their idle alarms: the number of the last one, or
`DONE`."""
UNFORWARDED = "unforwarded_alarms"
"""The key under which the database stores how far open cases got the alarms for messages that nobody forwards: the
number of the last one, or `DONE`."""
DONE = "done"
AT_ONCE = 100
Watch = Callable[[Transaction, Desk, Sequence[Case], str], Awaitable[None]]


async def whole(books: Books, municipality: str, desk: Desk, now: datetime) -> None:
    """Bring every case of the municipality up to date that is not yet: afterwards its missed terms are in the
    register, and an open case has its alarms for idling and for not being forwarded. On a new database it does
    nothing."""
    while await _some(books, municipality, desk, now):
        pass
    for mark, watch in ((WATCHED, _without_idle), (UNFORWARDED, _unforwarded)):
        while await _some_open(books, municipality, desk, mark, watch):
            pass


async def _some(books: Books, municipality: str, desk: Desk, now: datetime) -> bool:
    async with books.write(municipality) as tx:
        mark = await tx.mark(TAKEN_OVER)
        if mark == DONE:
            return False
        found = await tx.lists.ids_after(int(mark or 0), AT_ONCE)
        for _, case_id in found:
            await desk.take_over(tx, case_id, now, municipality)
        await tx.set_mark(TAKEN_OVER, str(found[-1][0]) if found else DONE)
        return bool(found)


async def _some_open(books: Books, municipality: str, desk: Desk, name: str, watch: Watch) -> bool:
    async with books.write(municipality) as tx:
        mark = await tx.mark(name)
        if mark == DONE:
            return False
        cases = await tx.open_after(int(mark or 0), AT_ONCE)
        await watch(tx, desk, cases, municipality)
        await tx.set_mark(name, str(cases[-1].number) if cases else DONE)
        return bool(cases)


async def _without_idle(tx: Transaction, desk: Desk, cases: Sequence[Case], municipality: str) -> None:
    watched = await tx.with_alarm(AlarmKind.IDLE, [case.id for case in cases])
    for case in cases:
        if case.id not in watched:
            await desk.watch_idle(tx, case, municipality)


async def _unforwarded(tx: Transaction, desk: Desk, cases: Sequence[Case], municipality: str) -> None:
    for case in cases:
        if case.state is State.NEW:
            await desk.watch_unforwarded(tx, case, municipality)
