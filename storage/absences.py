"""Stores absences: who is away, until when, and who substitutes. What an absence means is decided by `workflow.office`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from storage import tables as t
from storage.scope import Scope
from workflow.office import Absence


@dataclass(frozen=True, slots=True)
class KeptAbsence:
    """A stored absence. `entered_by`: the key of the person who entered it, `entered_at`: when, in UTC."""

    id: int
    absence: Absence
    entered_by: str
    entered_at: datetime


class Absences:
    def __init__(self, tx: Scope) -> None:
        self._tx = tx

    async def enter(self, absence: Absence, entered_by: str, now: datetime) -> int:
        """Store the absence and return its number, with which it can be ended."""
        row = {
            "municipality": self._tx.municipality,
            "person": absence.person,
            "since": absence.since,
            "until": absence.until,
            "substitute": absence.substitute,
            "entered_by": entered_by,
            "entered_at": now,
        }
        result = await self._tx.connection.execute(t.absences.insert().values(**row).returning(t.absences.c.id))
        return int(result.scalar_one())

    async def lasting(self, now: datetime) -> list[KeptAbsence]:
        """Return present and future absences (those that end after `now` and were not ended early), the earliest first."""
        query = (
            sa.select(t.absences)
            .where(
                t.absences.c.municipality == self._tx.municipality,
                t.absences.c.until > now,
                t.absences.c.ended_at.is_(None),
            )
            .order_by(t.absences.c.since, t.absences.c.id)
        )
        return [_kept(row) for row in (await self._tx.connection.execute(query)).mappings()]

    async def gone(self, now: datetime) -> list[Absence]:
        """Return absences that have ended by `now`, each up to its actual end, the earliest first; one that was ended before
        it began is left out."""
        mine = t.absences.c.municipality == self._tx.municipality
        over = sa.or_(t.absences.c.until <= now, t.absences.c.ended_at.is_not(None))
        query = sa.select(t.absences).where(mine, over).order_by(t.absences.c.since, t.absences.c.id)
        found = (await self._tx.connection.execute(query)).mappings()
        ended = [replace(_kept(row).absence, until=min(row["until"], row["ended_at"] or row["until"])) for row in found]
        return [absence for absence in ended if absence.since < absence.until]

    async def end(self, absence_id: int, now: datetime) -> KeptAbsence | None:
        """End the absence at `now`, or cancel a future one, and return it as it was; None if there is no present or future
        absence of this number."""
        found = next((kept for kept in await self.lasting(now) if kept.id == absence_id), None)
        if found is not None:
            ended = t.absences.update().where(t.absences.c.id == absence_id).values(ended_at=now)
            await self._tx.connection.execute(ended)
        return found


def _kept(row: sa.RowMapping) -> KeptAbsence:
    absence = Absence(row["person"], row["since"], row["until"], row["substitute"], row["entered_at"])
    return KeptAbsence(row["id"], absence, row["entered_by"], row["entered_at"])
