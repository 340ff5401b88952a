"""How an export is read: which sheet, which columns, what identifies a row, what is left out. Small files, made here."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile
from zoneinfo import ZoneInfo

import pytest
from openpyxl import Workbook

from config.imports import load_plan
from networks.incident import Broken, BrokenFileError, Left, Sheet, Territory, read_sheet
from networks.incident.apart import facts_of, read, sheet_of

PLAN = load_plan()
NOW = datetime(2026, 1, 13, 9, tzinfo=UTC)
MOSCOW = ZoneInfo("Europe/Moscow")
NAME, REGION, PLACES = "Курский муниципальный округ", "Ставропольский край", ("Мирный", "Эдиссия")
OURS = Territory.of(NAME, REGION, PLACES, PLAN.common)
WATER, LIGHT = "Третий день нет воды на Школьной", "Не горит фонарь у школы на Мира"


def xlsx(*rows: list[Any], edit: Callable[[Any, Any], None] | None = None) -> bytes:
    book = Workbook()
    sheet: Any = book.active
    for row in rows:
        sheet.append(row)
    if edit is not None:
        edit(book, sheet)
    book.save(out := BytesIO())
    return out.getvalue()


def sheet_of_bytes(data: bytes) -> Sheet:
    return read_sheet(data, PLAN, OURS, MOSCOW, NOW)


def text(*lines: str) -> Sheet:
    return sheet_of_bytes("\n".join(lines).encode())


def reasons(sheet: Sheet) -> list[tuple[int, Left]]:
    return [(one.line, one.reason) for one in sheet.skipped]


@pytest.mark.parametrize(
    ("heading", "row", "columns"),
    [
        (
            "ID;Дата;Комментарий;Текст сообщения", f"5001;12.01.2026;Направлено в отдел ЖКХ;{WATER}",
            {"id": "ID", "written": "Дата", "text": "Текст сообщения"},
        ),
        (
            "Текст;Сообщение;Ссылка", f"12.01.2026;{WATER};https://vk.com/wall-1_2",
            {"text": "Сообщение", "link": "Ссылка"},
        ),
        (
            "Содержание обращения;Ссылка на автора;Адрес публикации", f"{WATER};https://vk.com/id5;https://vk.com/wall-1_2",
            {"text": "Содержание обращения", "link": "Адрес публикации"},
        ),
        (
            "Ответ;Примечание;Суть вопроса;Дата ответа", f"нет;позвонить;{WATER};-",
            {"text": "Суть вопроса", "answer": "Ответ, Дата ответа"},
        ),
        (
            "Номер инцидента;Дата создания;Дата закрытия;Группа тем;Тема;Исполнитель;Текст инцидента;URL поста;Итог",
            f"1234567;12.01.2026;-;ЖКХ;Вода;Отдел ЖКХ;{WATER};https://vk.com/wall-1_2;Не решено",
            {"id": "Номер инцидента", "written": "Дата создания", "topic": "Тема", "text": "Текст инцидента",
             "executor": "Исполнитель", "link": "URL поста", "status": "Итог"},
        ),
        (
            "Дата;Время;ID сообщения;Заголовок;Текст;Источник;Url;Тип источника;Автор;Url автора;Url места публикации",
            f"12.01.2026;9:00;777001;;{WATER};vk.com;https://vk.com/wall-1_2;Соцсети;Житель;https://vk.com/id1;https://vk.com/club1",
            {"written": "Дата", "time": "Время", "id": "ID сообщения", "text": "Текст", "source": "Источник", "link": "Url",
             "author": "Автор"},
        ),
        (
            "Время публикации;Кто пишет;Текст сообщения;Ссылка на сообщение;Ссылка на автора;Ссылка на блог",
            f"12.01.2026 9:00;Житель;{WATER};vk.com/wall-1_2;vk.com/id1;vk.com/club1",
            {"written": "Время публикации", "author": "Кто пишет", "text": "Текст сообщения", "link": "Ссылка на сообщение"},
        ),
        (
            "Что случилось;Когда;Где посмотреть", f"{WATER};12.01.2026;https://vk.com/wall-1_2",
            {"text": "Что случилось", "written": "Когда", "link": "Где посмотреть"},
        ),
    ],
)  # fmt: skip
def test_the_best_fitting_column_is_taken_for_each_field(heading: str, row: str, columns: dict[str, str]) -> None:
    found = text(heading, row)
    assert (found.columns, found.rows[0].text) == (columns, WATER)


@pytest.mark.parametrize("heading", ["Примечание;Дата", "Ответ;Дата", "Комментарий куратора;Дата", "Должность;Дата"])
def test_an_officials_words_are_never_the_citizens(heading: str) -> None:
    with pytest.raises(BrokenFileError) as broken:
        text(heading, f"{WATER};12.01.2026")
    assert (broken.value.reason, broken.value.columns) == (Broken.NO_TEXT_COLUMN, tuple(heading.split(";")))


def test_headings_of_two_rows_are_read_with_their_groups() -> None:
    def merged(book: Any, sheet: Any) -> None:
        for area in ("A1:A2", "B1:D1", "E1:F1"):
            sheet.merge_cells(area)

    rows = [
        ["№", "Сообщение", None, None, "Ответ", None], [None, "Дата", "Текст", "Ссылка", "Дата", "Текст"],
        [1, "12.01.2026", WATER, "https://vk.com/wall-1_2", None, None],
        [2, "12.01.2026", LIGHT, "https://vk.com/wall-1_3", "13.01.2026", "Починили"],
    ]  # fmt: skip
    lines = [";".join(str(cell or "") for cell in row) for row in rows]
    for found in (sheet_of_bytes(xlsx(*rows, edit=merged)), text(*lines)):
        assert {field: found.columns[field] for field in ("text", "written", "answer")} == {
            "text": "Сообщение: Текст", "written": "Сообщение: Дата", "answer": "Ответ: Дата, Ответ: Текст",
        }  # fmt: skip
        assert ([row.text for row in found.rows], reasons(found)) == ([WATER], [(4, Left.ANSWERED)])


def test_titles_totals_numbered_columns_repeated_headings_and_hidden_rows_are_no_messages() -> None:
    def hide(book: Any, sheet: Any) -> None:
        sheet.row_dimensions[7].hidden = True

    heading = ["ID", "Текст", "Дата"]
    rows = [["Отчёт по обращениям граждан"], [], heading, ["1", "2", "3"], [9001, WATER, "12.01.2026"], heading,
            [9002, LIGHT, "12.01.2026"], ["Итого обращений:", 2], ["Итого сообщений за период: 3"]]  # fmt: skip
    found = sheet_of_bytes(xlsx(*rows, edit=hide))
    assert [row.line for row in found.rows] == [5]
    assert reasons(found) == [(4, Left.HEADING), (6, Left.HEADING), (7, Left.HIDDEN), (8, Left.TOTAL), (9, Left.TOTAL)]


def test_the_fitting_visible_sheet_is_read_and_named() -> None:
    def sheets(book: Any, first: Any) -> None:
        first.title, first.sheet_state = "Архив", "hidden"
        book.create_sheet("Справка").append(["Как заполнять"])
        for name in ("Сообщения", "Февраль"):
            added = book.create_sheet(name)
            added.append(["ID", "Текст", "Дата", "Ссылка"][: 4 if name == "Сообщения" else 2])
            added.append([9001, WATER, "12.01.2026", "https://vk.com/wall-1_2"][: 4 if name == "Сообщения" else 2])
        book.active = 1

    found = sheet_of_bytes(xlsx(["ID", "Текст"], [9, LIGHT], edit=sheets))
    assert (found.name, [row.text for row in found.rows]) == ("Сообщения", [WATER])
    assert [(note.kind, note.detail) for note in found.notes] == [("others", "Февраль"), ("hidden", "Архив")]


def test_cells_merged_down_and_links_of_any_kind() -> None:
    def edit(book: Any, sheet: Any) -> None:
        sheet.merge_cells("D2:D4")
        sheet["C2"].hyperlink = "https://vk.com/wall-1_7"

    rows = [["ID", "Текст", "Ссылка", "Дата"], [9001, WATER, "открыть", datetime(2026, 1, 12, 9)],
            [9002, LIGHT, '=HYPERLINK("https://ok.ru/group/1/topic/9","тут")'], [9004, "Яма", "vk.com/wall-1_8"]]  # fmt: skip
    found = sheet_of_bytes(xlsx(*rows, edit=edit))
    assert [row.link for row in found.rows] == [
        "https://vk.com/wall-1_7", "https://ok.ru/group/1/topic/9", "https://vk.com/wall-1_8",
    ]  # fmt: skip
    assert {row.written_at.isoformat() for row in found.rows} == {"2026-01-12T09:00:00+03:00"}


def test_date_and_time_in_two_columns_and_days_beside_the_day_of_the_export() -> None:
    found = text("Дата;Время;Текст", f"12.01.2026;9:15;{WATER}")
    assert found.rows[0].written_at.isoformat() == "2026-01-12T09:15:00+03:00"
    known = text("Выгружено 12.01.2026 18:00;;", "Текст;Дата", f"{WATER};вчера в 21:00")
    assert known.rows[0].written_at.isoformat() == "2026-01-11T21:00:00+03:00"
    assert reasons(text("Текст;Дата", f"{WATER};вчера в 21:00")) == [(2, Left.BAD_DATE)]


# --- identity --------------------------------------------------------------------------------------------------------


def keys(*lines: str) -> list[str]:
    return [row.key for row in text(*lines).rows]


@pytest.mark.parametrize(
    ("name", "numbers"), [("№ п/п", (1, 2)), ("№", (1, 2)), ("ID", (1, 2, 3)), ("Номер", (41, 42, 43))]
)
def test_a_running_number_is_no_identity(name: str, numbers: tuple[int, ...]) -> None:
    first = keys(f"{name};Текст;Дата", *(f"{n};{WATER} {n};12.01.2026" for n in numbers))
    second = keys(f"{name};Текст;Дата", *(f"{n};{LIGHT} {n};12.01.2026" for n in numbers))
    assert not set(first) & set(second)
    assert len(first) == len(numbers)


def test_an_id_is_one_whatever_the_export_and_another_text_under_it_is_a_conflict() -> None:
    assert keys("ID;Текст", f"5017;{WATER}") == keys("Номер инцидента;Суть;Дата", f"5017;{WATER};12.01.2026")
    found = text("ID;Текст", f"5017;{WATER}", f"5017;{LIGHT}", f"5018;{LIGHT}", f"5017;{WATER.upper()}")
    assert [(one.line, one.reason, one.detail) for one in found.skipped] == [
        (3, Left.CONFLICT, "5017|2"), (5, Left.TWICE, "2"),
    ]  # fmt: skip


def test_one_link_with_other_words_or_another_time_is_another_message() -> None:
    link = "https://vk.com/wall-1_2"
    found = text("Текст;Ссылка;Дата", f"{WATER};{link};12.01.2026 9:00", f"{LIGHT};{link};12.01.2026 9:00",
                 f"{WATER};{link};12.01.2026 9:05", f"{WATER};{link};12.01.2026 9:00")  # fmt: skip
    assert ([row.line for row in found.rows], reasons(found)) == ([2, 3, 4], [(5, Left.TWICE)])


@pytest.mark.parametrize("number", [1234567890123456, "1.23457E+15", "1,23457E+15", "1234567890123450000"])
def test_a_number_excel_rounded_is_no_identity_and_is_said(number: Any) -> None:
    found = sheet_of_bytes(xlsx(["ID", "Текст"], [number, WATER], [number, LIGHT]))
    assert [row.number for row in found.rows] == ["", ""]
    assert ("rounded", "2") in [(note.kind, note.detail) for note in found.notes]


def test_a_column_of_one_number_for_all_is_no_identity_and_is_said() -> None:
    found = text("ID;Текст", *(f"77;{WATER} {n}" for n in range(5)))
    assert (len(found.rows), found.notes[0].kind) == (5, "repeated_ids")


# --- what is left out ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "taken"),
    [
        ("Решено", False), ("Закрыта", False), ("Ответ дан", False), ("Закрыто. Не требует ответа", False), ("Отработано", False),
        ("Не решено", True), ("Решение не принято", True), ("Закрытая дорога", True), ("2. В работе", True), ("-", True),
        ("Исполнение", True), ("Закрыто (не решено)", True), ("Делегировано", True), ("Новый", True), ("н/д", True),
    ],
)  # fmt: skip
def test_a_status_counts_by_whole_known_words(status: str, taken: bool) -> None:
    found = text("Текст;Статус", f"{WATER};{status}")
    assert bool(found.rows) == taken


def test_an_unknown_status_is_taken_and_named_once() -> None:
    found = text("Текст;Статус", f"{WATER};Делегировано", f"{LIGHT};Делегировано")
    assert [(note.kind, note.detail) for note in found.notes] == [("undated", ""), ("status", "Делегировано")]


@pytest.mark.parametrize(
    "nothing",
    ["-", "–", "—", "нет", "н/д", "N/A", "0000", "нет данных", "00.00.0000", "0000-00-00 00:00:00", "\u00a0", "…"],
)
def test_a_mark_for_empty_is_empty(nothing: str) -> None:
    found = text("Текст;Дата;Ответ;Ссылка", f"{WATER};{nothing};{nothing};{nothing}", f"{nothing};12.01.2026;;")
    assert [(row.text, row.dated, row.link) for row in found.rows] == [(WATER, False, "")]
    assert reasons(found) == [(3, Left.NO_TEXT)]


@pytest.mark.parametrize(
    ("written", "ours"),
    [
        ("Курский муниципальный округ", True), ("Курский район", True), ("ст-ца Курская", True), ("пос. Мирный", True),
        ("Ставропольский край, Курский МО", True), ("Муниципальный округ", True), ("с. Эдиссия", True), ("", True),
        ("Степновский район", False), ("Курская область", False), ("г. Курск", False), ("Курский район Курской области", False),
        ("Минераловодский округ", False), ("Новокурский сельсовет", False),
    ],
)  # fmt: skip
def test_territory_is_told_by_own_settlements_and_telling_words(written: str, ours: bool) -> None:
    assert OURS.has(written) == ours


@pytest.mark.parametrize(
    ("name", "written", "ours"),
    [
        ("Степной муниципальный округ", "Степновский район", False),
        ("Приморско-Ахтарский район", "Приморский район", False),
        ("Приморско-Ахтарский район", "Приморско-Ахтарский муниципальный округ", True),
        ("Муниципальный округ город Славгород", "Славгородский район", True),
        ("Красногорский район", "Красногвардейский район", False),
    ],
)
def test_a_neighbour_with_a_like_name_is_no_neighbour_of_ours(name: str, written: str, ours: bool) -> None:
    assert Territory.of(name, None, (), PLAN.common).has(written) == ours


# --- text files ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "encoding", ["cp1251", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp866", "koi8-r", "mac_cyrillic"]
)
@pytest.mark.parametrize("sign", [";", ",", "\t", "|"])
def test_any_separator_and_encoding(sign: str, encoding: str) -> None:
    lines = [
        "Отчёт за январь, февраль",
        sign.join(("Текст", "Дата", "Автор")),
        sign.join((f'"{WATER}{sign} и света"', "12.01.2026", "Житель")),
    ]
    found = sheet_of_bytes("\r\n".join(lines).encode(encoding))
    assert [row.text for row in found.rows] == [f"{WATER}{sign} и света".replace("\t", "\t")]


@pytest.mark.parametrize(
    "rows",
    [
        [f'1;"{WATER};12.01.2026', f"2;{LIGHT};12.01.2026"],
        [f'1;"{WATER};12.01.2026', f'2;"{LIGHT}";12.01.2026', "3;Яма;12.01.2026"],
        [f'1;"{WATER}, и света, и газа;12.01.2026', f"2;{LIGHT}, и у рынка, и у школы;12.01.2026"],
    ],
)
def test_a_quote_that_stays_open_is_refused_with_its_line(rows: list[str]) -> None:
    with pytest.raises(BrokenFileError) as broken:
        text("ID;Текст;Дата", "0;Снег не убран;12.01.2026", *rows)
    assert (broken.value.reason, broken.value.line) == (Broken.UNCLOSED, 3)


def test_quotes_within_words_and_cells_of_several_lines_are_read() -> None:
    found = text("ID;Текст;Дата", f'901;"{WATER}', 'второй день";12.01.2026', f'902;ООО "Ромашка": {LIGHT};12.01.2026')
    assert [(row.line, row.text) for row in found.rows] == [
        (2, f"{WATER}\nвторой день"),
        (4, f'ООО "Ромашка": {LIGHT}'),
    ]


# --- hostile files ---------------------------------------------------------------------------------------------------

START = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
END = "</sheetData></worksheet>"
CELL = '<c r="{}" t="inlineStr"><is><t>{}</t></is></c>'
ROWS = f'<row r="1">{CELL.format("A1", "Текст")}</row><row r="2">{CELL.format("A2", WATER)}</row>'
ENTITY = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'


def with_sheet(xml: str) -> bytes:
    out = BytesIO()
    with ZipFile(BytesIO(xlsx(["Текст"]))) as source, ZipFile(out, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, xml if name.endswith("sheet1.xml") else source.read(name))
    return out.getvalue()


@pytest.mark.parametrize(
    ("xml", "reason"),
    [
        (f"{START}{ROWS}<row>{'<c/>' * 2_000_000}</row>{END}", Broken.TOO_BIG),
        (f"{START}{ROWS}{'<a>' * 5_000}{'</a>' * 5_000}{END}", Broken.NOT_A_TABLE),
        (f"{START}{ROWS}", Broken.NOT_A_TABLE),
    ],
)
def test_a_hostile_sheet_is_refused_soon(xml: str, reason: Broken) -> None:
    with pytest.raises(BrokenFileError) as broken:
        sheet_of_bytes(with_sheet(xml))
    assert broken.value.reason is reason


def test_empty_rows_without_end_are_not_read_and_entities_not_expanded() -> None:
    found = sheet_of_bytes(with_sheet(f"{START}{ROWS}{'<row/>' * 60_000}{END}"))
    assert ([row.text for row in found.rows], found.notes[0].kind) == ([WATER], "stopped")
    outside = sheet_of_bytes(with_sheet(ENTITY + f"{START}{ROWS}{END}".replace(WATER, f"{WATER}&a;")))
    assert [row.text for row in outside.rows] == [WATER]


def test_what_the_child_answers_is_the_same_sheet_and_nonsense_is_no_sheet() -> None:
    data = xlsx(
        ["ID", "Текст", "Дата", "Статус"], [5017, WATER, "12.01.2026", "Делегировано"], [5017, LIGHT, "12.01.2026", ""]
    )
    facts = facts_of((), NAME, REGION, PLACES, MOSCOW, NOW)
    assert sheet_of(read(data, facts)) == sheet_of_bytes(data)
    for nonsense in (None, {}, {"rows": 1}, {"broken": "?"}, {**read(data, facts), "rows": [{}]}):  # type: ignore[dict-item]
        assert not isinstance(sheet_of(nonsense), Sheet)
    assert re.fullmatch("[0-9a-f]{40}", sheet_of_bytes(data).rows[0].key)
