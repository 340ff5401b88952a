"""The inbox: every incoming update, stored before it is acknowledged, until the transaction that carries it out (DESIGN rule 1).

A row's states: `waiting` (perhaps not before a moment), `behind` (waits until an earlier row of its case is carried out),
`parked` (could not be read or carried out; reported, then retried or dropped by hand; until `not_before` later rows of its
case wait), `done` and `dropped` (the text is erased; the row stays some days so that a repeat is recognised).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage import tables as t
from storage.lengths import cut
from storage.scope import Scope

AT_ONCE = 500
"""How many rows one statement names at most."""
MESSENGER = "messenger"
"""`source` of rows that came through the municipality's messenger; any other source is the key of a citizens' network."""
TOLD = 5
"""How many parked rows a report to people names; the rest are only counted."""


@dataclass(frozen=True, slots=True)
class Arrival:
    id: int
    source: str
    key: str
    raw: str
    received_at: datetime
    attempts: int
    case_id: int | None
    album: str | None
    error: str = ""
    author: str = ""


_HERE: sa.BindParameter[Any] = sa.bindparam("here")
_ROW: sa.BindParameter[Any] = sa.bindparam("row")
_DUE = (
    t.inbox.c.municipality == _HERE,
    t.inbox.c.state == "waiting",
    sa.or_(t.inbox.c.not_before.is_(None), t.inbox.c.not_before <= sa.bindparam("now", type_=t.Moment())),
)
_WAITING = sa.select(t.inbox).where(*_DUE).order_by(t.inbox.c.id).limit(sa.bindparam("most", type_=sa.Integer()))
_OF_SOURCE = (*_DUE, t.inbox.c.source == sa.bindparam("of_source"))
_BUT = t.inbox.c.author.not_in(sa.bindparam("but", expanding=True))
_OF = t.inbox.c.author.in_(sa.bindparam("of", expanding=True))
_MOST: sa.BindParameter[int] = sa.bindparam("most", type_=sa.Integer())
_IN_LINE = sa.select(t.inbox).where(*_OF_SOURCE, _BUT).order_by(t.inbox.c.id).limit(_MOST)
_IN_LINE_OF = sa.select(t.inbox).where(*_OF_SOURCE, _BUT, _OF).order_by(t.inbox.c.id).limit(_MOST)
_SOURCES = sa.select(t.inbox.c.source).where(t.inbox.c.municipality == _HERE, t.inbox.c.state == "waiting").distinct()
_HEAD = sa.select(t.inbox.c.id).where(*_DUE).order_by(t.inbox.c.id).limit(1)
_DONE = (
    t.inbox.update().where(t.inbox.c.id == _ROW).values(state="done", raw="", author="", error=None, not_before=None)
)
_PARKED = (t.inbox.c.municipality == _HERE, t.inbox.c.state == "parked")
_COUNT_PARKED = sa.select(sa.func.count()).select_from(t.inbox).where(*_PARKED)
_UNTOLD = (*_PARKED, t.inbox.c.told_at.is_(None))
_COUNT_UNTOLD = sa.select(sa.func.count()).select_from(t.inbox).where(*_UNTOLD)
_HOLDING = sa.select(t.inbox.c.id, t.inbox.c.case_id, t.inbox.c.state).where(
    t.inbox.c.municipality == _HERE,
    t.inbox.c.case_id.is_not(None),
    sa.or_(
        t.inbox.c.state.in_(["waiting", "behind"]),
        sa.and_(t.inbox.c.state == "parked", t.inbox.c.not_before > sa.bindparam("now", type_=t.Moment())),
    ),
)
"""Rows because of which later rows of the same case must wait. A waiting row has a `case_id` only if it failed, is being
prepared or waited behind another row."""
_ANY_BEHIND = sa.select(t.inbox.c.id).where(t.inbox.c.municipality == _HERE, t.inbox.c.state == "behind").limit(1)


class Inbox:
    def __init__(self, tx: Scope) -> None:
        self._tx = tx
        self._held: list[tuple[int, int]] | None = None

    async def keep(
        self, source: str, items: Sequence[tuple[str, str]], now: datetime, authors: Sequence[str] = ()
    ) -> None:
        """Store every (key, raw) update that is not stored yet; a repeat changes nothing. `authors`: the author of each,
        "" for one without an author."""
        if not items:
            return
        rows = [
            {
                "municipality": self._tx.municipality,
                "connection": self._connection_of(source),
                "source": source,
                "key": key,
                "raw": raw,
                "received_at": now,
                "author": cut(t.inbox.c.author, author),
            }
            for (key, raw), author in zip(items, authors or [""] * len(items), strict=True)
        ]
        await self._tx.insert_new(t.inbox, rows)

    async def waiting(
        self,
        now: datetime,
        limit: int,
        source: str | None = None,
        *,
        of: Collection[str] | None = None,
        but: Collection[str] = (),
    ) -> list[Arrival]:
        """Return up to `limit` rows that can be carried out at `now`, in the order they came. `source`: only rows from it;
        with a source also `of`: only these authors' rows, and `but`: none of these authors' rows."""
        values: dict[str, Any] = {"here": self._tx.municipality, "now": now, "most": limit}
        if source is not None:
            values |= {"of_source": source, "but": sorted(but)} | ({} if of is None else {"of": sorted(of)})
            query = _IN_LINE if of is None else _IN_LINE_OF
            return [_arrival(row) for row in (await self._tx.connection.execute(query, values)).mappings()]
        return [_arrival(row) for row in (await self._tx.connection.execute(_WAITING, values)).mappings()]

    async def sources(self) -> set[str]:
        """Return the sources (`MESSENGER` or keys of networks) of all waiting rows."""
        rows = await self._tx.connection.execute(_SOURCES, {"here": self._tx.municipality})
        return set(rows.scalars())

    async def of_album(self, album: str) -> list[Arrival]:
        query = sa.select(t.inbox).where(
            t.inbox.c.municipality == self._tx.municipality,
            t.inbox.c.state == "waiting",
            t.inbox.c.album == cut(t.inbox.c.album, album),
        )
        return [_arrival(row) for row in (await self._tx.connection.execute(query.order_by(t.inbox.c.id))).mappings()]

    async def put_into_album(self, row_id: int, album: str, seal_at: datetime) -> None:
        """Add the row to an album (pictures sent together), and make all its rows wait until `seal_at`, so that they are
        carried out together."""
        mine = t.inbox.c.municipality == self._tx.municipality
        await self._tx.connection.execute(
            t.inbox.update().where(t.inbox.c.id == row_id).values(album=cut(t.inbox.c.album, album))
        )
        await self._tx.connection.execute(
            t.inbox.update()
            .where(mine, t.inbox.c.album == cut(t.inbox.c.album, album), t.inbox.c.state == "waiting")
            .values(not_before=seal_at)
        )

    async def done(self, row_ids: Sequence[int]) -> None:
        """Mark the rows as carried out, and erase their text and author."""
        if self._held and not {row_id for row_id, _ in self._held}.isdisjoint(row_ids):
            self._held = None
        await self._tx.connection.execute(_DONE, [{"row": row_id} for row_id in row_ids])

    async def again_later(
        self, row_id: int, error: str, not_before: datetime, case_id: int | None = None, *, counted: bool = True
    ) -> None:
        """Have the row tried again from `not_before` on. `case_id`: the case it is about, later rows of which then wait.
        `counted`: add one to `attempts`, of which there is a limited number."""
        self._held = None
        tried = {"attempts": t.inbox.c.attempts + 1} if counted else {}
        await self._tx.connection.execute(
            t.inbox.update()
            .where(t.inbox.c.id == row_id)
            .values(error=error, not_before=not_before, case_id=case_id, **tried)
        )

    # --- rows of one case, one after the other -----------------------------------------------------------------------

    async def wait_behind(self, row_ids: Sequence[int], case_id: int) -> None:
        """Make the rows wait until an earlier row about the same case is carried out; `release` makes them due again."""
        self._held = None
        await self._tx.connection.execute(
            t.inbox.update()
            .where(t.inbox.c.id.in_(list(row_ids)))
            .values(state="behind", case_id=case_id, not_before=None)
        )

    async def holds_case(self, row_ids: Sequence[int], case_id: int) -> None:
        """Record that the rows, which are being prepared (files are fetched), are about this case, so that later rows about
        it wait until these are done."""
        self._held = None
        await self._tx.connection.execute(
            t.inbox.update().where(t.inbox.c.id.in_(list(row_ids))).values(case_id=case_id)
        )

    async def release(self, now: datetime) -> None:
        """Make the `behind` rows due again, in their old order, that no earlier row of their case holds up any more."""
        here = {"here": self._tx.municipality}
        if (await self._tx.connection.execute(_ANY_BEHIND, here)).first() is None:
            return
        rows = list(await self._tx.connection.execute(_HOLDING, {**here, "now": now}))
        first: dict[int, int] = {}
        for row_id, case_id, state in rows:
            if state != "behind":
                first[case_id] = min(row_id, first.get(case_id, row_id))
        free = [row_id for row_id, case, state in rows if state == "behind" and row_id < first.get(case, row_id + 1)]
        for start in range(0, len(free), AT_ONCE):
            chunk = t.inbox.c.id.in_(free[start : start + AT_ONCE])
            await self._tx.connection.execute(t.inbox.update().where(chunk).values(state="waiting"))

    async def blocked_cases(self, before: int, now: datetime) -> set[int]:
        """Return the cases (ids) of which a row with an id below `before` is not carried out yet, or is parked and still makes
        later ones wait."""
        if self._held is None:
            found = await self._tx.connection.execute(_HOLDING, {"here": self._tx.municipality, "now": now})
            self._held = [(row_id, case_id) for row_id, case_id, _ in found]
        return {case_id for row_id, case_id in self._held if row_id < before}

    # --- what is parked ----------------------------------------------------------------------------------------------

    async def park(self, row_id: int, error: str, case_id: int | None, holds_until: datetime | None = None) -> None:
        """Set the row aside as not readable or not feasible, with this error; until `holds_until` (None: not at all) later
        rows of its case wait."""
        self._held = None
        await self._tx.connection.execute(
            t.inbox.update()
            .where(t.inbox.c.id == row_id)
            .values(
                state="parked", attempts=t.inbox.c.attempts + 1, error=error, case_id=case_id, not_before=holds_until
            )
        )

    async def keep_parked(self, source: str, key: str, raw: str, error: str, now: datetime) -> None:
        """Store as parked an update that could not be stored as it came, about no case; a repeat changes nothing."""
        row = {"municipality": self._tx.municipality, "source": source, "key": key, "raw": raw, "received_at": now}
        from_where = {"connection": self._connection_of(source)}
        await self._tx.insert_new(t.inbox, [{**row, **from_where, "state": "parked", "attempts": 1, "error": error}])

    def _connection_of(self, source: str) -> str:
        return self._tx.messenger if source == MESSENGER else self._tx.source_of(source)

    async def park_head(self, error: str, now: datetime) -> int | None:
        """Park the first row that is due at `now` without reading it, because it stopped the loop that carries rows out;
        return its id, None if none is due."""
        values = {"here": self._tx.municipality, "now": now}
        head: int | None = (await self._tx.connection.execute(_HEAD, values)).scalar_one_or_none()
        if head is not None:
            self._held = None
            parked = {"state": "parked", "attempts": t.inbox.c.attempts + 1, "error": error, "not_before": None}
            await self._tx.connection.execute(t.inbox.update().where(t.inbox.c.id == head).values(**parked))
        return head

    async def parked(self, limit: int = 100) -> list[Arrival]:
        """Return the newest parked rows, at most `limit`, the newest first."""
        query = sa.select(t.inbox).where(*_PARKED).order_by(t.inbox.c.id.desc()).limit(limit)
        rows = await self._tx.connection.execute(query, {"here": self._tx.municipality})
        return [_arrival(row) for row in rows.mappings()]

    async def count_parked(self) -> int:
        return int((await self._tx.connection.execute(_COUNT_PARKED, {"here": self._tx.municipality})).scalar_one())

    async def untold(self) -> tuple[list[Arrival], int]:
        """Return the newest parked rows that nobody was notified of, at most `TOLD`, and how many such rows there are."""
        here = {"here": self._tx.municipality}
        total = int((await self._tx.connection.execute(_COUNT_UNTOLD, here)).scalar_one())
        newest = sa.select(t.inbox).where(*_UNTOLD).order_by(t.inbox.c.id.desc()).limit(TOLD)
        rows = (await self._tx.connection.execute(newest, here)).mappings().all() if total else []
        return [_arrival(row) for row in rows], total

    async def told(self, now: datetime) -> None:
        """Mark every row parked now as reported, so that people are notified only of later ones."""
        statement = t.inbox.update().where(*_UNTOLD).values(told_at=now)
        await self._tx.connection.execute(statement, {"here": self._tx.municipality})

    async def retry_parked(self, row_id: int | None = None) -> int:
        """Make the parked row with this id (None: every parked row) due again, in its old place, with no attempts counted;
        return how many rows there were."""
        self._held = None
        wanted = t.inbox.update().where(*_PARKED)
        if row_id is not None:
            wanted = wanted.where(t.inbox.c.id == row_id)
        again = wanted.values(state="waiting", attempts=0, not_before=None)
        result = await self._tx.connection.execute(again, {"here": self._tx.municipality})
        return int(result.rowcount)

    async def drop(self, row_id: int) -> Arrival | None:
        """Give the parked row up for good and erase its text and author; return it as it was, None if no parked row has this
        id."""
        self._held = None
        here = {"here": self._tx.municipality}
        query = sa.select(t.inbox).where(*_PARKED, t.inbox.c.id == row_id)
        row = (await self._tx.connection.execute(query, here)).mappings().one_or_none()
        if row is None:
            return None
        gone = (
            t.inbox.update().where(t.inbox.c.id == row_id).values(state="dropped", raw="", author="", not_before=None)
        )
        await self._tx.connection.execute(gone)
        return _arrival(row)

    async def forget_done(self, before: datetime) -> None:
        over = t.inbox.c.state.in_(["done", "dropped"])
        await self._tx.connection.execute(t.inbox.delete().where(over, t.inbox.c.received_at < before))


def _arrival(row: sa.RowMapping) -> Arrival:
    return Arrival(
        row["id"],
        row["source"],
        row["key"],
        row["raw"],
        row["received_at"],
        row["attempts"],
        row["case_id"],
        row["album"],
        row["error"] or "",
        row["author"],
    )
