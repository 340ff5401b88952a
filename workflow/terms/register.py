"""The register of violations, that is, of missed duties (CLOCK §2): each is stored, and nothing moves it afterwards. Pure.

`settle` comes first in every transaction on a case, before `decide`, so a command can neither hide nor invent a miss.
Reports, lists, the page and `simulate` read the rows; nothing else says what was missed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from workflow.case import Case, Missed
from workflow.office import Office, Role
from workflow.regulation import ClockKind, Event, Kind, Step
from workflow.replacing import replace
from workflow.terms.alarms import (
    Alarm,
    AlarmKind,
    facts_of,
    key_of,
    newest_runs,
    passed_on_by,
    running,
    runs_of,
    waits_for_the_network,
)
from workflow.terms.deadlines import CHANGING_FACTS, Deadline, deadlines, missed_at
from workflow.terms.grants import AT_WORK, OF_CONTRIBUTIONS, runs
from workflow.terms.presence import charged_with, present_during, staff_of
from workflow.waiting import ANSWERING

MINUTE = timedelta(minutes=1)
PLACES = {step: place for place, step in enumerate(Step)}

Host = tuple[Case, Office]
"""The case that another one was merged into, with the office that governs it."""


def settle(case: Case, office: Office, now: datetime, host: Host | None = None) -> Case:
    """Return the case with a row of the register for every duty that was missed up to `now` and has none yet, and with the
    endings of rows whose run has ended. The version is one higher if a row was added; if nothing changed, the same case.

    `office` and its absences are those of `now`. A closed case gets no new rows, only endings. A case merged into another
    one gets a row for its answer alone, and only if that miss is not charged on the other case, `host` (CLOCK §1).
    """
    passed = [(at, run) for at, run in lapsing(case, office) if at <= now]
    if case.merged_into is not None:
        passed = [(at, run) for at, run in passed if host is not None and not _answers_for_both(host, run, at)]
    if passed:
        first = len(case.missed) + 1
        rows = tuple(entered(number, run, at, case, office) for number, (at, run) in enumerate(passed, first))
        case = replace(case, missed=(*case.missed, *rows), version=case.version + 1)
    return with_endings(case, office, now)


def lapsing(
    case: Case, office: Office, newest: Mapping[str, Deadline] | None = None
) -> list[tuple[datetime, Deadline]]:
    """Return the open duties that have no row in the register yet, with the moment each counts as missed, earliest first.

    Left out: everything of a closed case, and all but the answer of one that was merged into another; a posting that only
    the answer's term cut short, which is charged as the answer; an answer approved in time that is being posted
    (CLOCK §1.5); a draft that waits for the curator to pass a contribution on; contributions while none can be given.
    """
    merged = case.merged_into is not None
    if case.is_ended and not merged:
        return []
    known = {row.key for row in case.missed}
    found = newest if newest is not None else newest_runs(case, office)
    owed = [run for run in found.values() if is_chargeable(run) and run.is_open and key_of(run) not in known]
    owed = [run for run in owed if run.step is Step.ANSWER or not merged]
    if case.state in ANSWERING:
        owed = [run for run in owed if run.step not in OF_CONTRIBUTIONS]
    if passed_on_by(case, office, found) is not None:
        owed = [run for run in owed if run.step not in AT_WORK]
    there = [(missed_at(run, office.clock), run) for run in owed if not waits_for_the_network(case, run)]
    return sorted(there, key=lambda one: (one[0], PLACES[one[1].step], one[1].who or ""))


def _answers_for_both(host: Host, run: Deadline, passed_at: datetime) -> bool:
    """Whether a miss of this answer is charged only on `host`, the case it was merged into, as both cases were at
    `passed_at`: the host's answer was due no later and was not posted in time either. One late posting makes one row."""
    case, office = host
    then = replace(case, history=tuple(h for h in case.history if h.at < passed_at), missed=())
    answer = next((one for one in reversed(runs_of(then, office)) if one.step is Step.ANSWER), None)
    if answer is None or answer.until > run.until:
        return False
    return answer.ended_at is None or answer.ended_at >= missed_at(answer, office.clock)


