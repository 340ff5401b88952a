"""The report as a workbook: a summary whose sums are formulas over the sheets of cases and of cases by department, and
the registers. Every figure stands beside its definition. On paper every sheet is landscape A4 with its headings on
each page.

People's words are written as text and stay text when the cell is edited; they never become a formula.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from io import BytesIO
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format

from reports.cells import Cell, Formula, Line, Sheet
from reports.moderation import Fate, ModerationSection
from reports.moderation_lines import MODERATION, moderation_cells
from reports.pages import PagesSection
from reports.pages_lines import PERIODS, PUBLICATIONS, SEEN_FORMATS, period_cells, publication_cells
from reports.quick_sheet import Formats, QuickSheet, Value
from reports.reading import Report
from reports.rows import CaseRow, Missed, Outcome
from reports.summary import Summary
from reports.wording import Wording

CASES = (
    "number", "detected", "ended", "end", "state", "repeat", "significant", "high", "topic", "source", "place",
    "departments", "versions", "returns", "sent_back", "interims", "missed", "late_minutes", "helped", "text",
)  # fmt: skip
HANDED = ("number", "key", "department", "role", "outcome", "late", "overdue", "sent_back", "minutes", "mark")
VIOLATIONS = ("number", "step", "who", "due", "done", "late_minutes", "counts", "stood_in", "annulled")
NOT_PROCESSED = ("number", "detected", "ground", "decided_by", "text")
PHOTOS = ("number", "topic", "place", "before_photo", "after_photo")
INTERIMS = ("number", "department", "posted", "promised", "kept_at")

WIDTHS = {
    "text": 60,
    "department": 30,
    "departments": 30,
    "ground": 40,
    "decided_by": 26,
    "who": 30,
    "stood_in": 26,
    "annulled": 40,
    "place": 24,
    "page": 30,
    "link": 36,
    "key": 14,
    "before_photo": 40,
    "after_photo": 40,
    "number": 7,
    "topic": 22,
    "step": 26,
    **dict.fromkeys(("repeat", "significant", "high", "versions", "returns", "sent_back", "interims", "missed"), 10),
    **dict.fromkeys(("late", "overdue", "late_minutes", "minutes", "counts"), 12),
}
"""The widths of columns in characters; a column not named here has the width `WIDTH`."""
WIDTH = 16
WHOLE = 150
"""The widest sheet, in characters, that is readable when it fits one page; a wider one is printed on two pages side by
side."""

SUMMARY_WIDTHS = (32, 28, *(11,) * 12)
MEANING = 4
"""The index of the first column of the summary that may hold a definition."""
LINE_HEIGHT, SMALL = 15.0, 0.6
"""The height of a line in points; and the share of it for definitions that stand in narrow columns, in smaller
letters."""


def as_xlsx(report: Report, folders: Sequence[Path] = ()) -> bytes:
    """The workbook as the bytes of an XLSX file; times are in the municipality's zone."""
    wording = Wording.of(
        {d.key: d.name for d in report.figures.departments}, report.figures.zone, folders, report.figures.measures
    )
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"constant_memory": True, "default_date_format": "dd.mm.yyyy hh:mm"})
    _Book(book, report, wording).write()
    book.close()
    return out.getvalue()


