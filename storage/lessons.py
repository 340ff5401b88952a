"""Which words lead to which department: the words of cases that curators forwarded, counted by department.

No rules here: `config.russian.lessons` guesses a department from these counts.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from storage import tables as t
from storage.keepings import Keepings

_TOTALS = "lessons"
"""The mark that stores, for each department, the number of its cases and of the words in them, as JSON."""
_UNLEARN = t.lessons.delete().where(t.lessons.c.case_id.in_(sa.bindparam("cases", expanding=True)))

_AT_ONCE = 32
"""How many words one statement asks about; always the same number, so that the statement is compiled once."""
_PLACES = tuple(f"word{n}" for n in range(_AT_ONCE))
_NO_WORDS = [""] * _AT_ONCE
_OF = (t.lessons.c.word, t.lessons.c.department, t.lessons.c.topic)
_COUNTED = sa.select(*_OF, sa.func.count()).group_by(*_OF)
_ABOUT = _COUNTED.where(
    t.lessons.c.municipality == sa.bindparam("here"), t.lessons.c.word.in_([sa.bindparam(place) for place in _PLACES])
)


class Learned(NamedTuple):
    """A curator's decision to learn from: the words of a case speak for this department. `case` is the case's id; a negative
    one stands for a row of an imported export (always the same number for the same row).
    """

    case: int
    department: str
    topic: str
    words: tuple[str, ...]
    at: datetime


class Lessons:
    """Stores and counts the words of cases that curators forwarded to a department: one row for each case and word."""

    def __init__(self, tx: Keepings) -> None:
        self._tx = tx

    async def learn(self, lessons: Sequence[Learned]) -> None:
        """Store the words of each case for its department, in place of what the case taught before. Words over 64 letters
        are left out."""
        totals = await self._without([lesson.case for lesson in lessons])
        rows: list[dict[str, object]] = []
        for case, department, topic, words, at in lessons:
            told = {"case_id": case, "municipality": self._tx.municipality, "department": department, "topic": topic}
            new = [{**told, "word": word, "at": at} for word in words if len(word) <= 64]
            if new:
                before, many = totals.get(department, (0, 0))
                totals[department] = (before + 1, many + len(new))
                rows += new
        if rows:
            await self._tx.insert_new(t.lessons, rows)
        await self._tx.set_mark(_TOTALS, json.dumps(totals))

    async def unlearn(self, case: int) -> None:
        """Delete the words learned from the case (its id)."""
        await self._tx.set_mark(_TOTALS, json.dumps(await self._without([case])))

    async def _without(self, cases: Sequence[int]) -> dict[str, tuple[int, int]]:
        """Delete the words of the cases, and return the totals (see `totals`) without them; the totals are not stored."""
        totals = await self.totals()
        for was, many in await self._of_cases(cases):
            totals[was] = (totals[was][0] - 1, totals[was][1] - many)
        await self._tx.connection.execute(_UNLEARN, {"cases": cases})
        return totals

    async def _of_cases(self, cases: Sequence[int]) -> list[tuple[str, int]]:
        """Return, for each of the cases with stored words, its department and the number of its words."""
        of = t.lessons.c
        query = (
            sa.select(of.department, sa.func.count()).where(of.case_id.in_(cases)).group_by(of.case_id, of.department)
        )
        return [(row[0], int(row[1])) for row in await self._tx.connection.execute(query)]

    async def totals(self) -> dict[str, tuple[int, int]]:
        """Return, for each department, how many cases were learned from and how many words they had."""
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
        """Return (word, department, topic, number of cases) for those of these words that have been learned."""
        found: list[tuple[str, str, str, int]] = []
        for start in range(0, len(words), _AT_ONCE):
            some = dict(zip(_PLACES, [*words[start : start + _AT_ONCE], *_NO_WORDS], strict=False))
            rows = await self._tx.connection.execute(_ABOUT, {"here": self._tx.municipality, **some})
            found += [(row[0], row[1], row[2], int(row[3])) for row in rows]
        return found

    async def all(self) -> list[tuple[str, str, str, int]]:
        """Return (word, department, topic, number of cases) for every word that has been learned."""
        query = _COUNTED.where(t.lessons.c.municipality == self._tx.municipality)
        return [(row[0], row[1], row[2], int(row[3])) for row in await self._tx.connection.execute(query)]

    async def in_order(self) -> list[tuple[int, str, datetime, tuple[str, ...]]]:
        """Return (case id, department, when, words) for each case that was learned from, the oldest first."""
        of = t.lessons.c
        query = sa.select(of.case_id, of.department, of.at, of.word).where(of.municipality == self._tx.municipality)
        found: dict[tuple[datetime, int, str], list[str]] = {}
        for row in await self._tx.connection.execute(query):
            found.setdefault((row.at, row.case_id, row.department), []).append(row.word)
        return [(case, key, at, tuple(words)) for (at, case, key), words in sorted(found.items())]

    async def forget(self, before: datetime) -> None:
        """Delete what was learned before the moment, and update the totals."""
        await self._tx.connection.execute(
            t.lessons.delete().where(t.lessons.c.municipality == self._tx.municipality, t.lessons.c.at < before)
        )
        await self._tx.set_mark(_TOTALS, json.dumps(await self._counted()))
