"""Lists the deadlines that run for a case and the moments to notify people about them. Pure.

An alarm is a stored row that is handled when its moment comes. Alarms depend only on the case and its office, so the desk
recomputes them after each accepted command and stores the difference. An alarm that was handled is set again only if its
deadline moved.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache, partial
from itertools import islice
from typing import NamedTuple

from workflow.case import Case, Move, PartState, State, Wait
from workflow.effects import Audience, Effect, Notice, Notify, Redraw
from workflow.office import Office
from workflow.regulation import PER_EXECUTOR, DraftKind, Ear, Event, Holder, Kind, Step
from workflow.terms.deadlines import Deadline, Facts, missed_at
from workflow.terms.grants import AT_WORK, OF_CONTRIBUTIONS, runs
from workflow.terms.policy import Told, idle_moments, late_by, reminded_at, told_above_at, told_again_at
from workflow.waiting import ANSWERING, CURATOR, MACHINES, WITH_EXECUTORS, must_wait_for_contributions, waits_on


class AlarmKind(StrEnum):
    REMINDER = "reminder"
    OVERDUE = "overdue"
    ESCALATION = "escalation"
    RELEASE = "release"
    SNOOZE = "snooze"
    IDLE = "idle"
    LAPSED = "lapsed"
    LAPSE = "lapse"


class Alarm(NamedTuple):
    """A moment at which the bot has something to do about a case; `kind` says what.

    For a reminder or a missed step, `step` names the run and `due` is the end of its term. RELEASE: the approved answer is
    posted at `due`. IDLE: the case waits for somebody without a term; `step` says for whom and what (`idle_name`), `due`
    since when. SNOOZE: `account` asked to be reminded again. LAPSED: a right ended unused, and the curators are notified.
    LAPSE: a duty is missed of which nobody is notified now; it is only entered in the register of violations.
    """

    at: datetime
    kind: AlarmKind
    case: int
    step: str
    due: datetime
    account: int = 0


RECKONED = 256
"""For how many cases the computed runs are cached in memory."""
_RECKONED: dict[int, tuple[Case, Office, dict[str, Deadline]]] = {}

ONCE = 2
"""How many notices about an idle case are not repeats: the one to the person waited for, and the first to superiors."""
HEARD_AS = {ear: Audience(ear.value) for ear in Ear}
IN_GOOD_TIME = timedelta(hours=2)
NEVER = datetime.max.replace(tzinfo=UTC)


def newest_runs(case: Case, office: Office) -> dict[str, Deadline]:
    """Return the last run of each step by its name, ended or not; a step that runs per executor has one for each executor.

    Runs of one step come in the order they began. The result is cached, because each change of a case needs it several
    times in a row (for its terms, its alarms, its texts).
    """
    known = _RECKONED.get(id(case))
    if known is not None and known[0] is case and known[1] is office:
        return known[2]
    found = _reckon(case, office)
    _RECKONED.pop(id(case), None)
    _RECKONED[id(case)] = (case, office, found)
    if len(_RECKONED) > RECKONED:
        del _RECKONED[next(iter(_RECKONED))]
    return found


def _reckon(case: Case, office: Office) -> dict[str, Deadline]:
    found: dict[str, Deadline] = {}
    for run in runs_of(case, office):
        found.pop(run.name, None)
        found[run.name] = run
    return found


def facts_of(case: Case, office: Office) -> Facts:
    """Return the facts that the terms of the case depend on, as they were before its history changed them."""
    return Facts(
        importance=case.first_importance,
        source=case.first_source or case.appeal.source,
        several=len(case.active_parts) > 1 or bool(case.queue),
        queued=len(case.queue),
        duty_always=office.duty_always,
    )


def runs_of(case: Case, office: Office) -> tuple[Deadline, ...]:
    """Return every run of every step of the case, by step, then by time. A run that was entered in the register of
    violations keeps the `until` and the charged person or department of its row, whatever moves its term afterwards."""
    found = runs(case.history, facts_of(case, office), office.regulation, office.clock)
    return _as_entered(case, found) if case.missed else found


def _as_entered(case: Case, found: Iterable[Deadline]) -> tuple[Deadline, ...]:
    rows = {row.key: row for row in case.missed}

    def kept(run: Deadline) -> Deadline:
        row = rows.get(key_of(run))
        if row is None or (row.ended_at is not None and run.is_open):  # owed again, with its own `until`
            return run
        if run.step in PER_EXECUTOR:
            return run._replace(until=row.until)
        if row.who == CURATOR:
            return run._replace(until=row.until, charged_to=Holder.CURATOR, who=None)
        return run._replace(until=row.until, charged_to=Holder.EXECUTOR, who=row.who)

    return tuple(kept(run) for run in found)


def key_of(run: Deadline) -> tuple[Step, str, int]:
    """Return the key of the run in the register of violations: step, executor ("" unless the step runs per executor), journal
    line that began the run (CLOCK §2)."""
    return run.step, (run.who or "") if run.step in PER_EXECUTOR else "", run.line


def waits_for_the_network(case: Case, run: Deadline) -> bool:
    """Whether the run waits only for the network: the case is approved, no try has failed, and an approval came by the
    run's `until`, so it is late only if the first try fails (CLOCK §1.5). Only ANSWER, POSTING and FINAL can wait so:
    ANSWER not with a question to the author, FINAL only with a final answer."""
    if case.state is not State.APPROVED or case.failed or run.step not in (Step.ANSWER, Step.POSTING, Step.FINAL):
        return False
    draft = case.draft_of(case.approved or 0)
    if run.step is Step.ANSWER and draft is not None and draft.kind is DraftKind.REQUEST:
        return False
    if run.step is Step.FINAL and draft is not None and draft.kind is not DraftKind.FINAL:
        return False
    return any(h.event is Event.APPROVED and h.at <= run.until for h in reversed(case.history))


def terms_of(case: Case, office: Office) -> dict[Step, Deadline]:
    """Return the last run of each step of the case, ended or running, in the order of the steps."""
    latest = {run.step: run for run in newest_runs(case, office).values()}
    return {step: latest[step] for step in Step if step in latest}


def running(case: Case, office: Office, newest: Mapping[str, Deadline] | None = None) -> dict[str, Deadline]:
    """Return the running deadlines by name: the case has not ended, the run is open, and somebody can act on it now. While
    the curator has the case, he is the `holder` of what the executor owes: what passes then is charged to him.

    `newest`: the result of `newest_runs`, if the caller already has it.
    """
    if case.is_ended:
        return {}
    known = newest if newest is not None else newest_runs(case, office)
    held = {name: run for name, one in known.items() if one.is_open and (run := _held(case, one)) is not None}
    passed_on = passed_on_by(case, office, known)
    if passed_on is None:
        return held
    return {name: run for name, run in held.items() if run.step not in AT_WORK or run.until > passed_on}


def unforwarded(case: Case, newest: Mapping[str, Deadline]) -> dict[str, Deadline]:
    """Return, by the run's name, the open runs of executors' work in a case that is still new, each with the curator as
    holder: when such a run passes, the curator is notified once, because the register of violations names him; before
    that he is reminded of forwarding only. {} in any other state. `newest`: the result of `newest_runs`."""
    if case.state is not State.NEW:
        return {}
    asked = {name: run for name, run in newest.items() if run.step in AT_WORK and run.is_open}
    return {name: run._replace(holder=Holder.CURATOR) for name, run in asked.items()}


def running_terms(case: Case, office: Office) -> dict[Step, Deadline]:
    """Return the running deadlines, one for each step: the lead executor's run if he has one, else the run due first."""
    found: dict[Step, Deadline] = {}
    lead = case.lead.department if case.lead else None
    for run in sorted(running(case, office).values(), key=lambda run: (run.who != lead, run.until)):
        found.setdefault(run.step, run)
    return {step: found[step] for step in Step if step in found}


