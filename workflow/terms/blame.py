"""Names who is charged with a missed term: the holder of the case while the term ran, unless all of them were away.
Pure.

`deadlines` finds the holder from the history alone. Only this module takes the office's absences into account.
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
    """Who is charged: a department's key or `curator`; None if everybody was absent for the whole term without a
    substitute.

    `substitute` is the key of the last substitute present during the term, if none of the holder's own people was
    there.
    """

    who: str | None
    substitute: str | None = None


def blame_of(run: Deadline, case: Case, office: Office) -> Blame:
    """Finds who is charged with the missed run. Also reads absences that are over (`Office.past_absences`)."""
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
    """The moment from which the term ran while `who` held the case."""
    handed = [h.at for h in case.history if h.event is Event.FORWARDED and h.who == who and h.at <= run.due_at]
    return min(max([run.started_at, *handed[-1:]]) if who != CURATOR else run.started_at, run.due_at)


def _moments(absences: Sequence[Absence], since: datetime, run: Deadline, office: Office) -> list[datetime]:
    """Splits the term wherever an absence begins or ends, and returns the first moment of each stretch.

    Leaves out stretches in which the step's own clock does not run, such as nights for a term in working time.
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
