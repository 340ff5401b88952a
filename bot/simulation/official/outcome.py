"""The results for a scenario's pages, publications, materials and comments, and their JSON. Reads no database.

They appear in the JSON only if a scenario has such events: the JSON for cases alone is fixed by the contract.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.simulation.official.rounds import rounds_of
from workflow.office import Office
from workflow.official.content_plan import Short, WeekPlan
from workflow.official.material import Material
from workflow.official.moderation import Comment, ModerationState
from workflow.official.page import OfficialPage, PageState
from workflow.official.page_rules import check_was_due, missing
from workflow.official.publications import Publication, behind, norm_of, periods_of
from workflow.regulation import PublicationNorm
from workflow.terms.worktime import WorkingTime


@dataclass(frozen=True, slots=True)
class PageOutcome:
    """The result for a page. `missing`: the items that the regulation requires and the page lacks; `check_due`:
    whether the check of its protection is due."""

    page: OfficialPage
    missing: tuple[str, ...]
    check_due: bool


@dataclass(frozen=True, slots=True)
class Period:
    """The publications of one day, or of one week given by its Monday. `behind`: the period ended with fewer than the
    norm's minimum, or it still runs and is so far advanced that the keepers of the page are warned."""

    since: date
    have: int
    behind: bool


@dataclass(frozen=True, slots=True)
class PublicationsOutcome:
    """The result for a page's publications. `count`: all of them; `periods`: the norm's periods in which the page was
    in force, the running one last."""

    count: int
    norm: PublicationNorm | None
    periods: tuple[Period, ...] = ()

    @property
    def behind(self) -> bool:
        """Whether the page has too few publications at the end of the scenario."""
        return bool(self.periods) and self.periods[-1].behind


@dataclass(frozen=True, slots=True)
class CommentOutcome:
    """The result for a comment. `comment`: None if there was no ground to propose it for deletion. `ground`: the
    ground on which it was last deleted; `case`: the name of the case it became."""

    comment: Comment | None
    ground: str | None = None
    case: str | None = None

    @property
    def state(self) -> str:
        return self.comment.state.value if self.comment is not None else NOT_PROPOSED


@dataclass(frozen=True, slots=True)
class PlanOutcome:
    """The content plan of a week as it was when somebody opened it."""

    at: datetime
    by: str
    week: WeekPlan


NOT_PROPOSED = "not_proposed"


@dataclass(frozen=True)
class OfficialOutcome:
    """The results by the name in the scenario, in order of appearance; `page_names`: the pages' names by number."""

    pages: Mapping[str, PageOutcome] = field(default_factory=dict)
    publications: Mapping[str, PublicationsOutcome] = field(default_factory=dict)
    materials: Mapping[str, Material] = field(default_factory=dict)
    moderation: Mapping[str, CommentOutcome] = field(default_factory=dict)
    plans: Sequence[PlanOutcome] = ()
    page_names: Mapping[int, str] = field(default_factory=dict)


def page_outcome(page: OfficialPage, office: Office, now: datetime) -> PageOutcome:
    """The result for the page as of `now`."""
    today = now.astimezone(office.zone).date()
    asked = () if page.state is PageState.CLOSED else missing(page, office.regulation)
    return PageOutcome(page, tuple(ask.item.value for ask in asked), check_was_due(page, today))


def publications_outcome(
    page: OfficialPage,
    publications: Collection[Publication],
    in_force: tuple[datetime, datetime | None],
    office: Office,
    now: datetime,
) -> PublicationsOutcome:
    """The result for the page's publications, with the periods from the moment it came into force until it was closed,
    or `now`."""
    clock, norm = office.working_time, norm_of(page, office.regulation)
    days = [clock.local(one.at).date() for one in publications if one.page == page.id]
    if norm is None:
        return PublicationsOutcome(len(days), None)
    since, until = in_force[0], min(in_force[1] or now, now)
    first, last = clock.local(since).date(), clock.local(until).date()
    found = [
        Period(begun, have, have < norm.at_least and (ended < last or _is_late(page, norm, begun, until, clock)))
        for begun, ended in periods_of(norm.per, first, last, whole=False)
        for have in (sum(begun <= day <= ended for day in days),)
    ]
    return PublicationsOutcome(len(days), norm, tuple(found))