def first_due(case: Case, office: Office, newest: Mapping[str, Deadline] | None = None) -> datetime | None:
    """Return the earliest `until` among the running duties; None if no duty runs."""
    duties = [run.until for run in running(case, office, newest).values() if run.kind is Kind.DUTY]
    return min(duties, default=None)


WITH_CURATOR = frozenset({State.APPROVED, State.NOT_POSTED, State.ON_APPROVAL, State.WAITING_AUTHOR})
"""States in which the executor has done his work or asked the author a question, and the curator has the case."""


def passed_on_by(case: Case, office: Office, newest: Mapping[str, Deadline]) -> datetime | None:
    """Return when the curator must at the latest have passed on the contributions that the lead executor waits for (KU-16):
    `NEVER` if he is already late with that; None if the lead waits for none. Until then nobody is charged with the lead's
    work (DESIGN rule 16)."""
    to_pass = [run for run in newest.values() if run.step is Step.CONTRIBUTION_APPROVAL and run.is_open]
    if not to_pass or not must_wait_for_contributions(case, office):
        return None
    late = {row.key for row in case.missed}
    return NEVER if any(key_of(run) in late for run in to_pass) else max(run.until for run in to_pass)


def _held(case: Case, run: Deadline) -> Deadline | None:
    """Return the run with the person who has to act now as its holder; None if nobody can act on it now."""
    if run.step in OF_CONTRIBUTIONS and case.state in ANSWERING:
        return None
    if run.holder is Holder.CURATOR:
        return run
    if run.step in PER_EXECUTOR and run.who is not None:
        part = case.part_of(run.who)
        asked = part is not None and part.state in (PartState.ASKED, PartState.ACCEPTED)
        return run if asked and case.state in WITH_EXECUTORS else None
    if case.lead is None:
        return None
    if case.state in states_of_executors(run.step):
        return run
    return run._replace(holder=Holder.CURATOR) if run.step in AT_WORK else None


