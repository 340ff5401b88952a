"""Whose move it is: whom an open case waits for, for what, and since when (DESIGN rule 15). Pure.

Cards, lists, digests, the board and reminders read this and nothing else. The one waited for always has a command in
the table (`workflow.transitions`) that changes whom or what the case waits for. Who receives contributions and who sets
a term is read from the regulation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from workflow.case import Case, Move, PartState, State, Wait
from workflow.office import CLOCK, NETWORK, Office, Person, Role
from workflow.regulation import Event, Holder, Step, Unit
from workflow.terms.deadlines import has_happened

CURATOR = Role.CURATOR.value
MACHINES = frozenset({CLOCK.machine, NETWORK.machine})

BY_CURATOR = {
    State.NEW: Move.FORWARD,
    State.ON_APPROVAL: Move.APPROVE,
    State.NOT_POSTED: Move.POST,
    State.WAITING_AUTHOR: Move.WATCH_AUTHOR,
}
BY_LEAD = {State.IN_WORK: Move.DRAFT, State.REWORK: Move.REWORK, State.INTERIM: Move.FINAL}
WITH_EXECUTORS = frozenset(
    {State.FORWARDED, State.IN_WORK, State.ON_APPROVAL, State.REWORK, State.WAITING_AUTHOR, State.INTERIM}
)
"""States of a case in which a co-executor may still contribute."""
ANSWERING = frozenset({State.APPROVED, State.NOT_POSTED})
"""States in which a co-executor cannot contribute now, but can again if the answer proves to be an interim one or is
withdrawn."""

Whose = tuple[str, Move]


def waits_on(case: Case, office: Office, now: datetime | None = None) -> tuple[Wait, ...]:
    """Return the moves the case waits for, the first one first; () if it has ended. The others need not wait for the first.

    A move that was waited for before keeps its `since`; a new one gets `now`, the moment of the command (None: the moment
    of the last happening), but not earlier than the case was detected.
    """
    if case.is_ended:
        return ()
    known = {(wait.who, wait.move): wait.since for wait in case.waits}
    since = max(now or case.history[-1].at, case.detected)
    return tuple(Wait(who, move, known.get((who, move), since)) for who, move in dict.fromkeys(_awaited(case, office)))


def _awaited(case: Case, office: Office) -> Iterator[Whose]:
    if case.state is State.APPROVED:
        yield (str(CLOCK.machine), Move.RELEASE) if case.post_at is not None else (str(NETWORK.machine), Move.TAKE)
        return
    beside = tuple(_beside(case, office)) if case.state in WITH_EXECUTORS else ()
    if case.state in BY_CURATOR:
        yield CURATOR, BY_CURATOR[case.state] if case.deleted_at is None else Move.DECIDE_DELETED
        yield from beside
        return
    unnamed = final_must_be_named(case, office)
    if unnamed and case.state is State.INTERIM:
        yield CURATOR, Move.NAME_FINAL
        yield from beside
        return
    lead = tuple(_of_lead(case, office))
    yield from (*beside, *lead) if (Move.COMMON_DRAFT in {move for _, move in lead}) else (*lead, *beside)
    if unnamed:
        yield CURATOR, Move.NAME_FINAL


def _of_lead(case: Case, office: Office) -> Iterator[Whose]:
    if case.lead is None:
        yield CURATOR, Move.FORWARD
    elif case.state is State.FORWARDED:
        yield case.lead.department, Move.ACCEPT
    elif must_wait_for_contributions(case, office):
        yield case.lead.department, Move.COMMON_DRAFT
    else:
        yield case.lead.department, BY_LEAD[case.state]


def _beside(case: Case, office: Office) -> Iterator[Whose]:
    """Yield the moves beside the lead executor's: each co-executor who owes a contribution, and the curator if he has one to
    pass on (KU-16)."""
    for part in case.co_executors:
        if part.state in (PartState.ASKED, PartState.ACCEPTED):
            yield part.department, Move.CONTRIBUTION
    if any(part.state is PartState.CONTRIBUTED for part in case.co_executors) and passes_through_curator(office):
        yield CURATOR, Move.PASS_CONTRIBUTION


def answered_for(people: Iterable[Person], office: Office) -> tuple[frozenset[str], bool]:
    """Return whose moves (departments' keys, `curator`) these people answer for, and whether the moves are their own to
    make. Executors and curators: their own, True. Superiors: those of the departments they oversee, and the curator's for
    the supervisor (the head if there is none), False."""
    known = tuple(people)
    own = {CURATOR} if any(Role.CURATOR in person.roles for person in known) else set()
    own |= {p.department for p in known if p.department is not None and Role.EXECUTOR in p.roles}
    if own:
        return frozenset(own), True
    keys = {person.key for person in known}
    below = {key for key in office.departments if office.overseer(key) in keys}
    return frozenset(below | ({CURATOR} if (office.supervisor or office.head) in keys else set())), False


def passes_through_curator(office: Office) -> bool:
    return office.regulation.contributions_to is Holder.CURATOR


def owed(case: Case, office: Office) -> tuple[str, ...]:
    """Return the departments whose contribution has not reached the lead executor. Where contributions go through the
    curator (KU), one that he has not passed on counts as not received."""
    unpassed = tuple(p.department for p in case.co_executors if p.state is PartState.CONTRIBUTED)
    return case.owing + (unpassed if passes_through_curator(office) else ())


def must_wait_for_contributions(case: Case, office: Office) -> bool:
    """Whether the lead executor must give a reason to submit a draft now, because contributions are owed (MO-14, KU-16).
    False under a regulation without contributions (IZ, SL), or once he has submitted one with a reason."""
    if office.regulation.rule(Step.CONTRIBUTION) is None:
        return False
    lead = case.lead.department if case.lead else None
    return bool(owed(case, office)) and not any(d.early and d.department == lead for d in case.drafts)


def final_must_be_named(case: Case, office: Office) -> bool:
    """Whether an interim answer is posted and the curator must still set the deadline of the final answer.

    With high importance this deadline is agreed with the curator (MO-13).
    """
    rule = office.regulation.rule(Step.FINAL)
    named = rule is not None and rule.within_for(case.importance, case.appeal.source).term.unit is Unit.NAMED
    posted = has_happened(case.history, Event.INTERIM_POSTED)
    return named and posted and not has_happened(case.history, Event.FINAL_NAMED)
