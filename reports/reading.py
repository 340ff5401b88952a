"""Reads a report's data from the database in chunks, so that little memory is needed and the bot can write in between.

The database is a port here; `bot.leadership.reporting` implements it.
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
"""Called while cases are read, with their number so far and in all."""


class Archive(Protocol):
    """The database of one municipality as a report needs it, with each case already as a report's row
    (`reports.rows.row_of`)."""

    async def count(self, since: datetime, until: datetime) -> int:
        """The number of cases detected in [since, until)."""

    def rows(self, since: datetime, until: datetime) -> AsyncIterator[Sequence[CaseRow]]:
        """The cases detected in [since, until), by number, a chunk at a time; no transaction stays open between
        chunks."""

    async def pages(self, since: datetime, until: datetime) -> tuple[Sequence[KeptPage], Sequence[Publication]]:
        """All pages that were ever in force, and the publications in [since, until)."""

    async def moderated(self, since: datetime, until: datetime) -> Sequence[ModeratedRow]:
        """Proposals to moderators and their decisions in [since, until), in order of time."""

    async def changes(self, period: Period, now: datetime) -> Sequence[Changed]:
        """What has changed in the registers of months before the period whose reports were sent, since they were last
        sent."""

    async def outages(self, since: datetime, until: datetime) -> Sequence[tuple[datetime, datetime]]:
        """The spans within [since, until) during which the bot was off, in order of time."""

    async def deciders(self, since: datetime, until: datetime) -> Mapping[int, str]:
        """The id of each case that was not processed → the name of the person who last decided that."""


@dataclass(frozen=True, repr=False)
class Report:
    """A period's figures and cases and, for comparison, the figures of the period before it. `deciders`: case id → the
    name of the person who decided not to process it.

    Its repr is short: asyncio prints the results of finished tasks, and twenty thousand citizens' messages take long
    to print and do not belong in a log.
    """

    figures: Figures
    before: Figures
    rows: tuple[CaseRow, ...]
    deciders: Mapping[int, str]

    @property
    def is_empty(self) -> bool:
        """Whether the period has nothing to report: no cases, pages, moderation or notes (`reports.notes`)."""
        found = self.figures
        return not (self.rows or found.pages.pages or found.moderation.rows or found.changes or found.outages)


async def _pages(archive: Archive, place: Place, period: Period, now: datetime) -> PagesSection:
    since, until = period.bounds(place.zone)
    pages, publications = await archive.pages(since - WEEK, until)
    return pages_section(pages, publications, period, now, place.zone)


def _silent(done: int, of: int) -> None:
    return None


async def read(archive: Archive, place: Place, month: Period, now: datetime, progress: Progress = _silent) -> Report:
    """Read everything for the report of the period, and of the one before it, as of `now` (aware)."""
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