@cache
def states_of_executors(step: Step) -> frozenset[State]:
    """Return the states of a case in which executors are reminded of this step if they hold it."""
    if step in PER_EXECUTOR:
        return frozenset(WITH_EXECUTORS)
    if step is Step.REWORK:
        return frozenset({State.REWORK})
    return frozenset(State) - WITH_CURATOR


def alarms_of(case: Case, office: Office, newest: Mapping[str, Deadline] | None = None) -> tuple[Alarm, ...]:
    """Return all alarms the case needs from now on.

    A duty gets up to three: a reminder before its deadline, then an overdue notice and an escalation. A right gets a
    reminder and a notice that it lapsed, only while its department has neither accepted nor returned the case. A move for
    which the case waits while no duty of that person runs gets an idle alarm. An approved answer gets its release.
    """
    runs = running(case, office, newest)
    found = [
        Alarm(at, AlarmKind.IDLE, case.id, idle_name(wait), wait.since)
        for wait in _idles(case, office, runs)
        for at, _ in islice(idle_moments(wait.since, office), 1)
    ]
    for name, run in runs.items():
        due, missed = run.until, missed_at(run, office.clock)
        if run.kind is Kind.RIGHT and not is_silent(case, run):
            continue
        remind_at = reminder_moment(run, office, case.state) if office.reminders else None
        if remind_at is not None:
            found.append(Alarm(remind_at, AlarmKind.REMINDER, case.id, name, due))
        if run.kind is Kind.RIGHT:
            found.append(Alarm(missed, AlarmKind.LAPSED, case.id, name, due))
            continue
        if waits_for_the_network(case, run):
            continue
        found.append(Alarm(missed, AlarmKind.OVERDUE, case.id, name, due))
        if ladder := rungs(run, case, office):
            found.append(Alarm(ladder[0][0], AlarmKind.ESCALATION, case.id, name, due))
    for name, run in unforwarded(case, newest if newest is not None else newest_runs(case, office)).items():
        found.append(Alarm(missed_at(run, office.clock), AlarmKind.OVERDUE, case.id, name, run.until))
    if case.state is State.APPROVED and case.post_at is not None:
        found.append(Alarm(case.post_at, AlarmKind.RELEASE, case.id, "", case.post_at))
    return tuple(found)


