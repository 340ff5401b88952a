"""Helpers shared by the modules that change a case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workflow import effects as fx
from workflow import engine
from workflow.case import Case, Part, PartState
from workflow.commands import LetGo
from workflow.effects import Audience, Notice
from workflow.office import CLOCK, Office
from workflow.regulation import Event
from workflow.replacing import replace
from workflow.terms.deadlines import Happening

EVERYWHERE = (fx.ShowCard(), fx.ShowOffer())


@dataclass(frozen=True, slots=True)
class Change(engine.Change[Case, fx.Effect]):
    """What an action makes of a case: the changed case, the effects, and the details for the journal."""


def happened(case: Case, event: Event, now: datetime, **more: Any) -> tuple[Happening, ...]:
    return (*case.history, Happening(event, now, **more))


def without_executors(case: Case, now: datetime) -> tuple[Part, ...]:
    """Return all parts of the case, with the active ones ended at `now`."""
    active = case.active_parts
    return tuple(replace(part, ended_at=now) if part in active else part for part in case.parts)


def with_part(case: Case, part: Part, **changes: Any) -> tuple[Part, ...]:
    return tuple(replace(one, **changes) if one is part else one for one in case.parts)


def own_part(case: Case, by: str, office: Office) -> Part:
    """Return the active part of the department of person `by`: one not accepted yet if there is one, else the first.
    AssertionError if the department has no active part."""
    department = office.people[by].department
    own = [part for part in case.active_parts if part.department == department]
    assert own, "the table permits it to executors of the case only"
    return next((part for part in own if part.state is PartState.ASKED), own[0])


def recalled_from(case: Case, departments: list[str]) -> tuple[fx.Notify, ...]:
    return tuple(fx.Notify(Notice.RECALLED, Audience.DEPARTMENT, department=key) for key in departments)


def stands_alone(case: Case, now: datetime) -> tuple[Case, tuple[fx.Effect, ...]]:
    """Return the case taken out of the one it was merged into, with the effects that tell that other case; the same case
    and no effects if it was in none. The term of `forward` restarts at `now`, that of `answer` stays."""
    into = case.merged_into
    if into is None:
        return case, ()
    history = (*happened(case, Event.SPLIT, now), Happening(Event.RETURNED, now))
    return replace(case, merged_into=None, history=history), let_go_of(case)


def let_go_of(case: Case) -> tuple[fx.Effect, ...]:
    """Return the effect that removes this case from the one it was merged into; empty if it was merged into none."""
    into = case.merged_into
    return (fx.Also(LetGo(CLOCK, into.id, case.id), required=False),) if into is not None else ()
