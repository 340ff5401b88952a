"""What citizens said of answers and the curator's marks, counted; formulas in the regulation's own words."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import Any

from docx import Document
from openpyxl import load_workbook

from bot.board.month import Counted
from bot.board.month_view import month_figures, side_by_side
from config.regulations import parse
from config.russian.words import When
from reports.as_docx import as_docx
from reports.as_json import mapping
from reports.as_xlsx import as_xlsx
from reports.figure_cases import cases_of
from reports.figures import Figures
from reports.reading import Report
from reports.wording import MEASURED, Wording
from tests.reports.cases import NAMES, NOW, answered, counted, october, report, rows
from tests.reports.formulas import value
from tests.rules.offices import MOSCOW
from tests.rules.test_regulations_refusals import KURSKY
from workflow.case import Case, Mark

OWN_WORDS = (("on_time", "ответы без нарушения пункта 11, делённые на все ответы"), ("helped", "сказали «помогло»"))


def judged() -> list[Case]:
    """Three answers of one department: two citizens said something, three marks were given, one of them taken back."""
    said = [(True, Mark.GOOD), (False, Mark.POOR), (True, None)]
    days = ("2026-10-05", "2026-10-06", "2026-10-07")
    return [
        replace(answered(number, day), helped=helped, mark=mark)
        for number, (day, (helped, mark)) in enumerate(zip(days, said, strict=True), 1)
    ]


def test_ku_22_they_are_counted_per_month_and_department_and_listed() -> None:
    found, listed = counted(judged()), rows(judged())
    assert (found.helped, found.not_helped, found.helped_share) == (2, 1, 0.6667)
    assert (found.good, found.poor, found.good_share) == (1, 1, 0.5)
    assert [(d.key, d.good, d.poor) for d in found.departments if d.good] == [("zhkh", 1, 1)]
    numbers = {key: [row.number for row in cases_of(listed, key, "", MOSCOW)] for key in ("helped", "not_helped")}
    assert numbers == {"helped": [1, 3], "not_helped": [2]}
    assert [row.number for row in cases_of(listed, "poor", "zhkh", MOSCOW)] == [2]
    assert cases_of(listed, "poor", "roads", MOSCOW) == []


def test_the_contract_of_the_json_is_as_it_was() -> None:
    before, after = mapping(counted(october())), mapping(counted(judged()))
    assert before.keys() == after.keys()
    assert {key for one in after["departments"] for key in one} == {key for one in before["departments"] for key in one}
    assert "good" not in str(after)


def test_the_workbook_counts_them_by_formulas() -> None:
    made = as_xlsx(report(judged()))
    book, kept = load_workbook(BytesIO(made)), load_workbook(BytesIO(made), data_only=True)
    at = {row[0].value: row[0].row for row in book["Сводка"].iter_rows(max_col=1)}
    shown = [value(book, "Сводка", f"B{at[name]}") for name in ("Помогло", "Не помогло", "Хороших ответов", "Отписок")]
    assert shown == [2, 1, 1, 1]
    assert [kept["Сводка"][f"B{at[name]}"].value for name in ("Доля «помогло»", "Доля хороших ответов")] == [
        0.6667,
        0.5,
    ]
    silent = load_workbook(BytesIO(as_xlsx(report(october()))))["Сводка"]
    assert "Помогло" not in {row[0].value for row in silent.iter_rows(max_col=1)}


def with_own_words(found: Figures) -> Figures:
    return replace(found, measures=OWN_WORDS)


def test_a_regulation_words_its_own_formulas_which_stand_beside_the_figures() -> None:
    """On the board, among months side by side, in the workbook and in the letter; what it does not word is as before."""
    figures = with_own_words(counted(judged()))
    wording = Wording.of(NAMES, MOSCOW, (), figures.measures)
    shown = month_figures(Counted(figures, rows(judged()), sent=False), wording, When(NOW, MOSCOW))
    meanings: dict[str, Any] = {name: meaning for name, meaning, _ in shown["shares"]}
    assert (shown["share_meaning"], meanings["Доля «помогло»"]) == (OWN_WORDS[0][1], OWN_WORDS[1][1])
    assert meanings["Доля повторных"] == "повторные, делённые на поступившие"
    beside = side_by_side([(Counted(figures, (), sent=False), wording)])["shares"]
    assert next((name, meaning) for name, meaning, _ in beside) == ("Отвечено в срок", OWN_WORDS[0][1])
    whole = replace(report(judged()), figures=figures)
    letter = words_of_letter(whole)
    assert f"Отвечено в срок: {OWN_WORDS[0][1]}." in letter
    assert "помогло — 2, не помогло — 1. Куратор отметил хороших ответов: 1, отписок: 1." in letter
    cells = [str(cell.value) for row in load_workbook(BytesIO(as_xlsx(whole)))["Сводка"].iter_rows() for cell in row]
    assert cells.count(OWN_WORDS[0][1]) == 2


def words_of_letter(whole: Report) -> str:
    return "\n".join(paragraph.text for paragraph in Document(BytesIO(as_docx(whole))).paragraphs)


def test_the_formulas_are_read_from_the_regulation_s_file() -> None:
    text = KURSKY + "\nmeasures: {on_time: без нарушений пункта 11, marks: по оценкам куратора}\n"
    assert parse(text, "f.yaml").measures == (("on_time", "без нарушений пункта 11"), ("marks", "по оценкам куратора"))
    assert set(MEASURED) == {"share", *counted(judged()).shares}
