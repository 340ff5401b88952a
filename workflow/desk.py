"""The desk: the only place where a decision and the books meet. Load, decide, save, journal, terms, letters: one transaction.

It knows storage and post only as the ports it declares, and awaits nothing of the network.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol, TypeVar

from workflow.case import Case
from workflow.commands import AnyCommand, Entry, Release
from workflow.decide import decide
from workflow.effects import Also, Effect
from workflow.engine import Asked, Life
from workflow.office import CLOCK, Actor, Office
from workflow.outcomes import Accepted, Decision, Reason, Refused
from workflow.terms.alarms import Alarm, AlarmKind, alarms_of, first_due, following, newest_runs, notice_for
from workflow.terms.deadlines import Deadline

Thing = TypeVar("Thing", bound=Any)
Kept = TypeVar("Kept", contravariant=True)
Shown = TypeVar("Shown")
REMEMBERED = 4096
"""Terms of so many cases are kept as they were reckoned last."""


class Transaction(Protocol):
    """An open transaction of the books."""

    async def case(self, case_id: int) -> Case | None:
        """The case as it stands, or None."""

    async def save(self, before: Case | None, after: Case, entry: Entry) -> bool:
        """Keep the case and one journal line; False if somebody saved another version meanwhile (nothing is kept then)."""

    async def put_terms(
        self, case: Case, gone: Sequence[Alarm], new: Sequence[Alarm], deadlines: Sequence[Deadline]
    ) -> None:
        """Alarms that no longer hold go, new ones are set, the rows of `deadlines` replace those of the same names."""

    async def put_due(self, case: Case, due: datetime | None) -> None:
        """What is due first of the duties somebody is held to; None where nothing runs."""

    async def note(self, case: Case, alarm: Alarm, now: datetime) -> None:
        """One journal line that a notice went out; the version does not change."""


class Postroom(Protocol):
    """Turns effects into letters for exact recipients, kept in the same transaction."""

    async def take(
        self, tx: Transaction, case: Case, effects: Sequence[Effect], actor: Actor, office: Office, now: datetime
    ) -> None: ...


class Book(Protocol[Kept]):
    """The book of one kind of thing, within an open transaction."""

    async def save(self, after: Kept, entry: Entry) -> bool:
        """Keep the thing and one journal line; False if somebody saved another version meanwhile (nothing is kept then)."""


async def carried(
    life: Life[Thing, Shown], book: Book[Thing], before: Thing | None, command: Asked, office: Office, now: datetime
) -> Accepted[Thing, Shown] | Refused:
    """Decide the command and keep what follows, within the caller's transaction."""
    decision = life.decide(before, command, office, now)
    if isinstance(decision, Accepted) and not await book.save(decision.after, decision.entry):
        return Refused(Reason.CHANGED_MEANWHILE)
    return decision


class ChangedMeanwhileError(Exception):
    """Of several cases that change together one was changed by somebody else after another had been kept."""


@dataclass(frozen=True, slots=True)
class _Decided:
    before: Case | None
    accepted: Accepted[Case, Effect]
    actor: Actor
    office: Office


@dataclass(frozen=True, slots=True)
class _Reckoned:
    """What runs for a case under an office: the last run of each step by its name, the alarms, what is due first."""

    case: Case | None
    office: Office | None
    terms: Mapping[str, Deadline]
    alarms: frozenset[Alarm]
    due: datetime | None


NOTHING = _Reckoned(None, None, {}, frozenset(), None)


