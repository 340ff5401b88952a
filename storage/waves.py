"""Stores recent cases as words to compare, and waves: groups of similar messages by several people. What makes a wave is decided
elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from storage import tables as t
from storage.scope import Scope

_HERE: sa.BindParameter[Any] = sa.bindparam("here")
_CAME = t.lately.insert()
_SINCE = (
    sa.select(*(t.lately.c[name] for name in ("case_id", "author", "place", "topics", "words", "wave")))
    .where(t.lately.c.municipality == _HERE, t.lately.c.at >= sa.bindparam("moment", type_=t.Moment()))
    .order_by(t.lately.c.at.desc(), t.lately.c.case_id.desc())
    .limit(sa.bindparam("most"))
)
_JOIN = t.lately.update().where(t.lately.c.case_id == sa.bindparam("joined"))
_GREW = t.waves.update().where(t.waves.c.id == sa.bindparam("grown"))
_OF_CASE = sa.select(t.lately.c.wave).where(t.lately.c.case_id == sa.bindparam("case"))


class Recent(NamedTuple):
    """A recent case, reduced to what is compared to find similar ones: `words` are the dictionary forms that carry its
    meaning; `wave`: the id of the wave it belongs to, or None."""

    case: int
    author: str | None
    place: str | None
    topics: tuple[str, ...]
    words: frozenset[str]
    wave: int | None = None


@dataclass(frozen=True, slots=True)
class Wave:
    """A group of similar messages by several people. `cases` are ids, the oldest first; `topic` is a code, `place` is as
    people wrote it."""

    id: int
    topic: str
    place: str
    begun_at: datetime
    cases: tuple[int, ...]


@lru_cache(maxsize=1_000)
def _words(stored: str) -> frozenset[str]:
    """Return the stored words as a set. Cached, because the same messages are compared with each new one."""
    return frozenset(stored.split())


@lru_cache(maxsize=1_000)
def _topics(stored: str) -> tuple[str, ...]:
    return tuple(stored.split())


class Waves:
    def __init__(self, tx: Scope) -> None:
        self._tx = tx
        self._of_case: dict[int, int | None] = {}
        self._lately: tuple[datetime, int, list[Recent]] | None = None

    async def came(self, recent: Recent, now: datetime) -> None:
        row = {
            "case_id": recent.case,
            "municipality": self._tx.municipality,
            "at": now,
            "author": recent.author,
            "place": recent.place,
            "topics": " ".join(recent.topics),
            "words": " ".join(sorted(recent.words)),
            "wave": recent.wave,
        }
        await self._tx.connection.execute(_CAME, row)
        self._of_case[recent.case] = recent.wave
        if self._lately is not None:
            self._lately[2].insert(0, recent)

    async def since(self, moment: datetime, limit: int) -> list[Recent]:
        """Return up to `limit` cases that came at the moment or later, the newest first. Read once for each transaction,
        because meanwhile nobody else can add any."""
        if self._lately is None or self._lately[:2] != (moment, limit):
            self._lately = moment, limit, await self._read(moment, limit)
        return self._lately[2][:limit]

    async def _read(self, moment: datetime, limit: int) -> list[Recent]:
        values = {"here": self._tx.municipality, "moment": moment, "most": limit}
        return [
            Recent(case, author, place, _topics(topics), _words(words), wave)
            for case, author, place, topics, words, wave in await self._tx.connection.execute(_SINCE, values)
        ]

    async def of_topic(self, topic: str, since: datetime, until: datetime) -> list[datetime]:
        """Return when the cases with this main topic came, of those that came in [since, until); in no particular order."""
        c = t.lately.c
        main = sa.or_(c.topics == topic, c.topics.startswith(f"{topic} ", autoescape=True))
        query = sa.select(c.at).where(c.municipality == self._tx.municipality, c.at >= since, c.at < until, main)
        return list((await self._tx.connection.execute(query)).scalars())

    async def first(self) -> datetime | None:
        """Return when the oldest case that is still stored here came; None if there is none."""
        query = sa.select(sa.func.min(t.lately.c.at)).where(t.lately.c.municipality == self._tx.municipality)
        found: datetime | None = (await self._tx.connection.execute(query)).scalar_one()
        return found

    async def begin(self, topic: str, place: str, now: datetime) -> int:
        row = {"municipality": self._tx.municipality, "topic": topic, "place": place, "begun_at": now, "last_at": now}
        result = await self._tx.connection.execute(t.waves.insert().values(**row).returning(t.waves.c.id))
        return int(result.scalar_one())

    async def join(self, wave: int, cases: Collection[int], now: datetime) -> None:
        joined = [{"joined": case, "wave": wave} for case in cases]
        if joined:
            await self._tx.connection.execute(_JOIN, joined)
            self._of_case.update(dict.fromkeys(cases, wave))
            self._lately = None
        await self._tx.connection.execute(_GREW, {"grown": wave, "last_at": now})

    async def of_case(self, case: int) -> int | None:
        """Return the id of the wave the case belongs to, or None; read once for each transaction."""
        if case not in self._of_case:
            found = await self._tx.connection.execute(_OF_CASE, {"case": case})
            self._of_case[case] = found.scalar_one_or_none()
        return self._of_case[case]

    async def of_cases(self, cases: Sequence[int]) -> set[int]:
        """Return those of these cases (ids) that belong to a wave."""
        query = sa.select(t.lately.c.case_id).where(t.lately.c.case_id.in_(list(cases)), t.lately.c.wave.is_not(None))
        return {int(case) for case in (await self._tx.connection.execute(query)).scalars()}

    async def get(self, wave: int) -> Wave | None:
        query = sa.select(t.waves).where(t.waves.c.municipality == self._tx.municipality, t.waves.c.id == wave)
        row = (await self._tx.connection.execute(query)).mappings().one_or_none()
        if row is None:
            return None
        cases = sa.select(t.lately.c.case_id).where(t.lately.c.wave == wave).order_by(t.lately.c.case_id)
        ids = tuple((await self._tx.connection.execute(cases)).scalars())
        return Wave(row["id"], row["topic"], row["place"], row["begun_at"], ids)

    async def forget(self, before: datetime) -> None:
        """Delete cases that came, and waves last joined, before the moment. The newest wave is never deleted, so that its id
        is not given to another one while buttons with it exist."""
        here = self._tx.municipality
        newest = sa.select(sa.func.max(t.waves.c.id)).scalar_subquery()
        await self._tx.connection.execute(
            t.lately.delete().where(t.lately.c.municipality == here, t.lately.c.at < before)
        )
        await self._tx.connection.execute(
            t.waves.delete().where(t.waves.c.municipality == here, t.waves.c.last_at < before, t.waves.c.id < newest)
        )


def apart(recent: Sequence[Recent]) -> int:
    """Return how many different known authors these cases have; cases without a known author are not counted."""
    return len({one.author for one in recent if one.author})
