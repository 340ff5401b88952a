"""Store a report as it was sent (CLOCK §2), and read it back. What citizens wrote is not stored in it: their texts and
the places they named stay with the cases and are filled in from there."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import structlog

from reports.figures import Figures
from reports.period import Month
from reports.reading import Report
from storage.books import Books
from storage.codec import dump, load

log = structlog.get_logger()


async def keep(books: Books, municipality: str, month: Month, report: Report) -> None:
    """Store the month's report as it was sent, unless one is stored already."""
    plain = replace(
        report,
        figures=_without_places(report.figures),
        before=_without_places(report.before),
        rows=tuple(replace(row, text="", place="") for row in report.rows),
        deciders=dict(report.deciders),
    )
    body = dump(plain)
    async with books.write(municipality) as tx:
        await tx.keep_sent_report(str(month), report.figures.as_of, body)


async def without_words(books: Books, municipality: str, month: Month) -> Report | None:
    """Return the month's report as it was sent, without what citizens wrote; None if none was sent, or if this version
    of the program cannot read it any more."""
    async with books.write(municipality) as tx:
        body = await tx.sent_report(str(month))
    if body is None:
        return None
    try:
        return await asyncio.to_thread(load, Report, body)
    except ValueError:
        log.error("the report that was sent cannot be read", municipality=municipality, month=str(month))
        return None


async def kept(books: Books, municipality: str, month: Month, fresh: Report) -> Report | None:
    """Return the month's report as it was sent, with citizens' texts and places filled in from `fresh`; None like
    `without_words`."""
    sent = await without_words(books, municipality, month)
    if sent is None:
        return None
    now = {row.id: row for row in fresh.rows}
    rows = tuple(
        replace(row, text=now[row.id].text, place=now[row.id].place) if row.id in now else row for row in sent.rows
    )
    return replace(
        sent,
        figures=replace(
            sent.figures,
            places=fresh.figures.places,
            not_processed=tuple(row for row in rows if row.id in {one.id for one in sent.figures.not_processed}),
        ),
        before=replace(sent.before, places=fresh.before.places),
        rows=rows,
    )


def _without_places(figures: Figures) -> Figures:
    bare = tuple(replace(row, text="", place="") for row in figures.not_processed)
    return replace(figures, places=(), not_processed=bare)