def _is_late(page: OfficialPage, norm: PublicationNorm, begun: date, until: datetime, clock: WorkingTime) -> bool:
    """Whether a page without publications would have been warned about by `until` in the period that began on `begun`."""
    kept = replace(page, state=PageState.IN_FORCE)
    days = (clock.local(until).date() - begun).days + 1
    moments = (moment for n in range(days) for moment in rounds_of(begun + timedelta(days=n), clock))
    return any(moment <= until and behind(kept, (), norm, moment, clock) is not None for moment in moments)


# --- JSON --------------------------------------------------------------------------------------------------------------


def mapping(outcome: OfficialOutcome, zone: ZoneInfo) -> dict[str, Any]:
    """The additional keys of the scenario's JSON; moments are in `zone`."""
    names = {material.id: name for name, material in outcome.materials.items()}
    return {
        "pages": {name: _page(one) for name, one in outcome.pages.items()},
        "publications": {name: _publications(one) for name, one in outcome.publications.items()},
        "materials": {name: _material(one, outcome.page_names, zone) for name, one in outcome.materials.items()},
        "moderation": {name: _comment(one) for name, one in outcome.moderation.items()},
        "plans": [_plan(one, names, outcome.page_names, zone) for one in outcome.plans],
    }


def _page(found: PageOutcome) -> dict[str, Any]:
    page = found.page
    return {
        "number": page.id,
        "state": page.state.value,
        "network": page.network.value,
        "whose": page.whose.value,
        "unit": page.unit or None,
        "address": page.address or None,
        "missing": list(found.missing),
        "check_due": found.check_due,
    }


def _publications(found: PublicationsOutcome) -> dict[str, Any]:
    norm = found.norm
    periods = [{"since": one.since.isoformat(), "have": one.have, "behind": one.behind} for one in found.periods]
    asked = (
        {
            "per": norm.per,
            "at_least": norm.at_least,
            "norm": norm.norm,
            "recommended": norm.recommended,
            "clause": norm.clause,
        }
        if norm is not None
        else None
    )
    return {"count": found.count, "norm": asked, "behind": found.behind, "periods": periods}


def _material(found: Material, names: Mapping[int, str], zone: ZoneInfo) -> dict[str, Any]:
    at = found.publish_at
    return {
        "number": found.id,
        "state": found.state.value,
        "version": found.newest.number,
        "publish_at": at.astimezone(zone).isoformat() if at is not None else None,
        "places": [
            {
                "page": names.get(place.page, str(place.page)),
                "state": place.state.value,
                "link": place.link or None,
                "reason": place.reason or None,
            }
            for place in found.places
        ],
    }


def _comment(found: CommentOutcome) -> dict[str, Any]:
    comment = found.comment
    asked: Sequence[str] = [one.value for one in comment.asked] if comment is not None else []
    by_hand: Sequence[str] = [one.value for one in comment.by_hand] if comment is not None else []
    return {
        "state": found.state,
        "grounds": [one.value for one in comment.grounds] if comment is not None else [],
        "words": list(comment.words) if comment is not None else [],
        "ground": found.ground if comment is not None and comment.state is ModerationState.DELETED else None,
        "black_list": comment.listed if comment is not None else False,
        "case": found.case,
        "asked": asked,
        "by_hand": by_hand,
    }


def _plan(found: PlanOutcome, materials: Mapping[int, str], pages: Mapping[int, str], zone: ZoneInfo) -> dict[str, Any]:
    week = found.week
    planned = [
        {
            "at": one.at.astimezone(zone).isoformat(),
            "material": materials.get(one.material.id, str(one.material.id)),
            "page": pages.get(one.place.page, str(one.place.page)),
            "state": one.place.state.value,
        }
        for day in week.days
        for one in day.planned
    ]
    short = [_short(one, day.day, pages) for day in week.days for one in day.short]
    short += [_short(one, week.first, pages) for one in week.short]
    at = found.at.astimezone(zone).isoformat()
    return {"at": at, "by": found.by, "week": week.first.isoformat(), "planned": planned, "short": short}


def _short(found: Short, since: date, pages: Mapping[int, str]) -> dict[str, Any]:
    """A day or week in which the page has fewer publications than the norm requires, planned ones counted, as JSON."""
    page = pages.get(found.page, str(found.page))
    return {"since": since.isoformat(), "page": page, "have": found.have, "missing": found.missing}
