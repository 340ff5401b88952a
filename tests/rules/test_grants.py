"""From when people are charged (`until`), and who: nobody is late in the past, for another's act, or while not let to act.

CLOCK §1; DESIGN rules 12 and 16. Moments are of January 2026 (the 12th is a Monday).
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings

from tests.rules.test_deadlines_charging import facts, histories, towns
from tests.rules.towns import asked, at, clock, due, history, missed, regulation
from workflow.regulation import Event, Holder, Importance, Kind, Source
from workflow.terms.deadlines import Facts, Grant, Happening, missed_at, text_runs
from workflow.terms.grants import runs

KU, MO, IZ, SL = "kursky", "moskalensky", "izobilnensky", "slavgorod"
DETECTED = "detected 12 09:00"
FORWARDED = [DETECTED, "forwarded 12 09:20 who=zhkh"]
SEVERAL = [DETECTED, "forwarded 12 09:20 who=zhkh lead", "forwarded 12 09:20 who=roads co"]
MINUTE = timedelta(minutes=1)


def charges(town: str, events: list[str], now: str, known: Facts | None = None) -> list[tuple[str, str]]:
    """(step, who) of what is missed."""
    return [(step, who or whose) for step, whose, who, _ in missed(town, events, now, known)]


# --- 1: another's command ---------------------------------------------------------------------------------------------


def test_mo_9_importance_raised_after_the_new_term_gives_the_department_half_an_hour() -> None:
    events = [*FORWARDED, "accepted 12 09:30 who=zhkh", "importance_set 12 12:00 high"]
    assert (due(MO, events)["draft"], asked(MO, events)["draft"]) == ("12 11:00", "12 12:30")
    assert charges(MO, events, "12 12:30:59") == []
    assert charges(MO, events, "12 12:31") == [("draft", "zhkh")]
    assert asked(MO, events)["answer"] == "12 13:00"


def test_mo_8_an_answer_whose_new_term_has_passed_leaves_time_for_draft_approval_and_posting() -> None:
    events = [*FORWARDED, "accepted 12 09:30 who=zhkh", "importance_set 12 15:10 high"]
    assert (due(MO, events)["answer"], asked(MO, events)["answer"]) == ("12 13:00", "12 16:40")
    assert charges(MO, events, "12 15:11") == []
    with_curator = [*FORWARDED, "drafted 12 14:50 who=zhkh", "importance_set 12 15:10 high"]
    assert asked(MO, with_curator) == {"approval": "12 15:20", "answer": "12 15:50"}


def test_mo_8_an_answer_moved_to_before_the_draft_it_gives_time_for_leaves_time_for_all_three() -> None:
    events = [*FORWARDED, "accepted 12 09:30 who=zhkh", "importance_set 12 12:40 high"]
    assert asked(MO, events) == {"draft": "12 14:10", "answer": "12 15:10"}
    assert charges(MO, events, "12 14:10:59") == []


def test_mo_8_an_answer_that_the_curator_brings_nearer_is_his_and_not_of_who_drafted_before() -> None:
    events = [*FORWARDED, "drafted 12 12:10 who=zhkh", "importance_set 12 12:34 high"]
    assert asked(MO, events)["answer"] == "12 13:00"
    assert ("answer", "curator") in charges(MO, events, "12 14:01")
    assert [who for _, who in charges(MO, events, "12 14:01") if who != "curator"] == []
    still_theirs = [*FORWARDED, "importance_set 12 10:00 high", "drafted 12 12:50 who=zhkh"]
    assert ("answer", "zhkh") in charges(MO, still_theirs, "12 14:01")


def test_mo_9_the_grace_of_who_is_charged_is_that_of_the_importance_when_the_term_passes() -> None:
    events = [DETECTED, "forwarded 12 10:05 who=zhkh", "importance_set 12 10:20 high"]
    assert asked(MO, events)["draft"] == "12 11:00"
    assert ("draft", "zhkh") in charges(MO, events, "12 11:01")


def test_mo_9_importance_raised_and_lowered_again_leaves_the_term_where_it_was() -> None:
    events = [*FORWARDED, "importance_set 12 12:00 high", "importance_set 12 12:01 normal"]
    assert asked(MO, events)["draft"] == "12 15:00"


def test_iz_6_3_a_source_set_late_gives_the_department_half_an_hour() -> None:
    governor = Facts(source=Source.VK)
    events = [DETECTED, "forwarded 12 09:10 who=zhkh", "source_set 12 11:30 from=telegram-governor"]
    assert (due(IZ, events, governor)["draft"], asked(IZ, events, governor)["draft"]) == ("12 10:40", "12 12:00")
    assert charges(IZ, events, "12 12:00:59", governor) == []


def test_mo_13_a_date_named_for_the_final_answer_leaves_at_least_the_grace() -> None:
    events = [*FORWARDED, "drafted 12 10:00 who=zhkh interim", "approved 12 10:10", "interim_posted 12 10:20"]
    high = Facts(importance=Importance.HIGH)
    named = [*events, "final_named 13 10:00 due=2026-01-13T10:10"]
    assert (due(MO, named, high)["final"], asked(MO, named, high)["final"]) == ("13 10:10", "13 10:30")


def test_a_new_calendar_that_moves_a_term_gives_the_grace_to_the_curator_too() -> None:
    events = [DETECTED, "reckoned 12 10:10 moved=forward"]
    assert asked(KU, events) == {"forward": "12 10:40", "draft": "12 13:00", "answer": "13 10:00"}


# --- 2: set aside and taken up again ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("aside", "back"), [("closed", "reopened"), ("merged", "split")])
def test_ku_10_ku_20_what_was_left_runs_on_after_a_case_is_taken_up_again(aside: str, back: str) -> None:
    events = [*FORWARDED, f"{aside} 12 12:00", f"{back} 13 09:10", "returned 13 09:10"]
    assert due(KU, events) == due(KU, [*FORWARDED]) | {"forward": "13 10:10"}
    assert asked(KU, events) == {"forward": "13 10:10", "draft": "13 10:10", "answer": "13 16:10"}
    assert charges(KU, events, "13 10:10") == []


def test_ku_10_a_case_taken_up_again_minutes_before_a_term_leaves_the_grace() -> None:
    events = [*FORWARDED, "closed 12 12:55", "reopened 12 12:56", "returned 12 12:56"]
    assert asked(KU, events)["draft"] == "12 14:26"


def test_ku_11_what_was_missed_before_the_case_was_set_aside_stays_missed() -> None:
    events = [*FORWARDED, "closed 12 15:00", "reopened 13 09:10", "returned 13 09:10"]
    assert charges(KU, events, "13 09:10") == [("draft", "zhkh")]


def test_mo_6_what_a_command_gave_the_answer_is_left_of_it_after_a_case_is_taken_up_again() -> None:
    """The curator's own term of 12:30 leaves the draft its 15:00, so the answer is asked at 16:00."""
    events = ["detected 12 09:00", "term_set 12 09:31 due=12T12:30"]
    assert asked(MO, events)["answer"] == "12 16:00"
    aside = [*events, "closed 12 15:50", "reopened 12 18:30", "returned 12 18:30"]
    assert asked(MO, aside)["answer"] == "13 10:00"
    assert asked(MO, [*events, "closed 12 13:00", "reopened 13 09:00", "returned 13 09:00"])["answer"] == "13 11:00"


