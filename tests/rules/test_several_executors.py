"""Several executors on one message: the lead and his co-executors, contributions, turns, parts handed back, whose terms."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.rules.offices import CURATOR, DEPUTY, ROADS, SCHOOL, ZHKH, at, new_case, office
from tests.rules.test_life_of_a_case import TEXT, refuse, run
from tests.rules.towns import violations
from workflow.case import Case, PartState, State
from workflow.commands import (
    Accept,
    AnyCommand,
    Approve,
    Contribute,
    Forward,
    PassContribution,
    Posted,
    Recall,
    Release,
    Return,
    SendBack,
    SubmitDraft,
)
from workflow.decide import decide
from workflow.effects import Audience, Effect, Notice, Notify
from workflow.office import CLOCK, NETWORK
from workflow.outcomes import Accepted, Reason, Refused
from workflow.regulation import Holder, Importance
from workflow.terms.alarms import newest_runs, running
from workflow.terms.deadlines import Facts
from workflow.terms.grants import runs

SPLIT = "Асфальт над трубой восстановим до пятницы."
WATER = "Подвоз воды к школе организован с утра."
EARLY = "Дороги к этому вопросу не относятся"


def handed(*departments: str, key: str = "kursky", in_turn: bool = False) -> Case:
    """Forwarded at 9:20; detected at 9:00 of the same Monday."""
    return run(new_case(key), Forward(CURATOR, 1, departments, in_turn), key=key)


def effects_of(case: Case, command: AnyCommand, moment: str, key: str = "kursky") -> tuple[Effect, ...]:
    decision = decide(case, command, office(key), at(moment))
    assert isinstance(decision, Accepted), decision
    return decision.effects


def told(case: Case, command: AnyCommand, moment: str, key: str = "kursky") -> list[Notify]:
    return [effect for effect in effects_of(case, command, moment, key) if isinstance(effect, Notify)]


def due(case: Case, key: str = "kursky") -> dict[str, str]:
    """What runs now, by name, on the municipality's clock."""
    found = running(case, office(key))
    return {name: run_.due_at.astimezone(office(key).zone).strftime("%d %H:%M") for name, run_ in found.items()}


def missed(case: Case, moment: str, key: str = "kursky") -> list[tuple[str, Holder, str | None]]:
    """(name, charged to, who) of every violation as things stand at the moment."""
    facts = Facts(case.first_importance, case.appeal.source)
    found = runs(case.history, facts, office(key).regulation, office(key).clock)
    late = violations(found, at(moment), office(key).clock)
    return [(one.deadline.name, one.deadline.charged_to, one.deadline.who) for one in late]


# --- who is on the case -------------------------------------------------------------------------------


def test_mo_14_the_lead_stands_first_and_everyone_is_asked_at_once() -> None:
    case = handed("zhkh", "roads", "school", key="moskalensky")
    assert [(p.department, p.lead, p.state) for p in case.parts] == [
        ("zhkh", True, PartState.ASKED),
        ("roads", False, PartState.ASKED),
        ("school", False, PartState.ASKED),
    ]
    assert case.owing == ("roads", "school")
    assert due(case, "moskalensky") == {
        "return@zhkh": "12 09:50",
        "return@roads": "12 09:50",
        "return@school": "12 09:50",
        "contribution@roads": "12 11:20",
        "contribution@school": "12 11:20",
        "draft": "12 15:00",
        "answer": "13 10:00",
    }


def test_a_department_named_twice_is_asked_once() -> None:
    for case in (handed("zhkh", "roads", "zhkh", "roads"), handed("zhkh", "zhkh", "roads", in_turn=True)):
        assert [(p.department, p.lead) for p in case.active_parts] == [("zhkh", True), ("roads", False)]
        assert case.queue == ()
    alone = handed("zhkh", "zhkh")
    assert [happening.lead for happening in alone.history] == [None, None]
    assert refuse(alone, Forward(CURATOR, 1, ("zhkh", "zhkh"))) is Reason.ALREADY_FORWARDED


def test_ku_16_contributions_run_from_each_ones_own_receipt_and_there_is_no_joint_draft() -> None:
    assert due(handed("zhkh", "roads")) == {
        "return@zhkh": "12 09:50",
        "return@roads": "12 09:50",
        "contribution@roads": "12 11:20",
        "draft": "12 13:00",
        "answer": "13 10:00",
    }


