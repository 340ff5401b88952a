"""`decide(case, command, office, now) -> Accepted | Refused`: the only place where a case changes.

Pure: no clock, no database, no network. An acceptance carries the new case with its version one higher, one journal
entry and the effects; a refusal changes nothing.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from workflow import effects as fx
from workflow.case import Case, State
from workflow.changes import CHANGES
from workflow.commands import Action, AnyCommand, Detect, Entry
from workflow.office import Actor, Office, Role
from workflow.outcomes import Accepted, Decision, Reason, Refused
from workflow.regulation import Event
from workflow.terms.deadlines import Happening
from workflow.transitions import Row, allowed_to, co_executor, curator, detector, lead_executor, rows_for


def decide(case: Case | None, command: AnyCommand, office: Office, now: datetime) -> Decision:
    """Whether the command holds for this case now, and what follows. `now` is aware."""
    if refusal := _standing(command.by):
        return refusal
    if isinstance(command, Detect):
        return _detect(case, command, office, now)
    if case is None:
        return Refused(Reason.NO_SUCH_CASE)
    permitted = _permitted(case, command, office, now)
    if isinstance(permitted, Refused):
        return permitted
    row, by = permitted
    for guard in row.needs:
        if refusal := guard(office, case, command, now):
            return refusal
    change = CHANGES[command.action](case, command, by, office, now)
    set_by_itself = change.stays or change.case.state is not case.state
    to = change.case.state if set_by_itself else (row.to or case.state)
    after = replace(change.case, state=to, version=case.version + 1)
    entry = Entry(
        action=command.action,
        at=now,
        by=_own(command.by, by),
        on_behalf=by if by != _own(command.by, by) else None,
        from_state=case.state,
        to_state=after.state,
        details=tuple(sorted(change.details.items())),
    )
    return Accepted(after, entry, change.effects)


def _standing(actor: Actor) -> Refused | None:
    if actor.machine is not None:
        return None
    match actor.standing:
        case "anonymous":
            return Refused(Reason.ANONYMOUS)
        case "left":
            return Refused(Reason.LEFT_THE_GROUP)
        case "ok" if actor.people:
            return None
        case _:
            return Refused(Reason.STRANGER)


def _own(actor: Actor, by: str) -> str | None:
    """Who pressed the button: himself where he acts by his own right, else the first of his own names."""
    if actor.machine is not None or by in actor.people:
        return by
    return actor.people[0] if actor.people else None


def _permitted(case: Case, command: AnyCommand, office: Office, now: datetime) -> tuple[Row, str] | Refused:
    """The row that permits the command and the key of the person by whose right it is given, or why not.

    Judged in the order a person would ask: is it any business of yours, is it the time for it, is it you.
    """
    action = command.action
    if refusal := _business(action, case, command.by, office, now):
        return refusal
    rows = rows_for(action, case.state)
    for row in rows:
        for who in row.who:
            if by := who(office, case, command.by, now):
                return row, by
    if (
        not rows
        or command.by.machine is not None
        or _is_lead(case, command.by, office, now)
        or _is_co_executor(case, command.by, office, now)
    ):
        return _not_in_this_state(case, action)
    lead = case.lead
    return Refused(Reason.NOT_YOURS, {"department": lead.department if lead else ""})


def _business(action: Action, case: Case, actor: Actor, office: Office, now: datetime) -> Refused | None:
    """Curators' actions are refused to others before the state is looked at, executors' likewise."""
    if actor.machine is not None:
        return None
    allowed = allowed_to(action)
    if curator in allowed and office.has_role(actor, Role.CURATOR, now):
        return None
    is_lead, is_co = _is_lead(case, actor, office, now), _is_co_executor(case, actor, office, now)
    if (lead_executor in allowed and is_lead) or (co_executor in allowed and is_co):
        return None
    if curator in allowed or not allowed & {lead_executor, co_executor}:
        return Refused(Reason.NOT_A_CURATOR, {"is_lead": is_lead})
    lead = case.lead
    if lead is None and office.has_role(actor, Role.EXECUTOR, now):
        return None
    reason = Reason.NOT_YOURS if lead else Reason.NOT_AN_EXECUTOR
    return Refused(reason, {"department": lead.department if lead else ""})


def _is_lead(case: Case, actor: Actor, office: Office, now: datetime) -> bool:
    return lead_executor(office, case, actor, now) is not None


def _is_co_executor(case: Case, actor: Actor, office: Office, now: datetime) -> bool:
    return co_executor(office, case, actor, now) is not None


def _not_in_this_state(case: Case, action: Action) -> Refused:
    lead = case.lead
    facts: dict[str, object] = {
        "state": case.state,
        "department": lead.department if lead else "",
        "at": _last_moment(case, action),
    }
    if case.is_ended:
        return Refused(Reason.ALREADY_ENDED, facts)
    match action, case.state:
        case (Action.ACCEPT | Action.RETURN | Action.DRAFT | Action.CONTRIBUTE, State.NEW):
            return Refused(Reason.NOT_FORWARDED, facts)
        case (Action.ACCEPT, State.IN_WORK | State.ON_APPROVAL | State.REWORK):
            return Refused(Reason.ALREADY_ACCEPTED, facts)
        case (Action.UNDO, _):
            return Refused(Reason.TOO_LATE_TO_UNDO, facts)
        case (_, State.APPROVED):
            return Refused(Reason.ALREADY_APPROVED, facts)
        case (Action.APPROVE | Action.SEND_BACK | Action.CORRECT, State.REWORK):
            return Refused(Reason.ALREADY_SENT_BACK, facts)
        case (Action.APPROVE | Action.SEND_BACK | Action.CORRECT, _):
            return Refused(Reason.NO_DRAFT_YET, facts)
        case _:
            return Refused(Reason.NOT_NOW, facts)


def _last_moment(case: Case, action: Action) -> datetime | None:
    """When the thing the person wanted was done already, for «Уже принято в 9:30»."""
    if action is Action.ACCEPT and case.lead is not None:
        return case.lead.accepted_at or case.lead.asked_at
    return case.history[-1].at if case.history else None


def _detect(case: Case | None, command: Detect, office: Office, now: datetime) -> Decision:
    by = curator(office, None, command.by, now) or detector(office, None, command.by, now)
    if by is None:
        return Refused(Reason.NOT_A_CURATOR, {"is_lead": False})
    by_hand = command.appeal.handed_in_by is not None
    offered = now if by_hand or office.duty_always else office.working_time.into(command.arrived)
    opened = Case(
        id=command.case,
        municipality=command.municipality,
        number=command.number,
        version=1,
        state=State.NEW,
        regulation=office.regulation.text_hash,
        appeal=command.appeal,
        arrived=command.arrived,
        history=(Happening(Event.DETECTED, max(offered, command.arrived)),),
        first_importance=command.importance,
        importance=command.importance,
        topics=command.topics,
        location=command.location,
        suggested=command.suggested,
        suggested_by=command.suggested_by,
        alike=command.alike,
    )
    entry = Entry(Action.DETECT, now, _own(command.by, by), None, None, State.NEW, (("source", command.appeal.source),))
    return Accepted(opened, entry, (fx.ShowOffer(),))