class _Book:
    def __init__(self, book: xlsxwriter.Workbook, report: Report, wording: Wording) -> None:
        self.report, self.wording = report, wording
        self.topic, self.place, self.source = cache(wording.topic), cache(wording.place), cache(wording.source)
        self.department, self.state, self.step = cache(wording.department), cache(wording.state), cache(wording.step)
        self.book = book
        self.plain: Format = book.add_format({"quote_prefix": True, "valign": "top", "align": "left", "indent": 1})
        self.head: Format = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        self.title: Format = book.add_format({"bold": True, "font_size": 14})
        self.small: Format = book.add_format({
            "text_wrap": True, "align": "left", "valign": "top", "indent": 1, "font_size": 8, "quote_prefix": True
        })  # fmt: skip
        date = book.add_format({"num_format": "dd.mm.yyyy hh:mm", "valign": "top"})
        self.number: Format = book.add_format({"valign": "top"})
        self.formats = Formats(self.plain, date, self.number)
        self.shown: dict[str, Format] = {
            "0": self.number,
            "0.00": book.add_format({"num_format": "0.00"}),
            "0.00%": book.add_format({"num_format": "0.00%"}),
        }

    def write(self) -> None:
        """Write all sheets, the summary first; sheets about photos, pages and moderation only if there are any."""
        pages = self.report.figures.pages
        moderated = self.report.figures.moderation
        shown = [row for row in self.report.rows if row.photos is not None]
        own = (*(PAGE_SHEETS if pages.pages else ()), *(("moderation",) if moderated.rows else ()))
        own = (*(("photos",) if shown else ()), *own)
        names = (*SHEETS, *own)
        sheets = {name: self.book.add_worksheet(self.wording.say("sheets", name), QuickSheet) for name in names}
        rows = self.report.rows
        handed = sum(len(row.handed) for row in rows)
        summary = Summary(
            self.report,
            self.wording,
            Sheet(self.wording.say("sheets", "cases"), CASES, len(rows)),
            Sheet(self.wording.say("sheets", "handed"), HANDED, handed),
            Sheet(self.wording.say("sheets", "violations"), VIOLATIONS, len(self.report.figures.violations)),
            self._page_sheets(pages) if pages.pages else None,
            self._moderation_sheet(moderated) if moderated.rows else None,
        )
        self._summary(sheets["summary"], summary)
        self._table(sheets["cases"], CASES, len(rows))
        for at, row in enumerate(rows, 1):
            sheets["cases"].put_row(at, self._case(row), self.formats)
        self._handed(sheets["handed"], rows)
        missed_ones = self.report.figures.violations
        said = any(one.annulled is not None or one.substitute is not None for one in missed_ones)
        self._table(sheets["violations"], VIOLATIONS, len(missed_ones), () if said else ("stood_in", "annulled"))
        for at, missed in enumerate(self.report.figures.violations, 1):
            sheets["violations"].put_row(at, self._missed(missed), self.formats)
        self._not_processed(sheets["not_processed"])
        self._interims(sheets["interims"])
        if shown:
            self._photos(sheets["photos"], shown)
        if pages.pages:
            self._pages(sheets["publications"], sheets["periods"], pages)
        if moderated.rows:
            self._table(sheets["moderation"], MODERATION, len(moderated.rows))
            for at, one in enumerate(moderated.rows, 1):
                sheets["moderation"].put_row(at, moderation_cells(one, self.wording, self._local(one.at)), self.formats)

    # --- sheets --------------------------------------------------------------------------------------------------

    def _summary(self, sheet: QuickSheet, summary: Summary) -> None:
        for column, width in enumerate(SUMMARY_WIDTHS):
            sheet.set_column(column, column, width)
        lines = summary.lines()
        for at, line in enumerate(lines):
            sheet.set_row(at, LINE_HEIGHT * _lines(line))
            for column, cell in enumerate(line.cells):
                if column == len(line.cells) - 1 and is_explained(line):
                    named = self.head if line.style else self.small
                    sheet.merge_range(at, column, at, len(SUMMARY_WIDTHS) - 1, str(cell), named)
                else:
                    self._cell(sheet, at, column, cell, line.style)
        self._on_paper(sheet, len(lines), SUMMARY_WIDTHS)

    def _on_paper(self, sheet: QuickSheet, rows: int, widths: Sequence[float], heads: bool = False) -> None:
        """Set the sheet up for printing: landscape A4, on as few pages as can be read; with `heads` the headings on
        each page, and the first column too if rows go over two. A sheet without rows is hidden."""
        if not rows:
            sheet.hide()
            return
        wide = 1 if sum(widths) <= WHOLE else 2 if heads else 1
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.fit_to_pages(wide, 0)
        sheet.print_area(0, 0, rows - 1, len(widths) - 1)
        sheet.set_footer(f"&L&A&R{self.wording.word('leaf')}")
        if heads:
            sheet.repeat_rows(0)
        if wide > 1:
            sheet.repeat_columns(0)

    def _cell(self, sheet: QuickSheet, at: int, column: int, cell: Cell, style: str) -> None:
        named = {"title": self.title, "head": self.head, "meanings": self.small}
        if isinstance(cell, Formula):
            value = "" if cell.value is None else cell.value
            sheet.write_formula(at, column, cell.text, self.shown[cell.shown], value)
        elif isinstance(cell, str):
            if cell:
                sheet.write_string(at, column, cell, named.get(style, self.plain))
        elif cell is not None:
            sheet.write_number(at, column, cell, self.number)

    def _handed(self, sheet: QuickSheet, rows: Sequence[CaseRow]) -> None:
        self._table(sheet, HANDED, sum(len(row.handed) for row in rows))
        say, yes, at = self.wording, self.wording.word("yes"), 0
        for row in rows:
            for one in row.handed:
                at += 1
                late = one.late and one.outcome is Outcome.ANSWERED
                values: tuple[Value, ...] = (
                    row.number,
                    one.department,
                    self.department(one.department),
                    say.word("lead" if one.lead else "co_executor"),
                    say.say("outcomes", one.outcome),
                    yes if late else "",
                    yes if one.overdue else "",
                    one.sent_back,
                    one.minutes,
                    say.say("opinions", one.mark) if one.mark is not None else "",
                )
                sheet.put_row(at, values, self.formats)

    def _not_processed(self, sheet: QuickSheet) -> None:
        self._table(sheet, NOT_PROCESSED, len(self.report.figures.not_processed))
        for at, row in enumerate(self.report.figures.not_processed, 1):
            decided = self.report.deciders.get(row.id, self.wording.word("nobody"))
            values = (row.number, self._local(row.detected), row.ground, decided, self.wording.text(row.text))
            sheet.put_row(at, values, self.formats)

    def _interims(self, sheet: QuickSheet) -> None:
        self._table(sheet, INTERIMS, len(self.report.figures.interims))
        for at, one in enumerate(self.report.figures.interims, 1):
            promised = self._local(one.promised) or self.wording.word("no_promise")
            name = self.department(one.department) if one.department else ""
            sheet.put_row(
                at, (one.case, name, self._local(one.posted), promised, self._local(one.kept_at)), self.formats
            )

    def _photos(self, sheet: QuickSheet, rows: Sequence[CaseRow]) -> None:
        """Write for each case the address of the author's photo and of the answer's."""
        self._table(sheet, PHOTOS, len(rows))
        for at, row in enumerate(rows, 1):
            before, after = row.photos or ("", "")
            values = (row.number, self.topic(row.topic), self.place(row.place), before, after)
            sheet.put_row(at, values, self.formats)

    def _page_sheets(self, pages: PagesSection) -> tuple[Sheet, Sheet]:
        say = self.wording
        publications = Sheet(say.say("sheets", "publications"), PUBLICATIONS, len(pages.publications))
        return publications, Sheet(say.say("sheets", "periods"), PERIODS, len(pages.periods))

    def _moderation_sheet(self, section: ModerationSection) -> Sheet:
        return Sheet(self.wording.say("sheets", "moderation"), MODERATION, len(section.rows))

    def _pages(self, publications: QuickSheet, periods: QuickSheet, pages: PagesSection) -> None:
        behind, _ = self._page_sheets(pages)
        self._table(publications, PUBLICATIONS, len(pages.publications))
        for at, row in enumerate(pages.publications, 1):
            published = self._local(row.at)
            publications.put_row(at, publication_cells(row, pages, self.wording, published), self.formats)
        self._table(periods, PERIODS, len(pages.periods))
        for at, period in enumerate(pages.periods, 1):
            for column, cell in enumerate(period_cells(period, pages, self.wording, behind, at + 1)):
                self._cell(periods, at, column, cell, "")

    # --- rows ----------------------------------------------------------------------------------------------------

    def _case(self, row: CaseRow) -> tuple[Value, ...]:
        say, yes = self.wording, self.wording.word("yes")
        return (
            row.number,
            self._local(row.detected),
            self._local(row.ended),
            say.say("ends", row.end),
            self.state(row.state),
            yes if row.repeat else "",
            yes if row.significant else "",
            yes if row.high else "",
            self.topic(row.topic),
            self.source(row.source),
            self.place(row.place),
            ", ".join(self.department(one.department) for one in row.handed),
            row.versions,
            row.returns,
            row.sent_back,
            len(row.interims),
            sum(missed.stands for missed in row.missed),
            sum(missed.late_minutes for missed in row.missed if missed.stands),
            "" if row.helped is None else say.say("opinions", "helped" if row.helped else "not_helped"),
            say.text(row.text),
        )

    def _missed(self, missed: Missed) -> tuple[Value, ...]:
        say = self.wording
        done: Value = self._local(missed.done) or say.word("never")
        return (
            missed.case,
            self.step(missed.step),
            say.who(missed.who),
            self._local(missed.due),
            done,
            missed.late_minutes,
            say.word("yes") if missed.stands else "",
            say.stood_in(missed),
            say.annulled(missed),
        )

    # --- cells ---------------------------------------------------------------------------------------------------

    def _table(self, sheet: QuickSheet, columns: Sequence[str], rows: int, empty: Sequence[str] = ()) -> None:
        """Write the headings of a sheet with `rows` rows and set it up for printing; without rows it is hidden.
        `empty`: its last columns if they contain nothing, which are not printed."""
        sheet.freeze_panes(1, 1)
        sheet.set_row(0, 2 * LINE_HEIGHT)
        widths = [WIDTHS.get(key, WIDTH) for key in columns]
        for column, (key, width) in enumerate(zip(columns, widths, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, self._head_of(key), self.head)
        self._on_paper(sheet, rows + 1 if rows else 0, widths[: len(columns) - len(empty)], heads=True)

    def _head_of(self, key: str) -> str:
        if isinstance(key, Fate):
            return self.wording.figure(f"moderation_{key}")[0]
        return self.wording.format(key) if key in SEEN_FORMATS else self.wording.say("heads", key)

    def _local(self, moment: datetime | None) -> datetime | None:
        if moment is None:
            return None
        return moment.astimezone(self.report.figures.zone).replace(tzinfo=None, microsecond=0)


def is_explained(line: Line) -> bool:
    """Whether the line is a figure with its definition beside it, or the headings of such lines."""
    last = line.cells[-1] if len(line.cells) > MEANING else None
    return isinstance(last, str) and last != "" and (not line.style or (line.style == "head" and len(line.cells) < 7))


def _lines(line: Line) -> float:
    """How many lines of text the summary's line takes in its tallest cell."""
    widths = zip(line.cells, SUMMARY_WIDTHS, strict=False)
    if line.style == "head":
        last = len(line.cells) - 1 if is_explained(line) else len(line.cells)
        return max([1, *(-(-len(str(cell)) // width) for cell, width in [*widths][:last])])
    if line.style == "meanings":
        return max([1.0, *(SMALL * len(str(cell)) / width + 1 for cell, width in widths if cell)])
    if is_explained(line):
        return -(-len(str(line.cells[-1])) // int(1.3 * sum(SUMMARY_WIDTHS[len(line.cells) - 1 :])))
    return 1


A4 = 9
PAGE_SHEETS = ("publications", "periods")
SHEETS = ("summary", "cases", "handed", "violations", "not_processed", "interims")
