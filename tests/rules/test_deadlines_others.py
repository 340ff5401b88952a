"""Москаленский, Изобильненский, Славгород, Приморско-Ахтарский: every term by hand. Monday is 12 January 2026."""

from __future__ import annotations

import pytest

from config.regulations import find, load
from tests.rules.towns import at, due, found, missed
from workflow.regulation import Event, Importance, Source, Step
from workflow.terms.deadlines import Facts

MO, IZ, SL, PA = "moskalensky", "izobilnensky", "slavgorod", "primorsko-akhtarsky"
HIGH = Facts(importance=Importance.HIGH)
GOVERNOR = Facts(source=Source.TELEGRAM_GOVERNOR)
DETECTED = "detected 12 09:00"


# --- Москаленский район, рабочее время ----------------------------------------------------------------------------


def test_mo_6_4_the_message_is_forwarded_within_half_an_hour_of_access() -> None:
    assert due(MO, [DETECTED])["forward"] == "12 09:30"
    assert due(MO, ["detected 12 12:45"])["forward"] == "12 14:15"


def test_mo_7_the_right_to_return_lasts_half_an_hour_from_receipt() -> None:
    assert due(MO, [DETECTED, "forwarded 12 09:20"])["return"] == "12 09:50"


def test_mo_8_the_answer_is_due_in_nine_hours_of_high_importance_in_four() -> None:
    assert due(MO, [DETECTED])["answer"] == "13 10:00"
    assert due(MO, [DETECTED], HIGH)["answer"] == "12 13:00"
    clauses = [found(MO, [DETECTED], facts)[Step.ANSWER].clause for facts in (Facts(), HIGH)]
    assert clauses == ["8, абзац первый", "8, абзац второй"]


def test_mo_9_the_draft_is_due_four_hours_before_the_answer_of_high_importance_two() -> None:
    assert due(MO, [DETECTED])["draft"] == "12 15:00"
    assert due(MO, [DETECTED], HIGH)["draft"] == "12 11:00"


def test_sl_6_a_request_for_clarification_meets_the_draft() -> None:
    """«Проект ответа, промежуточного ответа или уточнения (запрос)»: one word for the three."""
    events = [DETECTED, "forwarded 12 09:20", "drafted 12 10:00 request"]
    assert found(SL, events)[Step.DRAFT].met_at == at(SL, "12 10:00")
    assert missed(SL, events, "14 09:00") == []


def test_mo_9_a_request_for_clarification_meets_the_draft() -> None:
    assert found(MO, [DETECTED, "drafted 12 10:00 request"])[Step.DRAFT].is_open is False


def test_mo_10_approval_takes_half_an_hour_from_each_draft() -> None:
    events = [DETECTED, "drafted 12 10:00", "sent_back 12 10:10", "drafted 12 11:00"]
    assert due(MO, events)["approval"] == "12 11:30"


def test_mo_11_rework_takes_an_hour_of_high_importance_half() -> None:
    events = [DETECTED, "drafted 12 10:00", "sent_back 12 12:30"]
    assert due(MO, events)["rework"] == "12 14:30"
    assert due(MO, events, HIGH)["rework"] == "12 13:00"


def test_mo_12_posting_takes_half_an_hour_and_is_not_capped_by_the_answer() -> None:
    assert due(MO, [DETECTED, "drafted 13 09:30", "approved 13 09:50"])["posting"] == "13 10:20"


def test_mo_13_the_final_draft_is_due_seven_working_days_after_the_interim() -> None:
    events = [DETECTED, "interim_posted 12 12:30"]
    assert due(MO, events)["final"] == "21 18:00"
    assert found(MO, [*events, "drafted 14 10:00 final"])[Step.FINAL].is_open is False