def test_a_co_executor_accepts_his_part_alone_and_the_case_stays_where_it_is() -> None:
    case = run(handed("zhkh", "roads"), Accept(ROADS, 1), start="2026-01-12 09:30")
    assert (case.state, [p.state for p in case.parts]) == (State.FORWARDED, [PartState.ASKED, PartState.ACCEPTED])
    assert case.parts[1].accepted_by == "roads_head"
    assert "return@roads" not in due(case)
    assert "contribution@roads" in due(case)
    assert refuse(case, Accept(ROADS, 1)) is Reason.ALREADY_ACCEPTED
    assert run(case, Accept(ZHKH, 1), start="2026-01-12 09:35").state is State.IN_WORK


def test_the_lead_accepts_after_his_co_executor_has_given_all_he_had() -> None:
    case = run(handed("zhkh", "roads"), Contribute(ROADS, 1, SPLIT), Accept(ZHKH, 1), start="2026-01-12 09:30")
    assert (case.state, [p.state for p in case.parts]) == (State.IN_WORK, [PartState.ACCEPTED, PartState.CONTRIBUTED])


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (SubmitDraft(ROADS, 1, TEXT), Reason.NOT_YOURS),
        (Contribute(ZHKH, 1, SPLIT), Reason.NOT_YOURS),
        (Contribute(SCHOOL, 1, SPLIT), Reason.NOT_YOURS),
        (Contribute(CURATOR, 1, SPLIT), Reason.NOT_YOURS),
        (Contribute(ROADS, 1, "  "), Reason.EMPTY_DRAFT),
        (PassContribution(ROADS, 1, "roads"), Reason.NOT_A_CURATOR),
        (PassContribution(DEPUTY, 1, "roads"), Reason.NOT_A_CURATOR),
        (PassContribution(CURATOR, 1, "roads"), Reason.NO_SUCH_CONTRIBUTION),
        (Return(ROADS, 1, "."), Reason.REASON_REQUIRED),
        (Return(SCHOOL, 1, "не наше"), Reason.NOT_YOURS),
    ],
)
def test_ku_16_each_does_his_own_part_and_no_other(command: AnyCommand, reason: Reason) -> None:
    assert refuse(handed("zhkh", "roads"), command) is reason


# --- contributions ------------------------------------------------------------------------------------


def test_mo_14_a_contribution_goes_to_the_lead_and_the_last_one_starts_the_joint_draft() -> None:
    key = "moskalensky"
    case = handed("zhkh", "roads", "school", key=key)
    assert told(case, Contribute(ROADS, 1, SPLIT), "2026-01-12 10:00", key) == [
        Notify(Notice.CONTRIBUTED, Audience.LEAD, "roads", text=SPLIT)
    ]
    one = run(case, Contribute(ROADS, 1, SPLIT), key=key, start="2026-01-12 10:00")
    assert one.contributions[0].passed_at == at("2026-01-12 10:00")
    assert [name for name in due(one, key) if name in ("contribution@roads", "contribution@school", "joint_draft")] == [
        "contribution@school"
    ]
    assert refuse(one, PassContribution(CURATOR, 1, "roads"), key) is Reason.NO_SUCH_CONTRIBUTION
    both = run(one, Contribute(SCHOOL, 1, WATER), key=key, start="2026-01-12 10:30")
    assert due(both, key) == {
        "return@zhkh": "12 09:50",
        "joint_draft": "12 12:30",
        "draft": "12 15:00",
        "answer": "13 10:00",
    }
    drafted = run(both, SubmitDraft(ZHKH, 1, TEXT), key=key, start="2026-01-12 12:00")
    assert due(drafted, key) == {"approval": "12 12:30", "answer": "13 10:00"}


def test_mo_14_high_importance_shortens_contribution_and_joint_draft() -> None:
    key = "moskalensky"
    urgent = replace(new_case(key), first_importance=Importance.HIGH, importance=Importance.HIGH)
    case = run(urgent, Forward(CURATOR, 1, ("zhkh", "roads")), key=key)
    assert due(case, key)["contribution@roads"] == "12 10:05"
    given = run(case, Contribute(ROADS, 1, SPLIT), key=key, start="2026-01-12 10:00")
    assert due(given, key)["joint_draft"] == "12 10:45"


