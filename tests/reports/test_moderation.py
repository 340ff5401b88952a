"""Moderation in the report: the same figures in JSON, the workbook, the letter and the chat's words."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from docx import Document
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from bot.leadership.screens import figures as in_words
from config.texts import Texts
from reports.as_docx import as_docx, moderation_words
from reports.as_json import mapping
from reports.as_xlsx import as_xlsx
from reports.moderation import Fate, fates_of, moderation_section
from reports.wording import Wording
from tests.reports.cases import NAMES, october, report
from tests.reports.formulas import value
from tests.reports.moderation import ROWS, with_moderation
from tests.reports.pages import with_pages
from tests.rules.offices import MOSCOW
from workflow.official.moderation import ModerationAction, ModerationEvent, ModerationState

SAY = Wording.of(NAMES, MOSCOW)
SUMMARY, SHEET = "Сводка", "Модерация"
A, E, S = ModerationAction, ModerationEvent, ModerationState
SUMS = {"proposed": 7, "deleted": 5, "banned": 2, "kept": 1, "case": 1, "restored": 1, "withdrawn": 1}


def told() -> dict[str, Any]:
    return dict(mapping(with_moderation().figures)["moderation"])


def lines_after(book: Workbook, title: str) -> list[int]:
    """The lines of the summary under a title and its head, as far as they go."""
    sheet = book[SUMMARY]
    at = next(row[0].row for row in sheet.iter_rows(max_col=1) if row[0].value == title) + 2
    lines = []
    while at <= sheet.max_row and any(cell.value is not None for cell in sheet[at]):
        lines.append(at)
        at += 1
    return lines


def test_the_json_has_what_was_proposed_and_decided_by_page_and_ground() -> None:
    assert {key: told()[key] for key in SUMS} == SUMS
    nothing = dict.fromkeys(SUMS, 0)
    assert told()["pages"] == [
        {
            **nothing, "number": 1, "name": "Округ", "network": "vk",
            "proposed": 3, "deleted": 3, "banned": 2, "kept": 1, "restored": 1,
            "grounds": [
                {"ground": "insult", "clause": "прил. 2, 15", "deleted": 1, "banned": 1},
                {"ground": "spam", "clause": "прил. 2, 15", "deleted": 2, "banned": 1},
            ],
        },
        {
            **nothing, "number": 2, "name": "=ЖКХ", "network": "telegram",
            "proposed": 2, "case": 1, "withdrawn": 1, "grounds": [],
        },
        *(
            {
                **nothing, "number": None, "name": None, "network": network, "proposed": 1, "deleted": 1,
                "grounds": [{"ground": "unlawful", "clause": "", "deleted": 1, "banned": 0}],
            }
            for network in ("ok", "vk")
        ),
    ]  # fmt: skip
    assert told()["grounds"] == [
        {"ground": "insult", "clause": "прил. 2, 15", "deleted": 1, "banned": 1},
        {"ground": "spam", "clause": "прил. 2, 15", "deleted": 2, "banned": 1},
        {"ground": "unlawful", "clause": "", "deleted": 2, "banned": 0},
    ]


def test_the_json_without_moderation_is_the_one_there_was() -> None:
    whole = mapping(with_moderation().figures)
    assert {key: found for key, found in whole.items() if key != "moderation"} == mapping(with_pages().figures)
    assert list(mapping(report(october()).figures))[-1] == "violations"


@pytest.mark.parametrize(
    ("event", "was", "became", "fates"),
    [
        (E.PROPOSED, None, S.PROPOSED, (Fate.PROPOSED,)),
        (A.DELETE, S.PROPOSED, S.DELETED, (Fate.DELETED,)),
        (A.DELETE, S.KEPT, S.DELETED, (Fate.DELETED,)),
        (A.BLACK_LIST, S.PROPOSED, S.DELETED, (Fate.DELETED, Fate.BANNED)),
        (A.BLACK_LIST, S.DELETED, S.DELETED, (Fate.BANNED,)),
        (A.KEEP, S.PROPOSED, S.KEPT, (Fate.KEPT,)),
        (A.TO_CASE, S.PROPOSED, S.CASE, (Fate.CASE,)),
        (A.RESTORE, S.DELETED, S.KEPT, (Fate.RESTORED,)),
        (E.WITHDRAWN, S.PROPOSED, S.WITHDRAWN, (Fate.WITHDRAWN,)),
        (A.DONE_BY_HAND, S.DELETED, S.DELETED, ()),
        (E.DONE, S.DELETED, S.DELETED, ()),
        (E.NOT_DONE, S.DELETED, S.DELETED, ()),
    ],
)
def test_a_line_of_the_journal_counts_as_what_it_decided(
    event: ModerationAction | ModerationEvent,
    was: ModerationState | None,
    became: ModerationState,
    fates: tuple[Fate, ...],
) -> None:
    assert fates_of(event, was, became) == fates


def test_a_comment_proposed_twice_in_a_month_counts_once_and_in_two_months_twice() -> None:
    again = [row for row in ROWS if row.comment == 3]
    assert moderation_section(again).count(Fate.PROPOSED) == 1
    assert [moderation_section([row]).count(Fate.PROPOSED) for row in again if Fate.PROPOSED in row.fates] == [1, 1]


def test_ku_22_every_formula_about_moderation_comes_to_the_figures_of_the_json() -> None:
    made = as_xlsx(with_moderation())
    book, kept = load_workbook(BytesIO(made)), load_workbook(BytesIO(made), data_only=True)
    compared = 0
    for title in ("Модерация комментариев", "Модерация по страницам", "Основания удаления"):
        for line in lines_after(book, title):
            for cell in book[SUMMARY][line]:
                if cell.data_type == "f":
                    computed = value(book, SUMMARY, cell.coordinate)
                    assert computed == kept[SUMMARY][cell.coordinate].value, cell.coordinate
                    compared += 1
    assert compared == 7 * 3 + 4 * 7 + 4 * 2
    sums = [value(book, SUMMARY, f"B{line}") for line in lines_after(book, "Модерация комментариев")]
    assert sums == list(SUMS.values())
    assert [value(book, SUMMARY, f"C{line}") for line in lines_after(book, "Модерация комментариев")] == [
        1, 0, 0, 1, 0, 0, 0,
    ]  # fmt: skip
    by_page = [
        [value(book, SUMMARY, f"{column}{line}") for column in "ADEFGHIJ"]
        for line in lines_after(book, "Модерация по страницам")
    ]
    assert by_page == [[page["number"], *(page[key] for key in SUMS)] for page in told()["pages"]]
    by_ground = [
        [value(book, SUMMARY, f"{column}{line}") for column in "ADFG"]
        for line in lines_after(book, "Основания удаления")
    ]
    assert by_ground == [
        [page["number"], SAY.offence(one["ground"]), one["deleted"], one["banned"]]
        for page in told()["pages"]
        for one in page["grounds"]
    ]


def test_every_figure_about_moderation_has_its_meaning_beside_it() -> None:
    book = load_workbook(BytesIO(as_xlsx(with_moderation())))
    lines = lines_after(book, "Модерация комментариев")
    said = [(book[SUMMARY][line][0].value, book[SUMMARY][line][4].value) for line in lines]
    assert said == [SAY.figure(f"moderation_{fate}") for fate in Fate]
    titles = {row[0].value: row[3].value for row in book[SUMMARY].iter_rows(max_col=4) if row[0].value}
    for title, key in (("Модерация по страницам", "moderation_page"), ("Основания удаления", "moderation_ground")):
        assert titles[title] == SAY.figure(key)[1]


def test_the_sheet_has_a_row_for_each_decision_with_its_ground_and_clause_and_no_formula_of_a_name() -> None:
    sheet = load_workbook(BytesIO(as_xlsx(with_moderation())))[SHEET]
    heads = [cell.value for cell in sheet[1]]
    rows = [dict(zip(heads, (cell.value for cell in line), strict=True)) for line in sheet.iter_rows(min_row=2)]
    assert len(rows) == len(ROWS) - 1  # the second proposal of comment 3
    second = next(one for one in rows if one["В чёрный список"] == "да")
    assert [second[key] for key in ("№ комментария", "Страница", "Основание", "Пункт", "Кто решил", "Удалено")] == [
        2, "Округ", "оскорбление", "прил. 2, пункт 15", "Советник", "да",
    ]  # fmt: skip
    assert {one["Страница"] for one in rows if one["№ страницы"] is None} == {"не в реестре"}
    cells = [cell for line in sheet.iter_rows() for cell in line if cell.value == "=ЖКХ"]
    assert {(cell.data_type, cell.quotePrefix) for cell in cells} == {("s", True)}


def test_ku_22_the_letter_has_the_figures_of_moderation() -> None:
    made = Document(BytesIO(as_docx(with_moderation())))
    [table] = [t for t in made.tables if "Предложено" in [cell.text for cell in t.rows[0].cells]]
    rows = [[cell.text for cell in row.cells] for row in table.rows[1:]]
    assert [row[2:9] for row in rows] == [[str(page[key]) for key in SUMS] for page in told()["pages"]]
    assert [(row[0], row[1], row[9]) for row in rows] == [
        ("ВКонтакте", "Округ", "оскорбление 1, спам 2"),
        ("Телеграм", "=ЖКХ", "–"),
        ("Одноклассники", "не в реестре", "нарушение закона 1"),
        ("ВКонтакте", "не в реестре", "нарушение закона 1"),
    ]
    said = "\n".join(paragraph.text for paragraph in made.paragraphs)
    assert "Модерация комментариев" in said
    assert (
        "Предложено решить комментариев: 7. Удалено: 5 (оскорбление 1, спам 2, нарушение закона 2). В чёрный список: 2. "
        "Оставлено: 1. Стало обращениями: 1. Возвращено: 1. Снято автором: 1."
    ) in said


def test_without_moderation_there_is_no_chapter_about_it() -> None:
    assert SHEET not in load_workbook(BytesIO(as_xlsx(with_pages()))).sheetnames
    said = [p.text for p in Document(BytesIO(as_docx(with_pages()))).paragraphs]
    assert not [text for text in said if "Модерация" in text]
    found = report(october())
    alone = replace(found, figures=replace(found.figures, moderation=moderation_section(ROWS)))
    assert "Модерация комментариев" in [p.text for p in Document(BytesIO(as_docx(alone))).paragraphs]


def test_ku_22_the_chat_has_the_figures_of_moderation_in_a_line() -> None:
    numbers: dict[str, Any] = {"received": 0, "period": "октябрь", "pages": [], "notes": ()}
    moderation = moderation_words(with_moderation().figures.moderation, SAY)
    said = in_words(Texts(()), "stats", {**numbers, "moderation": moderation}).text
    assert said.splitlines()[-1] == (
        "Комментарии на наших страницах: предложено решить 7, удалено 5 (оскорбление 1, спам 2, нарушение закона 2), "
        "в чёрный список 2, оставлено 1, стало обращениями 1, возвращено 1, снято автором 1"
    )
    assert "Комментарии на наших" not in in_words(Texts(()), "stats", {**numbers, "moderation": {}}).text
