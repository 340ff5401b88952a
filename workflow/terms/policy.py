"""When a step is reminded of, told above and told again: moments only, from a run of a step and the office's policy. Pure.

Who is told is `workflow.terms.alarms`'s. Nobody is woken: on the working clock every moment lies in working time, or at its end.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from workflow.office import Office
from workflow.regulation import Policy, Term, Unit
from workflow.terms.deadlines import Deadline

LATE = timedelta(seconds=1)
"""A deadline met one second late is a violation; nobody is told before."""
LONG = timedelta(hours=20)
"""A term of so much of its clock is long: it is reminded of earlier."""
MINUTE = timedelta(minutes=1)


def reminded_at(run: Deadline, office: Office, policy: Policy, at_least: timedelta | None = None) -> datetime | None:
    """When the responsible is reminded of the run, its start at the earliest; None if there is no room or no wish for it.
    `at_least`: so long ahead, whatever the policy says, a third of the term at most."""
    clock = run.clock(office.clock)
    whole = clock.between(run.started_at, run.due_at)
    if policy.at is not None and at_least is None:
        ahead = whole * (1 - policy.at.numerator / policy.at.denominator)
    elif not policy.before:
        return None
    elif whole >= LONG:
        ahead = MINUTE * policy.before_long
    else:
        ahead = min(at_least or MINUTE * policy.before, whole / 3)
    ahead = MINUTE * max(1, round(ahead / MINUTE))
    return max(clock.back(run.due_at, ahead), run.started_at) if ahead < whole else None


def late_by(run: Deadline, term: Term | None, office: Office) -> datetime:
    """The moment the run has been late for the term; None: as soon as it is late. Days are working days, to their end."""
    if term is None:
        return run.due_at + LATE
    if term.unit is Unit.WORKING_DAYS:
        return office.working_time.end_of_nth_working_day(run.due_at, term.amount)
    return run.clock(office.clock).add(run.due_at, MINUTE * term.amount)


def told_again_at(run: Deadline, office: Office, policy: Policy, after: datetime) -> datetime | None:
    """The first moment later than `after` at which the overdue run is told again; None where it is told no more.

    What fell into a time the program was off is not made up for: the next one comes.
    """
    if policy.repeat is None:
        return None
    moments = (_repeat(run, policy.repeat, number, office) for number in range(1, policy.at_most + 1))
    return next((moment for moment in moments if moment > after), None)


def _repeat(run: Deadline, every: Term, number: int, office: Office) -> datetime:
    if every.unit is Unit.WORKING_DAYS:
        working = office.working_time
        day = working.local(working.end_of_nth_working_day(run.due_at, number * every.amount)).date()
        return working.into(datetime.combine(day, time(), working.zone))
    return run.clock(office.clock).add(run.due_at, MINUTE * every.amount * number)
