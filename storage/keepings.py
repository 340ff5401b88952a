"""What is stored beside the cases: marks (named values), editions of regulations, calendars, outages, sent reports, files."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage import tables as t
from storage.dialects import put
from storage.engine import Connection
from storage.lengths import cut
from storage.scope import Scope

_HERE: sa.BindParameter[Any] = sa.bindparam("here")
_OF_PREFIX = sa.select(t.marks.c.name, t.marks.c.value).where(
    t.marks.c.municipality == _HERE, t.marks.c.name.like(sa.bindparam("beginning"), escape="/")
)
_MARK = sa.select(t.marks.c.value).where(t.marks.c.municipality == _HERE, t.marks.c.name == sa.bindparam("mark"))


class Keepings(Scope):
    def __init__(self, connection: Connection, municipality: str) -> None:
        super().__init__(connection, municipality)
        self._marks: dict[str, str | None] = {}

    def _forget(self) -> None:
        super()._forget()
        self._marks.clear()

    async def mark(self, name: str) -> str | None:
        """Return the value stored under this name, or None. Read once in each transaction, because only this one can change
        it meanwhile."""
        if name not in self._marks:
            found = await self.connection.execute(_MARK, {"here": self.municipality, "mark": name})
            self._marks[name] = found.scalar_one_or_none()
        return self._marks[name]

    async def marks(self, names: Sequence[str]) -> dict[str, str]:
        """Return the values stored under these names; names without a value are left out."""
        return {name: value for name in names if (value := await self.mark(name)) is not None}

    async def set_mark(self, name: str, value: str) -> None:
        await self.set_marks({name: value})

    async def set_marks(self, marks: Mapping[str, str]) -> None:
        self._marks |= marks
        rows = [{"municipality": self.municipality, "name": name, "value": value} for name, value in marks.items()]
        await self.connection.execute(put(self.dialect, t.marks, ("municipality", "name")), rows)

    async def marks_of(self, prefix: str) -> dict[str, str]:
        """Return all stored values whose names begin with the prefix, by name."""
        beginning = re.sub(r"([/%_])", r"/\1", prefix) + "%"
        rows = await self.connection.execute(_OF_PREFIX, {"here": self.municipality, "beginning": beginning})
        return {row.name: row.value for row in rows}

    async def keep_edition(self, text_hash: str, key: str, text: str, now: datetime) -> None:
        """Store the regulation's text by its hash, so that a case is always governed by the edition it was opened under."""
        await self.insert_new(t.editions, [{"hash": text_hash, "key": key, "text": text, "first_seen": now}])

    async def edition(self, text_hash: str) -> str | None:
        query = sa.select(t.editions.c.text).where(t.editions.c.hash == text_hash)
        text: str | None = (await self.connection.execute(query)).scalar_one_or_none()
        return text

    async def editions_in_use(self) -> list[str]:
        here = t.cases.c.municipality == self.municipality, t.cases.c.regulation == t.editions.c.hash
        query = sa.select(t.editions.c.hash).where(sa.exists().where(*here))
        return list((await self.connection.execute(query)).scalars())

    async def keep_calendar(self, fingerprint: str, text: str, now: datetime) -> None:
        """Store the calendar's JSON by its hash, so that a row of the register of violations can always be checked against
        the calendar it was computed with."""
        await self.insert_new(t.calendars, [{"hash": fingerprint, "text": text, "first_seen": now}])

    async def calendar(self, fingerprint: str) -> str | None:
        query = sa.select(t.calendars.c.text).where(t.calendars.c.hash == fingerprint)
        text: str | None = (await self.connection.execute(query)).scalar_one_or_none()
        return text

    async def calendars(self) -> dict[str, str]:
        """Return the JSON of every stored calendar, by its hash."""
        found = await self.connection.execute(sa.select(t.calendars.c.hash, t.calendars.c.text))
        return {row.hash: row.text for row in found}

    async def keep_outage(self, since: datetime, until: datetime) -> None:
        """Record that the bot was not running from `since` to `until`."""
        await self.insert_new(t.outages, [{"municipality": self.municipality, "since": since, "until": until}])

    async def outages(self, since: datetime, until: datetime) -> list[tuple[datetime, datetime]]:
        """Return (from, to) of each time the bot was not running that overlaps [since, until), in order."""
        o = t.outages.c
        query = (
            sa.select(o.since, o.until)
            .where(o.municipality == self.municipality, o.since < until, o.until > since)
            .order_by(o.since)
        )
        return [(began, ended) for began, ended in (await self.connection.execute(query)).all()]

    async def keep_sent_report(self, month: str, as_of: datetime, body: str) -> None:
        """Store the report of a month as it is sent; one stored earlier for the month is not replaced. `as_of`: the moment
        of its figures."""
        row = {"municipality": self.municipality, "month": month, "as_of": as_of, "body": body}
        await self.insert_new(t.sent_reports, [row])

    async def sent_report(self, month: str) -> str | None:
        here = t.sent_reports.c.municipality == self.municipality, t.sent_reports.c.month == month
        query = sa.select(t.sent_reports.c.body).where(*here)
        body: str | None = (await self.connection.execute(query)).scalar_one_or_none()
        return body

    async def sent_months(self) -> list[tuple[str, datetime]]:
        """Return every month whose report was sent, with the moment of its figures, the earliest moment first."""
        r = t.sent_reports.c
        query = sa.select(r.month, r.as_of).where(r.municipality == self.municipality).order_by(r.as_of)
        return [(month, as_of) for month, as_of in (await self.connection.execute(query)).all()]

    async def kept_file(self, remote: str) -> dict[str, Any] | None:
        query = sa.select(t.files).where(t.files.c.municipality == self.municipality, t.files.c.remote == remote)
        row = (await self.connection.execute(query)).mappings().one_or_none()
        return dict(row) if row is not None else None

    async def keep_file(self, remote: str, key: str, kind: str, name: str, size: int, now: datetime) -> None:
        row = {
            "municipality": self.municipality,
            "remote": remote,
            "key": key,
            "kind": kind,
            "name": cut(t.files.c.name, name),
        }
        await self.insert_new(t.files, [{**row, "size": size, "kept_at": now}])
