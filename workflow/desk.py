"""The desk: the only place where a decision and the books meet. Load, decide, save, journal, terms, letters: one transaction.

It knows storage and post only as the ports it declares, and awaits nothing of the network.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from workflow.alarms import Alarm, AlarmKind, alarms_of, notice_for, terms_of
from workflow.case import Case
from workflow.commands import AnyCommand, Entry, Release
from workflow.deadlines import Deadline
from workflow.decide import decide
from workflow.effects import Effect
from workflow.office import CLOCK, Actor, Office
from workflow.outcomes import Accepted, Decision, Reason, Refused


class Page(Protocol):
    """An open transaction of the books."""

    async def case(self, case_id: int) -> Case | None:
        """The case as it stands, or None."""

    async def save(self, before: Case | None, after: Case, entry: Entry) -> bool:
        """Keep the case and one journal line; False if somebody saved another version meanwhile (nothing is kept then)."""

    async def put_terms(
        self, case: Case, gone: Sequence[Alarm], new: Sequence[Alarm], deadlines: Sequence[Deadline]
    ) -> None:
        """Alarms that no longer hold go, new ones are set, the rows of `deadlines` replace those of the same steps."""

    async def note(self, case: Case, alarm: Alarm, now: datetime) -> None:
        """One journal line that a notice went out; the version does not change."""


class Postroom(Protocol):
    """Turns effects into letters for exact recipients, kept in the same transaction."""

    async def take(
        self, page: Page, case: Case, effects: Sequence[Effect], actor: Actor, office: Office, now: datetime
    ) -> None: ...


@dataclass(frozen=True)
class Desk:
    """`office_of(municipality, regulation hash)` gives the office a case lives by (DESIGN rule 4); None: as it is today."""

    office_of: Callable[[str, str | None], Office]
    postroom: Postroom

    async def carry_out(self, page: Page, command: AnyCommand, now: datetime, municipality: str) -> Decision:
        """Decide the command and keep what follows, within the caller's transaction."""
        before = await page.case(command.case)
        office = self.office_of(municipality, before.regulation if before else None)
        decision = decide(before, command, office, now)
        if isinstance(decision, Refused):
            return decision
        if not await page.save(before, decision.case, decision.entry):
            return Refused(Reason.CHANGED_MEANWHILE)
        await self._put_terms(page, before, decision.case, office)
        await self.postroom.take(page, decision.case, decision.effects, command.by, office, now)
        return decision

    async def ring(self, page: Page, alarm: Alarm, now: datetime, municipality: str) -> None:
        """An alarm fell due: an answer goes out, or somebody is told. One whose reason is gone is dropped without a word."""
        if alarm.kind is AlarmKind.RELEASE:
            case = await page.case(alarm.case)
            if case is not None and case.approved is not None and case.post_at == alarm.at:
                await self.carry_out(page, Release(CLOCK, alarm.case, case.approved), now, municipality)
            return
        case = await page.case(alarm.case)
        if case is None:
            return
        office = self.office_of(municipality, case.regulation)
        effects = notice_for(case, alarm, office, now)
        if effects:
            await page.note(case, alarm, now)
            await self.postroom.take(page, case, effects, CLOCK, office, now)

    async def _put_terms(self, page: Page, before: Case | None, after: Case, office: Office) -> None:
        """Only what changed is written: terms are a function of the history, so the old ones need not be read."""
        old_terms = terms_of(before, office) if before else {}
        new_terms = terms_of(after, office)
        old = set(alarms_of(before, office, old_terms)) if before else set()
        new = set(alarms_of(after, office, new_terms))
        changed = [deadline for step, deadline in new_terms.items() if old_terms.get(step) != deadline]
        await page.put_terms(after, sorted(old - new), sorted(new - old), changed)


__all__ = ["Accepted", "Decision", "Desk", "Page", "Postroom", "Refused"]
