"""The book of what curators taught: the words of cases that they forwarded, and how many there are of each department.

No rules here: `config.russian.lessons` reads something into it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from storage import tables as t
from storage.keepings import Keepings

_TOTALS = "lessons"
"""The mark that keeps, for each department, the number of its cases and of the words in them."""
_UNLEARN = t.lessons.delete().where(t.lessons.c.case_id == sa.bindparam("case"))


class Lessons:
    """The words of cases that a curator forwarded to a department: one row for each case and word."""

    def __init__(self, tx: Keepings) -> None:
        self._tx = tx

    async def learn(self, case: int, department: str, topic: str, words: Sequence[str], now: datetime) -> None:
        """Count the case's words for this department, and no longer for another."""
        totals = await self._without(case)
        rows = [
            {
                "case_id": case,
                "word": word,
                "municipality": self._tx.municipality,
                "department": department,
                "topic": topic,
                "at": now,
            }
            for word in words
            if len(word) <= 64
        ]
        if rows:
            await self._tx.insert_new(t.lessons, rows)
            cases, many = totals.get(department, (0, 0))
            totals[department] = (cases + 1, many + len(rows))
        await self._tx.set_mark(_TOTALS, json.dumps(totals))

    async def unlearn(self, case: int) -> None:
        """Forget what the case taught."""
        await self._tx.set_mark(_TOTALS, json.dumps(await self._without(case)))

    async def _without(self, case: int) -> dict[str, tuple[int, int]]:
        """Delete the words of the case, and return the totals without it."""
        totals = await self.totals()
        for was, many in await self._of_case(case):
            totals[was] = (totals[was][0] - 1, totals[was][1] - many)
        await self._tx.connection.execute(_UNLEARN, {"case": case})
        return totals

    async def _of_case(self, case: int) -> list[tuple[str, int]]:
        """The department that the case taught, with the number of its words; empty if it taught nothing."""
        query = sa.select(t.lessons.c.department, sa.func.count()).where(t.lessons.c.case_id == case)
        return [
            (row[0], int(row[1])) for row in await self._tx.connection.execute(query.group_by(t.lessons.c.department))
        ]

    async def totals(self) -> dict[str, tuple[int, int]]:
        """For each department, the number of cases that taught it something, and of the words in them."""
        kept = await self._tx.mark(_TOTALS)
        if kept is not None:
            return {key: (cases, words) for key, (cases, words) in json.loads(kept).items()}
        return await self._counted()

    async def _counted(self) -> dict[str, tuple[int, int]]:
        query = (
            sa.select(t.lessons.c.department, sa.func.count(t.lessons.c.case_id.distinct()), sa.func.count())
            .where(t.lessons.c.municipality == self._tx.municipality)
            .group_by(t.lessons.c.department)
        )
        return {row[0]: (int(row[1]), int(row[2])) for row in await self._tx.connection.execute(query)}

    async def about(self, words: Sequence[str]) -> list[tuple[str, str, str, int]]:
        """(word, department, topic, number of cases) for each of the words that has been learned."""
        columns = (t.lessons.c.word, t.lessons.c.department, t.lessons.c.topic)
        query = (
            sa.select(*columns, sa.func.count())
            .where(t.lessons.c.municipality == self._tx.municipality, t.lessons.c.word.in_(words))
            .group_by(*columns)
        )
        return [(row[0], row[1], row[2], int(row[3])) for row in await self._tx.connection.execute(query)]

    async def in_order(self) -> list[tuple[int, str, datetime, tuple[str, ...]]]:
        """(case, department, when, words) of everything that was learned, the oldest first."""
        of = t.lessons.c
        query = sa.select(of.case_id, of.department, of.at, of.word).where(of.municipality == self._tx.municipality)
        found: dict[tuple[datetime, int, str], list[str]] = {}
        for row in await self._tx.connection.execute(query):
            found.setdefault((row.at, row.case_id, row.department), []).append(row.word)
        return [(case, key, at, tuple(words)) for (at, case, key), words in sorted(found.items())]

    async def forget(self, before: datetime) -> None:
        """Drop what was learned earlier, and count the rest anew."""
        await self._tx.connection.execute(
            t.lessons.delete().where(t.lessons.c.municipality == self._tx.municipality, t.lessons.c.at < before)
        )
        await self._tx.set_mark(_TOTALS, json.dumps(await self._counted()))
