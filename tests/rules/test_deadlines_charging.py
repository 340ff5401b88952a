"""Who is charged with a missed term and by how much, and what must hold for every history."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.rules.towns import ZONES, at, clock, found, history, missed, regulation, violations
from workflow.regulation import ClockKind, Event, Holder, Importance, Kind, Source, Step, Term, Unit
from workflow.terms.deadlines import Facts, Happening, deadlines
from workflow.terms.explain import explanations
from workflow.terms.grants import runs

KU, MO, IZ = "kursky", "moskalensky", "izobilnensky"
DETECTED = "detected 12 09:00"
MINUTE = timedelta(minutes=1)


def test_a_deadline_met_a_full_minute_late_is_a_violation() -> None:
    on_time = [DETECTED, "forwarded 12 10:00:59", "drafted 12 14:00:59"]  # 13:00 to 14:00 is lunch
    late = [DETECTED, "forwarded 12 10:01:00", "drafted 12 14:01:00"]
    assert missed(KU, on_time, "12 14:00:59") == []
    assert missed(KU, late, "12 14:01:00") == [
        ("forward", "curator", None, MINUTE),
        ("draft", "executor", None, MINUTE),
    ]


def test_ku_15_a_term_in_working_days_is_missed_by_the_wall_clock() -> None:
    events = [DETECTED, "forwarded 12 09:20 who=zhkh", "drafted 12 10:00 who=zhkh interim"]
    events += ["approved 12 10:10", "interim_posted 12 10:20"]
    assert missed(KU, [*events, "drafted 21 18:00:59 who=zhkh final"], "21 18:00:59") == []
    assert missed(KU, [*events, "drafted 22 09:00:30 who=zhkh final"], "22 09:00:30") == [
        ("final", "executor", "zhkh", timedelta(seconds=30))
    ]


def test_lateness_is_shown_in_the_steps_own_clock() -> None:
    events = [DETECTED, "forwarded 12 09:20 who=zhkh", "drafted 13 09:30 who=zhkh"]
    assert missed(KU, events, "13 09:30") == [("draft", "executor", "zhkh", timedelta(hours=4, minutes=30))]
    assert missed(IZ, events, "13 09:30") == [("draft", "executor", "zhkh", timedelta(hours=21, minutes=10))]


def test_an_open_step_is_missed_as_soon_as_it_is_over() -> None:
    assert missed(KU, [DETECTED], "12 10:00") == []
    assert missed(KU, [DETECTED], "12 10:30") == [("forward", "curator", None, 30 * MINUTE)]


def test_a_begun_minute_counts_whole() -> None:
    every = runs(history(KU, [DETECTED, "forwarded 12 10:12:01"]), Facts(), regulation(KU), clock(KU))
    assert [v.late_minutes for v in violations(every, at(KU, "12 10:13"), clock(KU))] == [13]


def test_not_returning_is_no_violation() -> None:
    events = [DETECTED, "forwarded 12 09:20", "returned 12 12:00"]
    assert found(KU, events)[Step.RETURN].kind is Kind.RIGHT
    assert missed(KU, events, "12 12:30") == []


def test_a_draft_due_before_its_executor_received_the_case_is_charged_to_the_curator() -> None:
    events = [DETECTED, "forwarded 12 14:30 who=zhkh", "drafted 12 15:00 who=zhkh"]
    assert missed(KU, events, "12 15:00") == [
        ("forward", "curator", None, timedelta(hours=3, minutes=30)),
        ("draft", "curator", None, timedelta(hours=1)),
    ]
    assert found(KU, events)[Step.DRAFT].holder is Holder.EXECUTOR


def test_a_draft_that_ran_out_with_the_former_executor_is_charged_to_him() -> None:
    events = [DETECTED, "forwarded 12 09:20 who=roads", "returned 12 14:10 who=roads", "forwarded 12 14:20 who=zhkh"]
    assert missed(KU, events, "12 14:30") == [("draft", "executor", "roads", 30 * MINUTE)]


@pytest.mark.parametrize(("returned", "whose"), [("12:30", ("curator", None)), ("12:31", ("executor", "roads"))])
def test_a_draft_that_ran_out_between_two_executors_is_the_curators_if_he_had_time(
    returned: str, whose: tuple[str, str | None]
) -> None:
    events = [DETECTED, "forwarded 12 09:20 who=roads", f"returned 12 {returned} who=roads"]
    assert missed(KU, [*events, "forwarded 12 14:20 who=zhkh"], "12 14:30")[-1] == ("draft", *whose, 30 * MINUTE)


def test_a_case_received_at_the_very_moment_its_draft_is_due_is_charged_to_the_curator() -> None:
    events = [DETECTED, "forwarded 12 13:00 who=zhkh", "drafted 12 14:30 who=zhkh"]
    assert missed(KU, events, "12 14:30")[1:] == [("draft", "curator", None, 30 * MINUTE)]


def drafts(town: str, events: list[str], step: Step = Step.DRAFT) -> list[tuple[str | None, datetime, bool]]:
    """Each run of the step: whose, until when, whether it is open."""
    every = runs(history(town, events), Facts(), regulation(town), clock(town))
    return [(run.who, run.due_at, run.is_open) for run in every if run.step is step]


@pytest.mark.parametrize(("town", "until"), [(KU, "12 13:00"), (MO, "12 15:00")])
def test_ku_11_mo_9_who_has_the_case_after_a_draft_owes_his_own_to_the_same_moment(town: str, until: str) -> None:
    """A draft given in time stays its author's, who owes no other if he gets the case back; the term does not move."""
    events = [DETECTED, "forwarded 12 09:20 who=roads", "drafted 12 10:00 who=roads", "forwarded 12 10:30 who=zhkh"]
    assert drafts(town, events[:1]) == [(None, at(town, until), True)]
    assert drafts(town, events) == [("roads", at(town, until), False), ("zhkh", at(town, until), True)]
    late = [*events, "drafted 12 16:00 who=zhkh"]
    by = clock(town).working.between(at(town, until), at(town, "12 16:00"))
    assert missed(town, late, "12 16:00") == [("draft", "executor", "zhkh", by)]
    thrice = [*events, "drafted 12 10:40 who=zhkh", "returned 12 10:50", "forwarded 12 11:00 who=roads"]
    assert [who for who, _, is_open in drafts(town, thrice) if is_open] == []
    assert [who for who, _, is_open in drafts(town, [*thrice, "forwarded 12 11:10 who=school"]) if is_open] == [
        "school"
    ]


