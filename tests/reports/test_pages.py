"""The official pages in the report: the same figures in JSON, the workbook, the letter and the chat's words."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

from docx import Document
from openpyxl import load_workbook

from reports.as_docx import as_docx, percent
from reports.as_json import mapping
from reports.as_xlsx import as_xlsx
from reports.drawing import to_png
from reports.pages import PagesSection
from reports.period import Month
from reports.pictures import Picture, pictures_of
from reports.wording import Wording
from tests.reports.cases import NAMES, october, report
from tests.reports.formulas import value
from tests.reports.pages import section, with_pages
from tests.rules.offices import MOSCOW

SAY = Wording.of(NAMES, MOSCOW)
SUMMARY = "Сводка"


def test_the_figures_of_the_pages_are_in_the_json() -> None:
    told = mapping(with_pages().figures)["pages"]
    assert [(one["number"], one["publications"], one["per"], one["periods"], one["enough"]) for one in told] == [
        (1, 5, "day", 31, 2),
        (2, 5, "week", 3, 1),
        (3, 1, "", 0, 0),
    ]
    assert told[0] == {
        "number": 1,
        "name": "Округ",
        "network": "vk",
        "whose": "administration",
        "publications": 5,
        "per": "day",
        "at_least": 2,
        "norm": 3,
        "clause": "4",
        "periods": 31,
        "enough": 2,
        "norm_met": 1,
        "behind": 29,
        "enough_share": 0.0645,
        "formats": {"text": 3, "photo": 2, "live": 1},
    }
    assert [one["enough_share"] for one in told] == [0.0645, 0.3333, None]


def test_days_that_are_not_over_are_not_owed_and_a_page_owes_nothing_from_before_it_was_there() -> None:
    morning = {one.number: one for one in section(now="2026-10-02 09:00").pages}
    assert (morning[1].periods, morning[1].enough) == (1, 1)
    assert (morning[2].periods, morning[2].enough_share) == (0, None)
    assert [row.since.isoformat() for row in section().periods if row.page == 2] == [
        "2026-10-05", "2026-10-12", "2026-10-19",
    ]  # fmt: skip


def test_a_page_that_was_closed_is_in_the_report_of_its_last_month_and_in_no_later_one() -> None:
    assert [one.number for one in section(Month(2026, 9)).pages] == [1, 3, 4]
    assert [one.number for one in section().pages] == [1, 2, 3]


def test_the_json_of_a_municipality_without_pages_is_the_contracts() -> None:
    assert "pages" not in mapping(report(october()).figures)


def test_ku_22_every_formula_about_the_pages_comes_to_the_figures_of_the_json() -> None:
    made = as_xlsx(with_pages())
    book, kept = load_workbook(BytesIO(made)), load_workbook(BytesIO(made), data_only=True)
    compared = 0
    for name in (SUMMARY, "Публикации по норме"):
        for row in book[name].iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    beside = kept[name][cell.coordinate].value
                    computed = value(book, name, cell.coordinate)
                    assert ("" if computed is None else computed) == ("" if beside is None else beside), cell.coordinate
                    compared += 1
    assert compared > 70 + 3 * (31 + 3)
    at = next(row[0].row for row in book[SUMMARY].iter_rows(max_col=1) if row[0].value == "Официальные страницы")
    for line, told in enumerate(mapping(with_pages().figures)["pages"], at + 3):
        found = [value(book, SUMMARY, f"{column}{line}") for column in "ABDGHIJK"]
        keys = ("number", "name", "publications", "periods", "enough", "norm_met", "behind", "enough_share")
        assert found == ["" if told[key] is None else told[key] for key in keys]


def test_every_figure_about_the_pages_has_its_meaning_under_its_name() -> None:
    book = load_workbook(BytesIO(as_xlsx(with_pages())))[SUMMARY]
    at = next(row[0].row for row in book.iter_rows(max_col=1) if row[0].value == "Официальные страницы")
    heads, meanings = ([cell.value for cell in book[line][3:11]] for line in (at + 1, at + 2))
    assert list(zip(heads, meanings, strict=True)) == [
        SAY.figure(key)
        for key in ("publications", "before", "page_norm", "periods", "enough", "norm_met", "behind", "enough_share")
    ]


def test_a_pages_name_never_becomes_a_formula() -> None:
    book = load_workbook(BytesIO(as_xlsx(with_pages())))
    cells = [c for sheet in book.worksheets for row in sheet.iter_rows() for c in row if c.value == "=ЖКХ"]
    assert {(cell.data_type, cell.quotePrefix) for cell in cells} == {("s", True)}


def test_ku_22_the_letter_has_the_figures_of_the_pages() -> None:
    made, told = Document(BytesIO(as_docx(with_pages()))), mapping(with_pages().figures)["pages"]
    [table] = [t for t in made.tables if t.rows[0].cells[0].text == "Сеть"]
    keys = ("publications", "periods", "enough", "norm_met", "behind")
    rows = [[cell.text for cell in row.cells] for row in table.rows[1:]]
    assert [[row[2], *row[4:8]] for row in rows] == [[str(one[key]) for key in keys] for one in told]
    assert [(row[0], row[1], row[3], row[8]) for row in rows] == [
        ("ВКонтакте", "Округ", "2–3 в день", percent(told[0]["enough_share"])),
        ("Телеграм", "=ЖКХ", "3 в неделю", percent(told[1]["enough_share"])),
        ("Одноклассники", "Глава", "нормы нет", "–"),
    ]
    assert len(made.inline_shapes) == len(Picture)


def test_without_pages_there_is_no_chapter_about_them() -> None:
    made = Document(BytesIO(as_docx(report(october()))))
    assert not [p.text for p in made.paragraphs if "Официальные страницы" in p.text]
    assert pictures_of(report(october()).figures) == tuple(one for one in Picture if one is not Picture.PAGES)


def test_the_picture_of_the_pages_is_drawn_with_and_without_publications() -> None:
    figures = with_pages().figures
    assert to_png(figures, Picture.PAGES, SAY)[:4] == b"\x89PNG"
    assert to_png(replace(figures, pages=PagesSection()), Picture.PAGES, SAY)[:4] == b"\x89PNG"