# --- 3: contributions -------------------------------------------------------------------------------------------------


def test_ku_16_contributions_the_curator_has_not_passed_move_the_leads_draft() -> None:
    given = [*SEVERAL, "contributed 12 11:00 who=roads"]
    assert asked(KU, SEVERAL)["draft"] == "12 13:00"
    assert asked(KU, [*given, "contribution_passed 12 12:50 who=roads"])["draft"] == "12 14:20"
    assert ("draft", "zhkh") not in charges(KU, [*given, "contribution_passed 12 14:30 who=roads"], "12 15:00")
    assert ("draft", "zhkh") in charges(KU, [*given, "contribution_passed 12 14:30 who=roads"], "12 15:01")


def test_mo_14_in_turns_everybody_in_time_charges_nobody() -> None:
    """High importance, two in turns, 45 minutes each and 45 for the common draft, while the draft has two hours."""
    high = Facts(importance=Importance.HIGH, several=True, queued=1)
    events = SEVERAL
    assert asked(MO, events, high)["draft"] == "12 11:35"
    last = [*events, "contributed 12 10:05 who=roads", "forwarded 12 10:05 who=school co"]
    done = Facts(importance=Importance.HIGH, several=True)
    assert charges(MO, last, "12 10:50", done) == []
    drafted = [*last, "contributed 12 10:50 who=school", "drafted 12 11:35 who=zhkh"]
    assert charges(MO, drafted, "12 11:35", done) == []


