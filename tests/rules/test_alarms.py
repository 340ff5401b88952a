"""Who is told of a term, and when: before it the one responsible, after it he and the one above, each once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.rules.offices import CURATOR, ZHKH, at, new_case, office
from tests.rules.test_life_of_a_case import TEXT, forwarded, on_approval, run
from workflow.case import Case
from workflow.commands import Accept, Approve, CloseWithoutPosting, Forward, Release, SubmitDraft
from workflow.effects import Audience, Notice, Notify, Redraw
from workflow.office import CLOCK
from workflow.regulation import Event, Importance, Step
from workflow.terms.alarms import Alarm, AlarmKind, alarms_of, notice_for, reminder_moment, running, running_terms

SECOND = timedelta(seconds=1)


def told(case: Case, key: str = "kursky") -> list[tuple[str, str, str]]:
    """(moment by the municipality's clock, kind, step), in order."""
    return [
        (alarm.at.astimezone(office(key).zone).strftime("%d %H:%M:%S"), alarm.kind.value, alarm.step)
        for alarm in sorted(alarms_of(case, office(key)))
    ]


def test_ku_8_2_a_new_case_reminds_the_curator_to_forward() -> None:
    assert told(new_case()) == [
        ("12 09:40:00", "reminder", "forward"),
        ("12 10:01:00", "overdue", "forward"),
        ("12 10:15:00", "escalation", "forward"),
        ("12 14:01:00", "overdue", "draft"),
        ("13 09:30:00", "reminder", "answer"),
        ("13 10:01:00", "overdue", "answer"),
        ("13 10:15:00", "escalation", "answer"),
    ]


def test_ku_9_ku_11_a_forwarded_case_reminds_of_return_and_draft_and_of_a_silent_department_tells_the_curator() -> None:
    assert [line for line in told(forwarded()) if line[2] != "answer"] == [
        ("12 09:40:00", "reminder", "return@zhkh"),
        ("12 09:51:00", "lapsed", "return@zhkh"),
        ("12 12:30:00", "reminder", "draft"),
        ("12 14:01:00", "overdue", "draft"),
        ("12 14:15:00", "escalation", "draft"),
    ]


def test_accepting_stops_only_what_it_answers() -> None:
    accepted = run(forwarded(), Accept(ZHKH, 1), start="2026-01-12 09:30")
    assert told(accepted) == [line for line in told(forwarded()) if line[2] != "return@zhkh"]


def test_where_only_a_return_meets_the_right_nothing_is_told_of_it_after_the_acceptance() -> None:
    here = office()
    steps = tuple(
        replace(rule, met_by=frozenset({Event.RETURNED})) if rule.step is Step.RETURN else rule
        for rule in here.regulation.steps
    )
    here = replace(here, regulation=replace(here.regulation, steps=steps))
    accepted = run(forwarded(), Accept(ZHKH, 1), start="2026-01-12 09:30")
    assert "return@zhkh" in running(accepted, here)
    assert {alarm.step for alarm in alarms_of(forwarded(), here)} - {
        alarm.step for alarm in alarms_of(accepted, here)
    } == {"return@zhkh"}


def test_a_draft_turns_the_reminders_to_the_curator() -> None:
    case = run(forwarded(), SubmitDraft(ZHKH, 1, TEXT), start="2026-01-12 10:00")
    assert [line for line in told(case) if line[2] != "answer"] == [
        ("12 10:20:00", "reminder", "approval"),
        ("12 10:31:00", "overdue", "approval"),
        ("12 10:45:00", "escalation", "approval"),
    ]


def test_an_approved_answer_is_released_when_the_time_to_undo_is_over() -> None:
    case = run(on_approval(), Approve(CURATOR, 1, 1), start="2026-01-12 10:00")
    moment = at("2026-01-12 10:00") + timedelta(seconds=30)
    assert Alarm(moment, AlarmKind.RELEASE, 1, "", moment) in alarms_of(case, office())
    released = run(case, Release(CLOCK, 1, 1), start="2026-01-12 10:01")
    assert [alarm for alarm in alarms_of(released, office()) if alarm.kind is AlarmKind.RELEASE] == []


def test_nobody_is_woken_for_a_step_on_the_working_clock() -> None:
    """Friday 16:40: the hour to forward ends on Monday, and so does its reminder; nothing on Saturday or at night."""
    case = new_case(moment="2026-01-16 16:40")
    assert told(case)[0] == ("19 09:35:00", "reminder", "forward")
    working = office().working_time
    assert all(
        working.is_working(alarm.at) or working.is_working(alarm.at - SECOND)
        for alarm in alarms_of(case, office())
        if alarm.kind is AlarmKind.REMINDER
    )


def test_iz_6_2_at_night_the_term_runs_and_nobody_is_reminded_before_his_own_hours() -> None:
    """`shelter: duty`: due at midnight by the text, asked for three hours into the next working day."""
    case = run(new_case("izobilnensky"), Forward(CURATOR, 1, ("zhkh",)), key="izobilnensky", start="2026-01-12 21:00")
    draft = running_terms(case, office("izobilnensky"))[Step.DRAFT]
    assert (draft.due_at, draft.until) == (at("2026-01-13 00:00"), at("2026-01-13 12:00"))
    assert ("13 11:30:00", "reminder", "draft") in told(case, "izobilnensky")


def test_sl_5_on_the_calendar_clock_reminders_come_at_night_too() -> None:
    case = run(new_case("slavgorod"), Forward(CURATOR, 1, ("zhkh",)), key="slavgorod", start="2026-01-12 23:00")
    assert ("13 20:00:00", "reminder", "draft") in told(case, "slavgorod")
    assert office().is_quiet(at("2026-01-12 23:30"))
    assert not office().is_quiet(at("2026-01-12 12:00"))


@pytest.mark.parametrize(
    ("quiet", "hour", "expected"), [((60, 300), 2, True), ((60, 300), 5, False), ((1320, 420), 6, True)]
)
def test_quiet_hours_may_lie_within_a_night_or_across_midnight(
    quiet: tuple[int, int], hour: int, expected: bool
) -> None:
    assert replace(office(), quiet_hours=quiet).is_quiet(at(f"2026-01-12 {hour:02}:00")) is expected


def test_reminders_can_be_switched_off_and_what_is_late_is_told_all_the_same() -> None:
    without = replace(office(), reminders=False)
    kinds = {alarm.kind for alarm in alarms_of(new_case(), without)}
    assert kinds == {AlarmKind.OVERDUE, AlarmKind.ESCALATION}


def test_ku_21_the_department_and_the_curator_hear_of_an_overdue_draft_then_its_deputy() -> None:
    case, due = forwarded(), at("2026-01-12 13:00")
    now, later = at("2026-01-12 14:01"), at("2026-01-12 14:15")
    overdue = Alarm(now, AlarmKind.OVERDUE, 1, Step.DRAFT, due)
    escalation = Alarm(later, AlarmKind.ESCALATION, 1, Step.DRAFT, due)
    assert notice_for(case, overdue, office(), now) == (
        Notify(Notice.OVERDUE, Audience.LEAD, "zhkh", Step.DRAFT),
        Notify(Notice.MISSED, Audience.CURATORS, "zhkh", Step.DRAFT),
        Redraw(),
    )
    assert notice_for(case, escalation, office(), later) == (
        Notify(Notice.ESCALATION, Audience.OVERSEER, "zhkh", Step.DRAFT),
    )


def test_an_alarm_whose_reason_is_gone_says_nothing() -> None:
    case, due = forwarded(), at("2026-01-12 13:00")
    drafted = run(case, SubmitDraft(ZHKH, 1, TEXT), start="2026-01-12 10:00")
    late = at("2026-01-12 14:01")
    overdue = Alarm(late, AlarmKind.OVERDUE, 1, Step.DRAFT, due)
    reminder = Alarm(at("2026-01-12 12:30"), AlarmKind.REMINDER, 1, Step.DRAFT, due)
    assert notice_for(drafted, overdue, office(), late) == ()
    assert notice_for(case, reminder, office(), late) == ()
    moved = Alarm(due, AlarmKind.OVERDUE, 1, Step.DRAFT, due - timedelta(hours=1))
    assert notice_for(case, moved, office(), due) == ()


def test_a_short_term_is_reminded_of_when_a_third_of_it_is_left() -> None:
    terms = running_terms(run(on_approval(), start="2026-01-12 10:00"), office())
    approval = terms[Step.APPROVAL]
    assert reminder_moment(approval, office()) == approval.due_at - timedelta(minutes=10)


def test_high_importance_changes_no_term_under_kursky() -> None:
    case = new_case()
    high = replace(case, importance=Importance.HIGH, first_importance=Importance.HIGH)
    assert {s: d.due_at for s, d in running_terms(high, office()).items()} == {
        s: d.due_at for s, d in running_terms(case, office()).items()
    }


def test_a_closed_case_has_no_alarms() -> None:
    closed = run(new_case(), CloseWithoutPosting(CURATOR, 1, "thanks"))
    assert alarms_of(closed, office()) == ()
