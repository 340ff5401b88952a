"""The first start with a register of missed terms: every case is taken over once, in batches, where the last start left off."""

from __future__ import annotations

from datetime import datetime

from storage.books import Books
from workflow.desk import Desk

TAKEN_OVER = "register"
"""The mark: the number of the last case taken over, or `DONE`."""
DONE = "done"
AT_ONCE = 100


async def whole(books: Books, municipality: str, desk: Desk, now: datetime) -> None:
    """Every case of the municipality is in the register afterwards. A new database has nothing to take over."""
    while await _some(books, municipality, desk, now):
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
