"""Why a step is due when it is: the pieces of the way, what was left out of it, what moved the moment, how the run stands."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config import regulations
from tests.rules.towns import at, clock, history, regulation
from workflow.regulation import ClockKind, DraftKind, Event, Importance, Source, Step, Unit
from workflow.terms.deadlines import Facts, Happening, deadlines
from workflow.terms.explain import Cut, Explanation, Standing, explain, explanations
from workflow.terms.worktime import Clock, Why

KU, MO, IZ, SL = "kursky", "moskalensky", "izobilnensky", "slavgorod"


def explained(town: str, events: list[str], facts: Facts | None = None) -> dict[Step, Explanation]:
    """The last run of each step."""
    found = explanations(history(town, events), facts or Facts(), regulation(town), clock(town))
    return {one.step: one for one in found}


def shown(town: str, one: Explanation) -> tuple[list[tuple[str, str, int]], list[tuple[str, str, str, str]]]:
    """What counted and what did not, in the town's time."""

    def time(moment: datetime) -> str:
        return clock(town).local(moment).strftime("%m-%d %H:%M")

    return (
        [(time(c.start), time(c.end), c.minutes) for c in one.counted],
        [(time(p.start), time(p.end), str(p.why), p.note) for p in one.left_out],
    )


def test_ku_8_an_hour_of_work_across_lunch() -> None:
    forward = explained(KU, ["detected 12 12:30"])[Step.FORWARD]
    assert shown(KU, forward) == (
        [("01-12 12:30", "01-12 13:00", 30), ("01-12 14:00", "01-12 14:30", 30)],
        [("01-12 13:00", "01-12 14:00", "break", "")],
    )
    assert (forward.deadline.clause, forward.deadline.term.words, forward.cut) == ("8, подпункт 2", "1 час", None)


def test_ku_11_the_draft_is_counted_back_from_the_answer() -> None:
    draft = explained(KU, ["detected 12 09:02", "forwarded 12 09:20"])[Step.DRAFT]
    assert shown(KU, draft) == (
        [("01-12 14:02", "01-12 18:00", 238), ("01-13 09:00", "01-13 10:02", 62)],
        [("01-12 18:00", "01-13 09:00", "night", "")],
    )
    assert (draft.minutes, draft.counted_back_step) == (300, Step.ANSWER)
    assert draft.counted_to == draft.deadline.counted_back_from == at(KU, "13 10:02")


def test_minutes_add_up_where_the_moments_have_seconds() -> None:
    draft = explained(KU, ["detected 12 09:02:33"])[Step.DRAFT]
    assert [c.minutes for c in draft.counted] == [238, 62]
    assert [c.length for c in draft.counted] == [timedelta(minutes=237, seconds=27), timedelta(minutes=62, seconds=33)]


def test_ku_10_holidays_are_left_out_by_name_and_the_short_day_before_them() -> None:
    answer = explained(KU, ["detected 2026-06-11 12:00"])[Step.ANSWER]
    assert shown(KU, answer) == (
        [
            ("06-11 12:00", "06-11 13:00", 60),
            ("06-11 14:00", "06-11 17:00", 180),
            ("06-15 09:00", "06-15 13:00", 240),
            ("06-15 14:00", "06-15 15:00", 60),
        ],
        [
            ("06-11 13:00", "06-11 14:00", "break", ""),
            ("06-11 17:00", "06-11 18:00", "shortened", "День России"),
            ("06-11 18:00", "06-12 00:00", "night", ""),
            ("06-12 00:00", "06-13 00:00", "holiday", "День России"),
            ("06-13 00:00", "06-15 00:00", "weekend", ""),
            ("06-15 00:00", "06-15 09:00", "night", ""),
            ("06-15 13:00", "06-15 14:00", "break", ""),
        ],
    )


def test_iz_6_2_a_calendar_term_leaves_nothing_out() -> None:
    draft = explained(IZ, ["detected 12 17:00", "forwarded 12 17:30"])[Step.DRAFT]
    assert shown(IZ, draft) == ([("01-12 17:30", "01-12 20:30", 180)], [])


def test_ku_15_seven_working_days_are_the_dates_after_the_interim_answer() -> None:
    final = explained(KU, ["detected 12 09:00", "forwarded 12 09:20", "interim_posted 12 11:00"])[Step.FINAL]
    assert final.days == tuple(date(2026, 1, day) for day in (13, 14, 15, 16, 19, 20, 21))
    assert [p.why for p in final.left_out if p.why not in (Why.NIGHT, Why.BREAK)] == [Why.WEEKEND]
    assert (final.counted_from, final.counted_to) == (at(KU, "13 00:00"), at(KU, "21 18:00"))


