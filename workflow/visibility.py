"""Who may see what of a case: the one rule of the chat, the file and the page. Pure; reads only.

What the working group has been shown everybody of the office may see: that a case is there, its number, topic, place and
department, its terms, what was done with it and when. The rest (what the citizen wrote, the wordings, the whole file, being
found by its words, the page) is for those who lead and for the departments whose case it is.
"""

from __future__ import annotations

from collections.abc import Iterable

from workflow.case import Case, PartState
from workflow.office import Person, Role

LEADING = frozenset({Role.CURATOR, Role.DEPUTY, Role.HEAD})


def cases_of(people: Iterable[Person]) -> frozenset[str] | None:
    """The departments whose cases these people see whole; None: everybody's."""
    known = tuple(people)
    if any(LEADING & set(person.roles) for person in known):
        return None
    return frozenset(p.department for p in known if p.department is not None and Role.EXECUTOR in p.roles)


def concerned(case: Case) -> frozenset[str]:
    """The departments whose case it is: they have it, had it (whoever handed it back, too) or are to have it in turn."""
    return frozenset([*(part.department for part in case.parts), *case.queue])


def having(case: Case) -> frozenset[str]:
    """Those of them in whose lists it stands: not the ones who handed it back."""
    return frozenset([*(part.department for part in case.parts if part.state is not PartState.RETURNED), *case.queue])


def may_read(departments: frozenset[str] | None, case: Case) -> bool:
    """Whether whoever sees the cases of these departments (`cases_of`) may read the case whole."""
    return departments is None or bool(departments & concerned(case))