def still_asked(case: Case, office: Office) -> dict[str, Deadline]:
    """Return the runs, by name, that get more time after a change of the calendar or an outage: the running ones, and those
    of which nobody is reminded but somebody would be charged with (a draft while the case is not forwarded, the answer of a
    case merged into another)."""
    return {run.name: run for _, run in lapsing(case, office)} | running(case, office)


def is_chargeable(run: Deadline) -> bool:
    """Whether a miss of this run is entered in the register: it is a duty, not a right, and not a posting that is due only
    because the answer is due, which is charged as the answer."""
    return run.kind is Kind.DUTY and not (run.step is Step.POSTING and run.capped_by is Step.ANSWER)


def lapse_alarms(case: Case, rung: Iterable[Alarm], passing: Iterable[tuple[datetime, Deadline]]) -> set[Alarm]:
    """Return an alarm for each duty in `passing` without an overdue notice at that moment in `rung`, so that a miss of which
    nobody is notified is entered in the register all the same."""
    heard = {(alarm.step, alarm.at) for alarm in rung if alarm.kind is AlarmKind.OVERDUE}
    return {
        Alarm(at, AlarmKind.LAPSE, case.id, run.name, run.until) for at, run in passing if (run.name, at) not in heard
    }


def entered(number: int, run: Deadline, passed_at: datetime, case: Case, office: Office) -> Missed:
    """Return the row of the register for a run that was missed at `passed_at`: number, term, whom it is charged to, and who
    of them was present according to this office."""
    who = charged_with(run, case)
    there = present_during(run, who, case, office)
    step, executor, line = key_of(run)
    return Missed(
        number=number,
        step=step,
        executor=executor,
        line=line,
        until=run.until,
        text_due=run.due_at,
        passed_at=passed_at,
        who=who,
        people=there.people,
        stood_in=there.stood_in,
        clause=run.clause,
        edition=office.regulation.text_hash,
        calendar=office.working_time.fingerprint,
        counted_by=run.term.clock,
        got_at=run.got_at,
        unsaid=there.unsaid,
        grant=run.grant,
        granted_at=run.granted_at,
        moved_by=next((h.event for h in case.history if h.at == run.granted_at and h.event in CHANGING_FACTS), None),
    )


@dataclass(frozen=True, slots=True)
class Spared:
    """An answer whose due moment a command moved into the past: a note in the register, not a violation (CLOCK §1.1).
    `at`, `moved_by`: the command; `due`: the new moment by the regulation's text; `until`: from when it is charged
    instead."""

    at: datetime
    moved_by: Event
    due: datetime
    until: datetime


def spared(case: Case, office: Office) -> Iterator[Spared]:
    """Yield, in the order of time, each command that moved the due moment of an answer that was not late to before the
    command itself."""
    facts, rules = facts_of(case, office), (office.regulation, office.clock)
    before: Deadline | None = None
    for n, happening in enumerate(case.history, 1):
        answer = deadlines(case.history[:n], facts, *rules).get(Step.ANSWER)
        ahead = before is not None and before.is_open and before.due_at > happening.at
        if answer is not None and ahead and happening.event in CHANGING_FACTS and answer.due_at < happening.at:
            then = [run for run in runs(case.history[:n], facts, *rules) if run.step is Step.ANSWER]
            yield Spared(happening.at, happening.event, answer.due_at, then[-1].until)
        before = answer


def imported(case: Case, office: Office, now: datetime) -> Case:
    """Return a case stored by a version without a register, with rows for what was missed up to `now`, marked `imported`,
    and its version one higher; the same case if nothing had to change (CLOCK §2).

    A run that ended late is entered as it was computed then: missed at its due moment. What still runs is entered by
    `settle`. Happenings without a journal line get numbers below zero, so that runs can be told apart.
    """
    lined = tuple(h if h.line else replace(h, line=-place) for place, h in enumerate(case.history, 1))
    after = case if lined == case.history else replace(case, history=lined)
    known = {row.key for row in after.missed}
    for run in sorted(runs_of(after, office), key=lambda one: one.due_at):
        ended = run.ended_at
        if is_chargeable(run) and ended is not None and ended > run.due_at and key_of(run) not in known:
            known.add(key_of(run))
            row = entered(len(after.missed) + 1, run._replace(until=run.due_at), run.due_at, after, office)
            after = replace(after, missed=(*after.missed, row))
    after = settle(after, office, now)
    if after is case:
        return case
    rows = tuple(row if row in case.missed else replace(row, imported=True) for row in after.missed)
    return replace(after, missed=rows, version=case.version + 1)


