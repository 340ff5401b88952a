"""What the board reads: which cases are open, by index, and what ended lately. Reads only; loads whole cases only if
asked.

`newest_line` tells whether anything has happened since the last look, without looking at any case.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage import tables as t
from storage.transaction import Transaction

_NEWEST_LINE = sa.select(sa.func.max(t.journal.c.id))


async def newest_line(tx: Transaction) -> int:
    """The id of the last journal line across all municipalities; 0 in new books. It grows with every change."""
    return int((await tx.connection.execute(_NEWEST_LINE)).scalar_one() or 0)


async def pulse(tx: Transaction) -> tuple[int, ...]:
    """A value that differs after any change to a case, to a person's rights or to a session, in any municipality."""
    bindings = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(sa.cast(t.bindings.c.in_group, sa.Integer)), 0))
    bound, present = (await tx.connection.execute(bindings.select_from(t.bindings))).one()
    sessions = sa.select(sa.func.count()).select_from(t.sessions).where(t.sessions.c.session_hash.is_not(None))
    return await newest_line(tx), bound, present, (await tx.connection.execute(sessions)).scalar_one()


async def versions_in(tx: Transaction, states: Sequence[str]) -> list[tuple[int, int]]:
    """Id and version of every case in these states."""
    return [(row[0], row[1]) for row in await tx.connection.execute(_those(tx, states))]


def _those(tx: Transaction, states: Sequence[str]) -> sa.Select[Any]:
    c = t.cases.c
    return sa.select(c.id, c.version).where(c.municipality == tx.municipality, c.state.in_(list(states)))


async def versions_changed(tx: Transaction, states: Sequence[str], since: datetime) -> list[tuple[int, int]]:
    """Id and version of the cases in these states that last changed at `since` or later."""
    query = _those(tx, states).where(t.cases.c.changed_at >= since)
    return [(row[0], row[1]) for row in await tx.connection.execute(query)]


async def bodies(tx: Transaction, ids: Sequence[int]) -> list[str]:
    """The stored cases as JSON (read with `storage.codec.load_case`)."""
    c = t.cases.c
    query = sa.select(c.body).where(c.municipality == tx.municipality, c.id.in_(list(ids)))
    return list((await tx.connection.execute(query)).scalars())
