"""Курский округ: every term by hand. Monday 12 January 2026; work 9-13 and 14-18, Fridays until 16:45."""

from __future__ import annotations

from datetime import datetime

from config.regulations import find, load
from tests.rules.towns import clock, due, found
from workflow.regulation import Event, Importance, Kind, Step
from workflow.terms.deadlines import Facts, Happening, contract_due, deadlines

KU = "kursky"
SEVERAL = Facts(several=True)
DETECTED = "detected 12 09:00"


def test_the_example_of_the_contract() -> None:
    events = [("detected", "2026-01-12T09:00:00+03:00"), ("forwarded", "2026-01-12T09:20:00+03:00")]
    history = [Happening(Event(event), datetime.fromisoformat(moment)) for event, moment in events]
    assert contract_due(deadlines(history, Facts(), load(find(KU)), clock(KU)), clock(KU)) == {
        "forward": "2026-01-12T10:00:00+03:00",
        "return": "2026-01-12T09:50:00+03:00",
        "answer": "2026-01-13T10:00:00+03:00",
        "draft": "2026-01-12T13:00:00+03:00",
    }


def test_ku_8_2_the_message_is_forwarded_within_a_working_hour() -> None:
    assert due(KU, [DETECTED])["forward"] == "12 10:00"
    assert due(KU, ["detected 12 12:30"])["forward"] == "12 14:30"
    assert due(KU, ["detected 16 16:30"])["forward"] == "19 09:45"
    assert due(KU, ["detected 12 09:00:01"])["forward"] == "12 10:00:01"


def test_ku_9_the_right_to_return_lasts_half_an_hour_from_receipt() -> None:
    steps = found(KU, [DETECTED, "forwarded 12 12:45"])
    assert due(KU, [DETECTED, "forwarded 12 12:45"])["return"] == "12 14:15"
    assert (steps[Step.RETURN].kind, steps[Step.RETURN].clause) == (Kind.RIGHT, "9")


def test_ku_9_a_reason_is_required() -> None:
    assert load(find(KU)).return_reason_required is True


def test_ku_10_the_answer_is_due_nine_working_hours_from_detection() -> None:
    assert due(KU, [DETECTED])["answer"] == "13 10:00"
    assert due(KU, ["detected 16 14:00"])["answer"] == "19 16:15"
    assert due(KU, ["detected 12 20:00"])["answer"] == "14 10:00"


def test_ku_11_the_draft_is_due_five_working_hours_before_the_answer() -> None:
    assert due(KU, [DETECTED])["draft"] == "12 13:00"
    assert due(KU, ["detected 12 10:00"])["draft"] == "12 15:00"
    assert due(KU, ["detected 16 14:00"])["draft"] == "19 10:15"


def test_ku_12_approval_takes_half_an_hour_from_each_draft() -> None:
    events = [DETECTED, "forwarded 12 09:20", "drafted 12 12:45"]
    assert due(KU, events)["approval"] == "12 14:15"
    assert due(KU, [*events, "sent_back 12 12:50", "drafted 12 14:10"])["approval"] == "12 14:40"


def test_ku_12_posting_takes_half_an_hour_from_approval() -> None:
    assert due(KU, [DETECTED, "forwarded 12 09:20", "drafted 12 17:00", "approved 12 17:50"])["posting"] == "13 09:20"


def test_ku_12_posting_never_outlives_the_answer_deadline() -> None:
    posting = found(KU, [DETECTED, "drafted 13 09:30", "approved 13 09:45"])[Step.POSTING]
    assert due(KU, [DETECTED, "drafted 13 09:30", "approved 13 09:45"])["posting"] == "13 10:00"
    assert posting.capped_by is Step.ANSWER


def test_ku_12_an_approval_after_the_answer_deadline_is_to_be_posted_at_once() -> None:
    """No due moment precedes the start of its step."""
    assert due(KU, [DETECTED, "drafted 13 11:00", "approved 13 11:20"])["posting"] == "13 11:20"


def test_ku_12_a_final_answer_after_an_interim_has_no_cap() -> None:
    events = [DETECTED, "drafted 12 12:00", "approved 12 12:20", "interim_posted 12 12:30", "drafted 13 09:30"]
    assert due(KU, events)["posting"] == "12 12:50"
    assert due(KU, [*events, "approved 13 09:45"])["posting"] == "13 10:15"
    assert found(KU, [*events, "approved 13 09:45"])[Step.POSTING].capped_by is None


