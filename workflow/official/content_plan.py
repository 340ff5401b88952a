"""The content plan of a week: what is planned, what is published, what is missing to the norm, by day and page.

Pure. A week runs from Monday; days are the municipality's. Norms are those of `workflow.official.publications` (IZ-4,
MO-A2.10, PA-2.2).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from workflow.official.material import Material, MaterialState, Place, PlaceState
from workflow.official.page import OfficialPage, PageState
from workflow.official.publications import Publication, norm_of
from workflow.regulation import PublicationNorm, Regulation
from workflow.terms.worktime import WorkingTime

SHOWN = (MaterialState.APPROVED, MaterialState.HANDED_OVER, MaterialState.PUBLISHED)


@dataclass(frozen=True, slots=True)
class Planned:
    """A material that is planned (or already published) on one page (`place`) at this moment."""

    material: Material
    place: Place
    at: datetime


@dataclass(frozen=True, slots=True)
class Short:
    """A page for which publications are still missing: in the norm's day or week those made (`have`) and those planned
    together are fewer than the norm's minimum."""

    page: int
    norm: PublicationNorm
    have: int
    planned: int

    @property
    def missing(self) -> int:
        return self.norm.at_least - self.have - self.planned


@dataclass(frozen=True, slots=True)
class PlanDay:
    """One day of the content plan. `counted`: pairs of a page's number and its publications that day; pages without any are
    left out. `short`: the pages that miss a daily norm."""

    day: date
    planned: tuple[Planned, ...]
    counted: tuple[tuple[int, int], ...]
    short: tuple[Short, ...]


@dataclass(frozen=True, slots=True)
class WeekPlan:
    """The content plan of the week from Monday `first`. `short`: the pages that miss a weekly norm."""

    first: date
    days: tuple[PlanDay, ...]
    short: tuple[Short, ...]


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def week_plan(
    first: date,
    materials: Sequence[Material],
    publications: Collection[Publication],
    pages: Sequence[OfficialPage],
    regulation: Regulation,
    clock: WorkingTime,
) -> WeekPlan:
    """Return the content plan of the week that begins on the Monday `first`: what is planned and published, and which pages
    in force miss their norm."""
    planned = [
        Planned(material, place, material.publish_at)
        for material in materials
        if material.publish_at is not None and material.state in SHOWN
        for place in material.places
        if place.state is not PlaceState.GIVEN_UP
    ]
    counted = [(one.page, clock.local(one.at).date()) for one in publications]
    normed = [
        (page.id, norm)
        for page in pages
        if page.state is PageState.IN_FORCE and (norm := norm_of(page, regulation)) is not None
    ]
    days = [first + timedelta(days=n) for n in range(7)]
    of_day = [
        PlanDay(
            day,
            tuple(sorted(_on(planned, [day], clock), key=lambda one: (one.at, one.material.id, one.place.page))),
            tuple((page.id, n) for page in pages if (n := counted.count((page.id, day)))),
            _short([pair for pair in normed if pair[1].per == "day"], [day], planned, counted, clock),
        )
        for day in days
    ]
    weekly = [pair for pair in normed if pair[1].per == "week"]
    return WeekPlan(first, tuple(of_day), _short(weekly, days, planned, counted, clock))


def _on(planned: Sequence[Planned], days: Sequence[date], clock: WorkingTime) -> list[Planned]:
    return [one for one in planned if clock.local(one.at).date() in days]


def _short(
    normed: Sequence[tuple[int, PublicationNorm]],
    days: Sequence[date],
    planned: Sequence[Planned],
    counted: Sequence[tuple[int, date]],
    clock: WorkingTime,
) -> tuple[Short, ...]:
    waiting = [one.place.page for one in _on(planned, days, clock) if one.place.state is not PlaceState.PUBLISHED]
    found = [
        Short(page, norm, sum(number == page and day in days for number, day in counted), waiting.count(page))
        for page, norm in normed
    ]
    return tuple(one for one in found if one.missing > 0)
