"""Rows written at once are, letter for letter, what the library writes cell by cell."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from zipfile import ZipFile

import pytest
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from reports.quick_sheet import CELL_LIMIT, Formats, QuickSheet, Value
from tests.reports.cases import october, report

ROWS: list[tuple[Value, ...]] = [
    (1, "Третий день нет воды", datetime(2026, 10, 5, 9, 30), None, "", 0.25),
    (2, '=HYPERLINK("http://x")', None, 7, " с краю ", 12345678901234567890),
    (None, "<b>&\"'</b> \x01 _x0041_", datetime(1999, 12, 31, 23, 59, 59), -3, "строка\nи ещё", 1e-7),
    (4, "Третий день нет воды", None, None, None, None),
    (5, "я" * CELL_LIMIT, None, True, "\t", 0),
]


def written(at_once: bool) -> str:
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"constant_memory": True})
    formats = Formats(
        book.add_format({"quote_prefix": True}), book.add_format({"num_format": "dd.mm.yyyy"}), book.add_format()
    )
    sheet = book.add_worksheet("Лист", QuickSheet if at_once else Worksheet)
    for column in range(len(ROWS[0])):
        sheet.write_string(0, column, "столбец", (formats.number, formats.date, formats.text)[min(column, 2)])
    for at, row in enumerate(ROWS, 1):
        if at_once:
            sheet.put_row(at, row, formats)
        else:
            cell_by_cell(sheet, at, row, formats)
    book.close()
    with ZipFile(out) as packed:
        return packed.read("xl/worksheets/sheet1.xml").decode()


def cell_by_cell(sheet: Worksheet, at: int, row: tuple[Value, ...], formats: Formats) -> None:
    for column, value in enumerate(row):
        if isinstance(value, str) and value:
            sheet.write_string(at, column, value, formats.text)
        elif isinstance(value, datetime):
            sheet.write_datetime(at, column, value, formats.date)
        elif value is not None and value != "":
            sheet.write_number(at, column, value, formats.number)


def test_rows_written_at_once_are_what_the_library_writes() -> None:
    assert written(at_once=True) == written(at_once=False)


def test_a_text_longer_than_a_cell_is_cut_to_what_fits_whatever_its_letters() -> None:
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"constant_memory": True})
    sheet = book.add_worksheet("Лист", QuickSheet)
    sheet.put_row(0, ("😀" * 40_000,), Formats(book.add_format(), book.add_format(), book.add_format()))
    book.close()
    with ZipFile(out) as packed:
        assert packed.read("xl/worksheets/sheet1.xml").decode().count("😀") == CELL_LIMIT


def test_a_row_without_a_place_in_the_sheet_is_refused() -> None:
    book = xlsxwriter.Workbook(BytesIO(), {"constant_memory": True})
    sheet = book.add_worksheet("Лист", QuickSheet)
    formats = Formats(book.add_format(), book.add_format(), book.add_format())
    sheet.put_row(1, ("вторая",), formats)
    with pytest.raises(ValueError, match="row 0"):
        sheet.put_row(0, ("первая",), formats)
    book.close()


def test_a_report_is_not_printed_with_what_citizens_wrote() -> None:
    made = report(october())
    texts = {row.text for row in made.rows}
    assert all(texts)
    assert [text for text in texts if text in repr(made)] == []