def test_mo_14_a_part_handed_back_last_leaves_the_lead_his_term_for_the_joint_draft() -> None:
    key = "moskalensky"
    case = run(
        handed("zhkh", "roads", "school", key=key), Contribute(ROADS, 1, SPLIT), key=key, start="2026-01-12 10:00"
    )
    case = run(case, Return(SCHOOL, 1, "не наше"), key=key, start="2026-01-12 10:30")
    assert case.owing == ()
    assert due(case, key)["joint_draft"] == "12 12:30"


def test_mo_14_no_joint_draft_where_nobody_contributed() -> None:
    key = "moskalensky"
    case = run(handed("zhkh", "roads", key=key), Return(ROADS, 1, "не наше"), key=key, start="2026-01-12 09:40")
    assert "joint_draft" not in newest_runs(case, office(key))


def test_mo_14_what_is_added_after_the_draft_asks_for_no_second_joint_draft() -> None:
    key = "moskalensky"
    case = run(
        handed("zhkh", "roads", key=key),
        Contribute(ROADS, 1, SPLIT),
        SubmitDraft(ZHKH, 1, TEXT),
        Contribute(ROADS, 1, SPLIT + " Разметку обновим."),
        key=key,
        start="2026-01-12 10:00",
    )
    case = run(
        case,
        Approve(CURATOR, 1, 1),
        Release(CLOCK, 1, 1),
        Posted(NETWORK, 1, "https://vk.com/wall-1_2?reply=4"),
        key=key,
        start="2026-01-12 15:00",
    )
    assert [line for line in missed(case, "2026-01-14 10:00", key) if line[0] != "approval"] == []


def test_mo_14_ku_16_the_lead_waits_for_the_contributions_or_says_why_not() -> None:
    for key in ("moskalensky", "kursky"):
        case = handed("zhkh", "roads", "school", key=key)
        decision = decide(case, SubmitDraft(ZHKH, 1, TEXT), office(key), at("2026-01-12 10:00"))
        assert decision == Refused(
            Reason.CONTRIBUTIONS_OWED, {"departments": ("roads", "school"), "department": "roads"}
        )
        assert refuse(case, SubmitDraft(ZHKH, 1, TEXT, early="нет"), key) is Reason.CONTRIBUTIONS_OWED
        early = run(case, SubmitDraft(ZHKH, 1, TEXT, early=EARLY), key=key, start="2026-01-12 10:00")
        assert early.draft is not None
        assert (early.state, early.draft.early) == (State.ON_APPROVAL, EARLY)
        assert "contribution@roads" in due(early, key)
        again = run(
            early,
            SendBack(CURATOR, 1, 1, "уточните срок"),
            SubmitDraft(ZHKH, 1, TEXT + " До пятницы."),
            key=key,
            start="2026-01-12 10:10",
        )
        assert again.state is State.ON_APPROVAL


def test_ku_16_a_contribution_reaches_the_lead_once_the_curator_has_passed_it() -> None:
    case = handed("zhkh", "roads")
    assert told(case, Contribute(ROADS, 1, SPLIT), "2026-01-12 10:00") == [
        Notify(Notice.CONTRIBUTED, Audience.CURATORS, "roads", text=SPLIT)
    ]
    given = run(case, Contribute(ROADS, 1, SPLIT), start="2026-01-12 10:00")
    assert (given.contributions[0].passed_at, given.parts[1].state) == (None, PartState.CONTRIBUTED)
    assert due(given)["contribution_approval@roads"] == "12 10:30"
    assert "contribution@roads" not in due(given)
    assert refuse(given, SubmitDraft(ZHKH, 1, TEXT)) is Reason.CONTRIBUTIONS_OWED
    assert told(given, PassContribution(CURATOR, 1, "roads"), "2026-01-12 10:20") == [
        Notify(Notice.CONTRIBUTION_PASSED, Audience.LEAD, "roads", text=SPLIT)
    ]
    passed = run(given, PassContribution(CURATOR, 1, "roads"), start="2026-01-12 10:20")
    assert (passed.contributions[0].passed_at, passed.parts[1].state) == (at("2026-01-12 10:20"), PartState.PASSED)
    assert due(passed) == {"return@zhkh": "12 09:50", "draft": "12 13:00", "answer": "13 10:00"}
    assert refuse(passed, PassContribution(CURATOR, 1, "roads")) is Reason.NO_SUCH_CONTRIBUTION
    assert run(passed, SubmitDraft(ZHKH, 1, TEXT), start="2026-01-12 10:30").state is State.ON_APPROVAL