def test_ku_16_a_part_handed_back_ends_the_wait_for_it() -> None:
    events = [*SEVERAL, "returned 12 12:50 who=roads co"]
    assert asked(KU, events)["draft"] == "12 14:20"


def test_ku_16_a_contribution_sent_back_twice_moves_the_lead_once() -> None:
    events = [*SEVERAL, "contributed 12 10:00 who=roads", "contribution_sent_back 12 12:40 who=roads"]
    again = [*events, "contributed 12 12:50 who=roads", "contribution_sent_back 12 14:10 who=roads"]
    assert asked(KU, again)["draft"] == "12 14:40"
    assert asked(KU, [*again, "contributed 12 15:00 who=roads"])["draft"] == "12 14:40"


# --- a department that gets its case back -------------------------------------------------------------------------------

LOST = [*FORWARDED, "drafted 12 10:00 who=zhkh", "forwarded 12 10:30 who=roads"]


def test_ku_11_a_department_that_drafted_in_time_and_gets_its_case_back_owes_no_new_draft() -> None:
    assert asked(KU, LOST)["draft"] == "12 13:00"
    assert asked(KU, [*LOST, "forwarded 12 11:00 who=zhkh"]) == {"return@zhkh": "12 11:30", "answer": "13 10:00"}
    assert charges(KU, [*LOST, "forwarded 12 14:20 who=zhkh"], "12 17:00") == [("draft", "roads")]
    assert charges(KU, [*LOST, "forwarded 12 12:50 who=zhkh"], "12 17:00") == []


@pytest.mark.parametrize("key", [IZ, SL])
def test_iz_6_2_sl_5_a_draft_sent_in_time_is_kept_where_terms_run_from_receipt_too(key: str) -> None:
    back = [*LOST, "forwarded 12 11:00 who=zhkh"]
    assert [one for one in charges(key, back, "16 18:00") if one[0] == "draft"] == []
    again = [*back, "drafted 12 11:30 who=zhkh", "sent_back 12 11:40"]
    assert ("draft", "zhkh") in charges(key, again, "16 18:00"), "sent back it has not met it"
    late = [*LOST[:-2], "drafted 14 10:00 who=zhkh", "forwarded 14 10:30 who=roads", "forwarded 14 11:00 who=zhkh"]
    assert ("draft", "zhkh") in charges(key, late, "16 18:00"), "sent late it is owed again"


def test_ku_11_a_third_department_owes_its_draft_after_the_case_came_back_to_the_first() -> None:
    third = [*LOST, "forwarded 12 11:00 who=zhkh", "forwarded 12 11:20 who=school"]
    assert asked(KU, third)["draft"] == "12 13:00"
    assert charges(KU, third, "12 14:01") == [("draft", "school")]


def test_ku_11_a_draft_that_was_late_or_sent_back_is_owed_again() -> None:
    late = [*FORWARDED, "drafted 12 14:10 who=zhkh", "forwarded 12 14:20 who=roads", "forwarded 12 14:30 who=zhkh"]
    assert asked(KU, late)["draft"] == "12 14:50"
    back = [*FORWARDED, "drafted 12 10:00 who=zhkh", "sent_back 12 10:10", "forwarded 12 10:30 who=roads"]
    assert asked(KU, [*back, "forwarded 12 11:00 who=zhkh"])["draft"] == "12 13:00"


# --- 4: a request, a reply, a draft sent back -------------------------------------------------------------------------


def test_sl_5_after_the_authors_reply_the_whole_term_runs_anew() -> None:
    events = [*FORWARDED, "drafted 12 10:00 who=zhkh request", "approved 12 10:10", "request_posted 12 10:20"]
    assert asked(SL, events) == {}
    assert asked(SL, [*events, "author_replied 14 15:00"]) == {"draft": "15 15:00"}


