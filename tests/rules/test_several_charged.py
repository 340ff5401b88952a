"""Several executors: who is told of their terms, and who is charged with what was missed (DESIGN rule 12)."""

from __future__ import annotations

from tests.rules.offices import CURATOR, ROADS, ZHKH, at, office
from tests.rules.test_life_of_a_case import TEXT, run
from tests.rules.test_several_executors import SPLIT, due, handed, missed
from workflow.commands import Contribute, Forward, Return, SendBack, SubmitDraft
from workflow.effects import Audience, Notice, Notify, Redraw
from workflow.regulation import Event, Holder, Step
from workflow.terms.alarms import AlarmKind, alarms_of, notice_for, running_terms
from workflow.terms.deadlines import Facts, Happening
from workflow.terms.grants import runs

# --- who is told --------------------------------------------------------------------------------------


def test_ku_16_alarms_name_the_executor_whose_contribution_is_late() -> None:
    case = handed("zhkh", "roads", "school")
    rung = sorted(a for a in alarms_of(case, office()) if a.step == "contribution@roads")
    assert [(a.at.astimezone(office().zone).strftime("%H:%M:%S"), a.kind) for a in rung] == [
        ("10:50:00", AlarmKind.REMINDER),
        ("11:21:00", AlarmKind.OVERDUE),
        ("11:35:00", AlarmKind.ESCALATION),
    ]
    reminder, overdue, escalation = rung
    assert notice_for(case, reminder, office(), reminder.at) == (
        Notify(Notice.REMINDER, Audience.DEPARTMENT, "roads", Step.CONTRIBUTION),
    )
    assert notice_for(case, overdue, office(), overdue.at) == (
        Notify(Notice.OVERDUE, Audience.DEPARTMENT, "roads", Step.CONTRIBUTION, due=at("2026-01-12 11:20")),
        Notify(Notice.MISSED, Audience.CURATORS, "roads", Step.CONTRIBUTION, due=at("2026-01-12 11:20")),
        Redraw(),
    )
    assert notice_for(case, escalation, office(), escalation.at) == (
        Notify(Notice.ESCALATION, Audience.OVERSEER, "roads", Step.CONTRIBUTION),
    )
    given = run(case, Contribute(ROADS, 1, SPLIT), start="2026-01-12 10:30")
    assert notice_for(given, overdue, office(), overdue.at) == ()
    assert {a.step for a in alarms_of(given, office())} == {
        "return@zhkh",
        "return@school",
        "contribution@school",
        "contribution_approval@roads",
        "draft",
        "answer",
    }


def test_ku_16_the_curator_is_reminded_of_a_contribution_that_waits_for_him() -> None:
    given = run(handed("zhkh", "roads"), Contribute(ROADS, 1, SPLIT), start="2026-01-12 10:00")
    rung = sorted(a for a in alarms_of(given, office()) if a.step == "contribution_approval@roads")
    assert [notice_for(given, alarm, office(), alarm.at) for alarm in rung] == [
        (Notify(Notice.REMINDER, Audience.CURATORS, "roads", Step.CONTRIBUTION_APPROVAL),),
        (
            Notify(Notice.OVERDUE, Audience.CURATORS, "roads", Step.CONTRIBUTION_APPROVAL, due=at("2026-01-12 10:30")),
            Redraw(),
        ),
        (Notify(Notice.ESCALATION, Audience.SUPERVISOR, "roads", Step.CONTRIBUTION_APPROVAL),),
    ]


def test_of_several_runs_of_a_step_the_leads_is_shown_first() -> None:
    terms = running_terms(handed("zhkh", "roads"), office())
    assert (terms[Step.RETURN].who, terms[Step.CONTRIBUTION].who) == ("zhkh", "roads")


# --- who is charged (DESIGN rule 12) ------------------------------------------------------------------


def test_ku_16_a_late_contribution_is_the_co_executors_and_a_late_draft_the_leads() -> None:
    case = handed("zhkh", "roads")
    assert missed(case, "2026-01-12 14:30") == [
        ("contribution@roads", Holder.CO_EXECUTOR, "roads"),
        ("draft", Holder.EXECUTOR, "zhkh"),
    ]


