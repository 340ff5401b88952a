"""Says who of those charged with a missed term was present while it ran, and who stood in for them. Pure.

Whom a term is charged to follows from the history alone (`workflow.terms.holding`); an absence never changes that. Only
this module takes the office's absences into account.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from workflow.case import Case
from workflow.office import Absence, Office, Role, those_there
from workflow.regulation import Event, Holder
from workflow.terms.deadlines import Deadline
from workflow.waiting import CURATOR


@dataclass(frozen=True, slots=True)
class Presence:
    """`people`: keys of those of the department (or the curators) who were present at some time of the term.

    `stood_in` is the key of the last substitute present, if none of them was. `unsaid`: one of them was absent by an
    absence that was entered only afterwards, which changes nothing (CLOCK §1).
    """

    people: tuple[str, ...] = ()
    stood_in: str | None = None
    unsaid: bool = False


def charged_with(run: Deadline, case: Case) -> str:
    """Whom the run is charged to: a department's key or `curator`; never nobody."""
    if run.charged_to is Holder.CURATOR:
        return CURATOR
    return run.who or next((part.department for part in reversed(case.parts) if part.lead), CURATOR)


def present_during(run: Deadline, who: str, case: Case, office: Office) -> Presence:
    """Who of `who` was present while the run's term ran with them. Also reads absences that are over
    (`Office.past_absences`)."""
    staff = staff_of(who, office)
    since = _held_since(run, case, who)
    every = (*office.absences, *office.past_absences)
    counted = [Absence(a.person, a.counts_from, a.until, a.substitute) for a in every if a.counts_from < a.until]
    there = [_present(staff, counted, moment) for moment in _moments(counted, since, run, office)]
    own = tuple(key for key in staff if any(key in keys for keys in there))
    stood_in = next((keys[0] for keys in reversed(there) if keys), None) if not own else None
    unsaid = any(a.person in staff and max(a.since, since) < min(a.counts_from, run.until) for a in every)
    return Presence(own, stood_in, unsaid)


def staff_of(who: str, office: Office) -> tuple[str, ...]:
    """The keys of the curators, or of the department's people."""
    if who == CURATOR:
        return tuple(person.key for person in office.people.values() if Role.CURATOR in person.roles)
    return tuple(p.key for p in office.people.values() if Role.EXECUTOR in p.roles and p.department == who)


def _held_since(run: Deadline, case: Case, who: str) -> datetime:
    """The moment from which the term ran while `who` held the case."""
    handed = [h.at for h in case.history if h.event is Event.FORWARDED and h.who == who and h.at <= run.until]
    return min(max([run.started_at, *handed[-1:]]) if who != CURATOR else run.started_at, run.until)


def _moments(absences: Sequence[Absence], since: datetime, run: Deadline, office: Office) -> list[datetime]:
    """Splits the term wherever an absence begins or ends, and returns the first moment of each stretch.

    Leaves out stretches in which the step's own clock does not run, such as nights for a term in working time.
    """
    changes = sorted({m for one in absences for m in (one.since, one.until) if since < m < run.until})
    ends = [*changes, run.until]
    clock = run.clock(office.clock)
    counted = [m for m, end in zip([since, *changes], ends, strict=True) if clock.between(m, end)]
    return counted or [since]


def _present(staff: Sequence[str], absences: Sequence[Absence], moment: datetime) -> list[str]:
    found: list[str] = []
    for key in staff:
        found += [one for one in those_there(absences, key, moment) if one not in found]
    return found
