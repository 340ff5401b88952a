"""What an alarm says when it rings: to one who asked to be reminded, of a case that idles, and of what is over."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.rules.offices import CURATOR, ZHKH, at, new_case, office
from tests.rules.test_life_of_a_case import TEXT, forwarded, run
from workflow.case import Case, Move
from workflow.commands import Approve, Forward, Recall, SubmitDraft
from workflow.effects import Audience, Notice, Notify, Priority, Redraw, priority_of
from workflow.office import Office
from workflow.regulation import DraftKind, Idle, Policy, Step
from workflow.terms.alarms import Alarm, AlarmKind, alarms_of, following, notice_for
from workflow.terms.policy import Told, idle_moments
from workflow.terms.register import settle

DUE = at("2026-01-12 13:00")
SL = office("slavgorod")


def idling(case: Case, of: Office = SL) -> Alarm:
    [alarm] = [alarm for alarm in alarms_of(case, of) if alarm.kind is AlarmKind.IDLE]
    return alarm


@pytest.mark.parametrize(("moment", "notice"), [("12:50", Notice.REMINDER), ("13:10", Notice.OVERDUE)])
def test_who_postponed_a_reminder_alone_hears_again_what_is_true_then(moment: str, notice: Notice) -> None:
    now = at(f"2026-01-12 {moment}")
    snoozed = Alarm(now, AlarmKind.SNOOZE, 1, Step.DRAFT, DUE, account=7)
    assert notice_for(forwarded(), snoozed, office(), now) == (
        Notify(notice, Audience.LEAD, "zhkh", Step.DRAFT, due=DUE, only=7),
    )
    assert following(forwarded(), snoozed, office(), now) is None


@pytest.mark.parametrize("kind", [AlarmKind.RELEASE, AlarmKind.LAPSE])
def test_alarms_of_the_desk_and_of_the_register_tell_nobody(kind: AlarmKind) -> None:
    assert notice_for(forwarded(), Alarm(DUE, kind, 1, Step.DRAFT, DUE), office(), DUE) == ()


def test_an_escalation_without_anybody_above_tells_nobody() -> None:
    departments = {key: replace(one, overseen_by=None) for key, one in office().departments.items()}
    alone = replace(office(), people={}, departments=departments, supervisor=None)
    alarm = Alarm(at("2026-01-12 14:01"), AlarmKind.ESCALATION, 1, Step.DRAFT, DUE)
    assert notice_for(forwarded(), alarm, alone, alarm.at) == ()


def test_sl_4_an_idle_case_is_told_of_while_it_waits_for_the_same() -> None:
    case = new_case("slavgorod")
    alarm = idling(case)
    assert notice_for(case, alarm, SL, alarm.at) == (
        Notify(Notice.IDLE, Audience.CURATORS, text=Move.FORWARD, due=alarm.due),
    )
    after = following(case, alarm, SL, alarm.at)
    assert after is not None
    assert after.at > alarm.at
    handed = run(case, Forward(CURATOR, 1, ("zhkh",)), key="slavgorod", start="2026-01-12 10:00")
    again = run(handed, Recall(CURATOR, 1), key="slavgorod", start="2026-01-12 11:00")
    for moved in (handed, again):  # the second waits for the same, but since another moment
        assert notice_for(moved, alarm, SL, alarm.at) == ()
        assert following(moved, alarm, SL, alarm.at) is None


@pytest.mark.parametrize(
    ("idle", "told"),
    [
        (Idle(1, 2, 0), [("13 10:00", Told.HIM), ("14 09:00", Told.ABOVE)]),
        (Idle(0, 2, 0), [("14 09:00", Told.ABOVE)]),
        (Idle(1, 0, 0), [("13 10:00", Told.HIM)]),
        (Idle(0, 0, 5), []),
    ],
)
def test_a_municipality_says_how_often_an_idle_case_is_told_of(idle: Idle, told: list[tuple[str, Told]]) -> None:
    of = replace(SL, own_policy=Policy(idle=idle))
    found = list(idle_moments(at("2026-01-12 10:00"), of))
    assert [(moment.astimezone(of.zone).strftime("%d %H:%M"), who) for moment, who in found] == told
    case = new_case("slavgorod")
    rung = [alarm for alarm in alarms_of(case, of) if alarm.kind is AlarmKind.IDLE]
    assert len(rung) == min(len(told), 1)


def test_an_idle_case_told_of_for_the_last_time_is_followed_by_nothing() -> None:
    of = replace(SL, own_policy=Policy(idle=Idle(1, 0, 0)))
    case = new_case("slavgorod")
    assert following(case, idling(case, of), of, at("2026-01-13 09:00")) is None


def test_a_card_redrawn_goes_last() -> None:
    assert priority_of(Redraw()) is Priority.REDRAW


@pytest.mark.parametrize(("kind", "late"), [(DraftKind.FINAL, []), (DraftKind.REQUEST, [Step.ANSWER])])
def test_mo_8_a_question_on_its_way_to_the_network_does_not_hold_the_answers_term(
    kind: DraftKind, late: list[Step]
) -> None:
    of, key = office("moskalensky"), "moskalensky"
    asked = SubmitDraft(ZHKH, 1, TEXT, kind=kind)
    case = run(
        new_case(key), Forward(CURATOR, 1, ("zhkh",)), asked, Approve(CURATOR, 1, 1), key=key, start="2026-01-12 09:00"
    )
    rows = settle(case, of, at("2026-01-13 10:01")).missed
    assert [row.step for row in rows] == late