def test_ku_11_a_draft_due_before_the_next_executor_received_the_case_is_not_his() -> None:
    events = [DETECTED, "forwarded 12 09:20 who=roads", "drafted 12 12:50 who=roads", "forwarded 12 14:30 who=zhkh"]
    assert drafts(KU, events) == [("roads", at(KU, "12 13:00"), False), ("zhkh", at(KU, "12 13:00"), True)]
    assert [row for row in missed(KU, events, "12 15:00") if row[0] == "draft"] == []
    assert [row for row in missed(KU, events, "12 15:01") if row[0] == "draft"] == [
        ("draft", "executor", "zhkh", MINUTE)
    ]


def test_ku_11_a_late_draft_stays_its_authors_violation_when_the_case_goes_on() -> None:
    events = [DETECTED, "forwarded 12 09:20 who=roads", "drafted 12 14:30 who=roads", "forwarded 12 15:00 who=zhkh"]
    assert [row for row in missed(KU, [*events, "drafted 12 16:00 who=zhkh"], "12 16:00") if row[0] == "draft"] == [
        ("draft", "executor", "roads", 30 * MINUTE),
        ("draft", "executor", "zhkh", 30 * MINUTE),  # received at 15:00, with half an hour's grace
    ]


def test_ku_15_mo_13_the_final_draft_is_owed_anew_too_and_after_an_interim_no_other() -> None:
    events = [DETECTED, "forwarded 12 09:20 who=roads", "drafted 12 10:00 who=roads interim", "approved 12 10:10"]
    events += ["interim_posted 12 10:20", "forwarded 13 09:00 who=zhkh"]
    assert drafts(KU, events) == [("roads", at(KU, "12 13:00"), False)]
    events += ["drafted 14 10:00 who=zhkh final", "forwarded 14 11:00 who=roads"]
    for town in (KU, MO):
        (first, again) = drafts(town, events, Step.FINAL)
        assert (first[0], again[0], first[1] == again[1], first[2], again[2]) == ("zhkh", "roads", True, False, True)


