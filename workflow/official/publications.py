"""Norms of publications: the norm of a page, whether the page is behind it, the figures of a month (IZ-4, MO-A2.10,
PA-2.2).

Pure. A week runs from Monday; days and weeks are in the municipality's time zone. Reading: each page is counted
separately, and the head's pages have the norm of the administration's pages. Without a norm there are figures, but no
warnings.

Reading: a publication is a post that the page made public in its own name. A suggested or scheduled post does not count
yet; a repost counts only with the page's own words. A deleted post counts if the deletion cannot be detected.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from workflow.official.page import OfficialPage, PageState
from workflow.official.page_addresses import page_address
from workflow.official.page_items import Format, Whose
from workflow.regulation import PublicationNorm, Regulation
from workflow.terms.worktime import WorkingTime


@dataclass(frozen=True, slots=True)
class Publication:
    """A publication on an official page (`page`: its number in the registry); `at` is timezone-aware.

    `ref` does not depend on how the publication became known (`workflow.official.publication_links`); None if the link
    does not identify it. `formats` holds what the network reports.
    """

    page: int
    at: datetime
    link: str
    ref: str | None = None
    formats: tuple[Format, ...] = ()


@dataclass(frozen=True, slots=True)
class SeenPublication:
    """A publication as a network shows it.

    `addresses` lists every address of its page there; `title` is the page's name in the network. `own`: the office
    itself connected the page to the bot, so the page should be in the registry.
    """

    addresses: tuple[str, ...]
    title: str
    link: str
    at: datetime
    formats: tuple[Format, ...] = ()
    own: bool = True


def page_of(seen: SeenPublication, pages: Collection[OfficialPage]) -> OfficialPage | None:
    """Return the page of the registry on which the publication stands: not closed, of the same network and with one of its
    addresses. None if there is none."""
    known = [found for one in seen.addresses if (found := page_address(one)) is not None]
    return next(
        (
            page
            for page in pages
            if page.state is not PageState.CLOSED
            and any(page.network is one.network and page.address == one.address for one in known)
        ),
        None,
    )


@dataclass(frozen=True, slots=True)
class Behind:
    """A warning that page number `page` has only `have` publications, fewer than the norm's minimum, in the day or week that
    began on `since`."""

    page: int
    norm: PublicationNorm
    since: date
    have: int


@dataclass(frozen=True, slots=True)
class PageFigures:
    """How many publications a page had over some days, and in how many periods that was enough.

    `periods` counts whole periods (days or weeks) of the norm, 0 if the page has none; `enough` counts those that reached
    its minimum, `norm` those that reached the norm itself.
    """

    page: int
    publications: int
    periods: int = 0
    enough: int = 0
    norm: int = 0


def norm_of(page: OfficialPage, regulation: Regulation) -> PublicationNorm | None:
    """Return the regulation's norm of publications for a page of this owner (a unit, or the administration), or None."""
    pages = "units" if page.whose is Whose.UNIT else "administration"
    return next((norm for norm in regulation.publication_norms if norm.pages == pages), None)


def behind(
    page: OfficialPage,
    publications: Collection[Publication],
    norm: PublicationNorm | None,
    now: datetime,
    clock: WorkingTime,
) -> Behind | None:
    """Return a warning if the page is in force and has too few publications for its norm at `now`; else None.

    A daily norm warns in the second half of a working day, a weekly norm from the second half of the week's last
    working day but one. There are no warnings on days off.
    """
    if norm is None or page.state is not PageState.IN_FORCE:
        return None
    today = clock.local(now).date()
    since = _begun(norm, today)
    own = [one for one in publications if one.page == page.id and since <= clock.local(one.at).date() <= today]
    if len(own) >= norm.at_least or not _is_late_enough(norm, today, now, clock):
        return None
    return Behind(page.id, norm, since, len(own))


def _begun(norm: PublicationNorm, on: date) -> date:
    """Return the first day of the norm's day or week that contains this date."""
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
    """Whether at least half of the day's working time has passed at `now`. On a day off this is always true."""
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
    """Return the page's numbers of publications and of fulfilled periods from `first` to `last` inclusive.

    A week counts, with its days before `first`, if it ends within these days, so that each week counts in one month
    only. A daily norm counts days off too.
    """
    days = sorted(clock.local(one.at).date() for one in publications if one.page == page.id)
    in_all = sum(first <= day <= last for day in days)
    if norm is None:
        return PageFigures(page.id, in_all)
    found = [sum(since <= day <= until for day in days) for since, until in periods_of(norm.per, first, last)]
    enough, whole = sum(n >= norm.at_least for n in found), sum(n >= norm.norm for n in found)
    return PageFigures(page.id, in_all, len(found), enough, whole)


def periods_of(per: str, first: date, last: date, *, whole: bool = True) -> Sequence[tuple[date, date]]:
    """Return the days (`per` is `day`) or weeks that end from `first` to `last`, each as its first and last day. With
    `whole` False, also the week that ends after `last`."""
    if per == "day":
        return [(day, day) for day in (first + timedelta(days=n) for n in range((last - first).days + 1))]
    monday = first - timedelta(days=first.weekday())
    weeks = [
        (monday + timedelta(days=n), monday + timedelta(days=n + 6)) for n in range(0, (last - monday).days + 1, 7)
    ]
    return [week for week in weeks if week[1] <= last or not whole]
