"""What the board reads: which cases are open, by index, what ended lately, and any cases a page at a time. Reads only; loads
whole cases only if asked.

`newest_line` tells whether anything has happened since the last look, without looking at any case.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage import tables as t
from storage.transaction import Transaction

COMMON = 2_000
"""More cases than this in one state are not looked through for those of a department."""

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


async def newest_before(
    tx: Transaction,
    states: Collection[str],
    limit: int,
    before: int | None = None,
    departments: Collection[str] | None = None,
) -> list[str]:
    """The stored cases in these states as JSON, the highest number first, from below number `before` on; optionally only
    those that one of the departments has or had. Takes from the ends of indexes, however many cases there are."""
    c = t.cases.c
    if departments is None:
        each = _by_state(tx, states, limit, before)
    else:
        rare = {state for state in states if not await _is_common(tx, state)}
        each = _by_state(tx, rare, limit, before, departments)
        each += _by_share(tx, set(states) - rare, limit, before, departments) if set(states) > rare else []
    if not each:
        return []
    found = sa.union_all(*(sa.select(one.c.id) for one in each)).subquery()
    query = sa.select(c.body).where(c.id.in_(sa.select(found.c.id))).order_by(c.number.desc()).limit(limit)
    return list((await tx.connection.execute(query)).scalars())


async def _is_common(tx: Transaction, state: str) -> bool:
    """Whether so many cases are in the state that a department's are sooner found among its own than among them."""
    c = t.cases.c
    query = sa.select(c.number).where(c.municipality == tx.municipality, c.state == state).order_by(c.number.desc())
    return (await tx.connection.execute(query.limit(1).offset(COMMON))).first() is not None


def _by_state(
    tx: Transaction,
    states: Collection[str],
    limit: int,
    before: int | None,
    departments: Collection[str] | None = None,
) -> list[sa.Subquery]:
    c, s = t.cases.c, t.shares.c
    wanted = [c.number < before] if before is not None else []
    if departments is not None:
        wanted.append(sa.exists().where(s.case_id == c.id, s.department.in_(sorted(departments))))
    return [
        sa.select(c.id)
        .where(c.municipality == tx.municipality, c.state == state, *wanted)
        .order_by(c.number.desc())
        .limit(limit)
        .subquery()
        for state in sorted(states)
    ]


def _by_share(
    tx: Transaction, states: Collection[str], limit: int, before: int | None, departments: Collection[str]
) -> list[sa.Subquery]:
    """Ids and numbers of a municipality's cases grow together, so that the newest by id are the newest by number. The state is
    looked up share by share: joined, PostgreSQL walks through all newer cases before."""
    c, s = t.cases.c, t.shares.c
    last = sa.select(c.id).where(c.municipality == tx.municipality, c.number == before).scalar_subquery()
    below = (s.case_id < last,) if before is not None else ()
    state = sa.select(c.state).where(c.id == s.case_id).scalar_subquery()
    return [
        sa.select(s.case_id.label("id"))
        .where(s.municipality == tx.municipality, s.department == department, s.active.is_(active), *below)
        .where(state.in_(sorted(states)))
        .order_by(s.case_id.desc())
        .limit(limit)
        .subquery()
        for department in sorted(departments)
        for active in (sa.false(), sa.true())
    ]


async def bodies_of(tx: Transaction, numbers: Sequence[int]) -> list[str]:
    """The stored cases with these numbers as JSON, the highest number first."""
    c = t.cases.c
    query = sa.select(c.body).where(c.municipality == tx.municipality, c.number.in_(list(numbers)))
    return list((await tx.connection.execute(query.order_by(c.number.desc()))).scalars())


async def numbers_detected(tx: Transaction, since: datetime, until: datetime, states: Collection[str]) -> set[int]:
    """The numbers of the cases detected in [since, until) that are in these states now."""
    c = t.cases.c
    within = c.municipality == tx.municipality, c.detected_at >= since, c.detected_at < until
    query = sa.select(c.number).where(*within, c.state.in_(sorted(states)))
    return set((await tx.connection.execute(query)).scalars())


async def is_touched(tx: Transaction, newest: int, since: datetime, until: datetime) -> bool:
    """Whether anything has happened to a case detected in [since, until) after the journal line `newest`."""
    c, line = t.cases.c, t.journal.c
    query = (
        sa.select(sa.literal(1))
        .select_from(t.journal.join(t.cases, c.id == line.case_id))
        .where(line.id > newest, c.municipality == tx.municipality, c.detected_at >= since, c.detected_at < until)
    )
    return (await tx.connection.execute(query.limit(1))).first() is not None


async def detected_beside(tx: Transaction, since: datetime, until: datetime) -> tuple[datetime | None, datetime | None]:
    """When the last case before `since` and the first one from `until` on were detected; None where there is none."""
    at = t.cases.c.detected_at
    here = sa.select(at).where(t.cases.c.municipality == tx.municipality)
    earlier = here.where(at < since).order_by(at.desc()).limit(1)
    later = here.where(at >= until).order_by(at).limit(1)
    found = [(await tx.connection.execute(one)).scalar_one_or_none() for one in (earlier, later)]
    return found[0], found[1]


async def first_detected(tx: Transaction) -> datetime | None:
    """When the first case was detected."""
    at = t.cases.c.detected_at
    query = sa.select(at).where(t.cases.c.municipality == tx.municipality).order_by(at).limit(1)
    found: datetime | None = (await tx.connection.execute(query)).scalar_one_or_none()
    return found
