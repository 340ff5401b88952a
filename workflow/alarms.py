"""Which deadlines run for a case, and when somebody is to be told of them. Pure.

An alarm is a row the clock takes when it falls due. Alarms follow from the case alone, so they are recomputed at each
accepted command and compared; one that has rung is not set again unless its deadline moved.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from workflow.case import Case, PartState, State
from workflow.deadlines import Deadline, Facts, runs
from workflow.effects import Audience, Effect, Notice, Notify
from workflow.office import Office
from workflow.regulation import PER_EXECUTOR, Ear, Holder, Kind, Step


class AlarmKind(StrEnum):
    REMINDER = "reminder"
    OVERDUE = "overdue"
    ESCALATION = "escalation"
    RELEASE = "release"


@dataclass(frozen=True, slots=True, order=True)
class Alarm:
    """`step` is the name of the run it speaks of, `due` its deadline; for RELEASE, the moment the answer goes out."""

    at: datetime
    kind: AlarmKind
    case: int
    step: str
    due: datetime


SOON = timedelta(minutes=30)
IN_GOOD_TIME = timedelta(hours=2)
LONG_AHEAD = timedelta(hours=3)

LATE = timedelta(seconds=1)
"""A deadline met one second late is a violation; nobody is told before."""


def newest_runs(case: Case, office: Office) -> dict[str, Deadline]:
    """The last run of each step, met or not, by its name; a step every executor has for himself by each of them."""
    several = len(case.active_parts) > 1 or bool(case.queue)
    facts = Facts(importance=case.first_importance, source=case.appeal.source, several=several)
    return {run.name: run for run in runs(case.history, facts, office.regulation, office.clock)}


def terms_of(case: Case, office: Office) -> dict[Step, Deadline]:
    """Every deadline of the case, met or running, as its regulation has it: the last run of each step."""
    found = sorted(newest_runs(case, office).values(), key=lambda run: run.started_at)
    latest = {run.step: run for run in found}
    return {step: latest[step] for step in Step if step in latest}


def running(case: Case, office: Office, newest: Mapping[str, Deadline] | None = None) -> dict[str, Deadline]:
    """The deadlines somebody is held to now, by name: not met, on a case that has not ended, with somebody to hold them.

    `newest`: what `newest_runs` gives, where the caller has it already.
    """
    if case.is_ended:
        return {}
    known = newest if newest is not None else newest_runs(case, office)
    return {name: run for name, run in known.items() if run.is_open and _is_held(case, run)}


def running_terms(case: Case, office: Office) -> dict[Step, Deadline]:
    """The same, one for each step: the lead's where he has one, else what is due first."""
    found: dict[Step, Deadline] = {}
    lead = case.lead.department if case.lead else None
    for run in sorted(running(case, office).values(), key=lambda run: (run.who != lead, run.due_at)):
        found.setdefault(run.step, run)
    return {step: found[step] for step in Step if step in found}


WITH_CURATOR = frozenset({State.APPROVED, State.NOT_POSTED, State.ON_APPROVAL})
"""The executor has done his part and waits."""


def _is_held(case: Case, run: Deadline) -> bool:
    if run.holder is Holder.CURATOR:
        return True
    if run.step in PER_EXECUTOR and run.who is not None:
        part = case.part_of(run.who)
        return part is not None and part.state in (PartState.ASKED, PartState.ACCEPTED)
    if case.lead is None:
        return False
    proposed = case.state is State.ON_APPROVAL and case.draft is not None and case.draft.department is None
    if run.step is Step.REWORK:
        return case.state is State.REWORK or proposed
    if case.state is State.WAITING_AUTHOR:
        return run.step is Step.FINAL
    return case.state not in WITH_CURATOR or proposed


def alarms_of(case: Case, office: Office, newest: Mapping[str, Deadline] | None = None) -> tuple[Alarm, ...]:
    """All alarms the case needs from now on: before each duty's deadline one, after it two, each once. A right rings only
    where nobody has said a word by then: a silent department is told of above."""
    found: list[Alarm] = []
    for name, run in running(case, office, newest).items():
        due = run.due_at
        above = Alarm(due + LATE, AlarmKind.ESCALATION, case.id, name, due)
        if run.kind is Kind.RIGHT:
            found += [above] if _is_silent(case, run) else []
            continue
        remind_at = reminder_moment(run, office, case.state) if office.reminders else None
        if remind_at is not None:
            found.append(Alarm(remind_at, AlarmKind.REMINDER, case.id, name, due))
        found.append(Alarm(due + LATE, AlarmKind.OVERDUE, case.id, name, due))
        if told_above(run, case, office):
            found.append(above)
    if case.state is State.APPROVED and case.post_at is not None:
        found.append(Alarm(case.post_at, AlarmKind.RELEASE, case.id, "", case.post_at))
    return tuple(found)