def with_endings(case: Case, office: Office, now: datetime) -> Case:
    """Return the case with the ending written to each row of the register whose run has ended; written once. A run that is
    no longer in the history (an approval was taken back) ended at `now`, not done."""
    if all(row.ended_at is not None for row in case.missed):
        return case
    found = {key_of(run): run for run in runs_of(case, office)}
    rows = tuple(_ended(row, found.get(row.key), office, now) if row.ended_at is None else row for row in case.missed)
    return replace(case, missed=rows) if rows != case.missed else case


def not_ended(rows: tuple[Missed, ...], at: datetime) -> tuple[Missed, ...]:
    """Return the rows after an action of the moment `at` was taken back: rows that it had ended are open again, as late as
    before."""
    return tuple(
        replace(row, ended_at=None, done_at=None, late_minutes=None) if row.ended_at == at else row for row in rows
    )


def undone_by(calendar: Office, case: Case, now: datetime) -> tuple[tuple[Missed, datetime], ...]:
    """Return the rows of the case, not annulled, that would not exist if the calendar of this office had been used when they
    were entered, each with the `until` that this calendar gives.

    Only what had happened before a row was entered is taken into account: a command of that moment or later excuses nobody.
    A row entered under this same calendar is never among them. A run that had ended before there was a register is judged by
    its due moment, as it was entered.
    """
    found = []
    for row in case.missed:
        if row.stands and row.calendar != calendar.working_time.fingerprint:
            earlier = replace(case, history=tuple(h for h in case.history if h.at < row.passed_at), missed=())
            run = next((run for run in runs_of(earlier, calendar) if key_of(run) == row.key), None)
            if run is None:
                continue
            as_before = row.imported and row.passed_at == row.until
            until = run.due_at if as_before else run.until
            if (row.ended_at or now) < (until if as_before else missed_at(run, calendar.clock)):
                found.append((row, until))
    return tuple(found)


def _ended(row: Missed, run: Deadline | None, office: Office, now: datetime) -> Missed:
    if run is not None and run.is_open:
        return row
    ended_at, done_at = (run.ended_at, run.met_at) if run is not None else (now, None)
    assert ended_at is not None
    return replace(row, ended_at=ended_at, done_at=done_at, late_minutes=_late(row, ended_at, office))


def names(row: Missed, people: Collection[str], office: Office, now: datetime) -> bool:
    """Whether the row of the register concerns one of these people (keys): people of the charged department, or curators;
    those recorded as present; their substitutes; and everybody who acts for one of them at `now`."""
    concerned = {*staff_of(row.who, office), *row.people, *([row.stood_in] if row.stood_in is not None else [])}
    concerned |= {
        s for key in concerned if (p := office.people.get(key)) is not None and (s := p.substitute) is not None
    }
    return any(not concerned.isdisjoint(office.stands_in(person, now)) for person in people)


def may_strike(row: Missed, people: Collection[str], office: Office, now: datetime) -> bool:
    """Whether these people, who have the right to annul rows of the register, may annul this one: not if it concerns them.

    If the supervisor is also a curator, the head must do it; if there is no head, the supervisor may, and the row says so
    (`Annulled.own`).
    """
    supervisor = office.people.get(office.supervisor or "")
    both = supervisor is not None and supervisor.key in people and Role.CURATOR in supervisor.roles
    return not names(row, people, office, now) or (both and office.head is None)


def late_minutes(row: Missed, office: Office, now: datetime) -> int:
    """Return how many minutes late the row's duty was when it ended, or is at `now` if it has not; counted on the step's own
    clock, a begun minute as a whole one."""
    return row.late_minutes if row.late_minutes is not None else _late(row, now, office)


def _late(row: Missed, ended: datetime, office: Office) -> int:
    clock = office.clock.working if row.counted_by is ClockKind.WORKING else office.clock.calendar
    return max(0, -(-clock.between(row.until, ended) // MINUTE))