def test_mo_13_of_high_importance_the_curator_names_the_date() -> None:
    events = [DETECTED, "interim_posted 12 12:30"]
    assert "final" not in due(MO, events, HIGH)
    named = Facts(importance=Importance.HIGH, named_final_due=at(MO, "14 12:00"))
    assert due(MO, events, named)["final"] == "14 12:00"
    assert due(MO, [*events, "final_named 12 13:00 due=15T10:00"], HIGH)["final"] == "15 10:00"


def test_mo_14_contributions_and_the_common_draft() -> None:
    events = [DETECTED, "forwarded 12 09:20", "contributed 12 11:30"]
    several, urgent = Facts(several=True), Facts(importance=Importance.HIGH, several=True)
    assert due(MO, events, several) == {
        "forward": "12 09:30",
        "return": "12 09:50",
        "contribution": "12 11:20",
        "joint_draft": "12 14:30",
        "draft": "12 15:00",
        "answer": "13 10:00",
    }
    assert (due(MO, events, urgent)["contribution"], due(MO, events, urgent)["joint_draft"]) == ("12 10:05", "12 12:15")
    assert "contribution" not in due(MO, events)
    assert "joint_draft" not in due(MO, events)


def test_mo_14_the_common_draft_waits_for_the_last_of_the_co_executors() -> None:
    several = Facts(several=True)
    events = [
        DETECTED,
        "forwarded 12 09:10 who=zhkh lead",
        "forwarded 12 09:10 who=roads co",
        "forwarded 12 09:10 who=school co",
        "contributed 12 09:40 who=roads",
    ]
    assert "joint_draft" not in due(MO, events, several)
    assert due(MO, [*events, "contributed 12 10:00 who=school"], several)["joint_draft"] == "12 12:00"
    assert (
        due(MO, [*events, "returned 12 10:00 who=school", "contributed 12 10:20 who=roads"], several)["joint_draft"]
        == "12 12:20"
    )


@pytest.mark.parametrize(
    ("named", "answer"),
    [
        ("12 15:00", "12 15:00"),
        ("13 09:30", "13 09:30"),
        ("14 12:00", "13 10:00"),  # later than the text allows: the text's nine hours
        ("12 09:00", "12 09:00"),
        ("09 09:00", "12 09:00"),  # never before the start of the step
    ],
)
def test_mo_6_3_the_curators_own_term(named: str, answer: str) -> None:
    for steps in (
        due(MO, [DETECTED], Facts(own_answer_due=at(MO, named))),
        due(MO, [DETECTED, f"term_set 12 09:05 due={named.replace(' ', 'T')}"]),
    ):
        assert (steps["answer"], steps["draft"]) == (answer, "12 15:00")


def test_mo_6_3_is_nobody_elses() -> None:
    moved = []
    for town in ("moskalensky", "kursky", "slavgorod", "izobilnensky"):
        own = Facts(own_answer_due=at(town, "12 15:00"))
        moved += [town] if due(town, [DETECTED], own) != due(town, [DETECTED]) else []
    assert moved == ["moskalensky"]


def test_mo_importance_raised_later_leaves_alone_what_was_over() -> None:
    events = [DETECTED, "drafted 12 10:00", "sent_back 12 10:10", "drafted 12 11:00", "importance_set 12 11:10 high"]
    assert due(MO, events) == {
        "forward": "12 09:30",
        "draft": "12 15:00",
        "approval": "12 11:30",
        "rework": "12 11:10",
        "answer": "12 13:00",
    }


# --- Изобильненский округ, круглые сутки ------------------------------------------------------------------------------


def test_iz_6_2_forward_draft_and_posting() -> None:
    events = ["detected 17 02:10", "forwarded 17 02:30", "drafted 17 05:00"]
    assert due(IZ, events) == {"forward": "17 02:40", "draft": "17 05:30", "posting": "17 05:30"}