def test_iz_6_2_sl_5_a_draft_that_runs_from_the_receipt_runs_anew_from_each() -> None:
    events = [DETECTED, "forwarded 12 09:20 who=roads", "drafted 12 10:00 who=roads", "forwarded 12 10:30 who=zhkh"]
    assert drafts(IZ, events) == [("roads", at(IZ, "12 12:20"), False), ("zhkh", at(IZ, "12 13:30"), True)]
    assert drafts("slavgorod", events)[-1] == ("zhkh", at("slavgorod", "13 10:30"), True)


def test_an_interim_answer_without_a_draft_ends_the_wait_for_one() -> None:
    assert found(KU, [DETECTED, "interim_posted 12 11:00"])[Step.DRAFT].is_open is False
    assert missed(KU, [DETECTED, "forwarded 12 09:10", "interim_posted 12 11:00"], "13 10:00") == []


def test_a_co_executor_owes_no_draft_of_his_own() -> None:
    events = [DETECTED, "forwarded 12 09:10 who=zhkh lead", "forwarded 12 11:00 who=roads co"]
    assert drafts(IZ, events) == [("zhkh", at(IZ, "12 12:10"), True)]


def test_a_cap_may_hold_after_an_interim_too() -> None:
    events = [DETECTED, "interim_posted 12 12:30", "drafted 13 09:30", "approved 13 09:45"]
    posting = regulation(KU).rule(Step.POSTING)
    assert posting is not None
    rules = tuple(replace(r, cap_after_interim=True) if r is posting else r for r in regulation(KU).steps)
    stricter = deadlines(history(KU, events), Facts(), replace(regulation(KU), steps=rules), clock(KU))
    assert (stricter[Step.POSTING].due_at, found(KU, events)[Step.POSTING].due_at) == (
        at(KU, "13 10:00"),
        at(KU, "13 10:15"),
    )


def test_ku_12_a_message_detected_anew_moves_the_answer_and_the_cap_of_the_posting_with_it() -> None:
    events = [DETECTED, "drafted 13 09:30", "approved 13 09:45"]
    assert found(KU, events)[Step.POSTING].due_at == at(KU, "13 10:00")
    anew = found(KU, [*events, "detected 13 09:50"])
    assert (anew[Step.POSTING].due_at, anew[Step.POSTING].capped_by) == (at(KU, "13 10:15"), None)
    assert anew[Step.ANSWER].due_at == at(KU, "14 10:50")


def test_ku_12_an_answer_overdue_by_the_first_detection_caps_nothing_after_the_second() -> None:
    events = [DETECTED, "drafted 13 11:30", "approved 13 11:45", "detected 13 11:50"]
    assert found(KU, events[:3])[Step.POSTING].due_at == at(KU, "13 11:45")
    assert found(KU, events)[Step.POSTING].due_at == at(KU, "13 12:15")


NIGHT = ["detected 13 09:00", "forwarded 12 23:20 who=zhkh"]
"""Found and forwarded at night: the curator's duty begins after what he has done (DESIGN rule 11)."""


ALWAYS = Facts(duty_always=True)


def test_iz_d2_a_draft_late_at_night_is_its_departments_though_the_curators_duty_had_not_begun() -> None:
    events = [*NIGHT, "drafted 13 03:00 who=zhkh"]
    assert missed(IZ, events, "13 03:00", ALWAYS) == [("draft", "executor", "zhkh", timedelta(minutes=40))]
    assert missed(IZ, NIGHT, "13 08:00", ALWAYS) == [("draft", "executor", "zhkh", timedelta(hours=5, minutes=40))]


def test_iz_6_2_the_same_minutes_of_duty_hours_shelter_a_night() -> None:
    """«shelter: duty»: due at 2:20 by the text, asked for at noon of the working day."""
    assert missed(IZ, NIGHT, "13 12:00:59") == []
    assert missed(IZ, NIGHT, "13 12:01") == [("draft", "executor", "zhkh", MINUTE)]


def test_iz_d2_a_night_draft_is_nobodys_but_the_curators_once_the_case_was_handed_back() -> None:
    events = [*NIGHT, "returned 13 01:00 who=zhkh", "forwarded 13 01:10 who=roads", "drafted 13 05:00 who=roads"]
    assert missed(IZ, events, "13 05:00", ALWAYS) == [("draft", "executor", "roads", timedelta(minutes=50))]


def test_iz_6_2_a_message_set_aside_at_night_was_not_kept_from_being_forwarded_until_it_was_reopened() -> None:
    events = ["detected 13 09:00", "closed 12 23:10", "reopened 13 12:00", "returned 13 12:00"]
    assert missed(IZ, events, "13 12:10") == []