def test_mo_9_after_the_authors_reply_the_draft_stands_again() -> None:
    events = [*FORWARDED, "drafted 12 10:00 who=zhkh request", "approved 12 10:10", "request_posted 12 10:20"]
    assert asked(MO, [*events, "author_replied 12 11:00"]) == {"draft": "12 15:00", "answer": "13 10:00"}
    late = [*events, "author_replied 13 09:30"]
    assert asked(MO, late) == {"draft": "13 10:30", "answer": "13 11:30"}
    assert charges(MO, late, "13 10:30") == []
    assert charges(MO, late, "13 10:31") == [("draft", "zhkh")]


@pytest.mark.parametrize("town", [IZ, SL])
def test_iz_6_2_sl_5_a_draft_sent_back_has_not_met_its_term(town: str) -> None:
    events = [*FORWARDED, "drafted 12 10:00 who=zhkh final", "sent_back 12 12:10"]
    by_text = {IZ: "12 12:40", SL: "13 09:20"}[town]
    assert asked(town, events) == {"draft": by_text}
    late = [*FORWARDED, "drafted 13 09:19 who=zhkh final", "sent_back 13 10:00"]
    if town == SL:
        assert asked(SL, late) == {"draft": "13 10:30"}
        assert charges(SL, late, "13 10:31") == [("draft", "zhkh")]
    assert asked(town, [*events, "drafted 12 12:20 who=zhkh final"]).get("draft") is None


def test_sl_7_after_an_interim_answer_no_new_draft_is_owed() -> None:
    events = [*FORWARDED, "drafted 12 10:00 who=zhkh interim", "approved 12 10:10", "interim_posted 12 10:20"]
    assert asked(SL, [*events, "forwarded 13 09:00 who=roads"]) == {"final": "21 18:00"}


# --- 5: the time for undoing ------------------------------------------------------------------------------------------


def test_ku_12_an_answer_approved_in_time_and_out_within_the_minute_is_no_violation() -> None:
    events = [*FORWARDED, "drafted 12 11:00 who=zhkh", "approved 12 11:20", "posted 13 10:00:45"]
    late = [row for row in charges(KU, events, "13 10:00:45") if row[0] == "answer"]
    assert late == []


def test_ku_12_a_posting_cut_short_by_the_answer_is_the_answers_violation_alone() -> None:
    events = [*FORWARDED, "drafted 13 09:20 who=zhkh", "approved 13 09:45", "posted 13 10:30"]
    assert charges(KU, events, "13 10:30") == [("draft", "zhkh"), ("answer", "curator")]


# --- 6: shelter -------------------------------------------------------------------------------------------------------


def test_iz_6_2_forward_draft_and_posting_are_sheltered_and_sl_is_not() -> None:
    for events, step in (
        (["detected 12 17:50"], "forward"),
        (["detected 12 09:00", "forwarded 12 17:00 who=zhkh"], "draft"),
        (["detected 12 09:00", "forwarded 12 09:10 who=zhkh", "drafted 12 17:50 who=zhkh"], "posting"),
    ):
        until = {"forward": "13 09:20", "draft": "13 11:00", "posting": "13 09:20"}[step]
        assert asked(IZ, events)[step] == until
        assert asked(IZ, events, Facts(duty_always=True))[step] == due(IZ, events)[step]
    night = ["detected 12 09:00", "forwarded 12 17:00 who=zhkh"]
    assert asked(SL, night) == due(SL, night)


# --- who is charged ---------------------------------------------------------------------------------------------------


def test_ku_11_a_case_received_minutes_before_the_term_is_not_the_receivers() -> None:
    events = [DETECTED, "forwarded 12 12:55 who=zhkh"]
    [draft] = [r for r in runs(history(KU, events), Facts(), regulation(KU), clock(KU)) if r.step == "draft"]
    assert (draft.charged_to, draft.who, draft.got_at) == (Holder.CURATOR, None, at(KU, "12 12:55"))
    assert charges(KU, [DETECTED, "forwarded 12 12:30 who=zhkh"], "12 14:01") == [
        ("forward", "curator"),
        ("draft", "zhkh"),
    ]


