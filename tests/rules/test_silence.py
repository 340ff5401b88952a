"""A department that says nothing is reminded once and told of to the curator, never above; accepting silences nothing
else; who is away is waited for by nobody."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.rules.offices import CURATOR, ROADS, ZHKH, at, new_case, office
from tests.rules.test_life_of_a_case import TEXT, run
from tests.rules.test_several_executors import SPLIT, handed, missed
from workflow.case import Case
from workflow.commands import Accept, Contribute, Forward, ProposeInterim, Return, SubmitDraft
from workflow.effects import Audience, Notice, Notify, Redraw
from workflow.office import Office, Role
from workflow.regulation import Kind, Step
from workflow.terms.alarms import Alarm, AlarmKind, alarms_of, following, notice_for, rungs, running


def rung(case: Case, step: str, of: Office | None = None) -> list[tuple[str, AlarmKind]]:
    """(moment, kind) of every alarm of the step."""
    zone = office().zone
    found = sorted(alarm for alarm in alarms_of(case, of or office()) if alarm.step == step)
    return [(alarm.at.astimezone(zone).strftime("%d %H:%M:%S"), alarm.kind) for alarm in found]


def silence(case: Case, department: str, of: Office | None = None) -> tuple[object, ...]:
    """What is said when the department's term to return runs out."""
    every = alarms_of(case, of or office())
    alarm = next(a for a in every if a.step == f"return@{department}" and a.kind is AlarmKind.LAPSED)
    return notice_for(case, alarm, of or office(), alarm.at)


REMINDED = ("12 09:40:00", AlarmKind.REMINDER)
"""At twenty of its thirty minutes."""


def test_ku_9_a_silent_department_is_reminded_once_and_told_of_to_the_curator_alone() -> None:
    case = handed("zhkh")
    assert rung(case, "return@zhkh") == [REMINDED, ("12 09:51:00", AlarmKind.LAPSED)]
    assert silence(case, "zhkh") == (Notify(Notice.LAPSED, Audience.CURATORS, "zhkh", Step.RETURN), Redraw())
    reminder = next(a for a in alarms_of(case, office()) if a.kind is AlarmKind.REMINDER and a.step == "return@zhkh")
    assert notice_for(case, reminder, office(), reminder.at) == (
        Notify(Notice.REMINDER, Audience.DEPARTMENT, "zhkh", Step.RETURN),
    )


@pytest.mark.parametrize("key", ["kursky", "moskalensky"])
def test_mo_7_ku_9_a_right_is_never_told_above_nor_told_again(key: str) -> None:
    """DESIGN rule 12: it was no duty."""
    case, here = handed("zhkh", key=key), office(key)
    lapsed = next(a for a in alarms_of(case, here) if a.kind is AlarmKind.LAPSED)
    assert following(case, lapsed, here, lapsed.at) is None
    rights = [run for run in running(case, here).values() if run.kind is Kind.RIGHT]
    assert [rungs(run, case, here) for run in rights] == [()]


def test_mo_7_silence_is_no_violation() -> None:
    case = handed("zhkh", key="moskalensky")
    assert rung(case, "return@zhkh", office("moskalensky")) == [REMINDED, ("12 09:51:00", AlarmKind.LAPSED)]
    assert missed(case, "2026-01-12 14:00", "moskalensky") == []


def test_ku_9_any_word_ends_the_silence() -> None:
    case = handed("zhkh")
    alarm = Alarm(at("2026-01-12 09:50"), AlarmKind.LAPSED, 1, "return@zhkh", at("2026-01-12 09:50"))
    assert notice_for(case, alarm, office(), alarm.at) != ()
    for word in (Accept(ZHKH, 1), SubmitDraft(ZHKH, 1, TEXT), Return(ZHKH, 1, "не наше")):
        spoken = run(case, word, start="2026-01-12 09:30")
        assert rung(spoken, "return@zhkh") == []
        assert notice_for(spoken, alarm, office(), alarm.at) == ()


def test_ku_16_the_silence_of_each_executor_is_his_own() -> None:
    case = run(handed("zhkh", "roads", "school"), Accept(ROADS, 1), start="2026-01-12 09:30")
    silent = {a.step for a in alarms_of(case, office()) if a.step.startswith("return")}
    assert silent == {"return@zhkh", "return@school"}
    assert silence(case, "school") == (Notify(Notice.LAPSED, Audience.CURATORS, "school", Step.RETURN), Redraw())
    given = run(case, Contribute(ROADS, 1, SPLIT), start="2026-01-12 09:35")
    assert rung(given, "return@roads") == []


