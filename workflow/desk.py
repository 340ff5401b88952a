"""The desk: loads a case, decides, saves, and writes the journal, the terms and the letters, all in one transaction.

Only here do the pure rules meet the database. The desk knows storage and delivery only through the protocols it declares,
and never waits for the network.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeVar

from workflow.case import Case, State
from workflow.commands import AnyCommand, Entry, Reckon, Release
from workflow.decide import decide
from workflow.effects import Also, Effect
from workflow.engine import Asked, Life
from workflow.office import CLOCK, Actor, Office
from workflow.outcomes import Accepted, Decision, Reason, Refused
from workflow.replacing import replace
from workflow.terms.alarms import (
    Alarm,
    AlarmKind,
    alarms_of,
    first_due,
    following,
    key_of,
    newest_runs,
    notice_for,
    unforwarded,
)
from workflow.terms.deadlines import Deadline
from workflow.terms.register import Host, imported, lapse_alarms, lapsing, settle, with_endings
from workflow.waiting import waits_on

Thing = TypeVar("Thing", bound=Any)
Kept = TypeVar("Kept", contravariant=True)
Shown = TypeVar("Shown")
REMEMBERED = 256
"""For how many cases the computed terms are cached in memory."""


class Transaction(Protocol):
    """An open transaction of the database, as the desk uses it."""

    async def case(self, case_id: int) -> Case | None:
        """Loads the case with this id, or returns None if there is none."""

    async def save(self, before: Case | None, after: Case, entry: Entry) -> bool:
        """Saves the case and one journal entry. Returns False and saves nothing if somebody saved another version
        meanwhile."""

    async def put_terms(
        self, case: Case, gone: Sequence[Alarm], new: Sequence[Alarm], deadlines: Sequence[Deadline]
    ) -> None:
        """Deletes the alarms in `gone`, sets those in `new`, and stores `deadlines` in place of those of the same name."""

    async def drop_alarms_of(self, case: Case, steps: Sequence[str]) -> None:
        """Deletes all alarms of these steps of the case, whatever moment each is set to."""

    async def put_due(self, case: Case, due: datetime | None) -> None:
        """Stores the earliest due moment among the running duties; None if no duty runs."""

    async def note(self, case: Case, alarm: Alarm, now: datetime) -> None:
        """Writes a journal entry that the notice of this alarm went out. The case's version does not change."""


class Postroom(Protocol):
    """Turns the effects of a decision into letters to exact recipients, and stores them in the outbox in the same
    transaction."""

    async def take(
        self, tx: Transaction, case: Case, effects: Sequence[Effect], actor: Actor, office: Office, now: datetime
    ) -> None: ...


class Book(Protocol[Kept]):
    """Stores values of one kind (a page, a comment, material) within an open transaction."""

    async def save(self, after: Kept, entry: Entry) -> bool:
        """Saves the changed value and one journal entry. Returns False and saves nothing if another version was saved
        meanwhile."""


async def carried(
    life: Life[Thing, Shown], book: Book[Thing], before: Thing | None, command: Asked, office: Office, now: datetime
) -> Accepted[Thing, Shown] | Refused:
    """Decides the command by the table of `life` and saves the result in the caller's transaction. Returns Refused if the
    table refuses, or with CHANGED_MEANWHILE if another version was saved meanwhile; then nothing is saved."""
    decision = life.decide(before, command, office, now)
    if isinstance(decision, Accepted) and not await book.save(decision.after, decision.entry):
        return Refused(Reason.CHANGED_MEANWHILE)
    return decision


class ChangedMeanwhileError(Exception):
    """One command changes several cases; one was saved, but another had been changed by somebody else. The caller must
    roll the transaction back. The argument is the id of the case that could not be saved."""


@dataclass(frozen=True, slots=True)
class _Decided:
    before: Case | None
    accepted: Accepted[Case, Effect]
    actor: Actor
    office: Office


@dataclass(frozen=True, slots=True)
class _Reckoned:
    """The computed terms of a case under an office: the last run of each step by name, the alarms, the earliest due
    moment of a duty, and the moment from which a missed term has to be entered in the register of violations."""

    case: Case | None
    office: Office | None
    terms: Mapping[str, Deadline]
    alarms: frozenset[Alarm]
    due: datetime | None
    lapses_at: datetime | None


CLOSED_FOR_GOOD = frozenset({State.CLOSED, State.CLOSED_WITHOUT_POSTING})

NOTHING = _Reckoned(None, None, {}, frozenset(), None, None)