def idles(case: Case, office: Office, newest: Mapping[str, Deadline] | None = None) -> tuple[Wait, ...]:
    """Return the moves the case waits for although no duty of the person waited for runs, so that no deadline would remind
    them (DESIGN rule 15)."""
    return _idles(case, office, running(case, office, newest))


def _idles(case: Case, office: Office, runs: Mapping[str, Deadline]) -> tuple[Wait, ...]:
    busy = {owed_by(run, case) for run in runs.values() if _is_told_of(case, run)}
    waits = (wait for wait in waits_on(case, office) if wait.move is not Move.COMMON_DRAFT)
    return tuple(wait for wait in waits if watcher_of(wait) not in busy)


def _is_told_of(case: Case, run: Deadline) -> bool:
    """Whether notices about this run are enough, so that its holder needs no idle notice: it is a duty of his own, not one
    he took over with the case, nor one that only the network can end."""
    taken_over = run.step in AT_WORK and run.holder is Holder.CURATOR
    return run.kind is Kind.DUTY and not taken_over and not waits_for_the_network(case, run)


def idle_name(wait: Wait) -> str:
    return f"{wait.move}@{wait.who}"


def watcher_of(wait: Wait) -> str:
    """Return who is notified when this wait lasts too long: the one waited for (`curator` or a department's key); the curator
    if it is a network or the bot."""
    return CURATOR if wait.who in MACHINES else wait.who


def is_silent(case: Case, run: Deadline) -> bool:
    """Whether the department of the run (the lead executor's if it names none) has the case and has neither accepted nor
    returned it."""
    part = case.part_of(run.who) if run.who is not None else case.lead
    return part is not None and part.state is PartState.ASKED


def reminder_moment(deadline: Deadline, office: Office, state: State | None = None) -> datetime | None:
    """Return the moment to remind of the deadline, as the policy says; None if it wants no reminder or the term is too short.

    By default, on the step's own clock: half an hour before the deadline, a third of the term if the term is short,
    three hours if it is long. While the case waits for its author, the half hour becomes two hours for the answer,
    because an interim answer takes time (MO-9). On the working clock the moment lies in working time.
    """
    in_good_time = state is State.WAITING_AUTHOR and deadline.step is Step.ANSWER
    return reminded_at(deadline, office, office.policy.of(deadline.step), IN_GOOD_TIME if in_good_time else None)


def told_above(step: Step, department: str | None, office: Office) -> tuple[Audience, ...]:
    """Return the superiors who are notified first of a step that the department, or the curator (None), has missed; () if
    there is nobody.

    If a department is late, these are the people the regulation names (MO-20, KU-21, IZ-D5) and those the policy notifies
    at once. If the curator is late, it is the supervisor.
    """
    if department is None:
        return (Audience.SUPERVISOR,) if office.supervisor is not None else ()
    at_once = tuple(rung.who for rung in office.policy.of(step).ladder if rung.after is None)
    ears = tuple(dict.fromkeys((*office.regulation.hears_of_missed.who, *at_once))) or (Ear.OVERSEER,)
    return those_there(ears, department, office) or those_there((Ear.OVERSEER,), department, office)


def rungs(run: Deadline, case: Case, office: Office) -> tuple[tuple[datetime, tuple[Audience, ...]], ...]:
    """Return the escalation of a missed run in order of time: moments, each with the superiors to notify then. Nobody is
    notified at two of them; a right has none (DESIGN rule 12)."""
    if run.kind is Kind.RIGHT:
        return ()
    policy, department = office.policy.of(run.step), charged_department(run, case)
    first = told_above(run.step, department, office)
    found = {told_above_at(run, office, policy): list(first)} if first else {}
    people = people_there(department, office)
    heard = {people[audience] for audience in first if audience in people}
    later = [(late_by(run, rung.after, office), rung.who) for rung in policy.ladder if rung.after is not None]
    for moment, ear in sorted(later, key=lambda one: one[0]):
        for audience in those_there((ear,), department, office):
            if people[audience] not in heard:
                heard.add(people[audience])
                found.setdefault(moment, []).append(audience)
    return tuple((moment, tuple(who)) for moment, who in sorted(found.items()))


