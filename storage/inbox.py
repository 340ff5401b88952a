"""The inbox: what came in, kept before it is acknowledged, until the transaction that carries it out (DESIGN rule 1).

A row's states: `waiting` (perhaps not before a moment), `parked` (could not be read or carried out; reported, retried by
hand), `done` (its text is wiped; the row stays some days so that a repeat is known).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from storage import tables as t
from storage.scope import Scope

BEHIND = timedelta(seconds=5)


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


_HERE: sa.BindParameter[Any] = sa.bindparam("here")
_ROW: sa.BindParameter[Any] = sa.bindparam("row")
_WAITING = (
    sa.select(t.inbox)
    .where(
        t.inbox.c.municipality == _HERE,
        t.inbox.c.state == "waiting",
        sa.or_(t.inbox.c.not_before.is_(None), t.inbox.c.not_before <= sa.bindparam("now", type_=t.Moment())),
    )
    .order_by(t.inbox.c.id)
    .limit(sa.bindparam("most", type_=sa.Integer()))
)
_DONE = t.inbox.update().where(t.inbox.c.id == _ROW).values(state="done", raw="", error=None, not_before=None)
_BLOCKED = sa.select(t.inbox.c.id, t.inbox.c.case_id).where(
    t.inbox.c.municipality == _HERE,
    t.inbox.c.state.in_(["parked", "waiting"]),
    t.inbox.c.attempts > 0,
    t.inbox.c.case_id.is_not(None),
)


class Inbox:
    def __init__(self, tx: Scope) -> None:
        self._tx = tx
        self._troubled: list[tuple[int, int]] | None = None

    async def keep(self, source: str, items: Sequence[tuple[str, str]], now: datetime) -> None:
        """Every (key, raw) not seen before is kept; a repeat changes nothing."""
        if not items:
            return
        rows = [
            {
                "municipality": self._tx.municipality,
                "source": source,
                "key": key,
                "raw": raw,
                "received_at": now,
            }
            for key, raw in items
        ]
        await self._tx.insert_new(t.inbox, rows)

    async def waiting(self, now: datetime, limit: int) -> list[Arrival]:
        """What can be carried out now, in the order it came."""
        values = {"here": self._tx.municipality, "now": now, "most": limit}
        return [_arrival(row) for row in (await self._tx.connection.execute(_WAITING, values)).mappings()]

    async def of_album(self, album: str) -> list[Arrival]:
        query = sa.select(t.inbox).where(
            t.inbox.c.municipality == self._tx.municipality,
            t.inbox.c.state == "waiting",
            t.inbox.c.album == album,
        )
        return [_arrival(row) for row in (await self._tx.connection.execute(query.order_by(t.inbox.c.id))).mappings()]

    async def put_into_album(self, row_id: int, album: str, seal_at: datetime) -> None:
        """The row waits with the rest of its album, and the whole album until `seal_at`."""
        mine = t.inbox.c.municipality == self._tx.municipality
        await self._tx.connection.execute(t.inbox.update().where(t.inbox.c.id == row_id).values(album=album))
        await self._tx.connection.execute(
            t.inbox.update()
            .where(mine, t.inbox.c.album == album, t.inbox.c.state == "waiting")
            .values(not_before=seal_at)
        )

    async def done(self, row_ids: Sequence[int]) -> None:
        """Carried out: nothing of what was written stays in the row."""
        if self._troubled and not {row_id for row_id, _ in self._troubled}.isdisjoint(row_ids):
            self._troubled = None
        await self._tx.connection.execute(_DONE, [{"row": row_id} for row_id in row_ids])

    async def again_later(self, row_id: int, error: str, not_before: datetime, case_id: int | None = None) -> None:
        self._troubled = None
        await self._tx.connection.execute(
            t.inbox.update()
            .where(t.inbox.c.id == row_id)
            .values(attempts=t.inbox.c.attempts + 1, error=error, not_before=not_before, case_id=case_id)
        )

    async def park(self, row_id: int, error: str, case_id: int | None) -> None:
        self._troubled = None
        await self._tx.connection.execute(
            t.inbox.update()
            .where(t.inbox.c.id == row_id)
            .values(state="parked", attempts=t.inbox.c.attempts + 1, error=error, case_id=case_id)
        )

    async def wait_behind(self, row_ids: Sequence[int], case_id: int, now: datetime) -> None:
        """The rows wait behind an earlier one about the same case; looked at again soon."""
        self._troubled = None
        await self._tx.connection.execute(
            t.inbox.update().where(t.inbox.c.id.in_(list(row_ids))).values(case_id=case_id, not_before=now + BEHIND)
        )

    async def blocked_cases(self, before: int) -> set[int]:
        """Cases that an earlier row, parked or being retried, stands before: what comes later waits behind it."""
        if self._troubled is None:
            found = await self._tx.connection.execute(_BLOCKED, {"here": self._tx.municipality})
            self._troubled = [(row_id, case_id) for row_id, case_id in found]
        return {case_id for row_id, case_id in self._troubled if row_id < before}

    async def parked(self) -> list[Arrival]:
        query = sa.select(t.inbox).where(t.inbox.c.municipality == self._tx.municipality, t.inbox.c.state == "parked")
        return [_arrival(row) for row in (await self._tx.connection.execute(query.order_by(t.inbox.c.id))).mappings()]

    async def retry_parked(self) -> int:
        """Every parked row waits again, in its old place; how many there were."""
        self._troubled = None
        result = await self._tx.connection.execute(
            t.inbox.update()
            .where(t.inbox.c.municipality == self._tx.municipality, t.inbox.c.state == "parked")
            .values(state="waiting", attempts=0, not_before=None)
        )
        return int(result.rowcount)

    async def forget_done(self, before: datetime) -> None:
        await self._tx.connection.execute(
            t.inbox.delete().where(t.inbox.c.state == "done", t.inbox.c.received_at < before)
        )


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
    )