def test_ku_16_each_contribution_waits_for_the_curator_by_itself() -> None:
    case = run(handed("zhkh", "roads", "school"), Contribute(ROADS, 1, SPLIT), start="2026-01-12 10:00")
    case = run(case, Contribute(SCHOOL, 1, WATER), start="2026-01-12 10:20")
    late = run(case, PassContribution(CURATOR, 1, "school"), start="2026-01-12 10:25")
    assert due(late)["contribution_approval@roads"] == "12 10:30"
    assert "contribution_approval@school" not in due(late)
    assert missed(late, "2026-01-12 10:40") == [("contribution_approval@roads", Holder.CURATOR, "roads")]


def test_a_contribution_given_again_replaces_the_first_and_the_same_words_twice_are_one() -> None:
    given = run(handed("zhkh", "roads"), Contribute(ROADS, 1, SPLIT), start="2026-01-12 10:00")
    assert refuse(given, Contribute(ROADS, 1, SPLIT)) is Reason.ALREADY_CONTRIBUTED
    better = run(given, PassContribution(CURATOR, 1, "roads"), Contribute(ROADS, 1, WATER), start="2026-01-12 10:10")
    assert [(c.department, c.text, c.passed_at) for c in better.contributions] == [("roads", WATER, None)]
    assert due(better)["contribution_approval@roads"] == "12 10:45"


def test_a_co_executor_asked_anew_may_say_the_same_again() -> None:
    given = run(handed("zhkh", "roads"), Contribute(ROADS, 1, SPLIT), start="2026-01-12 10:00")
    other = run(given, Forward(CURATOR, 1, ("school", "roads")), start="2026-01-12 10:10")
    assert other.owing == ("roads",)
    again = run(other, Contribute(ROADS, 1, SPLIT), start="2026-01-12 10:20")
    assert again.owing == ()


# --- turns --------------------------------------------------------------------------------------------


def test_mo_14_in_turns_each_ones_terms_run_from_his_own_receipt() -> None:
    key = "moskalensky"
    case = handed("zhkh", "roads", "school", key=key, in_turn=True)
    assert ([p.department for p in case.parts], case.queue) == (["zhkh", "roads"], ("school",))
    assert case.owing == ("roads", "school")
    assert refuse(case, Contribute(SCHOOL, 1, WATER), key) is Reason.NOT_YOURS
    assert told(case, Contribute(ROADS, 1, SPLIT), "2026-01-12 11:00", key) == [
        Notify(Notice.CONTRIBUTED, Audience.LEAD, "roads", text=SPLIT),
        Notify(Notice.WORK, Audience.DEPARTMENT, "school"),
    ]
    second = run(case, Contribute(ROADS, 1, SPLIT), key=key, start="2026-01-12 11:00")
    assert (second.queue, second.parts[2].asked_at) == ((), at("2026-01-12 11:00"))
    assert due(second, key) == {
        "return@zhkh": "12 09:50",
        "return@school": "12 11:30",
        "contribution@school": "12 13:00",
        "draft": "12 15:00",
        "answer": "13 10:00",
    }
    last = run(second, Contribute(SCHOOL, 1, WATER), key=key, start="2026-01-12 12:00")
    assert due(last, key)["joint_draft"] == "12 15:00"


def test_mo_14_whose_turn_it_is_may_hand_his_part_back_and_the_next_is_asked() -> None:
    key = "moskalensky"
    case = handed("zhkh", "roads", "school", key=key, in_turn=True)
    case = run(case, Return(ROADS, 1, "не наше"), key=key, start="2026-01-12 09:40")
    assert (case.state, case.owing, case.queue) == (State.FORWARDED, ("school",), ())
    assert due(case, key)["contribution@school"] == "12 11:40"
    assert "contribution@roads" not in due(case, key)


def test_mo_14_a_correction_of_the_first_does_not_call_the_third_before_the_second() -> None:
    key = "moskalensky"
    case = run(new_case(key), Forward(CURATOR, 1, ("zhkh", "roads", "school"), in_turn=True), key=key)
    case = run(case, Contribute(ROADS, 1, SPLIT), Contribute(ROADS, 1, WATER), key=key, start="2026-01-12 10:00")
    assert [(p.department, p.state) for p in case.active_parts] == [
        ("zhkh", PartState.ASKED),
        ("roads", PartState.CONTRIBUTED),
        ("school", PartState.ASKED),
    ]


