"""Stores the register of violations (missed duties) as a table, beside the cases' documents, for lists and reports."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from storage import tables as t
from storage.codec import dump, load
from storage.dialects import put
from storage.scope import Scope
from workflow.case import Case, Missed


@dataclass(frozen=True, slots=True)
class KeptMissed:
    """A row of the register of violations, with the id and number of its case."""

    case_id: int
    case_number: int
    missed: Missed


@dataclass(frozen=True, slots=True)
class Moved:
    """A row of the register of violations that was entered (`added`) or annulled within some time; `detected_at` is its
    case's."""

    missed: Missed
    case_number: int
    detected_at: datetime
    added: bool


class Violations:
    def __init__(self, tx: Scope) -> None:
        self._tx = tx

    async def follow(self, before: Case | None, after: Case, now: datetime) -> None:
        """Write the rows of the saved case that are new or changed. A new row gets `now` as the moment of entry, which may
        be later than the moment its term passed."""
        was = before.missed if before is not None else ()
        if after.missed is was:
            return
        known = {row.number: row for row in was}
        changed = [row for row in after.missed if known.get(row.number) != row]
        if changed:
            rows = [self._row(after, row, now) for row in changed]
            written = put(self._tx.dialect, t.violations, ("case_id", "number"), ("entered_at",))
            await self._tx.connection.execute(written, rows)

    def _row(self, case: Case, row: Missed, now: datetime) -> dict[str, object]:
        return {
            "case_id": case.id,
            "number": row.number,
            "municipality": self._tx.municipality,
            "case_number": case.number,
            "step": row.step,
            "executor": row.executor,
            "line": row.line,
            "who": row.who,
            "until": row.until,
            "passed_at": row.passed_at,
            "ended_at": row.ended_at,
            "annulled_at": row.annulled.at if row.annulled is not None else None,
            "body": dump(row),
            "entered_at": now,
        }

    async def passed(self, since: datetime, until: datetime) -> list[KeptMissed]:
        """Return the rows whose term was missed in [since, until), in order of time, annulled ones too."""
        v = t.violations.c
        here = v.municipality == self._tx.municipality, v.passed_at >= since, v.passed_at < until
        return await self._read(sa.select(t.violations).where(*here).order_by(v.passed_at, v.case_number, v.number))

    async def standing_since(self, since: datetime) -> list[KeptMissed]:
        """Return the rows, not annulled, whose term was missed at `since` or later, by case and number."""
        v = t.violations.c
        here = v.municipality == self._tx.municipality, v.passed_at >= since, v.annulled_at.is_(None)
        return await self._read(sa.select(t.violations).where(*here).order_by(v.case_number, v.number))

    async def moved(self, since: datetime, until: datetime) -> list[Moved]:
        """Return the rows that were entered or annulled in (since, until], by case and number; a row that was both entered
        and annulled by `until` is left out."""
        v = t.violations.c
        entered, annulled = (sa.and_(c > since, c <= until) for c in (v.entered_at, v.annulled_at))
        query = (
            sa.select(t.violations, t.cases.c.detected_at)
            .join(t.cases, t.cases.c.id == v.case_id)
            .where(v.municipality == self._tx.municipality, sa.or_(entered, annulled))
            .order_by(v.case_number, v.number)
        )
        found = (await self._tx.connection.execute(query)).mappings()
        rows = [
            Moved(load(Missed, row["body"]), row["case_number"], row["detected_at"], row["entered_at"] > since)
            for row in found
        ]
        return [row for row in rows if not (row.added and row.missed.annulled and row.missed.annulled.at <= until)]

    async def of_cases(self, case_ids: Collection[int]) -> list[KeptMissed]:
        """Return all rows of these cases (ids), annulled ones too, by case and number."""
        v = t.violations.c
        here = v.municipality == self._tx.municipality, v.case_id.in_(sorted(case_ids))
        return await self._read(sa.select(t.violations).where(*here).order_by(v.case_number, v.number))

    async def _read(self, query: sa.Select[tuple[object, ...]]) -> list[KeptMissed]:
        found = (await self._tx.connection.execute(query)).mappings()
        return [KeptMissed(row["case_id"], row["case_number"], load(Missed, row["body"])) for row in found]
