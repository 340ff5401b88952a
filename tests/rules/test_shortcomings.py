"""Shortcomings: who may report one, what it needs, who hears of it, and of returns and rework (MO-20, KU-21)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.rules.offices import CURATOR, DEPUTY, HEAD, ZHKH, at, carried_out, new_case, office
from workflow.case import Case, Other
from workflow.commands import AnyCommand, Contribute, Forward, Return, SendBack, SendBackContribution, SubmitDraft
from workflow.effects import Audience, Notice, Notify, Told
from workflow.office import Absence, Actor, Department, Office, Person, Role
from workflow.outcomes import Accepted, Reason, Refused
from workflow.regulation import Shortcomings, Step, Telling
from workflow.shortcomings import (
    MOST,
    SHORTCOMINGS,
    ReportShortcoming,
    last_weekly,
    next_weekly,
    told_of_work,
    weekly_at,
)

NOW = at("2026-01-12 11:00")
WORDS = "Третий раз отвечают отпиской"
SECOND = Person("second_deputy", "заместитель главы", (Role.DEPUTY,))


def with_second(key: str = "kursky") -> Office:
    """The roads are overseen by a second deputy."""
    small = office(key)
    roads = Department("roads", "Отдел дорожного хозяйства", (), "second_deputy")
    return replace(
        small, people={**small.people, SECOND.key: SECOND}, departments={**small.departments, "roads": roads}
    )


def told(here: Office, department: str, by: Actor = CURATOR, text: str = WORDS) -> tuple[str, ...] | Reason:
    decision = SHORTCOMINGS.decide(None, ReportShortcoming(by, department, text), here, NOW)
    if isinstance(decision, Refused):
        return decision.reason
    return tuple(person for effect in decision.effects if isinstance(effect, Told) for person in effect.people)


def test_ku_21_a_shortcoming_goes_to_the_first_deputy_and_to_the_departments_own() -> None:
    here = with_second()
    assert told(here, "roads") == ("first_deputy", "second_deputy")
    assert told(here, "zhkh") == ("first_deputy",)


def test_mo_20_a_shortcoming_goes_to_the_head() -> None:
    assert told(with_second("moskalensky"), "roads") == ("head",)


@pytest.mark.parametrize("key", ["izobilnensky", "slavgorod", "primorsko-akhtarsky"])
def test_where_the_text_names_nobody_else_it_goes_to_who_watches_the_regulation(key: str) -> None:
    assert told(office(key), "zhkh") == ("first_deputy",)


@pytest.mark.parametrize("text", ["", ".", "нет", "👍"])
def test_ku_21_without_words_there_is_nothing_to_report(text: str) -> None:
    assert told(office(), "zhkh", text=text) is Reason.SHORTCOMING_UNEXPLAINED


def test_too_many_words_are_refused_and_not_cut() -> None:
    assert told(office(), "zhkh", text="вид" * MOST) is Reason.SHORTCOMING_TOO_LONG
    assert told(office(), "zhkh", text="до" * (MOST // 2)) == ("first_deputy",)


def test_an_unknown_department_is_refused() -> None:
    assert told(office(), "gone") is Reason.NO_SUCH_DEPARTMENT


@pytest.mark.parametrize("by", [ZHKH, DEPUTY, HEAD])
def test_mo_20_ku_21_only_the_curator_reports(by: Actor) -> None:
    assert told(office(), "zhkh", by) is Reason.NOT_A_CURATOR


def test_nobody_above_is_said_and_the_curator_is_not_told_of_his_own_report() -> None:
    lonely = replace(
        office("primorsko-akhtarsky"),
        supervisor=None,
        people={key: office().people[key] for key in ("curator", "zhkh_head")},
        departments={"zhkh": Department("zhkh", "Отдел ЖКХ")},
    )
    assert told(lonely, "zhkh") is Reason.NOBODY_ABOVE
    assert told(office(), "zhkh", Actor(("curator", "first_deputy"), 1)) is Reason.NOBODY_ABOVE


def test_the_one_who_stands_in_hears_and_where_nobody_does_nobody_hears() -> None:
    since, until = NOW - timedelta(days=1), NOW + timedelta(days=1)
    away = replace(office(), absences=(Absence("first_deputy", since, until, "head"),))
    assert told(away, "zhkh") == ("head",)
    alone = replace(office(), absences=(Absence("first_deputy", since, until, None),))
    assert told(alone, "zhkh") is Reason.NOBODY_ABOVE


def test_the_journal_names_department_words_and_case() -> None:
    command = ReportShortcoming(CURATOR, "zhkh", f" {WORDS} ", Other(7, 17))
    decision = SHORTCOMINGS.decide(None, command, office(), NOW)
    assert isinstance(decision, Accepted)
    assert dict(decision.entry.details) == {"department": "zhkh", "text": WORDS, "case": "17"}
    assert (decision.entry.action, decision.entry.by) == ("shortcoming", "curator")


# --- returns and rework ------------------------------------------------------------------------------------------------


def with_telling(tell: Telling, here: Office) -> Office:
    return replace(here, own_policy=replace(here.policy, shortcomings=Shortcomings(tell)))


def last_effects(here: Office, *commands: AnyCommand) -> list[tuple[Audience, str | None, Step | None, str]]:
    """The notices of shortcomings that the last command gives."""
    case: Case = new_case()
    decision = None
    for minute, command in enumerate(commands):
        decision = carried_out(case, command, here, at("2026-01-12 09:10") + timedelta(minutes=minute))
        assert isinstance(decision, Accepted), decision
        case = decision.after
    assert isinstance(decision, Accepted)
    return [
        (one.to, one.department, one.step, one.text)
        for one in decision.effects
        if isinstance(one, Notify) and one.notice is Notice.SHORTCOMING
    ]


TO_ROADS = Forward(CURATOR, 1, ("zhkh", "roads"))
ROADS = Actor(("roads_head",), 3)
ACTS: dict[str, tuple[tuple[AnyCommand, ...], Step]] = {
    "return": ((TO_ROADS, Return(ROADS, 1, "не наша дорога")), Step.RETURN),
    "contribution": (
        (TO_ROADS, Contribute(ROADS, 1, "Яму засыпали."), SendBackContribution(CURATOR, 1, "roads", "когда?")),
        Step.REWORK,
    ),
    "draft": (
        (Forward(CURATOR, 1, ("roads",)), SubmitDraft(ROADS, 1, "Яму засыпали."), SendBack(CURATOR, 1, 1, "когда?")),
        Step.REWORK,
    ),
    "whole": ((Forward(CURATOR, 1, ("roads",)), Return(ROADS, 1, "не наша дорога")), Step.RETURN),
}


@pytest.mark.parametrize("act", ACTS)
def test_ku_21_returns_and_rework_are_told_at_once_where_the_file_says_so(act: str) -> None:
    commands, step = ACTS[act]
    words = "не наша дорога" if step is Step.RETURN else "когда?"
    assert last_effects(with_telling(Telling.AT_ONCE, with_second()), *commands) == [
        (Audience.FIRST_DEPUTY, "roads", step, words),
        (Audience.OVERSEER, "roads", step, words),
    ]
    assert last_effects(with_telling(Telling.WEEKLY, with_second()), *commands) == []


def test_mo_20_ku_21_who_hears_of_returns_and_rework() -> None:
    assert told_of_work("roads", with_second()) == ("first_deputy", "second_deputy")
    assert told_of_work("roads", with_second("moskalensky")) == ("second_deputy",)
    assert told_of_work("zhkh", replace(office("slavgorod"), supervisor=None, departments={})) == ("head",)


# --- the weekly list ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "week", "comes"),
    [
        (4, "2026-01-12", "2026-01-16 15:45"),  # a Friday ends at 16:45
        (2, "2026-01-12", "2026-01-14 17:00"),
        (6, "2026-01-12", "2026-01-16 15:45"),  # a Sunday is a day off
        (4, "2026-05-01", "2026-04-30 16:00"),  # a holiday, after a short day
        (4, "2026-01-05", None),  # a week of holidays
        (0, "2026-02-23", None),
    ],
)
def test_ku_21_the_weekly_list_comes_an_hour_before_the_end_of_its_day(day: int, week: str, comes: str | None) -> None:
    here = replace(office(), own_policy=replace(office().policy, shortcomings=Shortcomings(day=day)))
    assert weekly_at(here, date.fromisoformat(week)) == (at(comes) if comes else None)


def test_ku_21_after_a_week_without_a_list_the_next_one_is_the_newest() -> None:
    last, following = at("2025-12-30 17:00"), at("2026-01-16 15:45")
    assert last_weekly(office(), following - timedelta(seconds=1)) == last
    assert last_weekly(office(), following) == following
    assert next_weekly(office(), last) == following
    assert next_weekly(office(), following) == at("2026-01-23 15:45")