def test_mo_14_in_turns_silence_is_counted_from_the_own_receipt() -> None:
    key = "moskalensky"
    case = handed("zhkh", "roads", "school", key=key, in_turn=True)
    assert rung(case, "return@school", office(key)) == []
    case = run(case, Contribute(ROADS, 1, SPLIT), key=key, start="2026-01-12 11:00")
    assert rung(case, "return@school", office(key)) == [
        ("12 11:20:00", AlarmKind.REMINDER),
        ("12 11:31:00", AlarmKind.LAPSED),
    ]


def test_ku_9_a_case_handed_on_starts_a_silence_of_its_own() -> None:
    case = run(handed("zhkh"), Forward(CURATOR, 1, ("roads",)), start="2026-01-12 10:30")
    assert rung(case, "return@zhkh") == []
    assert rung(case, "return@roads") == [("12 10:50:00", AlarmKind.REMINDER), ("12 11:01:00", AlarmKind.LAPSED)]


@pytest.mark.parametrize("overseen_by", ["first_deputy", None])
@pytest.mark.parametrize("supervisor", ["first_deputy", None])
def test_ku_9_whoever_stands_above_the_curator_alone_hears_of_the_silence(
    overseen_by: str | None, supervisor: str | None
) -> None:
    here = office()
    departments = {**here.departments, "zhkh": replace(here.departments["zhkh"], overseen_by=overseen_by)}
    nobody = overseen_by is None and supervisor is None
    people = {key: p for key, p in here.people.items() if not (nobody and Role.DEPUTY in p.roles)}
    here = replace(here, departments=departments, people=people, supervisor=supervisor)
    assert silence(handed("zhkh"), "zhkh", here) == (
        Notify(Notice.LAPSED, Audience.CURATORS, "zhkh", Step.RETURN),
        Redraw(),
    )


def test_ku_9_where_nobody_is_to_be_reminded_silence_is_still_told_of() -> None:
    case = handed("zhkh")
    assert rung(case, "return@zhkh", replace(office(), reminders=False)) == [("12 09:51:00", AlarmKind.LAPSED)]


@pytest.mark.parametrize("key", ["izobilnensky", "slavgorod"])
def test_iz_6_2_sl_5_a_text_without_a_term_to_return_knows_no_silence_but_a_late_draft(key: str) -> None:
    case = handed("zhkh", key=key)
    steps = {a.step for a in alarms_of(case, office(key)) if a.kind is AlarmKind.ESCALATION}
    assert {step for step in steps if step.startswith("return")} == set()
    assert "draft" in steps


def test_ku_11_accepting_and_forgetting_does_not_stop_the_reminders_of_the_draft() -> None:
    accepted = run(handed("zhkh"), Accept(ZHKH, 1), start="2026-01-12 09:30")
    assert (
        rung(accepted, "draft")
        == rung(handed("zhkh"), "draft")
        == [
            ("12 12:30:00", AlarmKind.REMINDER),
            ("12 14:01:00", AlarmKind.OVERDUE),
            ("12 14:15:00", AlarmKind.ESCALATION),
        ]
    )


def test_ku_16_accepting_and_forgetting_does_not_stop_the_reminders_of_the_contribution() -> None:
    case = handed("zhkh", "roads")
    accepted = run(case, Accept(ROADS, 1), start="2026-01-12 09:30")
    assert rung(accepted, "contribution@roads") == rung(case, "contribution@roads") != []


def test_ku_9_what_the_curator_writes_himself_is_no_word_of_the_department() -> None:
    proposed = run(handed("zhkh"), ProposeInterim(CURATOR, 1, "Ответим в ближайшие дни."), start="2026-01-12 09:30")
    assert rung(proposed, "return@zhkh") == [REMINDED, ("12 09:51:00", AlarmKind.LAPSED)]
    assert rung(proposed, "draft") == rung(handed("zhkh"), "draft")


def test_a_case_with_nobody_on_it_is_silent_for_the_curator_alone() -> None:
    assert {a.step for a in alarms_of(new_case(), office())} == {"forward", "draft", "answer"}