def test_ku_11_who_gets_the_case_after_the_draft_was_missed_owes_it_within_the_grace() -> None:
    events = [DETECTED, "forwarded 12 14:30 who=zhkh"]
    assert charges(KU, events, "12 15:00") == [("forward", "curator"), ("draft", "curator")]
    assert charges(KU, events, "12 15:01") == [("forward", "curator"), ("draft", "curator"), ("draft", "zhkh")]


def test_ku_11_a_draft_the_curator_writes_himself_takes_the_case_in_hand() -> None:
    events = [*FORWARDED, "taken 12 12:00"]
    assert charges(KU, events, "12 14:01") == [("draft", "curator")]
    assert charges(KU, [*events, "given_back 12 12:20"], "12 14:01") == [("draft", "zhkh")]
    assert charges(KU, [*events, "given_back 12 12:40"], "12 14:01") == [("draft", "curator")]


def test_ku_10_an_answer_that_ran_out_with_the_department_is_the_departments() -> None:
    assert charges(KU, FORWARDED, "13 10:01")[-1] == ("answer", "zhkh")
    with_curator = [*FORWARDED, "drafted 13 09:50 who=zhkh"]
    assert charges(KU, with_curator, "13 10:01")[-1] == ("answer", "zhkh")  # the curator had it for ten minutes
    longer = [*FORWARDED, "drafted 13 09:30 who=zhkh"]
    assert charges(KU, longer, "13 10:01")[-1] == ("answer", "curator")


def test_sl_7_a_final_answer_that_waited_for_the_curator_is_the_curators() -> None:
    events = [*FORWARDED, "drafted 12 10:00 who=zhkh interim", "approved 12 10:10", "interim_posted 12 10:20"]
    assert charges(SL, [*events, "drafted 13 10:00 who=zhkh final"], "22 09:00") == [("final", "curator")]
    assert charges(SL, events, "22 09:00") == [("final", "zhkh")]


# --- for every history ------------------------------------------------------------------------------------------------


@settings(max_examples=200)
@given(towns, facts, histories)
def test_nobody_is_asked_before_the_text_and_nobody_before_he_had_the_grace(
    town: str, known: Facts, events: list[Happening]
) -> None:
    time, rules = clock(town), regulation(town)
    by_text = {(run.name, run.begun, run.handed): run.due_at for run in text_runs(events, known, rules, time)}
    received = sorted(h.at for h in events if h.event is Event.FORWARDED)
    for run in runs(events, known, rules, time):
        assert run.until >= run.due_at
        assert (run.until == run.due_at) == (run.grant is None)
        assert by_text.get((run.name, run.begun, run.handed), run.due_at) == run.due_at
        assert missed_at(run, time) >= run.until + MINUTE
        is_late = run.ended_at is None or run.ended_at >= missed_at(run, time)
        if run.kind is Kind.DUTY and is_late and run.charged_to is Holder.EXECUTOR and run.step != "contribution":
            assert received
            assert time.working.between(received[0], run.until) >= 30 * MINUTE


def test_what_granted_is_named() -> None:
    events = [*FORWARDED, "accepted 12 09:30 who=zhkh", "importance_set 12 12:00 high"]
    [draft] = [r for r in runs(history(MO, events), Facts(), regulation(MO), clock(MO)) if r.step == "draft"]
    assert (draft.grant, draft.granted_at) == (Grant.MOVED, at(MO, "12 12:00"))


# --- found by the wide walk -------------------------------------------------------------------------------------------


def test_ku_16_a_draft_that_waited_for_a_contribution_resumes_with_all_that_was_left_of_it() -> None:
    events = [DETECTED, "forwarded 12 12:00 who=zhkh lead", "forwarded 12 12:00 who=roads co"]
    assert asked(KU, events)["draft"] == "12 16:00"
    events += ["closed 12 14:30", "reopened 13 10:00", "returned 13 10:00"]
    assert asked(KU, events)["draft"] == "13 11:30"
    assert charges(KU, events, "13 10:00") == [("forward", "curator")]


