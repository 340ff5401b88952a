"""The official pages in a report: the publications of each, its norm by days or weeks, its formats (IZ-4, MO-A2.10,
PA-2.2).

Pure. A period (a day, or a week from Monday) counts in the report of its last day, after it is over, if the page was
in force from its first day to its last. So a page entered on the 20th owes nothing for the 1st, and an unfinished
month owes nothing for the days to come. Without a norm in the regulation there are no periods and no shares.
Moderation is `reports.moderation`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from reports.period import Period
from reports.shares import share
from workflow.official.page_items import Format
from workflow.official.publications import Publication, periods_of
from workflow.regulation import PublicationNorm


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A page of the registry, in force from the day `since` to the day `until` (None: still in force)."""

    number: int
    name: str
    network: str
    whose: str
    norm: PublicationNorm | None
    since: date
    until: date | None = None

    def was_in_force(self, first: date, last: date) -> bool:
        """Whether the page was in force on all days from `first` to `last`."""
        return self.since <= first and (self.until is None or last <= self.until)


@dataclass(frozen=True, slots=True)
class PublicationRow:
    """One publication. `day`: in the municipality's zone; `period`: the first day of its norm period, None without a
    norm; `counts`: published within the report's days (other rows belong to a week that began before them)."""

    page: int
    at: datetime
    day: date
    period: date | None
    counts: bool
    link: str
    formats: tuple[Format, ...]


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """A finished day or week of one page, with its publications (`have`), the required minimum and the full norm."""

    page: int
    since: date
    until: date
    have: int
    at_least: int
    norm: int

    @property
    def is_enough(self) -> bool:
        return self.have >= self.at_least

    @property
    def is_norm(self) -> bool:
        return self.have >= self.norm


@dataclass(frozen=True, slots=True)
class PageFigures:
    """One page's figures. `per`, `at_least` and `norm` come from the norm; without one they are "" and None. `enough`,
    `norm_met` and `behind` count periods with at least the required number, with the full norm, and with less than
    required; `enough_share` is None if there are no periods."""

    number: int
    name: str
    network: str
    whose: str
    publications: int
    per: str
    at_least: int | None
    norm: int | None
    clause: str
    periods: int
    enough: int
    norm_met: int
    behind: int
    enough_share: float | None
    formats: tuple[tuple[Format, int], ...]


@dataclass(frozen=True, slots=True)
class PagesSection:
    """All figures about the official pages in one report; empty if there are no pages."""

    pages: tuple[PageFigures, ...] = ()
    periods: tuple[PeriodRow, ...] = ()
    publications: tuple[PublicationRow, ...] = ()

    def named(self, number: int) -> str:
        return next((page.name for page in self.pages if page.number == number), "")


def pages_section(
    pages: Sequence[KeptPage], publications: Sequence[Publication], period: Period, as_of: datetime, zone: ZoneInfo
) -> PagesSection:
    """Compute the figures as of `as_of` (aware). `publications`: those of the period and of the week before it, on any
    page."""
    days, today = period.days, as_of.astimezone(zone).date()
    shown = [page for page in pages if page.since <= days[-1] and (page.until is None or page.until >= days[0])]
    rows: list[PublicationRow] = []
    periods: list[PeriodRow] = []
    figures: list[PageFigures] = []
    for page in shown:
        own = [_row(one, page, days, zone) for one in publications if one.page == page.number]
        over = _periods(page, own, days, today)
        begun = {one.since for one in over}
        own = [one for one in own if one.counts or one.period in begun]
        rows, periods = rows + own, periods + over
        figures.append(_figures(page, own, over))
    return PagesSection(tuple(figures), tuple(periods), tuple(rows))


def _row(one: Publication, page: KeptPage, days: Sequence[date], zone: ZoneInfo) -> PublicationRow:
    day = one.at.astimezone(zone).date()
    since = periods_of(page.norm.per, day, day, whole=False)[0][0] if page.norm is not None else None
    return PublicationRow(page.number, one.at, day, since, days[0] <= day <= days[-1], one.link, one.formats)


def _periods(page: KeptPage, rows: Sequence[PublicationRow], days: Sequence[date], today: date) -> list[PeriodRow]:
    norm = page.norm
    if norm is None:
        return []
    have = Counter(row.period for row in rows)
    return [
        PeriodRow(page.number, first, last, have[first], norm.at_least, norm.norm)
        for first, last in periods_of(norm.per, days[0], days[-1])
        if last < today and page.was_in_force(first, last)
    ]


def _figures(page: KeptPage, rows: Sequence[PublicationRow], periods: Sequence[PeriodRow]) -> PageFigures:
    counted = [row for row in rows if row.counts]
    enough = sum(one.is_enough for one in periods)
    formats = Counter(one for row in counted for one in row.formats)
    return PageFigures(
        number=page.number,
        name=page.name,
        network=page.network,
        whose=page.whose,
        publications=len(counted),
        per=page.norm.per if page.norm is not None else "",
        at_least=page.norm.at_least if page.norm is not None else None,
        norm=page.norm.norm if page.norm is not None else None,
        clause=page.norm.clause if page.norm is not None else "",
        periods=len(periods),
        enough=enough,
        norm_met=sum(one.is_norm for one in periods),
        behind=len(periods) - enough,
        enough_share=share(enough, len(periods)),
        formats=tuple((one, formats[one]) for one in Format if formats[one]),
    )
