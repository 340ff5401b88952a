"""`decide(case, command, office, now) -> Accepted | Refused`: the only place where a case changes.

Pure: no clock, no database, no network. An acceptance carries the new case with its version one higher, one journal
entry and the effects; a refusal changes nothing.
"""

from __future__ import annotations

from datetime import datetime

from workflow.case import Case, PartState
from workflow.changes.taking_back import as_it_stands
from workflow.commands import AnyCommand
from workflow.office import Office
from workflow.outcomes import Decision, Refused
from workflow.regulation import Event
from workflow.replacing import replace
from workflow.terms.deadlines import Happening
from workflow.transitions import CASES
from workflow.waiting import ANSWERING, WITH_EXECUTORS, waits_on


def decide(case: Case | None, command: AnyCommand, office: Office, now: datetime) -> Decision:
    """Whether the command holds for this case now, and what follows. `now` is aware.

    A change of how many wait for their turn is a happening of its own, and so is that contributions are taken again. Each
    happening that the command adds carries the line of its journal entry, the version of the case it made. The case says
    whose move it is now, and forgets an act that could be taken back once a later one has built on it.
    """
    decision = CASES.decide(case, command, office, now)
    if isinstance(decision, Refused):
        return decision
    turned = _awaited_again(case, _with_turns(case, as_it_stands(case, decision.after), now), now)
    history = _numbered(turned, case.history if case is not None else ())
    return replace(decision, after=replace(turned, history=history, waits=waits_on(turned, office, now)))


def _with_turns(before: Case | None, after: Case, now: datetime) -> Case:
    waiting = len(after.queue)
    if before is None or waiting == len(before.queue):
        return after
    return replace(after, history=(*after.history, Happening(Event.TURNS_SET, now, queued=waiting)))


def _awaited_again(before: Case | None, after: Case, now: datetime) -> Case:
    """Nobody can contribute while an answer is approved or could not be posted, so that time is not theirs (rule 16)."""
    if before is None or before.state not in ANSWERING or after.state not in WITH_EXECUTORS:
        return after
    if all(part.state in (PartState.PASSED, PartState.RETURNED) for part in after.co_executors):
        return after
    since = next((h.at for h in reversed(before.history) if h.event is Event.APPROVED), None)
    return replace(after, history=(*after.history, Happening(Event.AWAITED_AGAIN, now, due=since)))


def _numbered(after: Case, before: tuple[Happening, ...]) -> tuple[Happening, ...]:
    if after.history is before:
        return before
    known = {id(happening) for happening in before}
    return tuple(h if h.line or id(h) in known else replace(h, line=after.version) for h in after.history)
