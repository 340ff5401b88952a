"""The report as a workbook: a summary whose sums are formulas over the sheets of cases and of cases by department, and
the registers. Every figure stands beside its definition.

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

from reports.cells import Cell, Formula, Sheet
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
    "departments", "versions", "returns", "sent_back", "interims", "missed", "late_minutes", "text",
)  # fmt: skip
HANDED = ("number", "key", "department", "role", "outcome", "late", "overdue", "sent_back", "minutes")
VIOLATIONS = ("number", "step", "who", "due", "done", "late_minutes", "counts", "annulled")
NOT_PROCESSED = ("number", "detected", "ground", "decided_by", "text")
PHOTOS = ("number", "topic", "place", "before_photo", "after_photo")
INTERIMS = ("number", "department", "posted", "promised", "kept_at")

WIDTHS = {
    "text": 70,
    "department": 34,
    "departments": 34,
    "ground": 50,
    "decided_by": 30,
    "who": 34,
    "annulled": 50,
    "place": 26,
    "page": 34,
    "link": 40,
    "key": 14,
    "before_photo": 40,
    "after_photo": 40,
}


def as_xlsx(report: Report, folders: Sequence[Path] = ()) -> bytes:
    """Make the workbook's bytes; times are in the municipality's zone."""
    wording = Wording.of({d.key: d.name for d in report.figures.departments}, report.figures.zone, folders)
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
        self.plain: Format = book.add_format({"quote_prefix": True, "valign": "top"})
        self.wrapped: Format = book.add_format({"quote_prefix": True, "text_wrap": True, "valign": "top"})
        self.head: Format = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        self.title: Format = book.add_format({"bold": True, "font_size": 14})
        date = book.add_format({"num_format": "dd.mm.yyyy hh:mm", "valign": "top"})
        self.number: Format = book.add_format({"valign": "top"})
        self.formats = Formats(self.plain, date, self.number)
        self.shown: dict[str, Format] = {
            "0": self.number,
            "0.00": book.add_format({"num_format": "0.00"}),
            "0.00%": book.add_format({"num_format": "0.00%"}),
        }

    def write(self) -> None:
        """Write all sheets, the summary first."""
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
        self._table(sheets["cases"], CASES)
        for at, row in enumerate(rows, 1):
            sheets["cases"].put_row(at, self._case(row), self.formats)
        self._handed(sheets["handed"], rows)
        self._table(sheets["violations"], VIOLATIONS)
        for at, missed in enumerate(self.report.figures.violations, 1):
            sheets["violations"].put_row(at, self._missed(missed), self.formats)
        self._not_processed(sheets["not_processed"])
        self._interims(sheets["interims"])
        if shown:
            self._photos(sheets["photos"], shown)
        if pages.pages:
            self._pages(sheets["publications"], sheets["periods"], pages)
        if moderated.rows:
            self._table(sheets["moderation"], MODERATION)
            for at, one in enumerate(moderated.rows, 1):
                sheets["moderation"].put_row(at, moderation_cells(one, self.wording, self._local(one.at)), self.formats)

    # --- sheets --------------------------------------------------------------------------------------------------

    def _summary(self, sheet: QuickSheet, summary: Summary) -> None:
        sheet.set_column(0, 0, 44)
        sheet.set_column(1, 10, 16)
        for at, line in enumerate(summary.lines()):
            for column, cell in enumerate(line.cells):
                self._cell(sheet, at, column, cell, line.style)

    def _cell(self, sheet: QuickSheet, at: int, column: int, cell: Cell, style: str) -> None:
        named = {"title": self.title, "head": self.head}
        if isinstance(cell, Formula):
            value = "" if cell.value is None else cell.value
            sheet.write_formula(at, column, cell.text, self.shown[cell.shown], value)
        elif isinstance(cell, str):
            if cell:
                sheet.write_string(at, column, cell, named.get(style, self.plain))
        elif cell is not None:
            sheet.write_number(at, column, cell, self.number)

    def _handed(self, sheet: QuickSheet, rows: Sequence[CaseRow]) -> None:
        self._table(sheet, HANDED)
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
                )
                sheet.put_row(at, values, self.formats)

    def _not_processed(self, sheet: QuickSheet) -> None:
        self._table(sheet, NOT_PROCESSED)
        for at, row in enumerate(self.report.figures.not_processed, 1):
            decided = self.report.deciders.get(row.id, self.wording.word("nobody"))
            values = (row.number, self._local(row.detected), row.ground, decided, self.wording.text(row.text))
            sheet.put_row(at, values, self.formats)

    def _interims(self, sheet: QuickSheet) -> None:
        self._table(sheet, INTERIMS)
        for at, one in enumerate(self.report.figures.interims, 1):
            promised = self._local(one.promised) or self.wording.word("no_promise")
            name = self.department(one.department) if one.department else ""
            sheet.put_row(
                at, (one.case, name, self._local(one.posted), promised, self._local(one.kept_at)), self.formats
            )

    def _photos(self, sheet: QuickSheet, rows: Sequence[CaseRow]) -> None:
        """Where the author's photo stands, and where the answer's."""
        self._table(sheet, PHOTOS)
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
        self._table(publications, PUBLICATIONS)
        for at, row in enumerate(pages.publications, 1):
            published = self._local(row.at)
            publications.put_row(at, publication_cells(row, pages, self.wording, published), self.formats)
        self._table(periods, PERIODS)
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
            say.text(row.text),
        )

    def _missed(self, missed: Missed) -> tuple[Value, ...]:
        say = self.wording
        done: Value = self._local(missed.done) or say.word("never")
        return (
            missed.case,
            self.step(missed.step),
            say.blamed(missed),
            self._local(missed.due),
            done,
            missed.late_minutes,
            say.word("yes") if missed.stands else "",
            say.annulled(missed),
        )

    # --- cells ---------------------------------------------------------------------------------------------------

    def _table(self, sheet: QuickSheet, columns: Sequence[str]) -> None:
        sheet.freeze_panes(1, 1)
        for column, key in enumerate(columns):
            sheet.set_column(column, column, WIDTHS.get(key, 17))
            sheet.write_string(0, column, self._head_of(key), self.head)

    def _head_of(self, key: str) -> str:
        if isinstance(key, Fate):
            return self.wording.figure(f"moderation_{key}")[0]
        return self.wording.format(key) if key in SEEN_FORMATS else self.wording.say("heads", key)

    def _local(self, moment: datetime | None) -> datetime | None:
        if moment is None:
            return None
        return moment.astimezone(self.report.figures.zone).replace(tzinfo=None, microsecond=0)


PAGE_SHEETS = ("publications", "periods")
SHEETS = ("summary", "cases", "handed", "violations", "not_processed", "interims")
