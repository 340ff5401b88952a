"""The inbox: what came in, kept before it is acknowledged, until the transaction that carries it out (DESIGN rule 1).

A row's states: `waiting` (perhaps not before a moment), `behind` (an earlier row of its case is not carried out yet),
`parked` (could not be read or carried out; reported, retried or dropped by hand; `not_before` is how long it holds its case),
`done` and `dropped` (the text is wiped; the row stays some days so that a repeat is known).
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
"""So many rows are named in one statement."""
MESSENGER = "messenger"
"""The source of rows that came by the municipality's messenger; another source is a citizens' network."""
TOLD = 5
"""So many parked rows are named when people are told of them; the rest are counted."""


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
"""A waiting row knows its case only when it has failed or stood behind another: it comes before what came later."""
_ANY_BEHIND = sa.select(t.inbox.c.id).where(t.inbox.c.municipality == _HERE, t.inbox.c.state == "behind").limit(1)


class Inbox:
    def __init__(self, tx: Scope) -> None:
        self._tx = tx
        self._held: list[tuple[int, int]] | None = None

    async def keep(
        self, source: str, items: Sequence[tuple[str, str]], now: datetime, authors: Sequence[str] = ()
    ) -> None:
        """Every (key, raw) not seen before is kept; a repeat changes nothing. `authors`: who wrote each of them, as far as
        anybody did."""
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
        """What can be carried out now, in the order it came. `source`: only its rows; `of`: only these authors'; `but`:
        none of these authors'."""
        values: dict[str, Any] = {"here": self._tx.municipality, "now": now, "most": limit}
        if source is not None:
            values |= {"of_source": source, "but": sorted(but)} | ({} if of is None else {"of": sorted(of)})
            query = _IN_LINE if of is None else _IN_LINE_OF
            return [_arrival(row) for row in (await self._tx.connection.execute(query, values)).mappings()]
        return [_arrival(row) for row in (await self._tx.connection.execute(_WAITING, values)).mappings()]

    async def sources(self) -> set[str]:
        """Where the waiting rows came from."""
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
        """The row waits with the rest of its album, and the whole album until `seal_at`."""
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
        """Carried out: nothing of what was written stays in the row."""
        if self._held and not {row_id for row_id, _ in self._held}.isdisjoint(row_ids):
            self._held = None
        await self._tx.connection.execute(_DONE, [{"row": row_id} for row_id in row_ids])

    async def again_later(
        self, row_id: int, error: str, not_before: datetime, case_id: int | None = None, *, counted: bool = True
    ) -> None:
        """Tried again at that moment; `counted`: it was a try, and there are not many."""
        self._held = None
        tried = {"attempts": t.inbox.c.attempts + 1} if counted else {}
        await self._tx.connection.execute(
            t.inbox.update()
            .where(t.inbox.c.id == row_id)
            .values(error=error, not_before=not_before, case_id=case_id, **tried)
        )

    # --- rows of one case, one after the other -----------------------------------------------------------------------

    async def wait_behind(self, row_ids: Sequence[int], case_id: int) -> None:
        """The rows stand behind an earlier one about the same case, out of everybody's way, until `release`."""
        self._held = None
        await self._tx.connection.execute(
            t.inbox.update()
            .where(t.inbox.c.id.in_(list(row_ids)))
            .values(state="behind", case_id=case_id, not_before=None)
        )

    async def holds_case(self, row_ids: Sequence[int], case_id: int) -> None:
        """The rows are being prepared: what came later about their case stands behind them until they are done."""
        self._held = None
        await self._tx.connection.execute(
            t.inbox.update().where(t.inbox.c.id.in_(list(row_ids))).values(case_id=case_id)
        )

    async def release(self, now: datetime) -> None:
        """What stands behind nothing any more waits to be carried out, in its old place."""
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
        """Cases of which an earlier row is not carried out yet, or is parked and holds its case still."""
        if self._held is None:
            found = await self._tx.connection.execute(_HOLDING, {"here": self._tx.municipality, "now": now})
            self._held = [(row_id, case_id) for row_id, case_id, _ in found]
        return {case_id for row_id, case_id in self._held if row_id < before}

    # --- what is parked ----------------------------------------------------------------------------------------------

    async def park(self, row_id: int, error: str, case_id: int | None, holds_until: datetime | None = None) -> None:
        """The row is put aside; until `holds_until` what came later about its case waits."""
        self._held = None
        await self._tx.connection.execute(
            t.inbox.update()
            .where(t.inbox.c.id == row_id)
            .values(
                state="parked", attempts=t.inbox.c.attempts + 1, error=error, case_id=case_id, not_before=holds_until
            )
        )

    async def keep_parked(self, source: str, key: str, raw: str, error: str, now: datetime) -> None:
        """What could not be kept as it came is parked at once, of no case; a repeat changes nothing."""
        row = {"municipality": self._tx.municipality, "source": source, "key": key, "raw": raw, "received_at": now}
        from_where = {"connection": self._connection_of(source)}
        await self._tx.insert_new(t.inbox, [{**row, **from_where, "state": "parked", "attempts": 1, "error": error}])

    def _connection_of(self, source: str) -> str:
        return self._tx.messenger if source == MESSENGER else self._tx.source_of(source)

    async def park_head(self, error: str, now: datetime) -> int | None:
        """The first row that could be carried out now is parked unread; its number. For a loop that it stopped."""
        values = {"here": self._tx.municipality, "now": now}
        head: int | None = (await self._tx.connection.execute(_HEAD, values)).scalar_one_or_none()
        if head is not None:
            self._held = None
            parked = {"state": "parked", "attempts": t.inbox.c.attempts + 1, "error": error, "not_before": None}
            await self._tx.connection.execute(t.inbox.update().where(t.inbox.c.id == head).values(**parked))
        return head

    async def parked(self, limit: int = 100) -> list[Arrival]:
        """The newest, the newest first."""
        query = sa.select(t.inbox).where(*_PARKED).order_by(t.inbox.c.id.desc()).limit(limit)
        rows = await self._tx.connection.execute(query, {"here": self._tx.municipality})
        return [_arrival(row) for row in rows.mappings()]

    async def count_parked(self) -> int:
        return int((await self._tx.connection.execute(_COUNT_PARKED, {"here": self._tx.municipality})).scalar_one())

    async def untold(self) -> tuple[list[Arrival], int]:
        """The newest of the parked rows nobody was told of, and how many there are."""
        here = {"here": self._tx.municipality}
        total = int((await self._tx.connection.execute(_COUNT_UNTOLD, here)).scalar_one())
        newest = sa.select(t.inbox).where(*_UNTOLD).order_by(t.inbox.c.id.desc()).limit(TOLD)
        rows = (await self._tx.connection.execute(newest, here)).mappings().all() if total else []
        return [_arrival(row) for row in rows], total

    async def told(self, now: datetime) -> None:
        """Remember that somebody was told of every row that is parked now, so that only later ones are told of."""
        statement = t.inbox.update().where(*_UNTOLD).values(told_at=now)
        await self._tx.connection.execute(statement, {"here": self._tx.municipality})

    async def retry_parked(self, row_id: int | None = None) -> int:
        """The parked row, or every one, waits again in its old place; how many there were."""
        self._held = None
        wanted = t.inbox.update().where(*_PARKED)
        if row_id is not None:
            wanted = wanted.where(t.inbox.c.id == row_id)
        again = wanted.values(state="waiting", attempts=0, not_before=None)
        result = await self._tx.connection.execute(again, {"here": self._tx.municipality})
        return int(result.rowcount)

    async def drop(self, row_id: int) -> Arrival | None:
        """The parked row is given up for good and nothing of what was written stays in it; None where none is parked."""
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
