"""Notices agree with the register (DESIGN rule 12): who is told about a missed deadline follows from who is charged."""

from __future__ import annotations

import pytest

from tests.rules.offices import CURATOR, NETWORK_LINK, ZHKH, at, carried_out, new_case, office
from tests.rules.test_life_of_a_case import TEXT
from workflow.case import Case
from workflow.commands import (
    AnyCommand,
    Approve,
    AuthorDeleted,
    AuthorReplied,
    Forward,
    Posted,
    ProposeInterim,
    Release,
    Return,
    SetKind,
    SubmitDraft,
)
from workflow.effects import Audience, Notice, Notify
from workflow.office import CLOCK, NETWORK
from workflow.outcomes import Accepted, Reason, Refused
from workflow.regulation import DraftKind, Step
from workflow.terms.alarms import alarms_of, notice_for
from workflow.terms.register import settle

SOON = "Вопрос взят в работу, о результате сообщим."
ABOVE_ZHKH, CURATORS = Audience.OVERSEER, Audience.CURATORS


def after(key: str, *given: tuple[str, AnyCommand]) -> Case:
    case = new_case(key)
    for moment, command in given:
        decision = carried_out(case, command, office(key), at(f"2026-01-{moment}"))
        assert isinstance(decision, Accepted), (moment, decision)
        case = decision.after
    return case


def told(case: Case, key: str, step: Step) -> list[tuple[Notice, Audience, str | None]]:
    """Of the miss of this step: who hears, in the order of time, as the case stands after it."""
    here, found = office(key), []
    for alarm in sorted(a for a in alarms_of(case, here) if a.step == step):
        effects = notice_for(settle(case, here, alarm.at), alarm, here, alarm.at)
        found += [(e.notice, e.to, e.department) for e in effects if isinstance(e, Notify)]
    return [one for one in found if one[0] is not Notice.REMINDER]


def charged(case: Case, key: str, step: Step, moment: str) -> list[str]:
    return [row.who for row in settle(case, office(key), at(f"2026-01-{moment}")).missed if row.step is step]


def test_ku_11_a_draft_that_passes_minutes_after_receipt_is_told_above_the_curator() -> None:
    """The department hears too, for it can act; the deputy who oversees it does not read that it is late."""
    case = after("kursky", ("12 12:55", Forward(CURATOR, 1, ("zhkh",))))
    assert charged(case, "kursky", Step.DRAFT, "12 14:01") == ["curator"]
    assert told(case, "kursky", Step.DRAFT) == [
        (Notice.OVERDUE, Audience.LEAD, "zhkh"),
        (Notice.MISSED, CURATORS, "zhkh"),
        (Notice.ESCALATION, Audience.SUPERVISOR, "zhkh"),
    ]


def test_ku_11_a_draft_that_passes_while_the_next_department_has_had_it_for_minutes_is_told_of_the_one_before() -> None:
    case = after("kursky", ("12 09:10", Forward(CURATOR, 1, ("zhkh",))), ("12 12:55", Forward(CURATOR, 1, ("roads",))))
    assert charged(case, "kursky", Step.DRAFT, "12 14:01") == ["zhkh"]
    assert told(case, "kursky", Step.DRAFT) == [
        (Notice.OVERDUE, Audience.LEAD, "roads"),
        (Notice.MISSED, Audience.DEPARTMENT, "zhkh"),
        (Notice.MISSED, CURATORS, "zhkh"),
        (Notice.ESCALATION, ABOVE_ZHKH, "zhkh"),
    ]


@pytest.mark.parametrize(("key", "above"), [("kursky", ABOVE_ZHKH), ("moskalensky", Audience.HEAD)])
def test_ku_10_mo_20_an_answer_that_a_department_is_charged_with_is_told_to_it_and_above_it(
    key: str, above: Audience
) -> None:
    """The answer is the curator's to give, so he hears as the holder; the department held the draft when it passed."""
    case = after(key, ("12 09:10", Forward(CURATOR, 1, ("zhkh",))))
    assert charged(case, key, Step.ANSWER, "13 10:01") == ["zhkh"]
    assert told(case, key, Step.ANSWER) == [
        (Notice.OVERDUE, CURATORS, "zhkh"),
        (Notice.MISSED, Audience.DEPARTMENT, "zhkh"),
        (Notice.ESCALATION, above, "zhkh"),
    ]
    sent = after(key, ("12 09:10", Forward(CURATOR, 1, ("zhkh",))), ("12 12:30", SubmitDraft(ZHKH, 1, TEXT)))
    assert charged(sent, key, Step.ANSWER, "13 10:01") == ["curator"]
    assert told(sent, key, Step.ANSWER) == [
        (Notice.OVERDUE, CURATORS, "zhkh"),
        (Notice.ESCALATION, Audience.SUPERVISOR, "zhkh"),
    ]


def test_sl_7_a_final_answer_that_came_minutes_before_its_term_is_told_of_the_department() -> None:
    """The curator had it for a quarter of an hour, so the register names the department; he can act, and it cannot."""
    case = after("slavgorod", *INTERIM, ("21 17:45", SubmitDraft(ZHKH, 1, TEXT)))
    assert charged(case, "slavgorod", Step.FINAL, "21 18:01") == ["zhkh"]
    assert told(case, "slavgorod", Step.FINAL) == [
        (Notice.OVERDUE, CURATORS, "zhkh"),
        (Notice.MISSED, Audience.DEPARTMENT, "zhkh"),
        (Notice.ESCALATION, Audience.SUPERVISOR, "zhkh"),
    ]


