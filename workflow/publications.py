"""Norms of publications: which a page has, whether it is behind, how a month was (IZ-4, MO-A2.10, PA-2.2).

Pure. A week runs from Monday; days and weeks are the municipality's. Reading: norms are counted for each page by itself, and
the head's pages have the norm of the administration's. Where a regulation has none there are figures and no warnings.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from workflow.official_page import OfficialPage, PageState
from workflow.page_items import Whose
from workflow.regulation import PublicationNorm, Regulation
from workflow.worktime import WorkingTime


@dataclass(frozen=True, slots=True)
class Publication:
    """Something published on a page; `page` is its number, `at` aware. `ref`: what its network knows it by, with the network's
    name before it (`vk:wall-1001_5`), where that is known: nothing with one ref counts twice."""

    page: int
    at: datetime
    link: str
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class Behind:
    """The page has fewer publications in the day or week that began on `since` than the norm wants at least."""

    page: int
    norm: PublicationNorm
    since: date
    have: int

    @property
    def short_of(self) -> int:
        return self.norm.at_least - self.have


@dataclass(frozen=True, slots=True)
class PageFigures:
    """A page over some days: publications, whole periods of its norm, and in how many it had at least what is asked and the
    norm itself. Without a norm there are no periods."""

    page: int
    publications: int
    periods: int = 0
    enough: int = 0
    norm: int = 0


def norm_of(page: OfficialPage, regulation: Regulation) -> PublicationNorm | None:
    """The norm the regulation has for such a page."""
    pages = "units" if page.whose is Whose.UNIT else "administration"
    return next((norm for norm in regulation.publication_norms if norm.pages == pages), None)


def behind(
    page: OfficialPage,
    publications: Collection[Publication],
    norm: PublicationNorm | None,
    now: datetime,
    clock: WorkingTime,
) -> Behind | None:
    """Whether the page is to be warned of at `now`: behind its norm in the second half of a working day, or, where the norm is
    for a week, from the second half of its last working day but one. On days off nobody is warned."""
    if norm is None or page.state is not PageState.IN_FORCE:
        return None
    today = clock.local(now).date()
    since = _begun(norm, today)
    own = [one for one in publications if one.page == page.id and since <= clock.local(one.at).date() <= today]
    if len(own) >= norm.at_least or not _is_late_enough(norm, today, now, clock):
        return None
    return Behind(page.id, norm, since, len(own))


def _begun(norm: PublicationNorm, on: date) -> date:
    """The first day of the norm's period the date lies in."""
    return on if norm.per == "day" else on - timedelta(days=on.weekday())


def _is_late_enough(norm: PublicationNorm, today: date, now: datetime, clock: WorkingTime) -> bool:
    if not clock.day(today).stretches:
        return False
    if norm.per == "week":
        left = sum(bool(clock.day(today + timedelta(days=ahead)).stretches) for ahead in range(1, 7 - today.weekday()))
        if left != 1:
            return left == 0
    return is_second_half(now, clock)


def is_second_half(now: datetime, clock: WorkingTime) -> bool:
    """Whether at least half of the day's work is done at `now`; a day off is second half from its beginning."""
    local = clock.local(now)
    stretches = clock.day(local.date()).stretches
    length = sum(end - start for start, end in stretches)
    minute = local.hour * 60 + local.minute
    done = sum(min(max(minute - start, 0), end - start) for start, end in stretches)
    return done * 2 >= length


def figures(
    page: OfficialPage,
    publications: Collection[Publication],
    norm: PublicationNorm | None,
    first: date,
    last: date,
    clock: WorkingTime,
) -> PageFigures:
    """The page from `first` to `last` inclusive. A week counts where it ends within these days, so that over months each
    counts once; its days before `first` count with it. Days off count as days: the norm is for every day."""
    days = sorted(clock.local(one.at).date() for one in publications if one.page == page.id)
    in_all = sum(first <= day <= last for day in days)
    if norm is None:
        return PageFigures(page.id, in_all)
    found = [sum(since <= day <= until for day in days) for since, until in _periods(norm, first, last)]
    enough, whole = sum(n >= norm.at_least for n in found), sum(n >= norm.norm for n in found)
    return PageFigures(page.id, in_all, len(found), enough, whole)


def _periods(norm: PublicationNorm, first: date, last: date) -> Sequence[tuple[date, date]]:
    length = 1 if norm.per == "day" else 7
    ends = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [(end - timedelta(days=length - 1), end) for end in ends if length == 1 or end.weekday() == 6]
