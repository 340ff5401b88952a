"""The workbook: its formulas come to the very figures of the JSON, and nothing a citizen wrote is one of them."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from reports.as_json import mapping
from reports.as_xlsx import as_xlsx
from reports.wording import Wording
from tests.reports.cases import HOSTILE, NAMES, answered, detected, october, report
from tests.reports.formulas import value
from tests.rules.offices import MOSCOW
from workflow.case import FileRef

SUMMARY, CASES = "Сводка", "Сообщения"
SAY = Wording.of(NAMES, MOSCOW)


def opened(cases: Any, *, values: bool = False) -> Workbook:
    return load_workbook(BytesIO(as_xlsx(report(cases))), data_only=values)


def lines(book: Workbook) -> dict[str, int]:
    """Label → the first line it stands in."""
    found: dict[str, int] = {}
    for row in book[SUMMARY].iter_rows(min_col=1, max_col=1):
        found.setdefault(str(row[0].value or ""), row[0].row)
    return found


def test_ku_22_every_formula_comes_to_the_value_kept_beside_it() -> None:
    formulas, values = opened(october()), opened(october(), values=True)
    compared = 0
    for row in formulas[SUMMARY].iter_rows():
        for cell in row:
            if isinstance(cell.value, str) and cell.value.startswith("="):
                kept = values[SUMMARY][cell.coordinate].value
                computed = value(formulas, SUMMARY, cell.coordinate)
                assert ("" if computed is None else computed) == ("" if kept is None else kept), cell.coordinate
                compared += 1
    assert compared > 70


def test_ku_22_the_formulas_come_to_the_figures_of_the_json() -> None:
    book, told = opened(october()), mapping(report(october()).figures)
    at = lines(book)
    totals = ("received", "closed", "closed_without_posting", "not_processed", "open", "repeated")
    assert {key: value(book, SUMMARY, f"B{at[SAY.figure(key)[0]]}") for key in totals} == {
        key: told[key] for key in totals
    }
    topics = {SAY.topic(line["topic"]): line["received"] for line in told["topics"]}
    assert {topic: value(book, SUMMARY, f"B{at[topic]}") for topic in topics} == topics
    sources = {SAY.source(source): count for source, count in told["sources"].items()}
    assert {source: value(book, SUMMARY, f"B{at[source]}") for source in sources} == sources
    violations = value(book, SUMMARY, f"B{at[SAY.figure('violations')[0]]}")
    assert violations == len(told["violations"])
    columns = "ABCDEFGHIJKL"
    for department in told["departments"]:
        line = at[department["key"]]
        found = {key: value(book, SUMMARY, f"{column}{line}") for column, key in zip(columns, department, strict=True)}
        assert found == {key: "" if told is None else told for key, told in department.items()}


def test_every_figure_has_its_definition_beside_it() -> None:
    book = opened(october())
    for key in ("received", "closed", "open", "repeated", "on_time_share", "versions_per_answer"):
        label, meaning = SAY.figure(key)
        assert book[SUMMARY][f"E{lines(book)[label]}"].value == meaning


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", "\n="])
def test_citizens_text_never_becomes_a_formula(start: str) -> None:
    text = start + HOSTILE[1:]
    case = answered(1, "2026-10-05", text=text, place=text)
    book = opened((case,))
    written = [
        cell
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str) and "HYPERLINK" in cell.value
    ]
    assert [(cell.data_type, cell.quotePrefix) for cell in written] == [("s", True)] * 3
    formulas = [cell for row in book[CASES].iter_rows() for cell in row if cell.data_type == "f"]
    assert formulas == []


def test_a_place_that_looks_like_a_condition_is_counted_as_it_is_written() -> None:
    cases = [
        detected(number, f"2026-10-0{number} 09:00", place=place) for number, place in enumerate([">0", "*", "Ул*"], 1)
    ]
    book = opened(cases)
    assert [value(book, SUMMARY, f"B{lines(book)[place]}") for place in (">0", "*", "Ул*")] == [1, 1, 1]


def test_control_characters_and_a_text_without_end_do_no_harm() -> None:
    case = detected(1, "2026-10-05 09:00", text="\x00\x0b\ud800" + "я" * 50_000)
    (text,) = [row[-1] for row in opened((case,))[CASES].iter_rows(min_row=2, values_only=True)]
    assert len(str(text)) < 32_768
    assert "\x00" not in str(text)


@pytest.mark.parametrize("text", ["<r><t>жирно</t></r>", "<r></c></r>", "a & b < c", " с краю "])
def test_what_looks_like_the_files_own_markup_stays_text(text: str) -> None:
    case = detected(1, "2026-10-05 09:00", text=text)
    (written,) = [row[-1] for row in opened((case,))[CASES].iter_rows(min_row=2, values_only=True)]
    assert written == SAY.text(text)


def test_a_month_without_cases_is_a_workbook_of_zeros() -> None:
    book = opened(())
    assert value(book, SUMMARY, f"B{lines(book)[SAY.figure('received')[0]]}") == 0
    assert value(book, SUMMARY, f"B{lines(book)[SAY.figure('on_time_share')[0]]}") == ""


def test_ku_22_the_registers_stand_on_sheets_of_their_own() -> None:
    book = opened(october())
    rows = {sheet.title: list(sheet.iter_rows(min_row=2, values_only=True)) for sheet in book.worksheets[1:]}
    assert [(row[0], row[2], row[5]) for row in rows["Нарушения сроков"]] == [
        (2, "Отдел ЖКХ", 80),
        (5, "Отдел дорожного хозяйства", 7140),
        (5, "Отдел дорожного хозяйства", 6840),
    ]
    assert [(row[0], row[3], row[4]) for row in rows["Не обработано"]] == [(7, "Куратор", "-2+3 и реклама окон")]
    assert (len(rows[CASES]), len(rows["Исполнители"]), rows["Промежуточные ответы"]) == (7, 6, [])


def test_the_photos_before_and_after_stand_beside_each_other_where_both_are_there() -> None:
    photo = FileRef("0" * 64, "photo", "1.jpg", 9)
    shown = answered(8, "2026-10-14", place="Мира, 3")
    appeal = replace(shown.appeal, link="https://vk.com/wall-1_8", attached=(("photo", "https://vk.com/photo1_2"),))
    shown = replace(shown, appeal=appeal, drafts=tuple(replace(draft, files=(photo,)) for draft in shown.drafts))
    book = opened([*october(), shown])
    assert [[cell.value for cell in row] for row in book["Было — стало"].iter_rows(min_row=2)] == [
        [8, "вода", "Мира, 3", "https://vk.com/wall-1_8", "https://vk.com/wall-1_2?reply=4"]
    ]
    assert "Было — стало" not in opened(october()).sheetnames


def test_ku_22_on_paper_every_sheet_is_landscape_with_its_heads_on_each_page() -> None:
    """And as wide as a page, or two of them for the cases; a register without lines is neither shown nor printed."""
    book = opened(october())
    shown = {sheet.title: sheet for sheet in book.worksheets if sheet.sheet_state == "visible"}
    assert "Промежуточные ответы" not in shown
    assert {sheet.page_setup.orientation for sheet in shown.values()} == {"landscape"}
    assert {
        title: (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) for title, sheet in shown.items()
    } == {title: (2 if title == CASES else 1, 0) for title in shown}
    assert {sheet.print_title_rows for title, sheet in shown.items() if title != SUMMARY} == {"$1:$1"}
    assert all(sheet.print_area for sheet in shown.values())


def test_ku_22_the_curator_is_one_line_whoever_stood_in() -> None:
    found = report(october())
    both = [replace(found.figures.violations[0], who="curator", substitute=who, stood_in="Спец") for who in (None, "s")]
    counted = replace(found.figures, violations=tuple(both))
    book = load_workbook(BytesIO(as_xlsx(replace(found, figures=counted))))
    assert value(book, SUMMARY, f"B{lines(book)['Куратор']}") == 2
    rows = list(book["Нарушения сроков"].iter_rows(min_row=2, values_only=True))
    assert [(row[2], row[7]) for row in rows] == [("Куратор", None), ("Куратор", "Спец")]
