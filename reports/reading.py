"""Reads a report's data from the books in chunks, so that memory stays small and the bot can write in between.

The books are a port here; `bot.leadership.reporting` implements it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from reports.figures import Figures, Place, figures
from reports.moderation import ModeratedRow, moderation_section
from reports.pages import KeptPage, PagesSection, pages_section
from reports.period import Period
from reports.rows import CaseRow, Changed
from workflow.official.publications import Publication

WEEK = timedelta(days=7)

Progress = Callable[[int, int], None]
"""Called with the number of cases read and their total."""


class Archive(Protocol):
    """The books of one municipality, with each case already as a report's row (`reports.rows.row_of`)."""

    async def count(self, since: datetime, until: datetime) -> int:
        """The number of cases detected in [since, until)."""

    def rows(self, since: datetime, until: datetime) -> AsyncIterator[Sequence[CaseRow]]:
        """Those cases by number, a chunk at a time; no transaction stays open between chunks."""

    async def pages(self, since: datetime, until: datetime) -> tuple[Sequence[KeptPage], Sequence[Publication]]:
        """All pages that were ever in force, and the publications in [since, until)."""

    async def moderated(self, since: datetime, until: datetime) -> Sequence[ModeratedRow]:
        """Proposals to moderators and their decisions in [since, until), in order of time."""

    async def changes(self, period: Period, now: datetime) -> Sequence[Changed]:
        """What has changed in the registers of earlier months, if their reports were sent, since the last sending."""

    async def outages(self, since: datetime, until: datetime) -> Sequence[tuple[datetime, datetime]]:
        """When the bot was off within [since, until), in order of time."""

    async def deciders(self, since: datetime, until: datetime) -> Mapping[int, str]:
        """Case id → the name of the person who last decided not to process it."""


@dataclass(frozen=True, repr=False)
class Report:
    """A month and, for comparison, the one before it. `deciders`: case id → the name of the person who decided not to
    process it.

    Its repr is short: asyncio prints the results of finished tasks, and twenty thousand citizens' messages take long to
    print and do not belong in a log.
    """

    figures: Figures
    before: Figures
    rows: tuple[CaseRow, ...]
    deciders: Mapping[int, str]

    @property
    def is_empty(self) -> bool:
        """Whether the month has nothing to report: no cases, pages, moderation or notes (`reports.notes`)."""
        found = self.figures
        return not (self.rows or found.pages.pages or found.moderation.rows or found.changes or found.outages)


async def _pages(archive: Archive, place: Place, period: Period, now: datetime) -> PagesSection:
    since, until = period.bounds(place.zone)
    pages, publications = await archive.pages(since - WEEK, until)
    return pages_section(pages, publications, period, now, place.zone)


def _silent(done: int, of: int) -> None:
    return None


async def read(archive: Archive, place: Place, month: Period, now: datetime, progress: Progress = _silent) -> Report:
    """Read the report of the month as of `now` (aware)."""
    months = (month.before, month)
    whole = sum([await archive.count(*each.bounds(place.zone)) for each in months])
    counted: list[Figures] = []
    rows: list[CaseRow] = []
    done = 0
    for each in months:
        rows = []
        async for chunk in archive.rows(*each.bounds(place.zone)):
            rows += chunk
            done += len(chunk)
            progress(done, whole)
        found = figures(rows, place, each, now)
        moderated = moderation_section(await archive.moderated(*each.bounds(place.zone)))
        counted.append(replace(found, pages=await _pages(archive, place, each, now), moderation=moderated))
    changes = tuple(await archive.changes(month, now))
    outages = tuple(await archive.outages(*month.bounds(place.zone)))
    whole_month = replace(counted[1], changes=changes, outages=outages)
    return Report(whole_month, counted[0], tuple(rows), await archive.deciders(*month.bounds(place.zone)))
