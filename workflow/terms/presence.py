"""Finds who in the charged department (or of the curators) was present while a missed term ran, or who substituted. Pure.

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
    """Who was present while a missed term ran. `people`: the keys of the department's people (or the curators) who were
    present for some of it.

    `stood_in` is the key of the last substitute present, if none of them was. `unsaid`: one of them was absent, but the
    absence was entered only afterwards and therefore changes nothing (CLOCK §1).
    """

    people: tuple[str, ...] = ()
    stood_in: str | None = None
    unsaid: bool = False


def charged_with(run: Deadline, case: Case) -> str:
    """Return whom a miss of this run is charged to: a department's key or `curator`. There is always somebody."""
    if run.charged_to is Holder.CURATOR:
        return CURATOR
    return run.who or next((part.department for part in reversed(case.parts) if part.lead), CURATOR)


def present_during(run: Deadline, who: str, case: Case, office: Office) -> Presence:
    """Return who of `who` (a department's key or `curator`) was present while they held the case and the run's term ran.
    Absences that have ended (`Office.past_absences`) are taken into account too."""
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
    """Return the keys of all curators (`who` is `curator`), or of the executors of the department `who`."""
    if who == CURATOR:
        return tuple(person.key for person in office.people.values() if Role.CURATOR in person.roles)
    return tuple(p.key for p in office.people.values() if Role.EXECUTOR in p.roles and p.department == who)


def _held_since(run: Deadline, case: Case, who: str) -> datetime:
    """Return the moment from which the run's term ran while `who` held the case, at most its `until`."""
    handed = [h.at for h in case.history if h.event is Event.FORWARDED and h.who == who and h.at <= run.until]
    return min(max([run.started_at, *handed[-1:]]) if who != CURATOR else run.started_at, run.until)


def _moments(absences: Sequence[Absence], since: datetime, run: Deadline, office: Office) -> list[datetime]:
    """Split the term from `since` wherever an absence begins or ends, and return the first moment of each stretch; at least
    `since`.

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