def test_ku_11_a_draft_already_due_on_receipt_is_charged_to_the_one_before() -> None:
    held = handed("zhkh")
    late = run(held, Forward(CURATOR, 1, ("roads",)), start="2026-01-12 14:30")
    assert missed(late, "2026-01-12 15:00") == [("draft", Holder.EXECUTOR, "zhkh")]
    with_curator = run(held, Return(ZHKH, 1, "не наше"), start="2026-01-12 12:00")
    after = run(with_curator, Forward(CURATOR, 1, ("roads",)), start="2026-01-12 14:10")
    assert ("draft", Holder.CURATOR, None) in missed(after, "2026-01-12 15:00")


def test_ku_16_a_part_handed_back_leaves_the_draft_with_the_lead() -> None:
    case = run(handed("zhkh", "roads"), Return(ROADS, 1, "не наше"), start="2026-01-12 09:40")
    assert missed(case, "2026-01-12 14:30") == [("draft", Holder.EXECUTOR, "zhkh")]


def test_a_return_without_a_name_in_the_history_is_the_whole_cases() -> None:
    history = (
        Happening(Event.DETECTED, at("2026-01-12 09:00")),
        Happening(Event.FORWARDED, at("2026-01-12 09:20"), who="zhkh", lead=True),
        Happening(Event.FORWARDED, at("2026-01-12 09:20"), who="roads", lead=False),
        Happening(Event.RETURNED, at("2026-01-12 09:40")),
    )
    found = runs(history, Facts(several=True), office().regulation, office().clock)
    assert {run_.name for run_ in found if run_.is_open} == {"forward", "draft", "answer"}


# --- one executor after several, several after one ----------------------------------------------------


def test_ku_16_the_only_executor_owes_no_contribution_after_he_had_co_executors() -> None:
    case = run(handed("zhkh", "roads"), Forward(CURATOR, 1, ("zhkh",)), start="2026-01-12 09:40")
    assert due(case) == {"return@zhkh": "12 09:50", "draft": "12 13:00", "answer": "13 10:00"}
    assert missed(case, "2026-01-12 12:50") == []


def test_ku_16_the_lead_owes_no_contribution_for_the_time_he_was_alone() -> None:
    case = run(handed("zhkh"), Forward(CURATOR, 1, ("zhkh", "roads")), start="2026-01-12 12:00")
    assert due(case) == {
        "return@zhkh": "12 09:50",
        "return@roads": "12 12:30",
        "contribution@roads": "12 15:00",
        "draft": "12 13:00",
        "answer": "13 10:00",
    }
    assert missed(case, "2026-01-12 12:59") == []


def test_ku_12_a_draft_of_a_department_that_has_the_case_no_longer_waits_for_nobody() -> None:
    """Its approval is over; the next one owes a draft of his own (KU-11)."""
    case = run(handed("zhkh"), SubmitDraft(ZHKH, 1, TEXT), start="2026-01-12 09:40")
    elsewhere = run(case, Forward(CURATOR, 1, ("roads",)), start="2026-01-12 09:50")
    assert due(elsewhere) == {"return@roads": "12 10:20", "draft": "12 13:00", "answer": "13 10:00"}
    assert missed(elsewhere, "2026-01-12 12:00") == []


def test_ku_14_who_was_not_sent_anything_back_is_not_charged_with_the_rework() -> None:
    case = run(
        handed("zhkh"), SubmitDraft(ZHKH, 1, TEXT), SendBack(CURATOR, 1, 1, "уточните"), start="2026-01-12 09:30"
    )
    case = run(case, Forward(CURATOR, 1, ("roads",)), start="2026-01-12 09:40")
    case = run(case, SubmitDraft(ROADS, 1, TEXT + " Иначе."), start="2026-01-12 12:00")
    assert missed(case, "2026-01-12 12:01") == []
