"""A page: one open transaction over one municipality's rows. Cases, journal and terms here; the rest by its own book.

It satisfies the port `workflow.desk.Page`.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from functools import cache, cached_property
from typing import Any

import sqlalchemy as sa

from storage import tables as t
from storage.absences import Absences
from storage.afterwards import AfterwardsBook
from storage.audit import Audit
from storage.codec import dump, load_case
from storage.dialects import insert_for, insert_new, put
from storage.engine import Connection
from storage.failures import StorageError, is_failure, reason_of
from storage.inbox import Inbox
from storage.lists import NOTHING_RUNS, Lists
from storage.outbox import Outbox
from storage.registers import Messages, People, Questions
from storage.search import Search
from storage.seen import Lessons, SeenBook
from storage.waves import Waves
from workflow.alarms import Alarm, AlarmKind
from workflow.case import Appeal, Case
from workflow.commands import Entry
from workflow.deadlines import Deadline

# Statements of every transition are made once: making one costs more than carrying it out.
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
_LINE = t.journal.insert()
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
_MARK = sa.select(t.marks.c.value).where(t.marks.c.municipality == _HERE, t.marks.c.name == sa.bindparam("mark"))


@cache
def _count_on(dialect: str) -> Any:
    insert = insert_for(dialect, t.counters)
    further = {"value": t.counters.c.value + 1}
    return insert.on_conflict_do_update(index_elements=["municipality", "name"], set_=further).returning(
        t.counters.c.value
    )


@cache
def _near(same: tuple[str, ...]) -> sa.Select[Any]:
    """Cases that share one of these columns, the newest first. The newest of each column are taken from its index before
    their age is looked at: asked for all at once SQLite reads through everything since then, a year for each message."""
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


def author_key(appeal: Appeal) -> str | None:
    """Who wrote it, over all networks; None where nobody knows."""
    return f"{appeal.network or appeal.source}:{appeal.author_ref}"[:128] if appeal.author_ref else None


def place_key(location: str) -> str | None:
    return " ".join(location.casefold().replace("ё", "е").split())[:256] or None


_UNKNOWN = object()


class Page:
    def __init__(self, connection: Connection, municipality: str) -> None:
        self.connection = connection
        self.municipality = municipality
        self._cases: dict[int, Case] = {}
        self._next_alarm: Any = _UNKNOWN
        self._undo: list[Callable[[], None]] = []
        self._further: list[Callable[[], None]] = []

    # --- the other books -------------------------------------------------------------------------------------------

    @cached_property
    def inbox(self) -> Inbox:
        return Inbox(self)

    @cached_property
    def audit(self) -> Audit:
        return Audit(self)

    @cached_property
    def outbox(self) -> Outbox:
        return Outbox(self)

    @cached_property
    def messages(self) -> Messages:
        return Messages(self)

    @cached_property
    def people(self) -> People:
        return People(self)

    @cached_property
    def questions(self) -> Questions:
        return Questions(self)

    @cached_property
    def absences(self) -> Absences:
        return Absences(self)

    @cached_property
    def seen(self) -> SeenBook:
        return SeenBook(self)

    @cached_property
    def lessons(self) -> Lessons:
        return Lessons(self)

    @cached_property
    def afterwards(self) -> AfterwardsBook:
        return AfterwardsBook(self)

    @cached_property
    def waves(self) -> Waves:
        return Waves(self)

    @cached_property
    def search(self) -> Search:
        return Search(self)

    @cached_property
    def lists(self) -> Lists:
        return Lists(self)

    def if_lost(self, undo: Callable[[], None]) -> None:
        """Called where the transaction is not kept, the last said first: what was learnt from its rows is forgotten."""
        self._undo.append(undo)

    def if_kept(self, further: Callable[[], None]) -> None:
        """Call this after the commit, in the order given: for logging and counting."""
        self._further.append(further)

    def lost(self) -> None:
        self._lose(0, 0)

    def kept(self) -> None:
        for further in self._further:
            further()

    def _lose(self, undo: int, further: int) -> None:
        while len(self._undo) > undo:
            self._undo.pop()()
        del self._further[further:]

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """Keep all of the block or nothing of it; if nothing, also forget what was read or remembered since. Raises StorageError
        if the storage failed: then the whole transaction is lost."""
        before = len(self._undo), len(self._further)
        try:
            async with self.connection.begin_nested():
                yield
        except BaseException as error:
            self._lose(*before)
            self._forget()
            if is_failure(error) and not isinstance(error, StorageError):
                raise StorageError(reason_of(error)) from error
            raise

    def _forget(self) -> None:
        """Drop every row the page and its books remember; some may have been rolled back."""
        self._cases.clear()
        self._next_alarm = _UNKNOWN
        for name in [name for name in vars(self) if isinstance(vars(Page).get(name), cached_property)]:
            delattr(self, name)

    # --- cases (the desk's port) -----------------------------------------------------------------------------------

    async def case(self, case_id: int) -> Case | None:
        """The case as it stands; read once a transaction, since only this one changes it meanwhile."""
        if case_id not in self._cases:
            found = await self.connection.execute(_CASE, {"case": case_id, "here": self.municipality})
            body = found.scalar_one_or_none()
            if body is None:
                return None
            self._cases[case_id] = load_case(body)
        return self._cases[case_id]

    async def save(self, before: Case | None, after: Case, entry: Entry) -> bool:
        """Keep the case and its journal line; False, and nothing kept, where the version in the books is another."""
        values = {
            "version": after.version,
            "state": after.state,
            "department": after.lead.department if after.lead else None,
            "changed_at": entry.at,
            "answer_ref": after.posting.ref or None if after.posting else None,
            "answer_network": after.answered_in,
            "place": place_key(after.location),
            "body": dump(after),
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
        await self.lists.follow(before, after)
        await self.search.follow(before, after)
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
        await self.connection.execute(_LINE, line)

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
                    "account": a.account,
                }
                for a in new
            ]
            await self.insert_new(t.alarms, rows)
        if deadlines:
            await self.put_deadlines(case, deadlines)

    async def put_due(self, case: Case, due: datetime | None) -> None:
        """What is due first of what somebody is held to; lists of open cases are in this order."""
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
        """One journal line about something the program did for a case, or somebody has seen; nothing in the case changes."""
        case = await self.case(case_id)
        if case is not None:
            await self._journal(case, now, who, None, action, case.state, details)

    # --- around the desk -------------------------------------------------------------------------------------------

    async def due_alarms(self, now: datetime, limit: int) -> list[tuple[int, Alarm]]:
        """The alarms of this municipality whose moment has come, the earliest first, with the numbers of their rows."""
        values = {"here": self.municipality, "now": now, "most": limit}
        rows = (await self.connection.execute(_DUE_ALARMS, values)).mappings().all()
        found = [(r, AlarmKind(r["kind"])) for r in rows]
        return [(r["id"], Alarm(r["at"], kind, r["case_id"], r["step"], r["due"], r["account"])) for r, kind in found]

    async def drop_alarm(self, row_id: int) -> None:
        self._next_alarm = _UNKNOWN
        await self.connection.execute(_DROP_ALARM, {"alarm": row_id})

    async def drop_alarms(self, row_ids: Sequence[int]) -> None:
        """As `drop_alarm`, many at once."""
        if row_ids:
            self._next_alarm = _UNKNOWN
            await self.connection.execute(_DROP_ALARM, [{"alarm": row_id} for row_id in row_ids])

    async def drop_head_alarm(self, now: datetime) -> tuple[int, str] | None:
        """The alarm that is due first is gone unread; its case and step. For a clock that it stopped."""
        self._next_alarm = _UNKNOWN
        values = {"here": self.municipality, "now": now, "most": 1}
        head = (await self.connection.execute(_DUE_HEAD, values)).one_or_none()
        if head is None:
            return None
        await self.connection.execute(_DROP_ALARM, {"alarm": head[0]})
        return int(head[1]), str(head[2])

    async def next_alarm(self) -> datetime | None:
        """When the earliest alarm of this municipality rings; it may be due already. Read once, since only this transaction
        changes it meanwhile."""
        if self._next_alarm is _UNKNOWN:
            found = await self.connection.execute(_NEXT_ALARM, {"here": self.municipality})
            self._next_alarm = found.scalar_one()
        moment: datetime | None = self._next_alarm
        return moment

    async def case_by_number(self, number: int) -> Case | None:
        """None where there is none, also of a number no case can have."""
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
        """The case whose answer stands in the network under `ref`."""
        stands = (t.cases.c.answer_network == network, t.cases.c.answer_ref == ref)
        here = (t.cases.c.municipality == self.municipality, *stands)
        query = sa.select(t.cases.c.id).where(*here).order_by(t.cases.c.number.desc()).limit(1)
        case: int | None = (await self.connection.execute(query)).scalar_one_or_none()
        return case

    async def cases_near(self, appeal: Appeal, location: str, since: datetime, limit: int = 50) -> list[Case]:
        """Cases of the same author or about the same place, detected since then, the newest first."""
        keys = {"author": author_key(appeal), "place": place_key(location)}
        same = {name: key for name, key in keys.items() if key is not None}
        if not same:
            return []
        values = {"here": self.municipality, "since": since, "most": limit, **same}
        rows = await self.connection.execute(_near(tuple(same)), values)
        return [load_case(body) for body in rows.scalars()]

    async def cases_in(self, states: Sequence[str], department: str | None = None, limit: int = 200) -> list[Case]:
        """Cases in these states, the oldest number first."""
        query = sa.select(t.cases.c.body).where(
            t.cases.c.municipality == self.municipality, t.cases.c.state.in_(states)
        )
        if department is not None:
            query = query.where(t.cases.c.department == department)
        rows = await self.connection.execute(query.order_by(t.cases.c.number).limit(limit))
        return [load_case(body) for body in rows.scalars()]

    async def fresh_since(self, state: str, moment: datetime, limit: int = 1000) -> list[int]:
        """Ids of the cases in this state that were detected since then, the oldest first."""
        values = {"here": self.municipality, "state": state, "moment": moment, "most": limit}
        return list((await self.connection.execute(_FRESH, values)).scalars())

    async def history(self, case_id: int) -> list[dict[str, Any]]:
        """The journal of a case, oldest line first; `details` as a mapping."""
        query = sa.select(t.journal).where(t.journal.c.case_id == case_id).order_by(t.journal.c.id)
        rows = (await self.connection.execute(query)).mappings()
        return [{**row, "details": json.loads(row["details"])} for row in rows]

    async def next_number(self, name: str) -> int:
        """The next of a counter of this municipality, from 1. A transaction that is not kept gives its number back."""
        return await self._next(self.municipality, name)

    async def next_case_id(self) -> int:
        """Case ids are one sequence over the whole database."""
        return await self._next("", "case")

    async def _next(self, municipality: str, name: str) -> int:
        first = {"municipality": municipality, "name": name, "value": 1}
        return int((await self.connection.execute(_count_on(self.dialect), first)).scalar_one())

    async def mark(self, name: str) -> str | None:
        found = await self.connection.execute(_MARK, {"here": self.municipality, "mark": name})
        value: str | None = found.scalar_one_or_none()
        return value

    async def set_mark(self, name: str, value: str) -> None:
        row = {"municipality": self.municipality, "name": name, "value": value}
        await self.connection.execute(put(self.dialect, t.marks, ("municipality", "name")), row)

    async def keep_edition(self, text_hash: str, key: str, text: str, now: datetime) -> None:
        """The regulation's text, by hash, so that a case can always be read by the one it was opened under."""
        await self.insert_new(t.editions, [{"hash": text_hash, "key": key, "text": text, "first_seen": now}])

    async def edition(self, text_hash: str) -> str | None:
        query = sa.select(t.editions.c.text).where(t.editions.c.hash == text_hash)
        text: str | None = (await self.connection.execute(query)).scalar_one_or_none()
        return text

    async def editions_in_use(self) -> list[str]:
        here = t.cases.c.municipality == self.municipality, t.cases.c.regulation == t.editions.c.hash
        query = sa.select(t.editions.c.hash).where(sa.exists().where(*here))
        return list((await self.connection.execute(query)).scalars())

    async def kept_file(self, remote: str) -> dict[str, Any] | None:
        query = sa.select(t.files).where(t.files.c.municipality == self.municipality, t.files.c.remote == remote)
        row = (await self.connection.execute(query)).mappings().one_or_none()
        return dict(row) if row is not None else None

    async def keep_file(self, remote: str, key: str, kind: str, name: str, size: int, now: datetime) -> None:
        row = {"municipality": self.municipality, "remote": remote, "key": key, "kind": kind, "name": name}
        await self.insert_new(t.files, [{**row, "size": size, "kept_at": now}])

    # --- SQL both databases speak ----------------------------------------------------------------------------------

    @property
    def dialect(self) -> str:
        return self.connection.dialect.name

    async def insert_new(self, table: sa.Table, rows: Sequence[dict[str, Any]]) -> int:
        """Insert the rows that are not there yet; how many were new (not known for several rows on every driver)."""
        result = await self.connection.execute(insert_new(self.dialect, table), list(rows))
        return int(result.rowcount)
