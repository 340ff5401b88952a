"""The letter and its pictures: the figures of the JSON in the office's own words; a template that cannot be filled is refused."""

from __future__ import annotations

import sys
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document

from config.yamlfile import BrokenConfiguration
from reports.as_docx import LINES, as_docx, fields
from reports.as_json import mapping
from reports.drawing import to_png
from reports.pictures import Picture
from reports.reading import Report
from reports.wording import Wording
from tests.reports.cases import NAMES, answered, counted, october, report
from tests.rules.offices import MOSCOW

SAY = Wording.of(NAMES, MOSCOW)
PNG = b"\x89PNG\r\n\x1a\n"


def template(folder: Path, *paragraphs: str) -> Path:
    """A configuration folder with a letter of its own."""
    letter = Document()
    for paragraph in paragraphs:
        letter.add_paragraph(paragraph)
    (folder / "templates").mkdir()
    letter.save(str(folder / "templates" / "report.docx"))
    return folder


def said(made: bytes) -> str:
    return "\n".join(paragraph.text for paragraph in Document(BytesIO(made)).paragraphs)


def table(made: bytes, head: str) -> list[list[str]]:
    """The rows of the table whose first cell is `head`, without its head."""
    for found in Document(BytesIO(made)).tables:
        if found.rows[0].cells[0].text == head:
            return [[cell.text for cell in row.cells] for row in found.rows[1:]]
    raise AssertionError(f"no table «{head}»")


def test_ku_22_the_letter_has_the_figures_of_the_json() -> None:
    made, told = as_docx(report(october())), mapping(report(october()).figures)
    received = f"В октябре 2026 года поступило сообщений: {told['received']} (в предыдущем месяце: 2)."
    assert received in said(made)
    assert table(made, "Тема") == [[SAY.topic(t["topic"]), str(t["received"])] for t in told["topics"]]
    assert table(made, "Источник") == [[SAY.source(key), str(count)] for key, count in told["sources"].items()]
    keys = ("name", "received", "answered", "on_time", "late", "open", "open_overdue", "returned", "sent_back")
    assert table(made, "Отдел") == [
        [*(str(d[key]) for key in keys), share, str(d["median_minutes"])]
        for d, share in zip(told["departments"], ("66,67 %", "50 %"), strict=True)
    ]
    assert len(Document(BytesIO(made)).inline_shapes) == len(Picture) - 1


def test_ku_21_the_letter_names_what_was_missed_and_what_was_not_processed() -> None:
    made = as_docx(report(october()))
    assert [row[:4] for row in _tables(made, 6, 0)] == [
        ["2", "проект ответа", "Отдел ЖКХ", "06.10.2026 13:00"],
        ["5", "проект ответа", "Отдел дорожного хозяйства", "09.10.2026 13:00"],
        ["5", "ответ", "Отдел дорожного хозяйства", "12.10.2026 11:15"],
    ]
    [[number, text, _, decided_by]] = _tables(made, 4, 0)
    assert (number, text, decided_by) == ("7", "-2+3 и реклама окон", "Куратор")


def _tables(made: bytes, columns: int, which: int) -> list[list[str]]:
    found = [t for t in Document(BytesIO(made)).tables if len(t.columns) == columns and t.rows[0].cells[0].text == "№"]
    return [[cell.text for cell in row.cells] for row in found[which].rows[1:]]


def test_citizens_text_is_text_in_the_letter() -> None:
    hostile = "<w:p>&amp;{{ now }} {% for x in y %} \x00"
    found = report(october())
    row = replace(found.figures.not_processed[0], text=hostile)
    again = Report(replace(found.figures, not_processed=(row,)), found.before, found.rows, found.deciders)
    [[_, text, _, _]] = _tables(as_docx(again), 4, 0)
    assert text == "<w:p>&amp;{{ now }} {% for x in y %}"