def heard_by(run: Deadline, case: Case, office: Office, moment: datetime) -> tuple[Audience, ...]:
    """Return all superiors to whom the missed run was escalated up to `moment`."""
    return tuple(audience for at, who in rungs(run, case, office) if at <= moment for audience in who)


def following(
    case: Case, alarm: Alarm, office: Office, now: datetime, newest: Mapping[str, Deadline] | None = None
) -> Alarm | None:
    """Return the alarm to set after this one rang: the next escalation or the next repeat; None after the last one, or if
    the alarm is outdated.

    An escalation whose moment has passed rings at once. Repeats whose moment has passed are skipped.
    """
    if alarm.kind is AlarmKind.IDLE:
        return _idle_again(case, alarm, office, now, newest)
    run = running(case, office, newest).get(alarm.step)
    if run is None or run.until != alarm.due or run.kind is Kind.RIGHT:
        return None
    at: datetime | None = None
    if alarm.kind is AlarmKind.ESCALATION:
        at = next((moment for moment, _ in rungs(run, case, office) if moment > alarm.at), None)
    elif alarm.kind is AlarmKind.OVERDUE:
        at = told_again_at(run, office, office.policy.of(run.step), max(alarm.at, now))
    return Alarm(at, alarm.kind, case.id, alarm.step, alarm.due) if at is not None else None


def _idle_again(
    case: Case, alarm: Alarm, office: Office, now: datetime, newest: Mapping[str, Deadline] | None
) -> Alarm | None:
    if _idling(case, alarm, office, newest) is None:
        return None
    moments = enumerate(at for at, _ in idle_moments(alarm.due, office))
    at = next((at for n, at in moments if at > alarm.at and (n < ONCE or at > now)), None)
    return alarm._replace(at=at) if at is not None else None


def _idling(case: Case, alarm: Alarm, office: Office, newest: Mapping[str, Deadline] | None) -> Wait | None:
    """Return the move that the idle alarm is about; None if the case no longer waits for it since that moment, or if a duty
    of the one waited for runs now."""
    found = idles(case, office, newest)
    return next((wait for wait in found if (idle_name(wait), wait.since) == (alarm.step, alarm.due)), None)


def those_there(ears: Iterable[Ear], department: str | None, office: Office) -> tuple[Audience, ...]:
    """Return those of these superiors that the office has a person for, as audiences of a notice. A person who is two of
    them is listed once, as the later one in `ears`."""
    there = people_there(department, office)
    meant = {there[audience]: audience for audience in (HEARD_AS[ear] for ear in ears) if audience in there}
    return tuple(meant.values())


def people_there(department: str | None, office: Office) -> dict[Audience, str]:
    """Return the keys of the department's superiors by audience: head, first deputy, overseer, supervisor; those the office
    does not have are left out."""
    there = {
        Audience.HEAD: office.head,
        Audience.FIRST_DEPUTY: office.first_deputy,
        Audience.OVERSEER: office.overseer(department),
        Audience.SUPERVISOR: office.supervisor,
    }
    return {audience: person for audience, person in there.items() if person is not None}


def charged_department(run: Deadline, case: Case) -> str | None:
    """Return the department to which a miss of the run is charged in the register of violations; None if it is the curator
    (or if there is no lead executor)."""
    if run.charged_to is Holder.CURATOR:
        return None
    return run.who or department_of(run, case)


def department_of(run: Deadline, case: Case) -> str | None:
    """Return the department that owes a step which runs per executor, for any other step the lead executor's; None if there
    is none."""
    if run.step in PER_EXECUTOR and run.who is not None:
        return run.who
    return case.lead.department if case.lead else None


def owed_by(run: Deadline, case: Case) -> str | None:
    """Return who owes the step: `curator`, or a department's key; None if there is no lead executor."""
    return CURATOR if run.holder is Holder.CURATOR else department_of(run, case)


