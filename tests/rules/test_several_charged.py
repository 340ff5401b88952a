"""Several executors: who is told of their terms, and who is charged with what was missed (DESIGN rule 12)."""

from __future__ import annotations

import pytest

from tests.rules.offices import CURATOR, ROADS, ZHKH, at, carried_out, office
from tests.rules.test_life_of_a_case import TEXT, run
from tests.rules.test_several_executors import SPLIT, due, handed, missed
from workflow.case import Case
from workflow.commands import (
    AnyCommand,
    Contribute,
    Forward,
    NotProcess,
    PassContribution,
    Recall,
    Reopen,
    Return,
    SendBack,
    SendBackContribution,
    SubmitDraft,
)
from workflow.effects import Audience, Notice, Notify, Redraw
from workflow.outcomes import Accepted
from workflow.regulation import Event, Holder, Step
from workflow.terms.alarms import AlarmKind, alarms_of, notice_for, running, running_terms
from workflow.terms.deadlines import Facts, Happening
from workflow.terms.grants import runs
from workflow.terms.register import settle

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


# --- while the curator has what the lead waits for -------------------------------------------------------------------------


def carried_on(case: Case, *given: tuple[str, AnyCommand]) -> Case:
    """As the desk carries them out: the register takes first what was missed."""
    for moment, command in given:
        decision = carried_out(case, command, office(), at(f"2026-01-{moment}"))
        assert isinstance(decision, Accepted), (moment, decision)
        case = decision.after
    return case


def charged_by(case: Case, moment: str) -> list[tuple[Step, str, str]]:
    zone = office().zone
    rows = settle(case, office(), at(f"2026-01-{moment}")).missed
    return [(row.step, row.who, row.until.astimezone(zone).strftime("%d %H:%M")) for row in rows]


GIVEN = ("12 10:00", Contribute(ROADS, 1, SPLIT))
SLOW = (Step.CONTRIBUTION_APPROVAL, "curator", "12 10:30")
PASSED = ("12 16:00", PassContribution(CURATOR, 1, "roads"))


def test_ku_16_while_the_curator_keeps_a_contribution_the_lead_is_not_charged() -> None:
    """The lead may not send the common draft yet, so what is missed meanwhile is charged to whoever holds the contribution."""
    kept = carried_on(handed("zhkh", "roads"), GIVEN)
    assert charged_by(kept, "12 17:59") == [SLOW]
    assert charged_by(kept, "13 10:01") == [SLOW, (Step.ANSWER, "curator", "13 10:00")]
    late = settle(kept, office(), at("2026-01-12 14:30"))
    assert [run.name for run in running(late, office()).values()] == [
        "return@zhkh",
        "contribution_approval@roads",
        "answer",
    ]


def test_ku_16_passed_on_late_it_leaves_the_lead_the_term_of_a_rework() -> None:
    passed = carried_on(handed("zhkh", "roads"), GIVEN, PASSED)
    assert charged_by(passed, "12 16:30") == [SLOW]
    assert charged_by(passed, "12 16:31") == [SLOW, (Step.DRAFT, "zhkh", "12 16:30")]
    assert charged_by(carried_on(passed, ("12 16:30", SubmitDraft(ZHKH, 1, TEXT))), "12 16:59") == [SLOW]


@pytest.mark.parametrize(
    ("command", "who", "until"),
    [
        (SendBackContribution(CURATOR, 1, "roads", "не хватает срока"), "zhkh", "12 17:30"),
        (Forward(CURATOR, 1, ("zhkh",)), "zhkh", "12 16:30"),
        (Forward(CURATOR, 1, ("school",)), "school", "12 16:30"),
        (Recall(CURATOR, 1), "curator", "12 16:30"),
        (Return(ZHKH, 1, "не наше"), "curator", "12 16:30"),
    ],
)
def test_ku_16_whatever_ends_the_wait_charges_nobody_for_the_time_before(
    command: AnyCommand, who: str, until: str
) -> None:
    kept = carried_on(handed("zhkh", "roads"), GIVEN, ("12 16:00", command))
    drafts = [row for row in charged_by(kept, "12 18:00") if row[0] is Step.DRAFT]
    assert drafts == [(Step.DRAFT, who, until)]


def test_ku_16_a_case_set_aside_meanwhile_comes_back_with_the_grace() -> None:
    ended = carried_on(handed("zhkh", "roads"), GIVEN, ("12 16:00", NotProcess(CURATOR, 1, "obscene")))
    back = carried_on(ended, ("13 09:00", Reopen(CURATOR, 1)))
    assert charged_by(back, "13 09:30") == [SLOW]


def test_ku_16_who_goes_ahead_without_it_has_met_his_term_and_a_rework_waits_for_nobody() -> None:
    early = ("12 12:00", SubmitDraft(ZHKH, 1, TEXT, early="сведения дороги ничего не меняют"))
    ahead = carried_on(handed("zhkh", "roads"), GIVEN, early, ("12 12:10", SendBack(CURATOR, 1, 1, "уточните срок")))
    assert charged_by(ahead, "12 12:41") == [SLOW, (Step.REWORK, "zhkh", "12 12:40")]
