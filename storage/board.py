"""Queries of the board (the web page of cases): which cases are open, which ended lately, and any cases in pages. Reads only;
loads whole cases only if asked.

`change` tells whether anything has happened since the last time, without reading any case.
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
_ERASURES = sa.select(sa.func.count()).select_from(t.erasures)


async def newest_line(tx: Transaction) -> int:
    """Return the id of the last line of the cases' journal across all municipalities, which grows with every command and
    notice; 0 if there is none."""
    return int((await tx.connection.execute(_NEWEST_LINE)).scalar_one() or 0)


async def change(tx: Transaction) -> tuple[int, int]:
    """Return a value that differs once a case of any municipality has changed: by a command, which adds a line to the
    journal, or by an erasure, which may rewrite cases that quote the erased words and adds a row to its register."""
    return await newest_line(tx), int((await tx.connection.execute(_ERASURES)).scalar_one())


async def pulse(tx: Transaction) -> tuple[object, ...]:
    """Return a value that differs once a case changed, somebody was bound or unbound, or the number of people in the group
    or of sessions changed, in any municipality. Compared to see whether the board may be outdated."""
    b = t.bindings.c
    in_group = sa.func.coalesce(sa.func.sum(sa.cast(b.in_group, sa.Integer)), 0)
    bindings = sa.select(sa.func.count(), in_group, sa.func.max(b.bound_at))
    bound, present, newest = (await tx.connection.execute(bindings.select_from(t.bindings))).one()
    sessions = sa.select(sa.func.count()).select_from(t.sessions).where(t.sessions.c.session_hash.is_not(None))
    return *await change(tx), bound, present, newest, (await tx.connection.execute(sessions)).scalar_one()


async def versions_in(tx: Transaction, states: Sequence[str]) -> list[tuple[int, int]]:
    """Return (id, version) of every case in these states."""
    return [(row[0], row[1]) for row in await tx.connection.execute(_those(tx, states))]


def _those(tx: Transaction, states: Sequence[str]) -> sa.Select[Any]:
    c = t.cases.c
    return sa.select(c.id, c.version).where(c.municipality == tx.municipality, c.state.in_(list(states)))


async def versions_changed(tx: Transaction, states: Sequence[str], since: datetime) -> list[tuple[int, int]]:
    """Return (id, version) of the cases in these states that last changed at `since` or later."""
    query = _those(tx, states).where(t.cases.c.changed_at >= since)
    return [(row[0], row[1]) for row in await tx.connection.execute(query)]


async def bodies(tx: Transaction, ids: Sequence[int]) -> list[str]:
    """Return the cases with these ids as JSON (parsed by `storage.codec.load_case`), in no particular order."""
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
    """Return up to `limit` cases in these states as JSON, the highest number first, with numbers below `before` if given;
    optionally only those that one of the departments has, had or gets in turn. Reads only the ends of indexes, so the cost
    does not grow with the number of cases."""
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
    """Return the queries for the newest case ids of each of these departments. Ids and numbers of a municipality's cases grow
    together, so the newest by id are the newest by number. The state is looked up share by share: with a join, PostgreSQL
    would walk through all newer cases first."""
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
    """Return the cases with these numbers as JSON, the highest number first."""
    c = t.cases.c
    query = sa.select(c.body).where(c.municipality == tx.municipality, c.number.in_(list(numbers)))
    return list((await tx.connection.execute(query.order_by(c.number.desc()))).scalars())


async def numbers_detected(tx: Transaction, since: datetime, until: datetime, states: Collection[str]) -> set[int]:
    """Return the numbers of the cases detected in [since, until) that are in these states now."""
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
    """Return when the last case before `since` and the first case from `until` on were detected; None for one that does not
    exist."""
    at = t.cases.c.detected_at
    here = sa.select(at).where(t.cases.c.municipality == tx.municipality)
    earlier = here.where(at < since).order_by(at.desc()).limit(1)
    later = here.where(at >= until).order_by(at).limit(1)
    found = [(await tx.connection.execute(one)).scalar_one_or_none() for one in (earlier, later)]
    return found[0], found[1]


async def first_detected(tx: Transaction) -> datetime | None:
    """Return when the municipality's first case was detected; None if it has none."""
    at = t.cases.c.detected_at
    query = sa.select(at).where(t.cases.c.municipality == tx.municipality).order_by(at).limit(1)
    found: datetime | None = (await tx.connection.execute(query)).scalar_one_or_none()
    return found