def test_sl_5_a_department_that_held_the_case_before_a_term_began_never_owed_it() -> None:
    """On a weekend nobody has the grace: the term of the second department falls to the curator who handed it over."""
    events = [DETECTED, "forwarded 15 11:00 who=roads", "drafted 16 10:00 who=roads", "forwarded 17 05:01 who=zhkh"]
    assert charges(SL, events, "18 05:02") == [("draft", "curator")]


IN_TURNS = [*SEVERAL, "turns_set 12 09:20 queued=1"]


@pytest.mark.parametrize(("taken_off", "until"), [("12 12:00", "12 13:00"), ("12 15:20", "12 15:50")])
def test_ku_16_a_co_executor_taken_off_brings_the_draft_no_nearer_than_the_grace(taken_off: str, until: str) -> None:
    assert asked(KU, IN_TURNS)["draft"] == "12 15:50"
    events = [*IN_TURNS, f"turns_set {taken_off} queued=0"]
    assert asked(KU, events)["draft"] == until
    assert ("draft", "zhkh") not in charges(KU, events, taken_off)


def test_mo_14_a_case_handed_to_one_alone_brings_the_draft_no_nearer_than_the_grace() -> None:
    events = [*IN_TURNS, "importance_set 12 10:00 high", "forwarded 12 10:45 who=roads", "turns_set 12 10:45 queued=0"]
    assert (due(MO, events)["draft"], asked(MO, events)["draft"]) == ("12 11:00", "12 11:15")


@pytest.mark.parametrize("later", ["drafted 12 14:30 interim who=zhkh", "turns_set 12 12:00 queued=0"])
def test_mo_14_time_given_to_the_answer_is_not_taken_back_by_what_happens_to_the_draft(later: str) -> None:
    events = [*IN_TURNS, "importance_set 12 11:00 high"]
    assert (due(MO, events)["answer"], asked(MO, events)["answer"]) == ("12 13:00", "12 15:00")
    assert asked(MO, [*events, later])["answer"] == "12 15:00"


@pytest.mark.parametrize(("approved", "owed"), [([], "approval"), (["approved 12 09:50"], "posting")])
def test_an_answer_held_back_because_its_author_deleted_his_message_makes_nobody_late(
    approved: list[str], owed: str
) -> None:
    """An approval that the deletion takes back, and a posting whose term passed on its way to the network."""
    events = [*FORWARDED, "drafted 12 09:40 who=zhkh", *approved]
    town = KU if owed == "approval" else IZ
    passed = asked(town, events)[owed]
    assert passed < "12 10:40"
    assert asked(town, [*events, "held_back 12 10:40"])[owed] == "12 11:10"
    assert (owed, "curator") not in charges(town, [*events, "held_back 12 10:40"], "12 10:40")


def test_ku_11_the_grace_of_a_department_that_got_the_case_late_resumes_with_it() -> None:
    events = [DETECTED, "forwarded 12 15:00 who=zhkh", "merged 12 15:10", "split 13 11:00", "returned 13 11:00"]
    assert asked(KU, events[:2])["draft"] == "12 15:30"
    assert asked(KU, events)["draft"] == "13 11:30"
    assert [who for step, who in charges(KU, events, "13 11:00") if step == "draft"] == ["curator"]


def test_ku_16_a_missed_draft_stays_where_it_was_when_the_case_is_taken_back() -> None:
    events = [DETECTED, "forwarded 12 10:01 who=zhkh lead", "forwarded 12 10:01 who=roads co"]
    events += ["forwarded 12 14:01 who=roads", "returned 12 14:32"]
    assert asked(KU, events[:4])["draft"] == asked(KU, events)["draft"] == "12 14:01"
    assert [step for step, _ in charges(KU, events, "12 14:32")].count("draft") == 1


def test_ku_11_each_department_that_gets_a_missed_draft_owes_it_within_its_own_grace() -> None:
    events = [DETECTED, "forwarded 12 15:00 who=zhkh", "forwarded 12 15:10 who=roads"]
    every = runs(history(KU, events), Facts(), regulation(KU), clock(KU))
    found = [(run.until, run.ended_at, run.who) for run in every if run.step == "draft"]
    second, third, missed_one = (at(KU, f"12 {hour}") for hour in ("15:10", "15:40", "13:00"))
    assert found == [(missed_one, None, None), (at(KU, "12 15:30"), second, "zhkh"), (third, None, "roads")]
