"""Erases what has outlived its term of keeping (152-ФЗ, decision 0071): once a day, and by the command `retention`; or
only counts it.

Cases are erased a few in a transaction; the register of erasures and the audit record them. Figures, journal and the
register of violations stay. Stored files are deleted once the transaction that erased their cases is committed; the
register lists them until then, so that a crash in between leaves none behind. A file is stored once, whoever sent it,
so one that some other row still names stays.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
import structlog

from bot.clock import Clock
from bot.files import FileStore
from config.keeping import RetentionEntry
from storage import outliving
from storage import tables as t
from storage.books import Books
from storage.copying import after, chunks
from storage.erasing import NAMING, Eraser, keys_of
from storage.erasures import Erasures
from storage.transaction import Transaction
from workflow.erasure import Erasure
from workflow.office import CLOCK

log = structlog.get_logger()

SOME = 10
"""How many cases are erased in one transaction; a button press waits for no more than that."""
COUNTED, READ = 200, 100
KINDS = ("cases", "files", "comments", "parked")


@dataclass
class Retention:
    """Applies one municipality's terms of keeping. `who`: the name under which the erasures are recorded."""

    books: Books
    municipality: str
    terms: RetentionEntry
    store: FileStore
    clock: Clock
    who: str = CLOCK.machine or ""

    async def carry_out(self) -> Mapping[str, int]:
        """Erase everything that has outlived its term, and delete files still waiting for deletion; return how many of
        each kind were erased, without the kinds of which there were none."""
        counts: Counter[str] = Counter()
        for kind in KINDS:
            number, more = 0, True
            while (before := self._before(kind)) is not None and more:
                async with self.books.write(self.municipality) as tx:
                    number, erased = await self._some(tx, kind, before, number)
                counts.update(erased)
                more = number > 0
                await asyncio.sleep(0)
        counts["files"] = await delete_files(self.books, self.municipality, self.store)
        found = {name: count for name, count in counts.items() if count}
        if found:
            log.info("terms of keeping carried out", municipality=self.municipality, **found)
        return found

    async def _some(self, tx: Transaction, kind: str, before: datetime, number: int) -> tuple[int, Mapping[str, int]]:
        """Erase some rows of the kind that ended before `before`, starting after `number`. Return the number to
        continue after (0:
        there are no more) and the counts."""
        eraser = Eraser(tx, Erasure.RETENTION, self.who, self.clock.now())
        if kind in ("cases", "files"):
            found, last = await outliving.cases(tx, before, SOME, number, of_files=kind == "files")
            done = await (eraser.outlived(of_files=found) if kind == "files" else eraser.outlived(found))
            return last, done.counts
        if kind == "comments":
            comments = await outliving.comments(tx, before, SOME)
            done = await eraser.outlived(comments=comments)
            return len(comments), done.counts
        done = await eraser.outlived(parked=await outliving.parked(tx, before))
        return 0, done.counts

    async def counted(self) -> Mapping[str, int]:
        """Count what has outlived its term, by kind; kinds without a term are left out. Changes nothing."""
        found: dict[str, int] = {}
        for kind in KINDS:
            before = self._before(kind)
            if before is None:
                continue
            found[kind] = 0
            if kind in ("cases", "files"):
                number, more = 0, True
                while more:
                    async with self.books.write(self.municipality) as tx:
                        some, number = await outliving.cases(tx, before, COUNTED, number, of_files=kind == "files")
                    found[kind] += len(some)
                    more = number > 0
            else:
                async with self.books.write(self.municipality) as tx:
                    rows = outliving.comments if kind == "comments" else outliving.parked
                    found[kind] = len(await rows(tx, before))
        return found

    def _before(self, kind: str) -> datetime | None:
        """The moment before which things of this kind must have ended to have outlived their term; None if no term is
        set."""
        days: int | None = getattr(self.terms, kind)
        return self.clock.now() - timedelta(days=days) if days is not None else None


# --- files -----------------------------------------------------------------------------------------------------------


async def delete_files(books: Books, municipality: str, store: FileStore) -> int:
    """Delete every file that an erasure listed for deletion and no row names any more; return how many were deleted.
    Reads the database in small steps, so that no other work waits long. Raises OSError if the disk refuses; the rest
    is deleted the next time."""
    async with books.write(municipality) as tx:
        waiting = await Erasures(tx).with_files()
    keys = {key for some in waiting.values() for key in some}
    deleted = 0
    for key in sorted(keys - await _named(books, municipality) if keys else ()):
        deleted += await asyncio.to_thread(store.delete, key)
    for number in waiting:
        async with books.write(municipality) as tx:
            await Erasures(tx).files_deleted(number)
    return deleted


async def _named(books: Books, municipality: str) -> set[str]:
    """The keys of all files that the municipality's rows name, including files that were received again since the
    erasure."""
    found: set[str] = set()
    for table in (*NAMING, t.files):
        beyond: sa.ColumnElement[bool] = sa.true()
        while True:
            async with books.write(municipality) as tx:
                here = table.c.municipality == municipality, beyond
                rows: list[Any] = await anext(chunks(tx.connection, table, *here, most=READ), [])
            if not rows:
                break
            found |= keys_of(table, rows)
            beyond = after(table, rows[-1])
            await asyncio.sleep(0)
    return found
