"""The official pages on the summary sheet and on their own sheets: lines of cells whose formulas count the rows of
publications. Knows no file format."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from reports.cells import Cell, Formula, Line, Sheet, quoted, ratio
from reports.pages import PageFigures, PagesSection, PeriodRow, PublicationRow
from reports.wording import Wording
from workflow.official.page_items import Format

SEEN_FORMATS = (Format.TEXT, Format.PHOTO, Format.VIDEO, Format.ANIMATION, Format.LIVE, Format.POLLS)
"""The formats of publications that the networks report."""
PUBLICATIONS = ("page_number", "page", "published", "page_period", "in_month", "link", *SEEN_FORMATS)
PERIODS = ("page_number", "page", "page_period", "since", "until", "have", "at_least", "enough", "norm", "norm_met")
FIGURES = ("publications", "before", "page_norm", "periods", "enough", "norm_met", "behind", "enough_share")


def period_key(page: int, since: date | None) -> str:
    """The text that identifies a page's day or week in both sheets, by which formulas match publications to periods;
    "" without a period."""
    return f"{page} · {since:%d.%m.%Y}" if since is not None else ""


def pages_lines(
    now: PagesSection, then: PagesSection, say: Wording, publications: Sheet, periods: Sheet, above: int
) -> list[Line]:
    """The lines about official pages for the summary, with the previous period's figures (`then`) beside.
    `publications`, `periods`: the sheets whose rows the formulas count; `above`: the number of lines above these."""
    named = ("number", "page", "page_network")
    lines = [
        Line(()),
        Line((say.say("sections", "pages"),), "title"),
        Line((*(say.say("heads", key) for key in named), *(say.figure(key)[0] for key in FIGURES)), "head"),
        Line(("", "", "", *(say.figure(key)[1] for key in FIGURES)), "meanings"),
    ]
    before = {page.number: page.publications for page in then.pages}
    for page in now.pages:
        at = above + len(lines) + 1
        lines.append(Line(_page(page, before.get(page.number), say, publications, periods, at)))
    lines += [Line(()), Line((say.say("sections", "formats"), "", say.figure("formats")[1]), "title")]
    lines.append(Line((*(say.say("heads", key) for key in ("number", "page")), *map(say.format, SEEN_FORMATS)), "head"))
    for page in now.pages:
        at = above + len(lines) + 1
        lines.append(Line((page.number, page.name, *_formats(page, say, publications, at))))
    return lines


def _page(
    page: PageFigures, before: int | None, say: Wording, publications: Sheet, periods: Sheet, at: int
) -> tuple[Cell, ...]:
    yes = quoted(say.word("yes"))
    own = f"EXACT({publications.range('page_number')},$A{at})"
    over = f"EXACT({periods.range('page_number')},$A{at})"

    def is_yes(column: str) -> str:
        return f"=SUMPRODUCT({over}*EXACT({periods.range(column)},{yes}))"

    return (
        page.number,
        page.name,
        say.network(page.network),
        Formula(f"=SUMPRODUCT({own}*EXACT({publications.range('in_month')},{yes}))", page.publications),
        Formula(f"={before}", before) if before is not None else "",
        say.norm(page.per, page.at_least, page.norm),
        Formula(f"=SUMPRODUCT(--{over})", page.periods),
        Formula(is_yes("enough"), page.enough),
        Formula(is_yes("norm_met"), page.norm_met),
        Formula(f"=G{at}-H{at}", page.behind),
        Formula(ratio(f"H{at}", f"G{at}", 4), page.enough_share, "0.00%"),
    )


def _formats(page: PageFigures, say: Wording, publications: Sheet, at: int) -> list[Cell]:
    yes, have = quoted(say.word("yes")), dict(page.formats)
    own = f"EXACT({publications.range('page_number')},$A{at})*EXACT({publications.range('in_month')},{yes})"
    return [
        Formula(f"=SUMPRODUCT({own}*EXACT({publications.range(one)},{yes}))", have.get(one, 0)) for one in SEEN_FORMATS
    ]


def publication_cells(
    row: PublicationRow, section: PagesSection, say: Wording, published: datetime | None
) -> tuple[str | int | datetime | None, ...]:
    """One row of the sheet of publications; `published`: its moment in the form the sheet writes."""
    yes = say.word("yes")
    return (
        row.page,
        section.named(row.page),
        published,
        period_key(row.page, row.period),
        yes if row.counts else "",
        row.link,
        *(yes if one in row.formats else "" for one in SEEN_FORMATS),
    )


def period_cells(row: PeriodRow, section: PagesSection, say: Wording, publications: Sheet, at: int) -> Sequence[Cell]:
    """One row of the sheet of periods; `at`: its number in the sheet, for the formulas."""
    yes = say.word("yes")
    have = f"=SUMPRODUCT(--EXACT({publications.range('page_period')},$C{at}))"
    return (
        row.page,
        section.named(row.page),
        period_key(row.page, row.since),
        f"{row.since:%d.%m.%Y}",
        f"{row.until:%d.%m.%Y}",
        Formula(have, row.have),
        row.at_least,
        Formula(f'=IF(F{at}>=G{at},{quoted(yes)},"")', yes if row.is_enough else ""),
        row.norm,
        Formula(f'=IF(F{at}>=I{at},{quoted(yes)},"")', yes if row.is_norm else ""),
    )
