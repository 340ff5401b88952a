"""Norms of publications: which a page has, whether it is behind, how a month was (IZ-4, MO-A2.10, PA-2.2).

Pure. A week runs from Monday; days and weeks are the municipality's. Reading: norms are counted for each page by itself, and
the head's pages have the norm of the administration's. Where a regulation has none there are figures and no warnings.

Reading: a publication is what a page has put out in its own name for everybody to see. What was only offered to it or waits
for its hour is none yet; a repost is one only with words of the page's own. Deleted ones count where nobody can tell.
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
    """Something published on a page; `page` is its number, `at` aware. `ref` is the same however it became known
    (`workflow.official.publication_links`); None where the link does not tell. `formats`: as far as its network says."""

    page: int
    at: datetime
    link: str
    ref: str | None = None
    formats: tuple[Format, ...] = ()


@dataclass(frozen=True, slots=True)
class SeenPublication:
    """Something published as a network shows it. `addresses`: every address its page is known by there; `title`: what the
    network calls the page; `own`: the office itself connected that page to the bot, so that it should be in the registry."""

    addresses: tuple[str, ...]
    title: str
    link: str
    at: datetime
    formats: tuple[Format, ...] = ()
    own: bool = True


def page_of(seen: SeenPublication, pages: Collection[OfficialPage]) -> OfficialPage | None:
    """The page of the registry it stands on: one of its network that has one of the addresses and is not closed."""
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
    """The page has fewer publications in the day or week that began on `since` than the norm wants at least."""

    page: int
    norm: PublicationNorm
    since: date
    have: int


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
    found = [sum(since <= day <= until for day in days) for since, until in periods_of(norm.per, first, last)]
    enough, whole = sum(n >= norm.at_least for n in found), sum(n >= norm.norm for n in found)
    return PageFigures(page.id, in_all, len(found), enough, whole)


def periods_of(per: str, first: date, last: date, *, whole: bool = True) -> Sequence[tuple[date, date]]:
    """The days, or the weeks, that end from `first` to `last`, each with its first and its last day; with `whole` False also
    the week that has only begun by then."""
    if per == "day":
        return [(day, day) for day in (first + timedelta(days=n) for n in range((last - first).days + 1))]
    monday = first - timedelta(days=first.weekday())
    weeks = [
        (monday + timedelta(days=n), monday + timedelta(days=n + 6)) for n in range(0, (last - monday).days + 1, 7)
    ]
    return [week for week in weeks if week[1] <= last or not whole]