def test_the_office_writes_its_own_letter(tmp_path: Path) -> None:
    folder = template(tmp_path, "Главе: за {{ month }} поступило {{ now.received }}, {{ departments[0].name }}.")
    assert said(as_docx(report(october()), (folder,))) == "Главе: за октябрь 2026 года поступило 7, Отдел ЖКХ."


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{{ recieved }}", "неизвестное поле «recieved»"),
        ("{{ now.recieved }}", "неизвестное поле «recieved»"),
        ("{% for d in otdely %}{{ d }}{% endfor %}", "неизвестное поле «otdely»"),
        ("{{ now.received", "шаблон не читается"),
        ("{{ now.__class__.__mro__ }}", "шаблон не читается"),
    ],
)
def test_a_template_that_cannot_be_filled_is_refused_in_words(text: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(BrokenConfiguration) as refused:
        as_docx(report(october()), (template(tmp_path, text),))
    assert str(refused.value).startswith("templates/report.docx: ")
    assert words in str(refused.value)


def test_a_file_that_is_no_letter_is_refused(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "report.docx").write_text("не письмо", encoding="utf-8")
    with pytest.raises(BrokenConfiguration, match="это не документ Word"):
        as_docx(report(()), (tmp_path,))


def test_a_long_register_is_cut_and_says_so() -> None:
    found = report((answered(2, "2026-10-06", "15:20"),))
    many = replace(found.figures, violations=found.figures.violations * (LINES + 3))
    values = fields(Report(many, found.before, found.rows, {}), SAY)
    assert (len(values["violations"]), values["violations_more"][:2]) == (LINES, "3 ")


def test_a_month_without_cases_is_a_letter_too() -> None:
    """One sentence and a signature: no heading, table, picture or annex without anything in it."""
    made = as_docx(report(()))
    letter = Document(BytesIO(made))
    assert "сообщений не поступало (в предыдущем месяце: 2)" in said(made)
    assert (len(letter.tables), len(letter.inline_shapes), "Приложение" in said(made)) == (0, 0, False)


def test_the_letter_has_no_empty_annex_and_is_signed_before_the_first() -> None:
    october_says, one_says = said(as_docx(report(october()))), said(as_docx(report((answered(1, "2026-10-05"),))))
    assert [line for line in october_says.split("\n") if line.startswith("Приложение")] == [
        "Приложение 1. Показатели за октябрь 2026 года",
        "Приложение 2. Нарушения сроков",
        "Приложение 3. Сообщения, которые не обрабатывались",
    ]
    assert "перечень: приложение 2." in october_says
    assert october_says.index("____") < october_says.index("Приложение 1.")
    assert [line for line in one_says.split("\n") if line.startswith("Приложение")] == [
        "Приложение. Показатели за октябрь 2026 года"
    ]
    assert table(as_docx(report(october())), "Кто нарушил сроки") == [
        ["Отдел дорожного хозяйства", "2", "1"],
        ["Отдел ЖКХ", "1", "1"],
    ]


@pytest.mark.parametrize("picture", [one for one in Picture if one is not Picture.PAGES])
def test_a_picture_is_drawn_with_and_without_data(picture: Picture) -> None:
    full, empty = to_png(counted(october()), picture, SAY), to_png(counted(()), picture, SAY)
    assert (full[:8], empty[:8]) == (PNG, PNG)
    assert full != empty


def test_names_on_pictures_are_drawn_as_they_are_written() -> None:
    wording = Wording.of({"zhkh": "Отдел $x^{2$ \U0001f527 " + "длинное " * 20}, MOSCOW)
    assert to_png(counted(october()), Picture.ON_TIME, wording)[:8] == PNG


def test_a_machine_without_charts_makes_the_letter_and_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    made = as_docx(report(october()))
    assert len(Document(BytesIO(made)).inline_shapes) == 0
    assert said(made).count(SAY.word("no_pictures")) == 1
    assert "{{" not in said(made)