def test_mo_13_a_moment_somebody_named_is_not_counted() -> None:
    events = ["detected 12 09:00 high", "forwarded 12 09:20", "interim_posted 12 11:00", "final_named 12 11:00"]
    events[-1] += " due=2026-01-16T12:00"
    final = explained(MO, events, Facts(importance=Importance.HIGH))[Step.FINAL]
    assert (final.deadline.due_at, final.counted, final.left_out) == (at(MO, "16 12:00"), (), ())
    assert final.deadline.term.words == "назначает куратор"


def test_ku_12_posting_cut_short_by_the_answer() -> None:
    events = ["detected 12 09:00", "forwarded 12 09:20", "drafted 13 09:30", "approved 13 09:50"]
    posting = explained(KU, events)[Step.POSTING]
    assert (posting.cut, posting.deadline.capped_by, posting.capped_by_clause) == (Cut.CAP, Step.ANSWER, "10")
    assert (posting.text_due, posting.deadline.due_at) == (at(KU, "13 10:20"), at(KU, "13 10:00"))
    assert posting.minutes == 30


def test_mo_6_3_the_curators_own_term_moves_the_answer_and_leaves_the_draft() -> None:
    events = ["detected 12 09:00", "term_set 12 09:05 due=2026-01-12T12:00", "forwarded 12 09:20"]
    found = explained(MO, events)
    answer, draft = found[Step.ANSWER], found[Step.DRAFT]
    assert (answer.cut, answer.text_due, answer.deadline.due_at) == (Cut.OWN, at(MO, "13 10:00"), at(MO, "12 12:00"))
    assert (draft.cut, draft.deadline.due_at) == (None, at(MO, "12 15:00"))
    assert [(o.own.due, o.own.clause, o.own.draft_hint) for o in (answer, draft) if o.own] == [
        (at(MO, "12 12:00"), "6, подпункт 3", 50)
    ]


def test_a_term_the_curator_named_later_explains_no_run_that_was_over() -> None:
    events = ["detected 12 09:00", "term_set 12 09:05 due=2026-01-12T12:00", "forwarded 12 09:20", "posted 12 09:40"]
    answer = explained(MO, [*events, "term_set 12 10:00 due=2026-01-12T11:00"])[Step.ANSWER]
    assert answer.own is not None
    assert answer.own.due == at(MO, "12 12:00")


def test_how_a_run_stands() -> None:
    events = ["detected 12 09:00", "forwarded 12 09:20", "drafted 12 12:00", "sent_back 12 12:10"]
    found, now = explained(KU, events), at(KU, "12 12:20")
    assert {step: one.standing(now, clock(KU)) for step, one in found.items()} == {
        Step.FORWARD: Standing.MET,
        Step.RETURN: Standing.LAPSED,
        Step.DRAFT: Standing.MET,
        Step.APPROVAL: Standing.MET,
        Step.REWORK: Standing.RUNNING,
        Step.ANSWER: Standing.RUNNING,
    }
    rework, later = found[Step.REWORK], at(KU, "12 14:15")
    assert (rework.standing(later, clock(KU)), rework.late(later, clock(KU))) == (
        Standing.OVERDUE,
        timedelta(minutes=35),
    )
    assert rework.standing(later, clock(KU), held=False) is Standing.IDLE
    assert found[Step.RETURN].late(later, clock(KU)) == timedelta(0)


def test_a_step_given_up_or_done_late_says_so() -> None:
    events = ["detected 12 09:00", "forwarded 12 10:30", "drafted 12 14:30", "closed 13 11:00"]
    found, now = explained(KU, events), at(KU, "14 09:00")
    standing = {step: (one.standing(now, clock(KU)), one.late(now, clock(KU))) for step, one in found.items()}
    assert standing[Step.FORWARD] == (Standing.MET_LATE, timedelta(minutes=30))
    assert standing[Step.ANSWER] == (Standing.DROPPED_LATE, timedelta(hours=1))
    in_time = explained(KU, ["detected 12 09:00", "closed 12 09:10"])[Step.FORWARD]
    assert in_time.standing(now, clock(KU)) is Standing.DROPPED


def test_every_run_of_a_step_is_explained_in_order() -> None:
    events = ["detected 12 09:00", "forwarded 12 09:20", "drafted 12 10:00", "sent_back 12 10:10", "drafted 12 10:20"]
    found = explanations(history(KU, events), Facts(), regulation(KU), clock(KU))
    assert [(one.step, one.deadline.started_at) for one in found if one.step is Step.APPROVAL] == [
        (Step.APPROVAL, at(KU, "12 10:00")),
        (Step.APPROVAL, at(KU, "12 10:20")),
    ]
    places = [list(Step).index(one.step) for one in found]
    assert places == sorted(places)


