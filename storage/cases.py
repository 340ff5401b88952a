"""Stores cases: their documents, journal, deadlines and alarms. Implements the port `workflow.desk.Transaction`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from functools import cache, cached_property
from typing import Any

import sqlalchemy as sa

from storage import chain
from storage import tables as t
from storage.answers import Answers
from storage.codec import dump_case, load_case
from storage.dialects import insert_for, put
from storage.engine import Connection
from storage.lengths import longest
from storage.lists import NOTHING_RUNS, Lists
from storage.scope import Scope
from storage.search import Search, place_key
from storage.violations import Violations
from workflow.case import ENDED, Appeal, Case, State
from workflow.commands import Entry
from workflow.terms.alarms import Alarm, AlarmKind
from workflow.terms.deadlines import Deadline

# Statements used by every transition are built once: building one costs more than executing it.
_HERE: sa.BindParameter[Any] = sa.bindparam("here")

_CASE = sa.select(t.cases.c.body).where(t.cases.c.id == sa.bindparam("case"), t.cases.c.municipality == _HERE)

_CASE_BY_NUMBER = sa.select(t.cases.c.body).where(
    t.cases.c.municipality == _HERE, t.cases.c.number == sa.bindparam("number")
)

_CASE_BY_REF = sa.select(t.cases.c.id).where(
    t.cases.c.municipality == _HERE,
    t.cases.c.network == sa.bindparam("network"),
    t.cases.c.ref == sa.bindparam("ref"),
)

_NEW_CASE = t.cases.insert()

_CHANGED_CASE = t.cases.update().where(
    t.cases.c.id == sa.bindparam("before_id"), t.cases.c.version == sa.bindparam("before_version")
)

_DUE = t.cases.update().where(t.cases.c.id == sa.bindparam("before_id"))

_ALARM_GONE = t.alarms.delete().where(
    t.alarms.c.kind == sa.bindparam("k"),
    t.alarms.c.case_id == sa.bindparam("c"),
    t.alarms.c.step == sa.bindparam("s"),
    t.alarms.c.at == sa.bindparam("m"),
)

_DUE_ALARMS = (
    sa.select(t.alarms)
    .where(t.alarms.c.municipality == _HERE, t.alarms.c.at <= sa.bindparam("now", type_=t.Moment()))
    .order_by(t.alarms.c.at, t.alarms.c.id)
    .limit(sa.bindparam("most"))
)

_DUE_HEAD = _DUE_ALARMS.with_only_columns(t.alarms.c.id, t.alarms.c.case_id, t.alarms.c.step)

_FRESH = (
    sa.select(t.cases.c.id)
    .where(
        t.cases.c.municipality == _HERE,
        t.cases.c.state == sa.bindparam("state"),
        t.cases.c.detected_at >= sa.bindparam("moment", type_=t.Moment()),
    )
    .order_by(t.cases.c.number)
    .limit(sa.bindparam("most"))
)

_NEXT_ALARM = sa.select(sa.func.min(t.alarms.c.at)).where(t.alarms.c.municipality == _HERE)

_DROP_ALARM = t.alarms.delete().where(t.alarms.c.id == sa.bindparam("alarm"))
_DROP_RUNG = _ALARM_GONE.where(t.alarms.c.id == sa.bindparam("alarm"))
"""Deletes an alarm by its id and its contents. The id alone is not enough: SQLite gives the id of a deleted row to the next
one, so an alarm set while this one was handled may have it by now."""


@cache
def _count_on(dialect: str) -> Any:
    insert = insert_for(dialect, t.counters)
    further = {"value": t.counters.c.value + 1}
    return insert.on_conflict_do_update(index_elements=["municipality", "name"], set_=further).returning(
        t.counters.c.value
    )


@cache
def _near(same: tuple[str, ...]) -> sa.Select[Any]:
    """Return the query for cases with the same value in one of these columns, the newest first. It takes the newest of each
    column from its index before it checks their age; otherwise SQLite would read all cases since `since` (a year) for each
    message."""
    since = sa.bindparam("since", type_=t.Moment())
    most: sa.BindParameter[int] = sa.bindparam("most")
    newest = [
        sa.select(t.cases.c.id)
        .where(t.cases.c.municipality == _HERE, t.cases.c[name] == sa.bindparam(name))
        .order_by(t.cases.c.number.desc())
        .limit(most)
        .subquery()
        for name in same
    ]
    ids = sa.union(*(sa.select(one.c.id) for one in newest)).subquery()
    return (
        sa.select(t.cases.c.body)
        .where(t.cases.c.id.in_(sa.select(ids.c.id)), t.cases.c.detected_at >= since)
        .order_by(t.cases.c.number.desc())
        .limit(most)
    )


AUTHOR = longest(t.cases.c.author)


def author_key(appeal: Appeal) -> str | None:
    """Return the key that identifies the author across networks, `<network>:<id>`; None if the author is unknown."""
    return f"{appeal.network or appeal.source}:{appeal.author_ref}"[:AUTHOR] if appeal.author_ref else None


_UNKNOWN = object()


class Cases(Scope):
    def __init__(self, connection: Connection, municipality: str) -> None:
        super().__init__(connection, municipality)
        self._cases: dict[int, Case] = {}
        self._next_alarm: Any = _UNKNOWN

    def _forget(self) -> None:
        super()._forget()
        self._cases.clear()
        self._next_alarm = _UNKNOWN

    @cached_property
    def search(self) -> Search:
        return Search(self)

    @cached_property
    def answers(self) -> Answers:
        return Answers(self)

    @cached_property
    def lists(self) -> Lists:
        return Lists(self, self.case)

    async def case(self, case_id: int) -> Case | None:
        """Return the case with this id as it is now, or None. Read once for each transaction, because only this one can change
        it meanwhile."""
        if case_id not in self._cases:
            found = await self.connection.execute(_CASE, {"case": case_id, "here": self.municipality})
            body = found.scalar_one_or_none()
            if body is None:
                return None
            self._cases[case_id] = load_case(body)
        return self._cases[case_id]

    async def save(self, before: Case | None, after: Case, entry: Entry) -> bool:
        """Store the case, its journal line and all that is derived from the case (register, lists, search index); return
        False, with nothing stored, if another version was stored meanwhile. `before` None: the case is new."""
        values = {
            "version": after.version,
            "state": after.state,
            "department": after.lead.department if after.lead else None,
            "changed_at": entry.at,
            "answer_ref": after.posting.ref or None if after.posting else None,
            "answer_network": after.answered_in,
            "place": place_key(after.location),
            "body": dump_case(after),
        }
        if before is None:
            first = {
                "id": after.id,
                "municipality": self.municipality,
                "number": after.number,
                "source": after.appeal.source,
                "network": after.appeal.network,
                "ref": after.appeal.ref,
                "author": author_key(after.appeal),
                "regulation": after.regulation,
                "detected_at": after.detected,
                "due_at": None if after.is_ended else NOTHING_RUNS,
            }
            await self.connection.execute(_NEW_CASE, {**values, **first})
        else:
            seen = {"before_id": before.id, "before_version": before.version}
            if before.is_ended != after.is_ended:
                values["due_at"] = None if after.is_ended else NOTHING_RUNS
            if (await self.connection.execute(_CHANGED_CASE, {**values, **seen})).rowcount != 1:
                self._cases.pop(before.id, None)
                return False
        self._cases[after.id] = after
        await Violations(self).follow(before, after, entry.at)
        await self.lists.follow(before, after)
        await self.search.follow(before, after)
        await self.answers.follow(before, after)
        await self._journal(
            after, entry.at, entry.by, entry.on_behalf, entry.action, entry.from_state, dict(entry.details)
        )
        return True

    async def _journal(
        self,
        case: Case,
        at: datetime,
        who: str | None,
        on_behalf: str | None,
        action: str,
        from_state: str | None,
        details: dict[str, str],
    ) -> None:
        line = {
            "municipality": self.municipality,
            "case_id": case.id,
            "version": case.version,
            "at": at,
            "who": who,
            "on_behalf": on_behalf,
            "action": action,
            "from_state": from_state,
            "to_state": case.state,
            "details": json.dumps(details, ensure_ascii=False),
        }
        await chain.write(self, t.journal, line)

    async def put_terms(
        self, case: Case, gone: Sequence[Alarm], new: Sequence[Alarm], deadlines: Sequence[Deadline]
    ) -> None:
        if any(alarm.at == self._next_alarm for alarm in gone):
            self._next_alarm = _UNKNOWN
        if new and self._next_alarm is not _UNKNOWN:
            earliest = min(alarm.at for alarm in new)
            self._next_alarm = min(earliest, self._next_alarm or earliest)
        if gone:
            rung = [{"k": a.kind, "c": case.id, "s": a.step, "m": a.at} for a in gone]
            await self.connection.execute(_ALARM_GONE, rung)
        if new:
            rows = [
                {
                    "municipality": self.municipality,
                    "at": a.at,
                    "kind": a.kind,
                    "case_id": a.case,
                    "step": a.step,
                    "due": a.due,
                    "connection": self.messenger if a.account else "",
                    "account": a.account,
                }
                for a in new
            ]
            await self.insert_new(t.alarms, rows)
        if deadlines:
            await self.put_deadlines(case, deadlines)

    async def drop_alarms_of(self, case: Case, steps: Sequence[str]) -> None:
        """Delete all alarms of these steps of the case, also those a person asked for."""
        self._next_alarm = _UNKNOWN
        own = t.alarms.c.case_id == case.id, t.alarms.c.step.in_(steps)
        await self.connection.execute(t.alarms.delete().where(*own))

    async def with_alarm(self, kind: AlarmKind, case_ids: Sequence[int]) -> set[int]:
        """Return those of these cases (ids) that have an alarm of this kind."""
        query = sa.select(t.alarms.c.case_id).where(t.alarms.c.kind == kind, t.alarms.c.case_id.in_(case_ids))
        return set((await self.connection.execute(query)).scalars())

    async def dues(self, case_id: int) -> dict[str, datetime]:
        """Return the stored due moment of each run of a step of the case, by the run's name."""
        query = sa.select(t.deadlines.c.step, t.deadlines.c.due_at).where(t.deadlines.c.case_id == case_id)
        return {step: due for step, due in (await self.connection.execute(query)).all() if due is not None}

    async def open_after(self, number: int, limit: int) -> list[Case]:
        """Return up to `limit` cases with a number above this one that wait for an answer (open ones and those merged into
        another), the lowest number first."""
        query = (
            sa.select(t.cases.c.body)
            .where(t.cases.c.municipality == self.municipality, t.cases.c.number > number)
            .where(t.cases.c.state.not_in([state.value for state in ENDED - {State.MERGED}]))
            .order_by(t.cases.c.number)
            .limit(limit)
        )
        return [load_case(body) for body in (await self.connection.execute(query)).scalars()]

    async def put_due(self, case: Case, due: datetime | None) -> None:
        """Store the earliest due moment of the case's running duties (None: no duty runs), by which lists of open cases are
        sorted; does nothing for a case that has ended."""
        if not case.is_ended:
            await self.connection.execute(_DUE, {"before_id": case.id, "due_at": due or NOTHING_RUNS})

    async def put_deadlines(self, case: Case, deadlines: Sequence[Deadline]) -> None:
        rows = [
            {
                "case_id": case.id,
                "step": d.name,
                "municipality": self.municipality,
                "holder": d.holder,
                "department": d.who or (case.lead.department if case.lead else None),
                "started_at": d.started_at,
                "due_at": d.due_at,
                "met_at": d.met_at,
                "provisional": d.provisional,
                "clause": d.clause,
            }
            for d in deadlines
        ]
        await self.connection.execute(put(self.dialect, t.deadlines, ("case_id", "step")), rows)

    async def note(self, case: Case, alarm: Alarm, now: datetime) -> None:
        await self._journal(case, now, "clock", None, alarm.kind, case.state, {"step": alarm.step})

    async def journal_line(
        self, case_id: int, action: str, details: dict[str, str], now: datetime, who: str | None = None
    ) -> None:
        """Add a journal line about something the program did for the case or a person saw; the case does not change. Does
        nothing if there is no such case."""
        case = await self.case(case_id)
        if case is not None:
            await self._journal(case, now, who, None, action, case.state, details)

    async def due_alarms(self, now: datetime, limit: int) -> list[tuple[int, Alarm]]:
        """Return up to `limit` alarms of this municipality that are due at `now`, the earliest first, with their row ids."""
        values = {"here": self.municipality, "now": now, "most": limit}
        rows = (await self.connection.execute(_DUE_ALARMS, values)).mappings().all()
        found = [(r, AlarmKind(r["kind"])) for r in rows]
        return [(r["id"], Alarm(r["at"], kind, r["case_id"], r["step"], r["due"], r["account"])) for r, kind in found]

    async def drop_alarms(self, rung: Sequence[tuple[int, Alarm]]) -> None:
        """Delete these alarms, given with their row ids, if they still exist."""
        if rung:
            self._next_alarm = _UNKNOWN
            rows = [{"alarm": row_id, "k": a.kind, "c": a.case, "s": a.step, "m": a.at} for row_id, a in rung]
            await self.connection.execute(_DROP_RUNG, rows)

    async def drop_head_alarm(self, now: datetime) -> tuple[int, str] | None:
        """Delete the earliest alarm due at `now` without handling it, because it stopped the loop that handles alarms; return
        its case id and step, None if no alarm is due."""
        self._next_alarm = _UNKNOWN
        values = {"here": self.municipality, "now": now, "most": 1}
        head = (await self.connection.execute(_DUE_HEAD, values)).one_or_none()
        if head is None:
            return None
        await self.connection.execute(_DROP_ALARM, {"alarm": head[0]})
        return int(head[1]), str(head[2])

    async def next_alarm(self) -> datetime | None:
        """Return when the earliest alarm of this municipality is due, possibly in the past; None if there is none. Read once
        for each transaction, because only this one can change it meanwhile."""
        if self._next_alarm is _UNKNOWN:
            found = await self.connection.execute(_NEXT_ALARM, {"here": self.municipality})
            self._next_alarm = found.scalar_one()
        moment: datetime | None = self._next_alarm
        return moment

    async def case_by_number(self, number: int) -> Case | None:
        """Return the case with this number; None if there is none, or if the number is out of range."""
        if not 0 < number <= t.LARGEST_NUMBER:
            return None
        found = await self.connection.execute(_CASE_BY_NUMBER, {"here": self.municipality, "number": number})
        body = found.scalar_one_or_none()
        return load_case(body) if body is not None else None

    async def case_by_ref(self, network: str, ref: str) -> int | None:
        values = {"here": self.municipality, "network": network, "ref": ref}
        case: int | None = (await self.connection.execute(_CASE_BY_REF, values)).scalar_one_or_none()
        return case

    async def case_answered_by(self, network: str, ref: str) -> int | None:
        """Return the id of the newest case whose newest answer is in this network under `ref`; None if there is none."""
        stands = (t.cases.c.answer_network == network, t.cases.c.answer_ref == ref)
        here = (t.cases.c.municipality == self.municipality, *stands)
        query = sa.select(t.cases.c.id).where(*here).order_by(t.cases.c.number.desc()).limit(1)
        case: int | None = (await self.connection.execute(query)).scalar_one_or_none()
        return case

    async def cases_near(self, appeal: Appeal, location: str, since: datetime, limit: int = 50) -> list[Case]:
        """Return up to `limit` cases by the same author or about the same place, detected at `since` or later, the newest
        first."""
        keys = {"author": author_key(appeal), "place": place_key(location)}
        same = {name: key for name, key in keys.items() if key is not None}
        if not same:
            return []
        values = {"here": self.municipality, "since": since, "most": limit, **same}
        rows = await self.connection.execute(_near(tuple(same)), values)
        return [load_case(body) for body in rows.scalars()]

    async def wrote_last(self, appeal: Appeal) -> datetime | None:
        """When the author last wrote in private in that network, whatever became of it; None if it is not known."""
        author = author_key(appeal)
        if author is None:
            return None
        seen = sa.select(t.seen.c.at, t.seen.c.body).where(
            t.seen.c.municipality == self.municipality, t.seen.c.author == author
        )
        rows = await self.connection.execute(seen)
        moments = [at for at, body in rows if json.loads(body).get("kind") == "message"]
        own = sa.select(t.cases.c.body).where(t.cases.c.municipality == self.municipality, t.cases.c.author == author)
        newest = await self.connection.execute(own.order_by(t.cases.c.number.desc()).limit(10))
        for case in map(load_case, newest.scalars()):
            if case.appeal.kind == "message":
                moments += [case.appeal.written_at, *(reply.at for reply in case.replies)]
        return max(moments, default=None)

    async def cases_in(self, states: Sequence[str], department: str | None = None, limit: int = 200) -> list[Case]:
        """Return up to `limit` cases in these states (of this lead executor's department, if given), the lowest number first."""
        query = sa.select(t.cases.c.body).where(
            t.cases.c.municipality == self.municipality, t.cases.c.state.in_(states)
        )
        if department is not None:
            query = query.where(t.cases.c.department == department)
        rows = await self.connection.execute(query.order_by(t.cases.c.number).limit(limit))
        return [load_case(body) for body in rows.scalars()]

    async def fresh_since(self, state: str, moment: datetime, limit: int = 1000) -> list[int]:
        """Return the ids of up to `limit` cases in this state that were detected at the moment or later, the oldest first."""
        values = {"here": self.municipality, "state": state, "moment": moment, "most": limit}
        return list((await self.connection.execute(_FRESH, values)).scalars())

    async def history(self, case_id: int) -> list[dict[str, Any]]:
        """Return the journal lines of the case (its id), the oldest first, with `details` as a mapping."""
        query = sa.select(t.journal).where(t.journal.c.case_id == case_id).order_by(t.journal.c.id)
        rows = (await self.connection.execute(query)).mappings()
        return [{**row, "details": json.loads(row["details"])} for row in rows]

    async def next_number(self, name: str) -> int:
        """Increase this municipality's counter and return its new value, from 1 on. If the transaction is rolled back, the
        value is given again."""
        return await self._next(self.municipality, name)

    async def next_case_id(self) -> int:
        """Return the next case id; ids are one sequence for all municipalities of the database."""
        return await self._next("", "case")

    async def _next(self, municipality: str, name: str) -> int:
        first = {"municipality": municipality, "name": name, "value": 1}
        return int((await self.connection.execute(_count_on(self.dialect), first)).scalar_one())
