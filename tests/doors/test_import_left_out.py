"""What of an export is hidden, cut in a wrong place, or no table of messages is left out and named."""

from __future__ import annotations

from typing import Any

import pytest

from networks.incident import Left
from tests.doors.test_import_reading import LIGHT, WATER, reasons, sheet_of_bytes, text, xlsx


def test_a_hidden_column_is_not_read_and_is_named() -> None:
    """The clerk sent what he saw."""

    def hide(book: Any, sheet: Any) -> None:
        sheet.column_dimensions["B"].hidden = True

    rows = [
        ["ID", "Текст", "Дата", "Текст сообщения"],
        [9001, "Ответить до пятницы, взять у них справку", "12.01.2026", WATER],
    ]
    found = sheet_of_bytes(xlsx(*rows, edit=hide))
    assert [row.text for row in found.rows] == [WATER]
    assert [(note.kind, note.detail) for note in found.notes] == [("hidden_column", "Текст")]


def test_a_form_with_its_fields_below_each_other_gives_no_message() -> None:
    found = sheet_of_bytes(
        xlsx(["Дата", "12.01.2026"], ["Автор", "Житель"], ["Текст", WATER], ["Ссылка", "vk.com/wall-1_2"])
    )
    assert ([row.text for row in found.rows], {reason for _, reason in reasons(found)}) == ([], {Left.HEADING})


@pytest.mark.parametrize("at", ["9 ч. 15 мин.", 0.385416666, "09:15", "9ч 15 мин"])
def test_the_time_of_day_has_its_own_column_in_any_form(at: Any) -> None:
    found = sheet_of_bytes(xlsx(["Дата сообщения", "Время сообщения", "Суть обращения"], ["12.01.2026", at, WATER]))
    assert [row.written_at.isoformat() for row in found.rows] == ["2026-01-12T09:15:00+03:00"]


@pytest.mark.parametrize(
    ("rows", "left"),
    [
        (["901;12.01.2026;Нет воды; нет света; нет газа;;Новый"], [2]),
        (["901;12.01.2026;Третий день нет воды", "на Школьной, 5;;Новый"], [2, 3]),
        (["901;12.01.2026;Третий день нет воды", "и света", "на Школьной, 5;;Новый"], [2, 3, 4]),
        (["901;12.01.2026;Третий день нет воды", "902;12.01.2026;Второй день нет света"], []),
    ],
)
def test_a_row_cut_in_a_wrong_place_is_left_out_and_named(rows: list[str], left: list[int]) -> None:
    more = [f"9{number};13.01.2026;{LIGHT}, {number};vk.com/wall-1_{number};Новый" for number in range(10, 14)]
    found = text("ID;Дата;Текст;Ссылка;Статус", *rows, *more)
    assert reasons(found) == [(line, Left.SHIFTED) for line in left]
    assert len(found.rows) == len(rows) + len(more) - len(left)


def test_a_column_without_a_name_shifts_nothing() -> None:
    found = text("ID;Дата;Текст", f"901;12.01.2026;{WATER};в работу", f"902;12.01.2026;{LIGHT};в работу")
    assert len(found.rows) == 2
