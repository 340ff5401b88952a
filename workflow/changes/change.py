"""Helpers that the changes share."""

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
    """The change an action makes to a case."""


def happened(case: Case, event: Event, now: datetime, **more: Any) -> tuple[Happening, ...]:
    return (*case.history, Happening(event, now, **more))


def without_executors(case: Case, now: datetime) -> tuple[Part, ...]:
    """All parts, with the active ones ended at `now`."""
    active = case.active_parts
    return tuple(replace(part, ended_at=now) if part in active else part for part in case.parts)


def with_part(case: Case, part: Part, **changes: Any) -> tuple[Part, ...]:
    return tuple(replace(one, **changes) if one is part else one for one in case.parts)


def own_part(case: Case, by: str, office: Office) -> Part:
    """The active part of the person's department. A part not accepted yet wins, else the first."""
    department = office.people[by].department
    own = [part for part in case.active_parts if part.department == department]
    assert own, "the table permits it to executors of the case only"
    return next((part for part in own if part.state is PartState.ASKED), own[0])


def recalled_from(case: Case, departments: list[str]) -> tuple[fx.Notify, ...]:
    return tuple(fx.Notify(Notice.RECALLED, Audience.DEPARTMENT, department=key) for key in departments)


def stands_alone(case: Case, now: datetime) -> tuple[Case, tuple[fx.Effect, ...]]:
    """The case apart from the one that it was put under and answered with; the same case if it is under none. The term of
    `forward` restarts, that of `answer` stays. The effects tell the other case."""
    into = case.merged_into
    if into is None:
        return case, ()
    history = (*happened(case, Event.SPLIT, now), Happening(Event.RETURNED, now))
    return replace(case, merged_into=None, history=history), let_go_of(case)


def let_go_of(case: Case) -> tuple[fx.Effect, ...]:
    """Tells the case that this one was put under, if there is one."""
    into = case.merged_into
    return (fx.Also(LetGo(CLOCK, into.id, case.id), required=False),) if into is not None else ()