def _is_silent(case: Case, run: Deadline) -> bool:
    """Whether the department was asked and has neither accepted nor returned."""
    part = case.part_of(run.who) if run.who is not None else case.lead
    return part is not None and part.state is PartState.ASKED


def reminder_moment(deadline: Deadline, office: Office, state: State | None = None) -> datetime | None:
    """Half an hour of the step's clock before the deadline, for a short term a third of it; None if it has no room.

    While the author is waited for, the answer's is two hours ahead: an interim answer takes its time (MO-9). On the
    working clock the moment always lies in working time, so nobody is woken.
    """
    due, started = deadline.due_at, deadline.started_at
    clock = deadline.clock(office.clock)
    whole = clock.between(started, due)
    before = SOON if state is not State.WAITING_AUTHOR or deadline.step is not Step.ANSWER else IN_GOOD_TIME
    ahead = min(before, whole / 3) if whole < timedelta(hours=20) else LONG_AHEAD
    ahead = timedelta(minutes=max(1, round(ahead.total_seconds() / 60)))
    if ahead >= whole:
        return None
    return max(clock.back(due, ahead), started)


def told_above(run: Deadline, case: Case, office: Office) -> tuple[Audience, ...]:
    """Who hears of the delay besides the responsible: of a department's whoever the regulation names (MO-20, KU-21, IZ-D5),
    of the curator's the supervisor; of a department that is silent the curator, where nobody is above it."""
    if run.holder is Holder.CURATOR:
        return (Audience.SUPERVISOR,) if office.supervisor is not None else ()
    ears = office.regulation.hears_of_missed.who or (Ear.OVERSEER,)
    department = department_of(run, case)
    heard = those_there(ears, department, office) or those_there((Ear.OVERSEER,), department, office)
    return heard or ((Audience.CURATORS,) if run.kind is Kind.RIGHT else ())


def those_there(ears: Iterable[Ear], department: str | None, office: Office) -> tuple[Audience, ...]:
    """The audiences among these that this office has somebody for; who is meant twice is meant as the nearer."""
    there = {
        Ear.HEAD: (office.head, Audience.HEAD),
        Ear.FIRST_DEPUTY: (office.first_deputy, Audience.FIRST_DEPUTY),
        Ear.OVERSEER: (office.overseer(department), Audience.OVERSEER),
        Ear.SUPERVISOR: (office.supervisor, Audience.SUPERVISOR),
    }
    meant = {person: audience for person, audience in (there[ear] for ear in ears) if person is not None}
    return tuple(meant.values())


def department_of(run: Deadline, case: Case) -> str | None:
    """The department a step is waited for from, or whose case it is."""
    if run.step in PER_EXECUTOR and run.who is not None:
        return run.who
    return case.lead.department if case.lead else None


def notice_for(case: Case, alarm: Alarm, office: Office, now: datetime) -> tuple[Effect, ...]:
    """What the alarm makes seen, or nothing if the deadline it speaks of moved, was met, or (a reminder) is over."""
    run = running(case, office).get(alarm.step)
    if run is None or run.due_at != alarm.due or (run.kind is Kind.RIGHT and not _is_silent(case, run)):
        return ()
    department = department_of(run, case)
    match alarm.kind:
        case AlarmKind.REMINDER:
            if now > alarm.due:
                return ()
            return (Notify(Notice.REMINDER, responsible(run), department, run.step),)
        case AlarmKind.OVERDUE:
            return (Notify(Notice.OVERDUE, responsible(run), department, run.step),)
        case AlarmKind.ESCALATION:
            return tuple(
                Notify(Notice.ESCALATION, above, department, run.step) for above in told_above(run, case, office)
            )
        case AlarmKind.RELEASE:
            return ()


def responsible(run: Deadline) -> Audience:
    """Who is to do the step."""
    if run.holder is Holder.CURATOR:
        return Audience.CURATORS
    return Audience.DEPARTMENT if run.step in PER_EXECUTOR else Audience.LEAD