def test_iz_6_2_after_a_return_at_night_the_term_for_forwarding_is_the_new_one() -> None:
    events = [*NIGHT, "returned 12 23:40 who=zhkh"]
    shown = explanations(history(IZ, events), Facts(), regulation(IZ), clock(IZ))
    forwarding = [one.deadline.due_at for one in shown if one.deadline.step is Step.FORWARD]
    assert forwarding == [at(IZ, "13 09:30"), at(IZ, "13 00:10")]
    assert found(IZ, events)[Step.FORWARD].due_at == at(IZ, "13 00:10")


def test_a_missed_approval_stays_missed_when_the_next_one_is_in_time() -> None:
    events = [
        DETECTED,
        "forwarded 12 09:10",
        "drafted 12 09:30",
        "sent_back 12 10:12",
        "drafted 12 10:20",
        "approved 12 10:30",
    ]
    assert missed(KU, events, "12 10:30") == [("approval", "curator", None, 12 * MINUTE)]


def test_a_new_draft_before_the_decision_does_not_wipe_out_a_late_approval() -> None:
    events = [DETECTED, "forwarded 12 09:10", "drafted 12 09:30", "drafted 12 10:10", "approved 12 10:20"]
    assert missed(KU, events, "12 10:20") == [("approval", "curator", None, 10 * MINUTE)]


def test_each_executor_has_his_own_receipt() -> None:
    events = [
        DETECTED,
        "forwarded 12 09:10 who=zhkh lead",
        "forwarded 12 09:10 who=roads co",
        "forwarded 12 11:00 who=school co",
        "contributed 12 11:30 who=roads",
        "contributed 12 12:30 who=school",
    ]
    every = runs(history(KU, events), Facts(several=True), regulation(KU), clock(KU))
    assert [
        (
            run.who,
            clock(KU).local(run.due_at).strftime("%H:%M"),
            clock(KU).local(run.met_at or run.due_at).strftime("%H:%M"),
        )
        for run in every
        if run.step is Step.CONTRIBUTION
    ] == [("roads", "11:10", "11:30"), ("school", "13:00", "12:30")]
    assert [run.who for run in every if run.step is Step.RETURN] == ["zhkh", "roads", "school"]
    assert missed(KU, events, "12 12:30", Facts(several=True)) == [
        ("contribution", "co_executor", "roads", 20 * MINUTE),
        ("contribution_approval", "curator", "roads", 30 * MINUTE),
    ]


def test_one_co_executors_return_leaves_the_others_their_terms() -> None:
    events = [DETECTED, "forwarded 12 09:10 who=zhkh lead", "forwarded 12 09:10 who=roads co",
              "forwarded 12 09:10 who=school co", "returned 12 09:20 who=roads"]  # fmt: skip
    every = runs(history(KU, events), Facts(several=True), regulation(KU), clock(KU))
    assert [(r.who, r.is_open) for r in every if r.step is Step.CONTRIBUTION] == [("roads", False), ("school", True)]
    assert [(r.who, r.is_open) for r in every if r.step is Step.RETURN] == [
        ("zhkh", True),
        ("roads", False),
        ("school", True),
    ]


@pytest.mark.parametrize("ending", ["posted", "closed"])
def test_nothing_runs_on_in_an_ended_case(ending: str) -> None:
    events = [DETECTED, "forwarded 12 09:20", "drafted 12 10:00", f"{ending} 12 10:10"]
    assert [step.value for step, run in found(KU, events).items() if run.is_open] == []
    assert missed(KU, events, "15 10:00") == []


def test_a_reopened_case_runs_on_as_if_it_had_not_been_closed() -> None:
    events = [DETECTED, "forwarded 12 09:20"]
    assert found(KU, [*events, "closed 12 10:10", "reopened 12 11:00"]) == found(KU, events)


def test_a_reopening_with_nothing_closed_changes_nothing() -> None:
    events = [DETECTED, "forwarded 12 09:20"]
    assert found(KU, [*events, "reopened 12 11:00"]) == found(KU, events)


def test_a_co_executor_in_the_history_is_enough_for_there_to_be_several() -> None:
    events = [DETECTED, "forwarded 12 09:10 who=zhkh lead", "forwarded 12 09:10 who=roads co"]
    assert found(KU, events, Facts(several=False)) == found(KU, events, Facts(several=True))
    assert Step.CONTRIBUTION in found(KU, events)


