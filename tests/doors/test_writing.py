"""«Черновик»: who writes the draft is seen by everybody, and nobody of the department writes it twice unawares."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.cases.screens import sayings
from tests.doors.screens_office import TEXTS, accepted, after, at, card_of, forwarded, sent_back, town
from tests.rules.offices import CURATOR, ROADS, ZHKH, carried_out
from workflow.case import Case
from workflow.commands import BeginDraft, Forward, SubmitDraft
from workflow.office import Absence, Actor, Office, Person, Role
from workflow.outcomes import Accepted, Reason, Refused

DEPUTY_HEAD = Actor(("zhkh_second",), 8)
SECOND = Person("zhkh_second", "заместитель начальника отдела ЖКХ", (Role.EXECUTOR,), "zhkh")


def with_second(**changes: object) -> Office:
    return replace(town(), people={**town().people, "zhkh_second": SECOND}, **changes)  # type: ignore[arg-type]


def begun(case: Case | None = None) -> Case:
    return after(case or accepted(), BeginDraft(ZHKH, 147), at(10, 5))


def line_of(case: Case) -> list[str]:
    return [line for line in card_of(case, town(), at(10, 6)) if line.startswith("Проект готовят")]


@pytest.mark.parametrize("case", [accepted(), sent_back()], ids=["in work", "in rework"])
def test_the_card_names_the_department_and_the_time(case: Case) -> None:
    moment = max(at(10, 5), case.history[-1].at + timedelta(minutes=1))
    written = after(case, BeginDraft(ZHKH, 147), moment)
    assert [line.partition(" · ")[2] for line in card_of(written, town(), moment) if "готовят" in line] == ["Отдел ЖКХ"]
    assert line_of(case) == []


def test_it_is_gone_once_the_draft_is_sent_or_the_case_is_another_departments() -> None:
    assert line_of(begun()) == ["Проект готовят с 10:05 · Отдел ЖКХ"]
    sent = after(begun(), SubmitDraft(ZHKH, 147, "Воду подключим сегодня до 20:00, бригада на месте."), at(10, 20))
    assert line_of(sent) == []
    assert line_of(after(begun(), Forward(CURATOR, 147, ("roads",)), at(10, 20))) == []


def test_a_colleague_is_told_who_writes_and_since_when() -> None:
    decision = carried_out(begun(), BeginDraft(DEPUTY_HEAD, 147), with_second(), at(10, 10))
    assert isinstance(decision, Refused)
    said = sayings.refusal(TEXTS, decision.reason, decision.facts, begun(), with_second(), at(10, 10))
    assert said == (
        "Проект уже готовит начальник отдела ЖКХ с 10:05."
        " Договоритесь с ним; если пишете вместо него, просто ответьте на карточку."
    )
    again = carried_out(begun(), BeginDraft(ZHKH, 147), with_second(), at(10, 10))
    assert isinstance(again, Refused)
    assert sayings.refusal(TEXTS, again.reason, again.facts, begun(), town(), at(10, 10)).startswith("Вы уже готовите")


def test_whoever_is_away_or_gone_from_the_file_is_taken_over_from() -> None:
    away = with_second(absences=(Absence("zhkh_head", at(10, 6), at(18), None),))
    people = {key: person for key, person in with_second().people.items() if key != "zhkh_head"}
    for there in (away, replace(with_second(), people=people)):
        decision = carried_out(begun(), BeginDraft(DEPUTY_HEAD, 147), there, at(10, 10))
        assert isinstance(decision, Accepted)
        assert decision.after.parts[0].writing == ("zhkh_second", at(10, 10))


@pytest.mark.parametrize(
    ("case", "by", "reason"),
    [
        (forwarded(), ZHKH, Reason.ACCEPT_FIRST),
        (accepted(), ROADS, Reason.NOT_YOURS),
        (accepted(), CURATOR, Reason.NOT_YOURS),
    ],
)
def test_a_stale_or_foreign_press_is_refused(case: Case, by: Actor, reason: Reason) -> None:
    decision = carried_out(case, BeginDraft(by, 147), town(), at(10, 5))
    assert isinstance(decision, Refused)
    assert decision.reason is reason


def test_no_term_moves() -> None:
    assert begun().history == accepted().history
