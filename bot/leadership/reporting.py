"""Read the monthly report from the database, in the same way for the command line, the chat and the schedule (KU-22).

Needs no configuration folder: the settings, the regulation's editions and the names are in the database.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot import kept_settings
from bot.leadership import counting
from bot.leadership.counting import Recipe
from config.municipality import build_office
from reports.figures import Place
from reports.moderation import ModeratedRow, fates_of
from reports.pages import KeptPage
from reports.period import Month, Period
from reports.reading import Progress, Report, read
from reports.rows import CaseRow, Changed, missed_of
from storage.archive import Archive
from storage.books import Books
from storage.moderation import ModerationBook
from storage.official_pages import OfficialPages
from workflow.official.page import OfficialPage
from workflow.official.publications import Publication, norm_of


async def monthly(
    books: Books, municipality: str, month: Period, now: datetime, progress: Progress | None = None
) -> Report | None:
    """Return the report of a month or another period, as of `now`; None if the database holds no settings of this
    municipality."""
    async with books.write(municipality) as tx:
        marks = await kept_settings.marks(tx)
        editions = {text_hash: await tx.edition(text_hash) for text_hash in await tx.editions_in_use()}
    kept = await asyncio.to_thread(kept_settings.parsed, municipality, marks)
    if kept is None:
        return None
    texts = {key: text for key, text in editions.items() if text is not None}
    recipe = Recipe(municipality, kept.files, texts, now)
    own = kept.municipality
    place = Place(municipality, own.name, own.zone, kept.departments, own.name_of, own.regulation.measures)
    archive = _Archive(Archive(books, municipality), recipe, kept.people, books, kept)
    return await (read(archive, place, month, now, progress) if progress else read(archive, place, month, now))


@dataclass(frozen=True)
class _Archive:
    """Gives the stored cases and pages the interface that `reports.reading` expects."""

    books: Archive
    recipe: Recipe
    people: Mapping[str, str]
    whole: Books
    kept: kept_settings.Kept

    async def count(self, since: datetime, until: datetime) -> int:
        return len(await self.books.numbers(since, until))

    async def rows(self, since: datetime, until: datetime) -> AsyncIterator[Sequence[CaseRow]]:
        numbers = await self.books.numbers(since, until)
        async for found in counting.rows(self.recipe, self.books.bodies(numbers, since, until), len(numbers)):
            yield found

    async def pages(self, since: datetime, until: datetime) -> tuple[Sequence[KeptPage], Sequence[Publication]]:
        async with self.whole.write(self.recipe.municipality) as tx:
            book = OfficialPages(tx)
            spans = await book.in_force()
            found = [_kept(one, spans[one.id], self.kept) for one in await book.every() if one.id in spans]
            return found, await book.published_since(since, until)

    async def moderated(self, since: datetime, until: datetime) -> Sequence[ModeratedRow]:
        async with self.whole.write(self.recipe.municipality) as tx:
            names = {one.id: _page_name(one, self.kept) for one in await OfficialPages(tx).every()}
            lines = await ModerationBook(tx).moderated_between(since, until)
        return [
            ModeratedRow(
                comment=line.number,
                at=line.at,
                fates=fates,
                page=line.page or 0,
                name=names.get(line.page or 0, ""),
                network=line.network,
                ground=line.ground,
                clause=line.clause,
                who=self.people.get(line.who, line.who) if line.who is not None else "",
            )
            for line in lines
            if (fates := fates_of(line.event, line.was, line.became))
        ]

    async def changes(self, period: Period, now: datetime) -> Sequence[Changed]:
        """Return what changed since in the violations of earlier months, for each month whose report was sent; a case
        belongs to the month in which it was detected."""
        if not isinstance(period, Month):
            return []
        office = build_office(self.kept.municipality)
        async with self.whole.write(self.recipe.municipality) as tx:
            sent = {Month.parse(month): as_of for month, as_of in await tx.sent_months()}
            earlier = {month: as_of for month, as_of in sent.items() if month < period}
            moved = await tx.violations.moved(max(earlier.values()), now) if earlier else []
        found: dict[Month, Changed] = {}
        for row in moved:
            month = Month.of(row.detected_at, office.zone)
            if month in earlier:
                said, so_far = missed_of(row.case_number, row.missed, office, now), found.get(month, Changed(month))
                added, annulled = (*so_far.added, said), (*so_far.annulled, said)
                found[month] = replace(so_far, added=added) if row.added else replace(so_far, annulled=annulled)
        return [found[month] for month in sorted(found)]

    async def outages(self, since: datetime, until: datetime) -> Sequence[tuple[datetime, datetime]]:
        async with self.whole.write(self.recipe.municipality) as tx:
            return await tx.outages(since, until)

    async def deciders(self, since: datetime, until: datetime) -> Mapping[int, str]:
        found = await self.books.deciders(since, until)
        return {case: self.people.get(who, who) for case, who in found.items()}


def _kept(page: OfficialPage, span: tuple[datetime, datetime | None], kept: kept_settings.Kept) -> KeptPage:
    municipality = kept.municipality
    since, until = (moment.astimezone(municipality.zone).date() if moment is not None else None for moment in span)
    assert since is not None
    norm = norm_of(page, municipality.regulation)
    return KeptPage(page.id, _page_name(page, kept), page.network, page.whose, norm, since, until)


def _page_name(page: OfficialPage, kept: kept_settings.Kept) -> str:
    return page.title or kept.departments.get(page.unit, page.unit) or page.address.removeprefix("https://")