@pytest.mark.parametrize("kind", ["final", "interim", "request"])
def test_a_draft_of_any_kind_meets_the_rework(kind: str) -> None:
    events = [DETECTED, "drafted 12 10:00", "sent_back 12 10:10", f"drafted 12 10:20 {kind}"]
    assert found(KU, events)[Step.REWORK].met_at == at(KU, "12 10:20")


@pytest.mark.parametrize(("town", "open_still"), [("kursky", True), ("moskalensky", False)])
def test_a_request_meets_the_draft_only_where_the_text_knows_requests(town: str, open_still: bool) -> None:
    assert found(town, [DETECTED, "drafted 12 10:00 request"])[Step.DRAFT].is_open is open_still


def test_rules_that_make_no_sense_are_refused() -> None:
    draft = regulation(KU).rule(Step.DRAFT)
    assert draft is not None
    with pytest.raises(ValueError, match="one of the two"):
        replace(draft, runs_from=Event.FORWARDED)
    with pytest.raises(ValueError, match="one of the two"):
        replace(draft, before=None)
    for unit, amount in ((Unit.MINUTES, 0), (Unit.MINUTES, -5), (Unit.NAMED, 5)):
        with pytest.raises(ValueError, match="not a term"):
            Term(unit, amount, ClockKind.WORKING)


def test_naive_moments_are_refused() -> None:
    naive = datetime(2026, 1, 12, 9)
    with pytest.raises(ValueError, match="without a time zone"):
        deadlines([Happening(Event.DETECTED, naive)], Facts(), regulation(KU), clock(KU))


# --- for every history ------------------------------------------------------------------------------------------------

CONTRACT = (
    Event.DETECTED, Event.FORWARDED, Event.CONTRIBUTED, Event.DRAFTED, Event.SENT_BACK, Event.APPROVED,
    Event.INTERIM_POSTED, Event.RETURNED, Event.POSTED,
)  # fmt: skip
facts = st.builds(Facts, st.sampled_from(Importance), st.sampled_from(Source), st.booleans())
histories = st.lists(
    st.tuples(st.sampled_from(CONTRACT), st.integers(0, 3 * 24 * 3600)), max_size=14
).map(lambda events: [
    Happening(event, datetime(2026, 4, 29, tzinfo=UTC) + timedelta(seconds=second))
    for event, second in sorted(events, key=lambda pair: pair[1])
])  # fmt: skip
towns = st.sampled_from(sorted(ZONES))


def detected_again(approved: int) -> list[Happening]:
    """Detected again a second after it was approved, so many seconds after it was first detected."""
    told = ((Event.DETECTED, 0), (Event.APPROVED, approved), (Event.DETECTED, approved + 1))
    return [Happening(event, datetime(2026, 4, 29, tzinfo=UTC) + timedelta(seconds=second)) for event, second in told]


@settings(max_examples=200)
@given(towns, facts, histories)
def test_no_due_moment_precedes_the_start_of_its_step(town: str, known: Facts, events: list[Happening]) -> None:
    every = runs(events, known, regulation(town), clock(town))
    assert [run for run in every if run.due_at < run.started_at] == []
    assert [run for run in every if run.met_at is not None and run.dropped_at is not None] == []
    assert [run for run in every if run.ended_at is not None and run.ended_at < run.started_at] == []


@settings(max_examples=200)
@given(towns, facts, histories)
def test_a_step_once_reported_stays(town: str, known: Facts, events: list[Happening]) -> None:
    reported: set[Step] = set()
    for length in range(len(events) + 1):
        steps = set(deadlines(events[:length], known, regulation(town), clock(town)))
        assert reported <= steps
        reported = steps


@settings(max_examples=150)
@given(facts, histories)
@example(Facts(), detected_again(109_801))
def test_ku_12_the_first_answers_posting_never_outlives_the_answer(known: Facts, events: list[Happening]) -> None:
    """A message detected again moves the answer, and the posting with it, be it approved already."""
    every = runs(events, known, regulation(KU), clock(KU))
    interim = min((h.at for h in events if h.event is Event.INTERIM_POSTED), default=None)
    for posting in (run for run in every if run.step is Step.POSTING):
        if interim is not None and interim <= posting.started_at:
            continue
        answers = [run for run in every if run.step is Step.ANSWER]
        assert not answers or posting.due_at <= max(answers[-1].due_at, posting.started_at)
