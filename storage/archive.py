"""Reads all cases of a span of time for reports, in chunks, each in its own short transaction, so that the running bot never
waits long for a report."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime

import sqlalchemy as sa

from storage import tables as t
from storage.books import Books

CHUNK = 250


class Archive:
    """Reads one municipality's cases by the moment they were detected (DESIGN: a case belongs to that month)."""

    def __init__(self, books: Books, municipality: str) -> None:
        self._books = books
        self._municipality = municipality

    async def numbers(self, since: datetime, until: datetime) -> list[int]:
        """Return the numbers of the cases detected in [since, until), in ascending order."""
        query = sa.select(t.cases.c.number).where(*self._detected(since, until)).order_by(t.cases.c.number)
        async with self._books.write(self._municipality) as tx:
            return list((await tx.connection.execute(query)).scalars())

    async def bodies(self, numbers: Sequence[int], since: datetime, until: datetime) -> AsyncIterator[list[str]]:
        """Yield, in chunks, the cases with these numbers as JSON (parsed by `storage.codec.load_case`). `numbers`: what
        `numbers(since, until)` returned; cases of that span with a number between them are included too."""
        for start in range(0, len(numbers), CHUNK):
            first, *_, last = numbers[start], *numbers[start : start + CHUNK]
            query = (
                sa.select(t.cases.c.body)
                .where(*self._detected(since, until), t.cases.c.number.between(first, last))
                .order_by(t.cases.c.number)
            )
            async with self._books.write(self._municipality) as tx:
                found = list((await tx.connection.execute(query)).scalars())
            yield found

    async def deciders(self, since: datetime, until: datetime) -> dict[int, str]:
        """Return, by case id, the key of the person who last decided not to process the case, for the cases detected in
        [since, until) that are in that state; "" if no person did."""
        query = (
            sa.select(t.journal.c.case_id, t.journal.c.who, t.journal.c.on_behalf)
            .join(t.cases, t.cases.c.id == t.journal.c.case_id)
            .where(
                *self._detected(since, until), t.cases.c.state == "not_processed", t.journal.c.action == "not_process"
            )
            .order_by(t.journal.c.id)
        )
        async with self._books.write(self._municipality) as tx:
            rows = (await tx.connection.execute(query)).all()
        return {row[0]: row[1] or row[2] or "" for row in rows}

    def _detected(self, since: datetime, until: datetime) -> tuple[sa.ColumnElement[bool], ...]:
        at = t.cases.c.detected_at
        return t.cases.c.municipality == self._municipality, at >= since, at < until


async def municipalities(books: Books) -> list[str]:
    """Return the keys of all municipalities that have cases or marks in this database, sorted."""
    with_cases = sa.select(t.cases.c.municipality).distinct()
    with_marks = sa.select(t.marks.c.municipality).distinct()
    async with books.write("") as tx:
        return sorted((await tx.connection.execute(sa.union(with_cases, with_marks))).scalars())
