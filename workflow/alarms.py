"""Which deadlines run for a case, and when somebody is to be told of them. Pure.

An alarm is a row the clock takes when it falls due. Alarms follow from the case alone, so they are recomputed at each
accepted command and compared; one that has rung is not set again unless its deadline moved.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from workflow.case import Case, State
from workflow.deadlines import Deadline, Facts, deadlines
from workflow.effects import Audience, Effect, Notice, Notify
from workflow.office import Office
from workflow.regulation import Holder, Kind, Step


class AlarmKind(StrEnum):
    REMINDER = "reminder"
    OVERDUE = "overdue"
    ESCALATION = "escalation"
    RELEASE = "release"


@dataclass(frozen=True, slots=True, order=True)
class Alarm:
    """`due` is the deadline it speaks of; for RELEASE, the moment the answer goes out."""

    at: datetime
    kind: AlarmKind
    case: int
    step: str
    due: datetime


LATE = timedelta(seconds=1)
"""A deadline met one second late is a violation; nobody is told before."""


def terms_of(case: Case, office: Office) -> dict[Step, Deadline]:
    """Every deadline of the case, met or running, as its regulation has it."""
    facts = Facts(importance=case.first_importance, source=case.appeal.source, several=len(case.active_parts) > 1)
    return deadlines(case.history, facts, office.regulation, office.clock)


def running_terms(case: Case, office: Office, terms: dict[Step, Deadline] | None = None) -> dict[Step, Deadline]:
    """The deadlines somebody is held to now: not met, on a case that is not ended, with somebody to hold them.

    `terms`: what `terms_of` gives, where the caller has it already.
    """
    if case.is_ended:
        return {}
    known = terms if terms is not None else terms_of(case, office)
    running = {step: d for step, d in known.items() if d.is_open}
    if case.lead is None:
        running = {step: d for step, d in running.items() if d.holder is Holder.CURATOR}
    if case.state in (State.APPROVED, State.NOT_POSTED, State.ON_APPROVAL):
        running = {step: d for step, d in running.items() if d.holder is Holder.CURATOR}
    if case.state is not State.REWORK:
        running.pop(Step.REWORK, None)
    return running


def alarms_of(case: Case, office: Office, terms: dict[Step, Deadline] | None = None) -> tuple[Alarm, ...]:
    """All alarms the case needs from now on: before each duty's deadline one, after it two, each once."""
    found: list[Alarm] = []
    for step, deadline in running_terms(case, office, terms).items():
        due = deadline.due_at
        if deadline.kind is Kind.RIGHT:
            continue
        remind_at = reminder_moment(deadline, office) if office.reminders else None
        if remind_at is not None:
            found.append(Alarm(remind_at, AlarmKind.REMINDER, case.id, step, due))
        found.append(Alarm(due + LATE, AlarmKind.OVERDUE, case.id, step, due))
        if told_above(case, step, deadline, office) is not None:
            found.append(Alarm(due + LATE, AlarmKind.ESCALATION, case.id, step, due))
    if case.state is State.APPROVED and case.post_at is not None:
        found.append(Alarm(case.post_at, AlarmKind.RELEASE, case.id, "", case.post_at))
    return tuple(found)


def reminder_moment(deadline: Deadline, office: Office) -> datetime | None:
    """Half an hour of the step's clock before the deadline, for a short term a third of it; None if it has no room.

    On the working clock the moment always lies in working time, so nobody is woken.
    """
    due, started = deadline.due_at, deadline.started_at
    clock = deadline.clock(office.clock)
    whole = clock.between(started, due)
    ahead = min(timedelta(minutes=30), whole / 3) if whole < timedelta(hours=20) else timedelta(hours=3)
    ahead = timedelta(minutes=max(1, round(ahead.total_seconds() / 60)))
    if ahead >= whole:
        return None
    return max(clock.back(due, ahead), started)


def told_above(case: Case, step: Step, deadline: Deadline, office: Office) -> Audience | None:
    """Who hears of the delay besides the responsible: for a department its overseer, for the curator the supervisor."""
    if deadline.holder is Holder.CURATOR:
        return Audience.SUPERVISOR if office.supervisor is not None else None
    lead = case.lead
    return Audience.OVERSEER if office.overseer(lead.department if lead else None) is not None else None


def notice_for(case: Case, alarm: Alarm, office: Office, now: datetime) -> tuple[Effect, ...]:
    """What the alarm makes seen, or nothing if the deadline it speaks of moved, was met, or (a reminder) is over."""
    step = Step(alarm.step)
    deadline = running_terms(case, office).get(step)
    if deadline is None or deadline.due_at != alarm.due:
        return ()
    department = case.lead.department if case.lead else None
    responsible = Audience.CURATORS if deadline.holder is Holder.CURATOR else Audience.LEAD
    match alarm.kind:
        case AlarmKind.REMINDER:
            if now > alarm.due:
                return ()
            return (Notify(Notice.REMINDER, responsible, department, step),)
        case AlarmKind.OVERDUE:
            return (Notify(Notice.OVERDUE, responsible, department, step),)
        case AlarmKind.ESCALATION:
            above = told_above(case, step, deadline, office)
            return (Notify(Notice.ESCALATION, above, department, step),) if above is not None else ()
        case AlarmKind.RELEASE:
            return ()
