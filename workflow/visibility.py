"""Who may see what of a case: the one rule for the chat, the case's file and the board. Pure; reads only.

Everybody in the office may see what the working group was shown: that the case exists, its number, topic, place and
department, its terms, what was done with it and when. Everything else (the citizen's text, the drafts, the whole file,
finding the case by its words, the board) is for the leadership and for the departments concerned.
"""

from __future__ import annotations

from collections.abc import Iterable

from workflow.case import Case, PartState
from workflow.office import Person, Role

LEADING = frozenset({Role.CURATOR, Role.DEPUTY, Role.HEAD})


def cases_of(people: Iterable[Person]) -> frozenset[str] | None:
    """Return the departments whose cases these people may read in full: all (None) for curators, deputies and the head,
    their own for executors."""
    known = tuple(people)
    if any(LEADING & set(person.roles) for person in known):
        return None
    return frozenset(p.department for p in known if p.department is not None and Role.EXECUTOR in p.roles)


def concerned(case: Case) -> frozenset[str]:
    """Return the departments the case concerns: those that have it, had it (even if they returned it), or will get it
    later in turn."""
    return frozenset([*(part.department for part in case.parts), *case.queue])


def having(case: Case) -> frozenset[str]:
    """Return the departments whose lists show the case: all that have it, had it or will get it in turn, except those
    that returned it."""
    return frozenset([*(part.department for part in case.parts if part.state is not PartState.RETURNED), *case.queue])


def may_read(departments: frozenset[str] | None, case: Case) -> bool:
    """Whether a person who sees the cases of these departments (`cases_of`) may read the whole case."""
    return departments is None or bool(departments & concerned(case))