def test_ku_13_sending_back_meets_the_approval() -> None:
    events = [DETECTED, "drafted 12 12:00", "sent_back 12 12:20"]
    assert found(KU, events)[Step.APPROVAL].met_at == found(KU, events)[Step.REWORK].started_at
    assert found(KU, events)[Step.APPROVAL].clause == "12, 13"


def test_ku_14_rework_takes_half_an_hour_then_approval_again() -> None:
    events = [DETECTED, "drafted 12 12:00", "sent_back 12 12:45"]
    assert due(KU, events)["rework"] == "12 14:15"
    again = due(KU, [*events, "drafted 12 14:00", "sent_back 12 14:10"])
    assert (again["approval"], again["rework"]) == ("12 14:30", "12 14:40")


def test_ku_15_the_final_draft_is_due_seven_working_days_after_the_interim_answer_appeared() -> None:
    events = [DETECTED, "drafted 12 12:00", "approved 12 12:20", "interim_posted 12 12:30"]
    assert due(KU, events)["final"] == "21 18:00"
    assert due(KU, ["detected 15 09:00", "interim_posted 16 16:00"])["final"] == "27 18:00"
    assert due(KU, ["detected 20 09:00", "interim_posted 20 16:00"])["final"] == "29 18:00"


def test_ku_15_only_the_first_interim_answer_counts() -> None:
    events = [DETECTED, "interim_posted 12 12:30", "interim_posted 14 12:30"]
    assert due(KU, events)["final"] == "21 18:00"


def test_ku_15_the_final_draft_meets_it_and_another_interim_draft_does_not() -> None:
    events = [DETECTED, "interim_posted 12 12:30", "drafted 14 10:00 interim"]
    assert found(KU, events)[Step.FINAL].met_at is None
    met = found(KU, [*events, "drafted 15 10:00 final"])[Step.FINAL]
    assert clock(KU).local(met.met_at or met.started_at).strftime("%d %H:%M") == "15 10:00"


def test_ku_16_co_executors_have_two_working_hours_and_the_curator_half_an_hour() -> None:
    events = [DETECTED, "forwarded 12 12:00", "contributed 12 14:30"]
    assert due(KU, events, SEVERAL) == {
        "forward": "12 10:00",
        "return": "12 12:30",
        "contribution": "12 15:00",
        "contribution_approval": "12 15:00",
        "draft": "12 13:00",
        "answer": "13 10:00",
    }


def test_ku_16_a_single_executor_has_no_contributions() -> None:
    events = [DETECTED, "forwarded 12 12:00", "contributed 12 14:30"]
    assert due(KU, events) == {"forward": "12 10:00", "return": "12 12:30", "draft": "12 13:00", "answer": "13 10:00"}


def test_ku_terms_do_not_depend_on_importance() -> None:
    events = [DETECTED, "forwarded 12 09:20", "drafted 12 12:00", "sent_back 12 12:10", "approved 12 12:30",
              "interim_posted 12 12:40"]  # fmt: skip
    assert due(KU, events, Facts(importance=Importance.HIGH)) == due(KU, events)


def test_ku_after_a_return_the_curator_forwards_anew_and_the_answer_does_not_move() -> None:
    events = [DETECTED, "forwarded 12 09:20", "returned 12 11:30"]
    assert due(KU, events) == {"forward": "12 12:30", "return": "12 09:50", "draft": "12 13:00", "answer": "13 10:00"}
    assert due(KU, [*events, "forwarded 12 12:00"]) == {
        "forward": "12 12:30",
        "return": "12 12:30",
        "draft": "12 13:00",
        "answer": "13 10:00",
    }


def test_ku_a_posted_interim_meets_the_answer_and_a_request_does_not() -> None:
    asked = found(KU, [DETECTED, "request_posted 12 12:30"])[Step.ANSWER]
    answered = found(KU, [DETECTED, "interim_posted 12 12:30"])[Step.ANSWER]
    assert (asked.is_open, answered.is_open) == (True, False)
    assert answered.met_at == found(KU, [DETECTED, "interim_posted 12 12:30"])[Step.FINAL].started_at


def test_ku_beyond_the_known_calendar_a_term_is_provisional() -> None:
    known = found(KU, ["detected 2027-12-30 09:00", "interim_posted 2027-12-30 10:00"])
    assert {step.value: run.provisional for step, run in known.items()} == {
        "forward": False,
        "draft": False,
        "answer": True,
        "final": True,
    }
