"""Who answers for a missed term: who held the case while it ran (`deadlines`), unless everybody there was away. Pure.

The charge itself follows from the history alone; absences are the office's, and are looked at here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from workflow.case import Case
from workflow.office import Absence, Office, Role, those_there
from workflow.regulation import Event, Holder
from workflow.terms.deadlines import Deadline

CURATOR = Role.CURATOR.value


@dataclass(frozen=True, slots=True)
class Blame:
    """`who` is a department's key or `curator`; None where the whole term fell into an absence nobody stood in for.
    `substitute`: the key of whoever stood in when the term ran out, where none of the department's own was there at all.
    """

    who: str | None
    substitute: str | None = None


def blame_of(run: Deadline, case: Case, office: Office) -> Blame:
    """Who is named beside the missed run. `office` knows the absences that were, too (`Office.past_absences`)."""
    who = _charged(run, case)
    staff = _staff(who, office)
    if not staff:
        return Blame(who)
    since = _held_since(run, case, who)
    every = (*office.absences, *office.past_absences)
    present = [_present(staff, every, moment) for moment in _moments(every, since, run, office)]
    if any(key in staff for keys in present for key in keys):
        return Blame(who)
    stood_in = next((keys[0] for keys in reversed(present) if keys), None)
    return Blame(who if stood_in is not None else None, stood_in)


def _charged(run: Deadline, case: Case) -> str:
    if run.charged_to is Holder.CURATOR:
        return CURATOR
    return run.who or next((part.department for part in case.parts if part.lead), CURATOR)


def _staff(who: str, office: Office) -> tuple[str, ...]:
    if who == CURATOR:
        return tuple(person.key for person in office.people.values() if Role.CURATOR in person.roles)
    return tuple(p.key for p in office.people.values() if Role.EXECUTOR in p.roles and p.department == who)


def _held_since(run: Deadline, case: Case, who: str) -> datetime:
    """From when the term ran while the case was theirs."""
    handed = [h.at for h in case.history if h.event is Event.FORWARDED and h.who == who and h.at <= run.due_at]
    return min(max([run.started_at, *handed[-1:]]) if who != CURATOR else run.started_at, run.due_at)


def _moments(absences: Sequence[Absence], since: datetime, run: Deadline, office: Office) -> list[datetime]:
    """The first moment of every stretch of the term within which nobody comes or goes. Stretches outside the step's own clock
    are left out: nobody is there at night where minutes are of working time.
    """
    changes = sorted({m for one in absences for m in (one.since, one.until) if since < m < run.due_at})
    ends = [*changes, run.due_at]
    clock = run.clock(office.clock)
    counted = [m for m, end in zip([since, *changes], ends, strict=True) if clock.between(m, end)]
    return counted or [since]


def _present(staff: Sequence[str], absences: Sequence[Absence], moment: datetime) -> list[str]:
    found: list[str] = []
    for key in staff:
        found += [one for one in those_there(absences, key, moment) if one not in found]
    return found
