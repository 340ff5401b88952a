"""Lists of open cases in pages, the earliest due first, and the departments' shares in cases. The queries use indexes only,
so their cost does not grow with the number of cases.

A case's due moment is stored by the desk (`Cases.put_due`); the departments' shares are derived from the case.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from storage import tables as t
from storage.codec import load_case
from storage.dialects import put
from storage.scope import Scope
from workflow.case import Case, State

NOTHING_RUNS = datetime(9999, 1, 1, tzinfo=UTC)
"""The due moment stored for an open case without a running duty, so that it comes last in lists."""

_HERE: sa.BindParameter[Any] = sa.bindparam("here")
_NO_LONGER = t.waits.delete().where(t.waits.c.case_id == sa.bindparam("case"), t.waits.c.who == sa.bindparam("awaited"))


_BY_STATE = (
    sa.select(t.cases.c.state, sa.func.count())
    .where(t.cases.c.municipality == _HERE, t.cases.c.due_at.is_not(None))
    .group_by(t.cases.c.state)
)


@cache
def _open(page: bool, by: Collection[str]) -> sa.Select[Any]:
    """Return the query for a page of the open cases (`page`), or for their number, restricted by the parameters named in `by`
    (`due_before`, `departments`, `waiting_for`)."""
    c, s, w = t.cases.c, t.shares.c, t.waits.c
    query = sa.select(c.body if page else sa.func.count()).select_from(t.cases)
    query = query.where(c.municipality == _HERE, c.due_at.is_not(None))
    if "due_before" in by:
        query = query.where(c.due_at < sa.bindparam("due_before", type_=t.Moment()))
    if "departments" in by:
        theirs = s.municipality == _HERE, s.department.in_(sa.bindparam("departments", expanding=True))
        query = query.where(c.id.in_(sa.select(s.case_id).where(*theirs, s.active.is_(sa.true()))))
    if "waiting_for" in by:
        awaited = w.municipality == _HERE, w.who.in_(sa.bindparam("waiting_for", expanding=True))
        query = query.where(c.id.in_(sa.select(w.case_id).where(*awaited)))
    if not page:
        return query
    return query.order_by(c.due_at, c.number).limit(sa.bindparam("most")).offset(sa.bindparam("skipped"))


@cache
def _answered() -> sa.Select[Any]:
    """Return the query for cases changed since a moment, in the order of their changes. It lists every state so that the
    index of changes is used."""
    c = t.cases.c
    states = c.state.in_([sa.literal(state.value) for state in State])
    since = c.changed_at >= sa.bindparam("since", type_=t.Moment())
    return sa.select(c.body).where(c.municipality == _HERE, states, since).order_by(c.changed_at)


class Lists:
    def __init__(self, tx: Scope, case: Callable[[int], Awaitable[Case | None]]) -> None:
        self._tx = tx
        self._case = case

    async def follow(self, before: Case | None, after: Case) -> None:
        """Store the departments' shares of the saved case, and whom it waits for. A department that once had a share keeps
        its row, marked as not active."""
        await self._follow_waits(before, after)
        if before is not None and _handed(before) == _handed(after):
            return
        was, now = _shares(before), _shares(after)
        rows = [
            {"case_id": after.id, "department": department, "municipality": self._tx.municipality, "active": active}
            for department, active in now.items()
            if was.get(department) != active
        ]
        if rows:
            await self._tx.connection.execute(put(self._tx.dialect, t.shares, ("case_id", "department")), rows)

    async def _follow_waits(self, before: Case | None, after: Case) -> None:
        was, now = _awaited(before), _awaited(after)
        if gone := sorted(was - now):
            await self._tx.connection.execute(_NO_LONGER, [{"case": after.id, "awaited": who} for who in gone])
        if new := sorted(now - was):
            rows = [{"case_id": after.id, "who": who, "municipality": self._tx.municipality} for who in new]
            await self._tx.insert_new(t.waits, rows)

    async def count(
        self,
        departments: Collection[str] | None = None,
        due_before: datetime | None = None,
        waiting_for: Collection[str] | None = None,
    ) -> int:
        """Return how many cases are open; optionally only those that one of these departments has now, those due before the
        moment, or those that wait for one of these (as in `workflow.case.Wait.who`)."""
        query, values = self._asked(False, departments, due_before, waiting_for)
        return int((await self._tx.connection.execute(query, values)).scalar_one())

    async def open(
        self,
        limit: int,
        offset: int,
        departments: Collection[str] | None = None,
        due_before: datetime | None = None,
        waiting_for: Collection[str] | None = None,
    ) -> list[Case]:
        """Return a page of the open cases, the earliest due first; optionally only those that one of these departments has
        now, those due before the moment, or those that wait for one of these (as in `workflow.case.Wait.who`)."""
        query, values = self._asked(True, departments, due_before, waiting_for)
        page = {**values, "most": limit, "skipped": offset}
        return [load_case(body) for body in (await self._tx.connection.execute(query, page)).scalars()]

    async def states(self) -> dict[State, int]:
        """Return how many open cases there are in each state; states without any are left out."""
        rows = await self._tx.connection.execute(_BY_STATE, {"here": self._tx.municipality})
        return {State(row[0]): int(row[1]) for row in rows.all()}

    def _asked(
        self,
        page: bool,
        departments: Collection[str] | None,
        due_before: datetime | None,
        waiting_for: Collection[str] | None,
    ) -> tuple[sa.Select[Any], dict[str, Any]]:
        """Return the query for a page of the chosen open cases (or, without `page`, for their number) and its parameters'
        values."""
        named = {
            "due_before": due_before,
            "departments": sorted(departments) if departments is not None else None,
            "waiting_for": sorted(waiting_for) if waiting_for is not None else None,
        }
        values = {name: value for name, value in named.items() if value is not None}
        return _open(page, frozenset(values)), {"here": self._tx.municipality, **values}

    async def answered_since(self, moment: datetime) -> list[Case]:
        """Return the cases whose newest answer was posted at the moment or later, by number."""
        values = {"here": self._tx.municipality, "since": moment}
        bodies = (await self._tx.connection.execute(_answered(), values)).scalars()
        found = [load_case(body) for body in bodies]
        answered = [case for case in found if case.posting is not None and case.posting.at >= moment]
        return sorted(answered, key=lambda case: case.number)

    async def ids_after(self, number: int, limit: int) -> list[tuple[int, int]]:
        """Return (number, id) of up to `limit` cases with a number above this one, open or not, the lowest first."""
        c = t.cases.c
        here = c.municipality == self._tx.municipality, c.number > number
        query = sa.select(c.number, c.id).where(*here).order_by(c.number).limit(limit)
        return [(row[0], row[1]) for row in (await self._tx.connection.execute(query)).all()]

    async def by_ids(self, ids: Sequence[int]) -> list[Case]:
        """Return the cases with these ids, in the same order; ids without a case are left out."""
        found = [await self._case(number) for number in ids]
        return [case for case in found if case is not None]


def _shares(case: Case | None) -> dict[str, bool]:
    """Return, for each department with a share in the case, whether it has the case now; one that gets it later in turn does
    not."""
    if case is None:
        return {}
    active = set() if case.is_ended else {part.department for part in case.active_parts}
    return {department: department in active for department in (*case.queue, *(part.department for part in case.parts))}


def _awaited(case: Case | None) -> set[str]:
    return {wait.who for wait in case.waits} if case is not None else set()


def _handed(case: Case) -> tuple[object, ...]:
    return case.parts, case.queue, case.is_ended


async def done_between(
    tx: Scope, actions: Collection[str], since: datetime, until: datetime
) -> list[Mapping[str, Any]]:
    """Return the journal lines of these actions in [since, until), in order of time, each with the `number` of its case and
    with `details` as a mapping."""
    j, c = t.journal.c, t.cases.c
    here = c.municipality == tx.municipality, c.state.in_([state.value for state in State]), c.changed_at >= since
    within = j.action.in_(sorted(actions)), j.at >= since, j.at < until
    query = sa.select(t.journal, c.number).join(t.cases, c.id == j.case_id).where(*here, *within)
    rows = (await tx.connection.execute(query.order_by(j.at, j.id))).mappings().all()
    return [{**row, "details": json.loads(row["details"])} for row in rows]


async def anything_detected(tx: Scope, since: datetime, until: datetime) -> bool:
    """Whether any case was detected in [since, until)."""
    c = t.cases.c
    here = c.municipality == tx.municipality, c.detected_at >= since, c.detected_at < until
    return (await tx.connection.execute(sa.select(c.id).where(*here).limit(1))).first() is not None