def test_iz_6_3_the_governors_telegram_has_terms_of_its_own() -> None:
    events = ["detected 17 02:10", "forwarded 17 02:30", "drafted 17 03:00"]
    assert due(IZ, events, GOVERNOR) == {"forward": "17 03:10", "draft": "17 04:00", "posting": "17 03:30"}
    assert {run.clause for run in found(IZ, events, GOVERNOR).values()} == {"6.3"}
    assert {run.clause for run in found(IZ, events).values()} == {"6.2"}


@pytest.mark.parametrize("source", sorted(set(Source) - {Source.TELEGRAM_GOVERNOR}))
def test_iz_6_2_is_for_every_other_source(source: Source) -> None:
    events = ["detected 17 02:10", "forwarded 17 02:30", "drafted 17 03:00"]
    assert due(IZ, events, Facts(source=source, importance=Importance.HIGH)) == due(IZ, events)


def test_iz_6_2_a_new_executor_has_his_own_three_hours() -> None:
    events = [DETECTED, "forwarded 12 09:20", "returned 12 10:00"]
    assert due(IZ, events) == {"forward": "12 10:30", "draft": "12 12:20"}
    assert found(IZ, events)[Step.DRAFT].is_open is False
    assert due(IZ, [*events, "forwarded 12 10:20"]) == {"forward": "12 10:30", "draft": "12 13:20"}


def test_iz_6_2_a_corrected_draft_starts_the_posting_anew() -> None:
    events = [DETECTED, "forwarded 12 09:20", "drafted 12 10:00", "sent_back 12 10:10"]
    assert found(IZ, events)[Step.POSTING].is_open is False
    assert due(IZ, [*events, "drafted 12 11:00"])["posting"] == "12 11:30"


def test_iz_knows_no_other_steps() -> None:
    events = [DETECTED, "forwarded 12 09:20", "contributed 12 09:40", "drafted 12 10:00", "sent_back 12 10:10",
              "approved 12 10:40", "interim_posted 12 11:00"]  # fmt: skip
    assert due(IZ, events, Facts(several=True)) == {"forward": "12 09:30", "draft": "12 12:20", "posting": "12 10:30"}


# --- Славгород, круглые сутки, кроме рабочих дней ---------------------------------------------------------------------


def test_sl_5_the_draft_is_due_a_day_after_receipt() -> None:
    assert due(SL, ["detected 16 16:00", "forwarded 16 17:00"]) == {"draft": "17 17:00"}
    assert due(SL, [DETECTED]) == {}


def test_sl_7_the_final_answer_is_due_seven_working_days_after_the_interim_and_is_met_by_posting() -> None:
    events = ["detected 16 16:00", "interim_posted 17 12:00"]
    assert due(SL, events) == {"final": "27 18:00"}
    assert found(SL, [*events, "drafted 20 12:00"])[Step.FINAL].is_open is True
    assert found(SL, [*events, "drafted 20 12:00", "posted 20 13:00"])[Step.FINAL].met_at == at(SL, "20 13:00")


def test_sl_provisional_depends_on_the_working_calendar_only_for_working_days() -> None:
    events = ["detected 2027-12-31 12:00", "forwarded 2027-12-31 12:00", "interim_posted 2027-12-31 13:00"]
    assert {step.value: run.provisional for step, run in found(SL, events).items()} == {"draft": False, "final": True}


# --- Приморско-Ахтарский район ----------------------------------------------------------------------------------------


def test_pa_2_5_gives_no_case_terms() -> None:
    everything = [f"{event.value} 12 09:{minute:02}" for minute, event in enumerate(Event)]
    assert due(PA, everything, Facts(several=True)) == {}
    assert load(find(PA)).steps == ()


@pytest.mark.parametrize("key", ["izobilnensky", "slavgorod", "moskalensky", "kursky"])
def test_what_is_entered_by_hand_has_the_terms_of_a_web_page(key: str) -> None:
    rules = load(find(key))
    for rule in rules.steps:
        for importance in Importance:
            assert rule.within_for(importance, Source.BY_HAND) == rule.within_for(importance, Source.WEB)