@dataclass(frozen=True)
class Desk:
    """Decides commands and rings alarms on cases, and saves what follows in the caller's transaction.

    `office_of(municipality, regulation hash)` returns the office that governs a case (DESIGN rule 4); hash None: today's.
    """

    office_of: Callable[[str, str | None], Office]
    postroom: Postroom
    _known: dict[int, _Reckoned] = field(default_factory=dict, repr=False, compare=False)

    async def carry_out(self, tx: Transaction, command: AnyCommand, now: datetime, municipality: str) -> Decision:
        """Decides the command and saves the result in the caller's transaction. Returns the decision about the case of the
        command: Accepted, or Refused, and then nothing of it is saved.

        Raises ChangedMeanwhileError if several cases change, one is saved, and somebody else has changed a later one.
        The caller must roll the transaction back.
        """
        decided = await self._decide(tx, command, now, municipality)
        if isinstance(decided, Refused):
            return decided
        for kept, one in enumerate(decided):
            if not await tx.save(one.before, one.accepted.after, one.accepted.entry):
                if kept:
                    raise ChangedMeanwhileError(one.accepted.after.id)
                return Refused(Reason.CHANGED_MEANWHILE)
            moved = command.moved if isinstance(command, Reckon) else ()
            await self._put_terms(tx, one.before, one.accepted.after, one.office, moved)
            await self.postroom.take(tx, one.accepted.after, one.accepted.effects, one.actor, one.office, now)
        return decided[0].accepted

    async def _decide(
        self, tx: Transaction, command: AnyCommand, now: datetime, municipality: str, so_far: Sequence[_Decided] = ()
    ) -> list[_Decided] | Refused:
        """Decides the command and the commands on other cases that it entails, before anything is saved. Returns them in
        the order to save them, the first command's own first.

        A refused `required` command refuses them all; any other refused one is skipped. Each command sees its case as
        the commands before it (`so_far`) left it.
        """
        known = {one.accepted.after.id: one.accepted.after for one in so_far}
        before = known.get(command.case) or await self._before(tx, command, now, municipality)
        office = self.office_of(municipality, before.regulation if before else None)
        decision = decide(before, command, office, now)
        if isinstance(decision, Refused):
            return decision
        alsos = [effect for effect in decision.effects if isinstance(effect, Also)]
        effects = tuple(effect for effect in decision.effects if not isinstance(effect, Also))
        decision = replace(decision, after=with_endings(decision.after, office, now), effects=effects)
        decided = [_Decided(before, decision, command.by, office)]
        for also in alsos:
            others = await self._decide(tx, also.command, now, municipality, [*so_far, *decided])
            if isinstance(others, Refused) and also.required:
                return others
            decided += [] if isinstance(others, Refused) else others
        return decided

    async def _before(self, tx: Transaction, command: AnyCommand, now: datetime, municipality: str) -> Case | None:
        """Returns the case with its missed terms entered in the register; for a Reckon the case as stored, because that
        command gives more time for the very terms that have passed (CLOCK §1.7). None if there is no such case."""
        if isinstance(command, Reckon):
            return await tx.case(command.case)
        return await self._settled(tx, command.case, now, municipality)

    async def _settled(self, tx: Transaction, case_id: int, now: datetime, municipality: str) -> Case | None:
        """Loads the case, enters the terms missed up to `now` in the register of violations, and saves that, even if the
        command that follows is refused. Returns the case, or None if there is none. If no term has passed, this costs one
        comparison."""
        case = await tx.case(case_id)
        if case is None:
            return None
        office = self.office_of(municipality, case.regulation)
        lapses_at = self._reckoned(case, office).lapses_at
        if lapses_at is None or now < lapses_at:
            return case
        settled = settle(case, office, now, await self._host(tx, case, municipality))
        if len(settled.missed) == len(case.missed):
            return case
        steps = ",".join(row.step for row in settled.missed[len(case.missed) :])
        entry = Entry(AlarmKind.LAPSE, now, CLOCK.machine, None, case.state, case.state, (("steps", steps),))
        if not await tx.save(case, settled, entry):
            return case
        await self._put_terms(tx, case, settled, office)
        return settled

    async def _host(self, tx: Transaction, case: Case, municipality: str) -> Host | None:
        """Returns the case that this one was merged into, with the office that governs it; None if it is in none."""
        host = await tx.case(case.merged_into.id) if case.merged_into is not None else None
        return (host, self.office_of(municipality, host.regulation)) if host is not None else None

    async def take_over(self, tx: Transaction, case_id: int, now: datetime, municipality: str) -> None:
        """Brings one stored case under the register of violations; done once for each, at the first start of a version that
        has a register. Enters the terms missed until `now`, stores whom an open case waits for, and replaces its alarms,
        which used to ring at the due moment itself."""
        case = await tx.case(case_id)
        if case is None:
            return
        office = self.office_of(municipality, case.regulation)
        after = imported(case, office, now)
        if after is not case:
            after = replace(after, waits=case.waits or waits_on(after, office))
        if after is not case and (after.missed or case.state not in CLOSED_FOR_GOOD):
            steps = ",".join(row.step for row in after.missed[len(case.missed) :])
            entry = Entry(AlarmKind.LAPSE, now, CLOCK.machine, None, case.state, case.state, (("steps", steps),))
            await tx.save(case, after, entry)
        if not case.is_ended:
            alarms = self._reckoned(after, office).alarms
            former = [a._replace(at=a.due) for a in alarms if a.kind in (AlarmKind.OVERDUE, AlarmKind.ESCALATION)]
            await tx.put_terms(after, former, sorted(alarms), [])

    async def watch_idle(self, tx: Transaction, case: Case, municipality: str) -> None:
        """Sets the alarms of an open case for waiting without a deadline; for cases stored by a version without them."""
        alarms = self._reckoned(case, self.office_of(municipality, case.regulation)).alarms
        await tx.put_terms(case, [], sorted(alarm for alarm in alarms if alarm.kind is AlarmKind.IDLE), [])

    async def watch_unforwarded(self, tx: Transaction, case: Case, municipality: str) -> None:
        """Sets the alarms for terms that pass while the case is not forwarded to anybody; for cases stored by a version
        without them."""
        reckoned = self._reckoned(case, self.office_of(municipality, case.regulation))
        steps = unforwarded(case, reckoned.terms)
        told = sorted(a for a in reckoned.alarms if a.kind is AlarmKind.OVERDUE and a.step in steps)
        await tx.put_terms(case, [a._replace(kind=AlarmKind.LAPSE) for a in told], told, [])

    async def ring(self, tx: Transaction, alarm: Alarm, now: datetime, municipality: str) -> None:
        """Handles an alarm that fell due. A RELEASE alarm posts the approved answer; any other enters missed terms in the
        register, then puts its notice into the outbox and sets the alarm that follows it. Ignores an outdated alarm."""
        if alarm.kind is AlarmKind.RELEASE:
            case = await tx.case(alarm.case)
            if case is not None and case.approved is not None and case.post_at == alarm.at:
                await self.carry_out(tx, Release(CLOCK, alarm.case, case.approved), now, municipality)
            return
        case = await self._settled(tx, alarm.case, now, municipality)
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
        """Returns the computed terms of the case; caches them, so that its next change need not compute the old ones again."""
        known = self._known.get(case.id)
        if known is not None and known.office is office and known.case is case:
            return known
        if known is not None and known.office is office and known.case == case:
            found = replace(known, case=case)
        else:
            terms = newest_runs(case, office)
            alarms, passing = alarms_of(case, office, terms), lapsing(case, office, terms)
            every = frozenset({*alarms, *lapse_alarms(case, alarms, passing)})
            due = first_due(case, office, terms)
            found = _Reckoned(case, office, terms, every, due, passing[0][0] if passing else None)
        self._known.pop(case.id, None)
        self._known[case.id] = found
        if len(self._known) > REMEMBERED:
            del self._known[next(iter(self._known))]
        return found

    async def _put_terms(
        self, tx: Transaction, before: Case | None, after: Case, office: Office, moved: Sequence[str] = ()
    ) -> None:
        """Writes only the changed deadlines and alarms. Both are a function of the history, so the old ones are computed,
        not read, except for the runs in `moved`: theirs were stored under another calendar and are replaced. Alarms of runs
        that the register already has stay: people were notified of those."""
        was, now = self._reckoned(before, office) if before else NOTHING, self._reckoned(after, office)
        if moved:
            entered = {row.key for row in after.missed}
            again = [name for name in moved if (run := now.terms.get(name)) is None or key_of(run) not in entered]
            await tx.drop_alarms_of(after, again)
            kept = {name: run for name, run in was.terms.items() if name not in moved}
            was = replace(was, terms=kept, alarms=frozenset(a for a in was.alarms if a.step not in again))
        changed = [deadline for name, deadline in now.terms.items() if was.terms.get(name) != deadline]
        await tx.put_terms(after, sorted(was.alarms - now.alarms), sorted(now.alarms - was.alarms), changed)
        if before is None or before.is_ended or now.due != was.due:
            await tx.put_due(after, now.due)


__all__ = ["Accepted", "ChangedMeanwhileError", "Decision", "Desk", "Postroom", "Refused", "Transaction", "carried"]