def test_a_term_over_before_its_step_began_is_due_at_once() -> None:
    draft = explained(KU, ["detected 12 09:00", "forwarded 12 09:20"])[Step.DRAFT].deadline
    start = at(KU, "12 16:00")
    late = explain(draft._replace(started_at=start, due_at=start), clock(KU))
    assert (late.cut, late.text_due, late.minutes) == (Cut.START, at(KU, "12 13:00"), 300)


# --- what holds for every history ------------------------------------------------------------------------------------

MOMENTS = st.datetimes(datetime(2024, 1, 3), datetime(2026, 12, 20))
EVENTS = st.lists(
    st.tuples(
        st.sampled_from([event for event in Event if event is not Event.DETECTED]),
        st.integers(0, 3 * 24 * 3600 * 1_000_000),
        st.sampled_from(["zhkh", "roads"]),
        st.sampled_from([True, False, None]),
        st.sampled_from([*DraftKind, None]),
        st.integers(-50, 400),
    ),
    max_size=7,
)


def _history(
    first: datetime, drawn: list[tuple[Event, int, str, bool | None, DraftKind | None, int]]
) -> list[Happening]:
    happened, moment = [Happening(Event.DETECTED, first)], first
    for event, later, who, lead, draft, hours in drawn:
        moment += timedelta(microseconds=later)
        named = moment + timedelta(hours=hours)
        importance = Importance.HIGH if event is Event.IMPORTANCE_SET else None
        own = who if event in (Event.FORWARDED, Event.RETURNED, Event.CONTRIBUTED) else None
        happened.append(Happening(event, moment, own, lead, draft, importance, named))
    return happened


@pytest.mark.parametrize("town", regulations.packaged())
@settings(max_examples=60)
@given(MOMENTS, EVENTS, st.sampled_from(list(Importance)), st.sampled_from(list(Source)), st.booleans(), st.booleans())
def test_the_pieces_fill_the_way_and_add_up_to_the_term(
    town: str,
    start: datetime,
    drawn: list[tuple[Event, int, str, bool | None, DraftKind | None, int]],
    importance: Importance,
    source: Source,
    several: bool,
    at_full_minutes: bool,
) -> None:
    time: Clock = clock(town)
    first = (start.replace(second=0, microsecond=0) if at_full_minutes else start).replace(tzinfo=UTC)
    happened, facts = _history(first, drawn), Facts(importance, source, several)
    found = explanations(happened, facts, regulation(town), time)
    last = {one.step: one.deadline.due_at for one in found}
    by_text = deadlines(happened, facts, regulation(town), time)
    assert last.items() <= {step: run.due_at for step, run in by_text.items()}.items()
    for one in found:
        assert explain(one.deadline, time).counted == one.counted
        _adds_up(one, time)


def _adds_up(one: Explanation, time: Clock) -> None:
    term, measured = one.deadline.term, one.deadline.clock(time)
    pieces = sorted([(c.start, c.end) for c in one.counted] + [(p.start, p.end) for p in one.left_out])
    if term.unit is Unit.NAMED:
        assert (pieces, one.counted_from, one.counted_to) == ([], one.deadline.due_at, one.deadline.due_at)
        return
    edges = [one.counted_from, *(end for _, end in pieces)]
    assert [start for start, _ in pieces] == edges[:-1]
    assert edges[-1] == one.counted_to
    assert all(start < end for start, end in pieces)
    if term.unit is Unit.WORKING_DAYS:
        assert len(one.days) == term.amount
        assert {time.local(c.start).date() for c in one.counted} == set(one.days)
        assert one.counted[-1].end == one.text_due
        return
    assert one.minutes == term.amount
    assert sum((c.length for c in one.counted), timedelta()) == timedelta(minutes=term.amount)
    if term.clock is ClockKind.CALENDAR:
        assert one.left_out == ()
        return
    assert all(measured.is_working(c.start) and measured.between(c.start, c.end) == c.length for c in one.counted)
    assert all(measured.between(p.start, p.end) == timedelta(0) for p in one.left_out)


@settings(max_examples=60)
@given(MOMENTS, EVENTS, st.integers(-5, 400))
def test_what_moved_the_moment_is_named_exactly_where_it_moved(
    start: datetime, drawn: list[tuple[Event, int, str, bool | None, DraftKind | None, int]], hours: int
) -> None:
    first = start.replace(tzinfo=UTC)
    facts = Facts(own_answer_due=first + timedelta(hours=hours))
    for one in explanations(_history(first, drawn), facts, regulation(MO), clock(MO)):
        moved = one.deadline.due_at != one.text_due
        assert (one.cut is not None) == moved
        assert (one.own is not None) == (one.cut is Cut.OWN)