def notice_for(
    case: Case, alarm: Alarm, office: Office, now: datetime, newest: Mapping[str, Deadline] | None = None
) -> tuple[Effect, ...]:
    """Return the effects of an alarm that rings: notices, and a refresh of the card if a term was missed. () if its deadline
    moved or was met, or if a reminder comes after the deadline."""
    if alarm.kind is AlarmKind.IDLE:
        return _idle_notices(case, alarm, office, newest)
    known = newest if newest is not None else newest_runs(case, office)
    run = running(case, office, known).get(alarm.step) or unforwarded(case, known).get(alarm.step)
    if run is None or run.until != alarm.due or (run.kind is Kind.RIGHT and not is_silent(case, run)):
        return ()
    missed = missed_at(run, office.clock)
    about = partial(Notify, department=department_of(run, case), step=run.step, due=run.until)
    of_charged = partial(about, department=charged_department(run, case) or department_of(run, case))
    match alarm.kind:
        case AlarmKind.REMINDER:
            return (about(Notice.REMINDER, responsible(run)),) if now <= alarm.due else ()
        case AlarmKind.OVERDUE if alarm.at > missed:
            above = [of_charged(Notice.ESCALATION, a, again=True) for a in heard_by(run, case, office, alarm.at)]
            return (about(Notice.OVERDUE, responsible(run), again=True), *above)
        case AlarmKind.OVERDUE:
            beside = (of_charged(Notice.MISSED, Audience.CURATORS),) if run.holder is not Holder.CURATOR else ()
            charged = charged_department(run, case)
            if charged is not None and charged != owed_by(run, case):
                beside = (of_charged(Notice.MISSED, Audience.DEPARTMENT), *beside)
            return (about(Notice.OVERDUE, responsible(run)), *beside, Redraw())
        case AlarmKind.LAPSED:
            return (about(Notice.LAPSED, Audience.CURATORS), Redraw())
        case AlarmKind.ESCALATION:
            reached = [who for at, who in rungs(run, case, office) if at <= max(alarm.at, missed)]
            return tuple(of_charged(Notice.ESCALATION, above) for above in (reached[-1] if reached else ()))
        case AlarmKind.SNOOZE:
            notice = Notice.REMINDER if now <= alarm.due else Notice.OVERDUE
            return (about(notice, responsible(run), only=alarm.account),)
        case _:
            return ()


def _idle_notices(
    case: Case, alarm: Alarm, office: Office, newest: Mapping[str, Deadline] | None
) -> tuple[Effect, ...]:
    wait = _idling(case, alarm, office, newest)
    if wait is None:
        return ()
    department = None if watcher_of(wait) == CURATOR else wait.who
    told = next((told for at, told in idle_moments(wait.since, office) if at >= alarm.at), Told.HIM)
    him = Audience.DEPARTMENT if department else Audience.CURATORS
    heard = [(Notice.IDLE, him)] if Told.HIM in told else []
    if Told.ABOVE in told:
        heard += [(Notice.IDLE_ABOVE, audience) for audience in above(department, office)]
    return tuple(Notify(n, a, department=department, text=wait.move, due=wait.since) for n, a in heard)


def above(department: str | None, office: Office) -> tuple[Audience, ...]:
    """Return the superior of the department (its overseer, else the head) or of the curator (None: the supervisor, else the
    head). If the office has none: the curators for a department, () for the curator."""
    ears = (Ear.OVERSEER if department else Ear.SUPERVISOR, Ear.HEAD)
    found = next((heard for ear in ears if (heard := those_there((ear,), department, office))), ())
    return found or ((Audience.CURATORS,) if department else ())


def responsible(run: Deadline) -> Audience:
    """Return the audience to remind of the run: the curators, the department, or the lead executor."""
    if run.holder is Holder.CURATOR:
        return Audience.CURATORS
    return Audience.DEPARTMENT if run.step in PER_EXECUTOR else Audience.LEAD
