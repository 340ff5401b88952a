"""Computes the moments of reminders, escalations and repeats from a run of a step and the office's policy. Pure.

`workflow.terms.alarms` decides whom to notify. On the working clock every moment lies in working time, or at its end.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from enum import Flag, auto

from workflow.office import Office
from workflow.regulation import Policy, Term, Unit
from workflow.terms.deadlines import Deadline, missed_at

LONG = timedelta(hours=20)
"""A term of at least this length on its own clock is long, and gets an earlier reminder."""
MINUTE = timedelta(minutes=1)


def reminded_at(run: Deadline, office: Office, policy: Policy, at_least: timedelta | None = None) -> datetime | None:
    """Return the moment to remind of the run, never before its start; None if the policy wants no reminder or the term is
    too short.

    `at_least` replaces the policy's `before` and `at`: how long before the end of a term under 20 hours to remind, at most
    a third of the term.
    """
    clock = run.clock(office.clock)
    whole = clock.between(run.started_at, run.until)
    if policy.at is not None and at_least is None:
        ahead = whole * (1 - policy.at.numerator / policy.at.denominator)
    elif not policy.before:
        return None
    elif whole >= LONG:
        ahead = MINUTE * policy.before_long
    else:
        ahead = min(at_least or MINUTE * policy.before, whole / 3)
    ahead = MINUTE * max(1, round(ahead / MINUTE))
    return max(clock.back(run.until, ahead), run.started_at) if ahead < whole else None


def late_by(run: Deadline, term: Term, office: Office) -> datetime:
    """Return the moment at which the run is late by `term`, on the step's own clock. Working days count to the end of the
    day."""
    if term.unit is Unit.WORKING_DAYS:
        return office.working_time.end_of_nth_working_day(run.until, term.amount)
    return run.clock(office.clock).add(run.until, MINUTE * term.amount)


def told_above_at(run: Deadline, office: Office, policy: Policy) -> datetime:
    """Return the moment at which superiors are first notified of the missed run, unless it was met, though late, by then."""
    return max(missed_at(run, office.clock), run.clock(office.clock).add(run.until, MINUTE * policy.after))


def told_again_at(run: Deadline, office: Office, policy: Policy, after: datetime) -> datetime | None:
    """Return the moment of the first repeat of the overdue notice later than `after`; None if there are no more repeats.

    Repeats missed while the program was off are not sent later.
    """
    return next((moment for moment in _repeats(run, office, policy) if moment > after), None)


def _repeats(run: Deadline, office: Office, policy: Policy) -> Iterator[datetime]:
    """Yield the moments of repeated overdue notices: the policy's own, at most `at_most`, then every `idle.every` working
    days without an end, because people must not stop hearing of an open case (DESIGN rule 15)."""
    last, days = run.until, 0
    for number in range(1, policy.at_most + 1):
        if policy.repeat is not None:
            last = _repeat(run, policy.repeat, number, office)
            yield last
    while policy.idle.every:
        days += policy.idle.every
        yield _start_of_nth_working_day(last, days, office)


def _repeat(run: Deadline, every: Term, number: int, office: Office) -> datetime:
    if every.unit is Unit.WORKING_DAYS:
        return _start_of_nth_working_day(run.until, number * every.amount, office)
    return run.clock(office.clock).add(run.until, MINUTE * every.amount * number)


def _start_of_nth_working_day(moment: datetime, n: int, office: Office) -> datetime:
    working = office.working_time
    day = working.local(working.end_of_nth_working_day(moment, n)).date()
    return working.into(datetime.combine(day, time(), working.zone))


class Told(Flag):
    """Who is notified that a case waits without a deadline: the one it waits for, his superiors, or both."""

    HIM = auto()
    ABOVE = auto()


def idle_moments(since: datetime, office: Office) -> Iterator[tuple[datetime, Told]]:
    """Yield the moments to notify people of a case that has waited since `since` without a deadline, each with whom to
    notify, in the order of time; endless if the policy repeats."""
    idle, begun = office.policy.idle, office.working_time.into(since)
    first = [(_same_hour(begun, idle.remind, office), Told.HIM)] if idle.remind else []
    first += [(_start_of_nth_working_day(begun, idle.above, office), Told.ABOVE)] if idle.above else []
    yield from sorted(first, key=lambda one: one[0])
    last, days = max(idle.remind, idle.above), idle.every
    both = (Told.HIM if idle.remind else Told(0)) | (Told.ABOVE if idle.above else Told(0))
    while first and days:
        last += days
        yield _start_of_nth_working_day(begun, last, office), both


def _same_hour(begun: datetime, days: int, office: Office) -> datetime:
    """Return the clock time of `begun` on the `days`-th working day after it, or the end of work if that is earlier."""
    working = office.working_time
    end = working.end_of_nth_working_day(begun, days)
    hour = working.local(begun).timetz().replace(tzinfo=None)
    return min(end, working.into(datetime.combine(working.local(end).date(), hour, working.zone)))
