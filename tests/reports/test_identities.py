"""What holds for the figures of any month: over cases led anyhow through `decide`."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from reports.as_docx import as_docx
from reports.as_json import mapping
from reports.as_xlsx import as_xlsx
from tests.reports.cases import NAMES, NOW, counted, detected, report
from tests.reports.formulas import value
from tests.reports.test_letter import said, table
from tests.reports.test_workbook import SUMMARY, lines
from tests.rules.offices import CURATOR, ROADS, ZHKH, office
from workflow.case import Case, Other
from workflow.commands import (
    Accept,
    AnyCommand,
    Approve,
    CloseWithoutPosting,
    Contribute,
    Forward,
    LinkRepeat,
    NotProcess,
    Posted,
    Recall,
    Release,
    Reopen,
    Return,
    SendBack,
    SubmitDraft,
)
from workflow.decide import decide
from workflow.office import CLOCK, NETWORK
from workflow.outcomes import Accepted
from workflow.regulation import DraftKind

WORDS = "Бригада закончила работы, воду подключили в одиннадцать часов."


def asked(number: int, versions: int) -> list[AnyCommand]:
    """Everything the people of the office could ask now; most of it will be refused."""
    found: list[AnyCommand] = [
        Forward(CURATOR, number, ("zhkh",)),
        Forward(CURATOR, number, ("roads", "zhkh")),
        Recall(CURATOR, number),
        Accept(ZHKH, number),
        Return(ZHKH, number, "не наше"),
        Return(ROADS, number, "не наше"),
        Contribute(ZHKH, number, WORDS),
        SubmitDraft(ZHKH, number, WORDS),
        SubmitDraft(ROADS, number, WORDS, early="ждать нечего"),
        SubmitDraft(ZHKH, number, WORDS, kind=DraftKind.INTERIM),
        SendBack(CURATOR, number, versions, "уточните срок"),
        Approve(CURATOR, number, versions),
        Release(CLOCK, number, versions),
        Posted(NETWORK, number, "https://vk.com/wall-1_2?reply=4"),
        CloseWithoutPosting(CURATOR, number, "thanks"),
        NotProcess(CURATOR, number, office().regulation.grounds[0].code),
        Reopen(CURATOR, number),
        LinkRepeat(CURATOR, number, Other(1, 1)),
    ]
    return found


COMMANDS = len(asked(1, 1))
STEPS = st.lists(st.tuples(st.integers(0, COMMANDS - 1), st.integers(0, 1500)), max_size=25)


def led(number: int, steps: list[tuple[int, int]]) -> Case:
    case = detected(number, f"2026-10-{number:02} 09:00")
    now = case.arrived
    for which, minutes in steps:
        now += timedelta(minutes=minutes)
        decision = decide(case, asked(number, len(case.drafts))[which], office(), now)
        if isinstance(decision, Accepted):
            case = decision.after
    return case


LABELS = {
    "received": "Получено",
    "answered": "Отвечено",
    "on_time": "В срок",
    "late": "С нарушением",
    "open": "В работе",
    "open_overdue": "Просрочено сейчас",
    "returned": "Возвращено",
    "sent_back": "На доработку",
}


@settings(max_examples=12, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(st.lists(STEPS, min_size=1, max_size=4))
def test_ku_22_every_format_says_the_same_number_of_a_department_whatever_was_done(
    histories: list[list[tuple[int, int]]],
) -> None:
    """Each number of the JSON stands in the letter and in the workbook, where a formula over the rows comes to it; the text
    and the table of the letter agree. The letter is that of an office without the library that draws."""
    made = report([led(number, steps) for number, steps in enumerate(histories, 1)], NOW + timedelta(days=60))
    told = [[one[name] for name in LABELS] for one in mapping(made.figures)["departments"]]
    with pytest.MonkeyPatch.context() as office:
        office.setattr("reports.as_docx.can_draw", lambda: False)
        letter = as_docx(made)
    book = load_workbook(BytesIO(as_xlsx(made)))
    assert [[int(cell) for cell in row[1:9]] for row in table(letter, "Отдел")] == told
    at = lines(book)
    heads = {str(cell.value): cell.column_letter for cell in book[SUMMARY][at["Код отдела"]]}
    computed = [[value(book, SUMMARY, f"{heads[label]}{at[key]}") for label in LABELS.values()] for key in NAMES]
    assert computed == told
    returned = sum(row[list(LABELS).index("returned")] for row in told)
    assert f"Отделы вернули куратору сообщений: {returned}. " in said(letter)
    assert value(book, SUMMARY, f"B{at['Возвращено']}") == returned


@settings(max_examples=150)
@given(st.lists(STEPS, max_size=6))
def test_ku_22_the_sums_of_a_month_hold_whatever_was_done(histories: list[list[tuple[int, int]]]) -> None:
    found = counted([led(number, steps) for number, steps in enumerate(histories, 1)], NOW + timedelta(days=60))
    totals = found.totals
    assert totals.received == len(histories)
    assert totals.received == totals.closed + totals.closed_without_posting + totals.not_processed + totals.open
    assert 0 <= totals.repeated <= totals.received
    assert totals.received == sum(count for _, count in found.topics) == sum(count for _, count in found.days)
    for one in found.departments:
        assert one.received == one.answered + one.returned + one.open
        assert one.answered == one.on_time + one.late
        assert 0 <= one.open_overdue <= one.open
        assert (one.on_time_share is None) == (one.answered + one.open_overdue == 0)
        assert one.on_time_share is None or 0 <= one.on_time_share <= 1
        assert one.received <= totals.received
    for name in ("returned", "sent_back"):
        assert sum(getattr(one, name) for one in found.departments) == getattr(found.quality, name), name
    assert all(missed.late_minutes >= 0 for missed in found.violations)
    assert {missed.who for missed in found.violations} <= {"curator", "zhkh", "roads"}