def test_ku_11_a_draft_that_passes_while_nobody_has_the_message_is_told_to_the_curator_once() -> None:
    """The row names him; those above hear of the forwarding, which ends both."""
    case = new_case("kursky")
    assert charged(case, "kursky", Step.DRAFT, "12 14:01") == ["curator"]
    assert told(case, "kursky", Step.DRAFT) == [(Notice.OVERDUE, CURATORS, None)]
    back = after("kursky", ("12 09:10", Forward(CURATOR, 1, ("zhkh",))), ("12 12:50", Return(ZHKH, 1, "не наше")))
    assert charged(back, "kursky", Step.DRAFT, "12 14:01") == ["zhkh"]
    assert told(back, "kursky", Step.DRAFT) == [
        (Notice.OVERDUE, CURATORS, None),
        (Notice.MISSED, Audience.DEPARTMENT, "zhkh"),
    ]


def test_ku_11_what_passes_while_the_curator_writes_himself_is_his_alone() -> None:
    case = after("kursky", ("12 09:10", Forward(CURATOR, 1, ("zhkh",))), ("12 12:30", ProposeInterim(CURATOR, 1, SOON)))
    assert charged(case, "kursky", Step.DRAFT, "12 14:01") == ["curator"]
    assert told(case, "kursky", Step.DRAFT) == [
        (Notice.OVERDUE, CURATORS, "zhkh"),
        (Notice.ESCALATION, Audience.SUPERVISOR, "zhkh"),
    ]


INTERIM = (
    ("12 09:10", Forward(CURATOR, 1, ("zhkh",))),
    ("12 10:00", SubmitDraft(ZHKH, 1, SOON, kind=DraftKind.INTERIM)),
    ("12 10:10", Approve(CURATOR, 1, 1)),
    ("12 10:11", Release(CLOCK, 1, 1)),
    ("12 10:12", Posted(NETWORK, 1, NETWORK_LINK)),
)


def test_ku_15_the_words_of_the_interim_answer_may_be_the_final_one_and_of_the_same_kind_are_no_new_version() -> None:
    case, moment = after("kursky", *INTERIM), at("2026-01-13 10:00")
    assert isinstance(carried_out(case, SubmitDraft(ZHKH, 1, SOON), office("kursky"), moment), Accepted)
    again = carried_out(case, SubmitDraft(ZHKH, 1, SOON, kind=DraftKind.INTERIM), office("kursky"), moment)
    assert isinstance(again, Refused)
    assert again.reason is Reason.UNCHANGED_DRAFT


SECOND: list[tuple[str, AnyCommand]] = [("13 10:00", SubmitDraft(ZHKH, 1, TEXT))]
ASKED: list[tuple[str, AnyCommand]] = [
    ("13 10:00", SubmitDraft(ZHKH, 1, "Какой у вас дом?", kind=DraftKind.REQUEST)),
    ("13 10:10", Approve(CURATOR, 1, 2)),
    ("13 10:11", Release(CLOCK, 1, 2)),
    ("13 10:12", Posted(NETWORK, 1, NETWORK_LINK)),
]


@pytest.mark.parametrize(("key", "given"), [("slavgorod", SECOND), ("slavgorod", ASKED), ("moskalensky", ASKED)])
def test_sl_7_mo_13_a_final_answer_that_lies_with_the_curator_is_his_and_he_hears(
    key: str, given: list[tuple[str, AnyCommand]]
) -> None:
    case = after(key, *INTERIM, *given)
    assert charged(case, key, Step.FINAL, "22 10:00") == ["curator"]
    assert told(case, key, Step.FINAL) == [
        (Notice.OVERDUE, CURATORS, "zhkh"),
        (Notice.ESCALATION, Audience.SUPERVISOR, "zhkh"),
    ]


def test_ku_15_a_final_answer_that_is_called_interim_after_its_term_leaves_the_grace() -> None:
    """It was in time until the curator changed its kind: nobody is late in the past (CLOCK §1.1)."""
    case = after("kursky", *INTERIM, *SECOND, ("22 10:00", SetKind(CURATOR, 1, 2, DraftKind.INTERIM)))
    assert charged(case, "kursky", Step.FINAL, "22 10:30") == []
    assert charged(case, "kursky", Step.FINAL, "22 10:31") == ["curator"]
    called_final = after("kursky", *INTERIM, *SECOND, ("13 10:05", SetKind(CURATOR, 1, 2, DraftKind.FINAL)))
    assert charged(called_final, "kursky", Step.FINAL, "26 10:31") == []


def test_mo_13_once_the_author_has_replied_it_is_the_departments_again() -> None:
    case = after("moskalensky", *INTERIM, *ASKED, ("14 10:00", AuthorReplied(NETWORK, 1, "Дом 5.")))
    assert charged(case, "moskalensky", Step.FINAL, "22 10:00") == ["zhkh"]
    assert told(case, "moskalensky", Step.FINAL)[0] == (Notice.OVERDUE, Audience.LEAD, "zhkh")


def test_sl_7_a_final_answer_approved_in_time_and_taken_at_the_first_try_is_in_time() -> None:
    approved: list[tuple[str, AnyCommand]] = [("21 17:59", Approve(CURATOR, 1, 2)), ("21 18:00", Release(CLOCK, 1, 2))]
    case = after("slavgorod", *INTERIM, *SECOND, *approved)
    assert charged(case, "slavgorod", Step.FINAL, "21 18:05") == []
    held_back = after("slavgorod", *INTERIM, *SECOND, *approved, ("21 18:02", AuthorDeleted(NETWORK, 1)))
    assert charged(held_back, "slavgorod", Step.FINAL, "22 09:30") == []
    assert charged(held_back, "slavgorod", Step.FINAL, "22 09:31") == ["curator"]
    late = after("slavgorod", *INTERIM, *SECOND, ("21 18:01", Approve(CURATOR, 1, 2)))
    assert charged(late, "slavgorod", Step.FINAL, "21 18:05") == ["curator"]