@dataclass(frozen=True)
class Desk:
    """`office_of(municipality, regulation hash)` gives the office a case lives by (DESIGN rule 4); None: as it is today."""

    office_of: Callable[[str, str | None], Office]
    postroom: Postroom
    _known: dict[int, _Reckoned] = field(default_factory=dict, repr=False, compare=False)

    async def carry_out(self, tx: Transaction, command: AnyCommand, now: datetime, municipality: str) -> Decision:
        """Decide the command and keep what follows, within the caller's transaction. Raises ChangedMeanwhileError where a
        later one of several cases was changed by somebody else: the transaction is to be given up."""
        decided = await self._decide(tx, command, now, municipality)
        if isinstance(decided, Refused):
            return decided
        for kept, one in enumerate(decided):
            if not await tx.save(one.before, one.accepted.after, one.accepted.entry):
                if kept:
                    raise ChangedMeanwhileError(one.accepted.after.id)
                return Refused(Reason.CHANGED_MEANWHILE)
            await self._put_terms(tx, one.before, one.accepted.after, one.office)
            await self.postroom.take(tx, one.accepted.after, one.accepted.effects, one.actor, one.office, now)
        return decided[0].accepted

    async def _decide(
        self, tx: Transaction, command: AnyCommand, now: datetime, municipality: str, so_far: Sequence[_Decided] = ()
    ) -> list[_Decided] | Refused:
        """The command and those that go with it, all decided before anything is kept: they hold together or not at all.
        Each is judged by what those before it, `so_far`, have made of its case."""
        known = {one.accepted.after.id: one.accepted.after for one in so_far}
        before = known.get(command.case) or await tx.case(command.case)
        office = self.office_of(municipality, before.regulation if before else None)
        decision = decide(before, command, office, now)
        if isinstance(decision, Refused):
            return decision
        alsos = [effect for effect in decision.effects if isinstance(effect, Also)]
        if alsos:
            effects = tuple(effect for effect in decision.effects if not isinstance(effect, Also))
            decision = replace(decision, effects=effects)
        decided = [_Decided(before, decision, command.by, office)]
        for also in alsos:
            others = await self._decide(tx, also.command, now, municipality, [*so_far, *decided])
            if isinstance(others, Refused) and also.required:
                return others
            decided += [] if isinstance(others, Refused) else others
        return decided

    async def ring(self, tx: Transaction, alarm: Alarm, now: datetime, municipality: str) -> None:
        """An alarm fell due: an answer goes out, or somebody is told. One whose reason is gone is dropped without a word."""
        if alarm.kind is AlarmKind.RELEASE:
            case = await tx.case(alarm.case)
            if case is not None and case.approved is not None and case.post_at == alarm.at:
                await self.carry_out(tx, Release(CLOCK, alarm.case, case.approved), now, municipality)
            return
        case = await tx.case(alarm.case)
        if case is None:
            return
        office = self.office_of(municipality, case.regulation)
        terms = newest_runs(case, office)
        effects = notice_for(case, alarm, office, now, terms)
        if effects:
            await tx.note(case, alarm, now)
            await self.postroom.take(tx, case, effects, CLOCK, office, now)
        if (further := following(case, alarm, office, now, terms)) is not None:
            await tx.put_terms(case, [], [further], [])

    def _reckoned(self, case: Case, office: Office) -> _Reckoned:
        """What runs for the case; for a case as it was saved it is not reckoned again when it changes next."""
        known = self._known.get(case.id)
        if known is not None and known.office is office and (known.case is case or known.case == case):
            return known
        terms = newest_runs(case, office)
        alarms = frozenset(alarms_of(case, office, terms))
        found = _Reckoned(case, office, terms, alarms, first_due(case, office, terms))
        self._known.pop(case.id, None)
        self._known[case.id] = found
        if len(self._known) > REMEMBERED:
            del self._known[next(iter(self._known))]
        return found

    async def _put_terms(self, tx: Transaction, before: Case | None, after: Case, office: Office) -> None:
        """Only what changed is written: terms are a function of the history, so the old ones need not be read."""
        was = self._reckoned(before, office) if before else NOTHING
        now = self._reckoned(after, office)
        changed = [deadline for name, deadline in now.terms.items() if was.terms.get(name) != deadline]
        await tx.put_terms(after, sorted(was.alarms - now.alarms), sorted(now.alarms - was.alarms), changed)
        if before is None or before.is_ended or now.due != was.due:
            await tx.put_due(after, now.due)


__all__ = ["Accepted", "ChangedMeanwhileError", "Decision", "Desk", "Postroom", "Refused", "Transaction", "carried"]
