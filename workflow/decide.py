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
    """Decide the command for this case (None: it is to be opened) at `now`, an aware datetime. Return Accepted with the
    changed case, its journal entry and the effects, or Refused with the reason.

    A change in the number of departments waiting for their turn adds a happening of its own, and so does the moment when
    contributions can be given again. Each added happening carries the version of the case that the command made, which is
    its journal line. `waits` names whose move it is now; `former` is dropped once a later command has changed what it
    would restore.
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
    """Add a happening that says since when nobody could contribute, because an answer was approved or could not be posted:
    the co-executors' terms must not count that time (rule 16). Return the case unchanged where that does not apply."""
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
