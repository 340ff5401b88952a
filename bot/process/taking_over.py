"""The first start with something that earlier cases do not have: the register of missed terms, idle alarms. Every case is
taken over once, in batches, where the last start left off."""

from __future__ import annotations

from datetime import datetime

from storage.books import Books
from workflow.desk import Desk
from workflow.terms.alarms import AlarmKind

TAKEN_OVER = "register"
"""The mark: the number of the last case taken over, or `DONE`."""
WATCHED = "idle_alarms"
"""The mark for the idle alarms: the same."""
DONE = "done"
AT_ONCE = 100


async def whole(books: Books, municipality: str, desk: Desk, now: datetime) -> None:
    """Every case of the municipality is in the register afterwards, and an open one that waits has its idle alarm. A new
    database has nothing to take over."""
    while await _some(books, municipality, desk, now):
        pass
    while await _some_watched(books, municipality, desk):
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


async def _some_watched(books: Books, municipality: str, desk: Desk) -> bool:
    async with books.write(municipality) as tx:
        mark = await tx.mark(WATCHED)
        if mark == DONE:
            return False
        cases = await tx.open_after(int(mark or 0), AT_ONCE)
        watched = await tx.with_alarm(AlarmKind.IDLE, [case.id for case in cases])
        for case in cases:
            if case.id not in watched:
                await desk.watch_idle(tx, case, municipality)
        await tx.set_mark(WATCHED, str(cases[-1].number) if cases else DONE)
        return bool(cases)