def test_mo_14_the_same_order_again_is_no_new_forwarding() -> None:
    key = "moskalensky"
    case = handed("zhkh", "roads", "school", key=key, in_turn=True)
    again = Forward(CURATOR, 1, ("zhkh", "roads", "school"), in_turn=True)
    assert refuse(case, again, key) is Reason.ALREADY_FORWARDED
    at_once = run(case, Forward(CURATOR, 1, ("zhkh", "roads", "school")), key=key, start="2026-01-12 09:30")
    assert (at_once.queue, at_once.owing) == ((), ("roads", "school"))


# --- handing back -------------------------------------------------------------------------------------


def test_ku_9_a_co_executor_hands_back_his_part_alone() -> None:
    case = run(handed("zhkh", "roads"), Accept(ZHKH, 1), start="2026-01-12 09:25")
    assert told(case, Return(ROADS, 1, "не наша улица"), "2026-01-12 09:40") == [
        Notify(Notice.PART_RETURNED, Audience.CURATORS, "roads", text="не наша улица")
    ]
    alone = run(case, Return(ROADS, 1, "не наша улица"), start="2026-01-12 09:40")
    assert (alone.state, [p.department for p in alone.active_parts]) == (State.IN_WORK, ["zhkh"])
    assert (alone.parts[1].state, alone.parts[1].reason, alone.parts[1].ended_at) == (
        PartState.RETURNED,
        "не наша улица",
        at("2026-01-12 09:40"),
    )
    assert due(alone) == {"draft": "12 13:00", "answer": "13 10:00"}
    assert refuse(alone, Return(ROADS, 1, "не наша улица")) is Reason.NOT_YOURS
    assert run(alone, SubmitDraft(ZHKH, 1, TEXT), start="2026-01-12 10:00").state is State.ON_APPROVAL


def test_who_has_contributed_does_not_hand_back_his_part() -> None:
    given = run(handed("zhkh", "roads"), Contribute(ROADS, 1, SPLIT), start="2026-01-12 09:30")
    assert refuse(given, Return(ROADS, 1, "не наше")) is Reason.ALREADY_CONTRIBUTED


def test_when_the_lead_hands_back_everybody_is_free_and_nothing_of_theirs_runs_on() -> None:
    given = run(handed("zhkh", "roads", "school"), Contribute(ROADS, 1, SPLIT), start="2026-01-12 09:30")
    assert told(given, Return(ZHKH, 1, "не наше"), "2026-01-12 09:40") == [
        Notify(Notice.RETURNED, Audience.CURATORS, "zhkh", text="не наше"),
        Notify(Notice.RECALLED, Audience.DEPARTMENT, "roads"),
        Notify(Notice.RECALLED, Audience.DEPARTMENT, "school"),
    ]
    returned = run(given, Return(ZHKH, 1, "не наше"), start="2026-01-12 09:40")
    assert (returned.state, returned.active_parts, returned.owing) == (State.NEW, (), ())
    assert due(returned) == {"forward": "12 10:40", "answer": "13 10:00"}
    assert [line for line in missed(returned, "2026-01-12 12:00") if line[0] != "forward"] == []


def test_mo_14_a_returned_joint_draft_is_not_the_next_executors() -> None:
    key = "moskalensky"
    case = run(handed("zhkh", "roads", key=key), Contribute(ROADS, 1, SPLIT), key=key, start="2026-01-12 09:30")
    case = run(case, Return(ZHKH, 1, "не наше"), Forward(CURATOR, 1, ("school",)), key=key, start="2026-01-12 09:40")
    assert due(case, key) == {"return@school": "12 10:15", "draft": "12 15:00", "answer": "13 10:00"}
    assert missed(case, "2026-01-12 14:30", key) == []


def test_a_recalled_case_keeps_no_turns_and_no_terms_of_its_executors() -> None:
    case = run(handed("zhkh", "roads", "school", in_turn=True), Recall(CURATOR, 1), start="2026-01-12 09:30")
    assert (case.state, case.queue, case.active_parts) == (State.NEW, (), ())
    assert due(case) == {"forward": "12 10:30", "answer": "13 10:00"}
