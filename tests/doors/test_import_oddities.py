"""Exports as clerks and other programs make them: odd numbering, remarks, totals, marks for «empty», foreign files."""

from __future__ import annotations

from typing import Any

import pytest

from networks.incident import Broken, BrokenFileError, Left
from tests.doors.test_import_reading import LIGHT, WATER, reasons, sheet_of_bytes, text, xlsx


@pytest.mark.parametrize("numbers", [("1.", "2."), ("№1", "№2"), ("№ 1", "№ 2"), ("1)", "2)"), ("001", "002")])
def test_a_running_number_is_no_identity_however_it_is_written(numbers: tuple[str, str]) -> None:
    sheet = text("№;Дата;Текст", f"{numbers[0]};12.01.2026;{WATER}", f"{numbers[1]};12.01.2026;{LIGHT}")
    assert [row.number for row in sheet.rows] == ["", ""]


@pytest.mark.parametrize("said", ["''", "[]", "( )", "{}", "<>", "?", "«»", "False"])
def test_empty_brackets_and_quotes_are_no_answer(said: str) -> None:
    assert len(text("ID;Дата;Текст;Ответ", f"5001;12.01.2026;{WATER};{said}").rows) == 1


@pytest.mark.parametrize("first", ["Итого за период с 01.01.2026", "Всего по округу, включая закрытые", "ИТОГО (шт.)"])
def test_a_total_before_its_number_is_no_message(first: str) -> None:
    sheet = text(
        "ID;Дата;Текст", f"5001;12.01.2026;{WATER}", f"{first};;1", f"5002;12.01.2026;Всего доброго, а {LIGHT}"
    )
    assert ([row.line for row in sheet.rows], reasons(sheet)) == ([2, 4], [(3, Left.TOTAL)])


def test_a_bare_number_is_no_message() -> None:
    assert reasons(text("ID;Дата;Текст", f"5001;12.01.2026;{WATER}", "5002;12.01.2026;17")) == [(3, Left.NO_TEXT)]


def test_a_text_under_a_hyperlink_is_the_text_and_its_address_the_link() -> None:
    def linked(_: Any, sheet: Any) -> None:
        sheet["C2"].hyperlink = "https://vk.com/wall-1_2?reply=3"
        sheet["C3"].hyperlink = "https://vk.com/wall-1_2?reply=4"

    sheet = sheet_of_bytes(
        xlsx(["ID", "Дата", "Текст"], [5001, "12.01.2026", WATER], [5002, "12.01.2026", LIGHT], edit=linked)
    )
    assert [(row.text, row.link) for row in sheet.rows] == [
        (WATER, "https://vk.com/wall-1_2?reply=3"), (LIGHT, "https://vk.com/wall-1_2?reply=4"),
    ]  # fmt: skip


@pytest.mark.parametrize("data", [b"%PDF-1.7\n1 0 obj", b"{\\rtf1\\ansi", b"\x89PNG\r\n\x1a\n", b"\x1f\x8b\x08\x00"])
def test_a_document_a_picture_or_an_archive_is_no_table(data: bytes) -> None:
    with pytest.raises(BrokenFileError) as caught:
        sheet_of_bytes(data + b"0" * 200)
    assert caught.value.reason is Broken.NOT_A_TABLE


@pytest.mark.parametrize(
    ("status", "taken"), [("Отвечено 12.01.2026", False), ("Закрыто 12.01.26 в 10:15", False), ("Передано", True)]
)
def test_a_status_with_its_date_is_the_status(status: str, taken: bool) -> None:
    sheet = text("ID;Дата;Текст;Статус", f"5001;12.01.2026;{WATER};{status}", f"5002;12.01.2026;{LIGHT};новое")
    assert len(sheet.rows) == 1 + taken


@pytest.mark.parametrize(
    "remark",
    [
        "Комментарий оператора",
        "Комментарий к заявке",
        "Комментарии УК",
        "Комментарий специалиста",
        "Комментарий по работе",
    ],
)
def test_an_officials_remark_beside_a_comment_is_not_the_text(remark: str) -> None:
    for heading in (f"ID;Дата;Комментарий;{remark}", f"ID;Дата;Комментарий жителя;{remark}"):
        sheet = text(heading, f"5001;12.01.2026;{WATER};Направить в отдел ЖКХ прямо сегодня")
        assert [row.text for row in sheet.rows] == [WATER]


@pytest.mark.parametrize("heading", ["Отвечено", "Есть ответ", "Дан ответ", "Ответ дан"])
def test_a_column_may_only_say_whether_there_is_an_answer(heading: str) -> None:
    sheet = text(f"ID;Дата;Текст;{heading}", f"5001;12.01.2026;{WATER};Нет", f"5002;12.01.2026;{LIGHT};Да")
    assert ([row.line for row in sheet.rows], reasons(sheet)) == ([2], [(3, Left.ANSWERED)])
