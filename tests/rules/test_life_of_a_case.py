"""The life of a case: what is accepted, what is refused and why, and what must hold over any sequence of commands."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.rules.offices import CURATOR, DEPUTY, ROADS, STRANGER, ZHKH, at, new_case, office
from workflow.case import Case, PartState, State
from workflow.commands import (
    Accept,
    Action,
    AnyCommand,
    Approve,
    CloseWithoutPosting,
    Correct,
    Forward,
    NotProcess,
    Posted,
    PostFailed,
    Release,
    Reopen,
    Retry,
    Return,
    SendBack,
    SetSource,
    SubmitDraft,
    Undo,
)
from workflow.decide import decide
from workflow.effects import Audience, Notice, Notify, PostAnswer
from workflow.office import CLOCK, NETWORK, Absence, Actor
from workflow.outcomes import Accepted, Reason, Refused
from workflow.regulation import Event, Source, Step
from workflow.terms.alarms import running_terms
from workflow.transitions import may

TEXT = "Воду подключили, бригада закончила работы в 11:00."


def run(case: Case, *commands: AnyCommand, key: str = "kursky", start: str = "2026-01-12 09:20") -> Case:
    """The case after the commands, one every five minutes; each must be accepted."""
    now = at(start)
    for command in commands:
        decision = decide(case, command, office(key), now)
        assert isinstance(decision, Accepted), (command, decision)
        case = decision.after
        now += timedelta(minutes=5)
    return case


def refuse(case: Case, command: AnyCommand, key: str = "kursky", moment: str = "2026-01-12 11:00") -> Reason:
    decision = decide(case, command, office(key), at(moment))
    assert isinstance(decision, Refused), decision
    return decision.reason


def forwarded(key: str = "kursky") -> Case:
    return run(new_case(key), Forward(CURATOR, 1, ("zhkh",)), key=key)


def on_approval(key: str = "kursky") -> Case:
    return run(forwarded(key), Accept(ZHKH, 1), SubmitDraft(ZHKH, 1, TEXT), key=key, start="2026-01-12 09:30")


def test_the_whole_way_from_detection_to_posting() -> None:
    case = run(
        on_approval(),
        SendBack(CURATOR, 1, 1, "уточните срок"),
        SubmitDraft(ZHKH, 1, TEXT + " Перерасчёт сделаем."),
        Approve(CURATOR, 1, 2),
        Release(CLOCK, 1, 2),
        Posted(NETWORK, 1, "https://vk.com/wall-1_2?reply=4"),
        start="2026-01-12 10:00",
    )
    assert case.state is State.CLOSED
    assert [happening.event for happening in case.history] == [
        Event.DETECTED,
        Event.FORWARDED,
        Event.ACCEPTED,
        Event.DRAFTED,
        Event.SENT_BACK,
        Event.DRAFTED,
        Event.APPROVED,
        Event.POSTED,
    ]
    assert case.posting is not None
    assert (case.posting.version, case.posting.by_hand) == (2, False)


def test_a_second_accept_is_told_who_was_first() -> None:
    case = run(forwarded(), Accept(ZHKH, 1), start="2026-01-12 09:30")
    decision = decide(case, Accept(ZHKH, 1), office(), at("2026-01-12 09:31"))
    assert decision == Refused(
        Reason.ALREADY_ACCEPTED, {"state": State.IN_WORK, "department": "zhkh", "at": at("2026-01-12 09:30")}
    )


@pytest.mark.parametrize(
    ("actor", "reason"),
    [
        (ROADS, Reason.NOT_YOURS),
        (CURATOR, Reason.NOT_YOURS),
        (DEPUTY, Reason.NOT_YOURS),
        (STRANGER, Reason.STRANGER),
        (Actor(("zhkh_head",), 2, standing="left"), Reason.LEFT_THE_GROUP),
        (Actor(standing="anonymous"), Reason.ANONYMOUS),
    ],
)
def test_only_the_lead_department_accepts(actor: Actor, reason: Reason) -> None:
    assert refuse(forwarded(), Accept(actor, 1)) is reason


def test_ku_9_no_reason_no_return() -> None:
    assert refuse(forwarded(), Return(ZHKH, 1, "…")) is Reason.REASON_REQUIRED
    returned = run(forwarded(), Return(ZHKH, 1, "Не наша территория"), start="2026-01-12 09:30")
    assert (returned.state, returned.parts[0].state, returned.parts[0].reason) == (
        State.NEW,
        PartState.RETURNED,
        "Не наша территория",
    )


def test_iz_a_return_needs_no_reason() -> None:
    returned = run(forwarded("izobilnensky"), Return(ZHKH, 1), key="izobilnensky", start="2026-01-12 09:30")
    assert returned.state is State.NEW


def test_after_a_return_forwarding_runs_anew_and_the_answer_does_not_move() -> None:
    case = run(forwarded(), Return(ZHKH, 1, "не наше"), start="2026-01-12 09:30")
    assert running_terms(case, office())[Step.FORWARD].due_at == at("2026-01-12 10:30")
    case = run(case, Forward(CURATOR, 1, ("roads",)), start="2026-01-12 09:45")
    terms = running_terms(case, office())
    assert terms[Step.ANSWER].due_at == at("2026-01-13 10:00")
    assert terms[Step.DRAFT].due_at == at("2026-01-12 13:00")
    assert refuse(case, Accept(ZHKH, 1)) is Reason.NOT_YOURS


def test_approval_names_an_exact_version() -> None:
    case = run(on_approval(), SubmitDraft(ZHKH, 1, TEXT + " Исправлено."), start="2026-01-12 10:00")
    assert refuse(case, Approve(CURATOR, 1, 1)) is Reason.DRAFT_IS_STALE
    assert run(case, Approve(CURATOR, 1, 2), start="2026-01-12 10:10").approved == 2


def test_iz_7_a_correction_stands_beside_the_original() -> None:
    correction, key = Correct(CURATOR, 1, 1, "Воду подключили в 11:00."), "izobilnensky"
    case = run(on_approval(key), correction, key=key, start="2026-01-12 10:00")
    assert [(d.version, d.by, d.department, d.corrects, d.text) for d in case.drafts] == [
        (1, "zhkh_head", "zhkh", None, TEXT),
        (2, "curator", "zhkh", 1, "Воду подключили в 11:00."),
    ]
    assert refuse(case, Approve(CURATOR, 1, 1), key) is Reason.DRAFT_IS_STALE


def test_the_same_draft_again_is_no_new_version() -> None:
    assert refuse(on_approval(), SubmitDraft(ZHKH, 1, TEXT)) is Reason.UNCHANGED_DRAFT
    other = run(on_approval(), Forward(CURATOR, 1, ("roads",)), SubmitDraft(ROADS, 1, TEXT), start="2026-01-12 10:00")
    assert [(d.version, d.department, d.text) for d in other.drafts] == [(1, "zhkh", TEXT), (2, "roads", TEXT)]
    assert refuse(other, SubmitDraft(ROADS, 1, TEXT)) is Reason.UNCHANGED_DRAFT
    back = run(on_approval(), Forward(CURATOR, 1, ("roads",)), Forward(CURATOR, 1, ("zhkh",)), start="2026-01-12 10:00")
    assert running_terms(back, office()).keys() == {Step.RETURN, Step.ANSWER}
    assert run(back, SubmitDraft(ZHKH, 1, TEXT), start="2026-01-12 10:20").state is State.ON_APPROVAL


def test_an_approval_can_be_undone_only_before_it_goes_out() -> None:
    approved = run(on_approval(), Approve(CURATOR, 1, 1), start="2026-01-12 10:00")
    assert approved.post_at == at("2026-01-12 10:00") + timedelta(seconds=30)
    undone = run(approved, Undo(CURATOR, 1, 1), start="2026-01-12 10:00")
    assert (undone.state, undone.approved, undone.post_at) == (State.ON_APPROVAL, None, None)
    assert Step.POSTING not in running_terms(undone, office())
    on_its_way = run(approved, Release(CLOCK, 1, 1), start="2026-01-12 10:01")
    assert refuse(on_its_way, Undo(CURATOR, 1, 1)) is Reason.TOO_LATE_TO_UNDO


def test_not_posted_is_not_closed() -> None:
    failed = run(
        on_approval(),
        Approve(CURATOR, 1, 1),
        Release(CLOCK, 1, 1),
        PostFailed(NETWORK, 1, "comments_closed"),
        start="2026-01-12 10:00",
    )
    assert failed.state is State.NOT_POSTED
    assert Step.POSTING in running_terms(failed, office())
    assert refuse(failed, Posted(CURATOR, 1, "разместил")) is Reason.LINK_REQUIRED
    by_hand = run(failed, Posted(CURATOR, 1, "https://vk.com/wall-1_2?reply=9"), start="2026-01-12 10:30")
    assert by_hand.state is State.CLOSED
    assert by_hand.posting is not None
    assert by_hand.posting.by_hand


def test_without_a_network_the_curator_posts_by_hand() -> None:
    case = on_approval()
    case = replace(case, appeal=replace(case.appeal, network=None, ref=None))
    approved = run(case, Approve(CURATOR, 1, 1), start="2026-01-12 10:00")
    decision = decide(approved, Release(CLOCK, 1, 1), office(), at("2026-01-12 10:01"))
    assert isinstance(decision, Accepted)
    assert decision.after.state is State.NOT_POSTED
    assert not any(isinstance(effect, PostAnswer) for effect in decision.effects)
    assert Notify(Notice.NOT_POSTED, Audience.CURATORS, text="by_hand") in decision.effects
    assert refuse(decision.after, Retry(CURATOR, 1)) is Reason.BY_HAND_ONLY


def test_a_redirected_case_is_told_to_both_departments() -> None:
    decision = decide(forwarded(), Forward(CURATOR, 1, ("roads",)), office(), at("2026-01-12 09:40"))
    assert isinstance(decision, Accepted)
    told = [effect for effect in decision.effects if isinstance(effect, Notify)]
    assert told == [
        Notify(Notice.RECALLED, Audience.DEPARTMENT, department="zhkh"),
        Notify(Notice.WORK, Audience.DEPARTMENT, department="roads"),
    ]


def test_a_substitute_acts_by_anothers_right_and_the_journal_says_so() -> None:
    since, until = at("2026-01-12 00:00"), at("2026-01-14 00:00")
    away = replace(office(), absences=(Absence("curator", since, until, "zhkh_head"),))
    decision = decide(new_case(), Forward(ZHKH, 1, ("roads",)), away, at("2026-01-12 09:20"))
    assert isinstance(decision, Accepted)
    assert (decision.entry.by, decision.entry.on_behalf) == ("zhkh_head", "curator")
    assert isinstance(decide(new_case(), Forward(ZHKH, 1, ("roads",)), away, until), Refused)


def test_not_processed_has_a_way_back_and_closed_has_none() -> None:
    ground = office().regulation.grounds[0].code
    put_by = run(new_case(), NotProcess(CURATOR, 1, ground))
    assert run(put_by, Reopen(CURATOR, 1)).state is State.NEW
    closed = run(new_case(), CloseWithoutPosting(CURATOR, 1, "thanks"))
    assert refuse(closed, Reopen(CURATOR, 1)) is Reason.ALREADY_ENDED


def test_iz_6_3_the_source_of_a_handed_in_message_decides_its_terms() -> None:
    found = forwarded("izobilnensky")
    assert refuse(found, SetSource(CURATOR, 1, Source.TELEGRAM_GOVERNOR), "izobilnensky") is Reason.SOURCE_IS_KNOWN
    handed_in = replace(found, appeal=replace(found.appeal, network=None, ref=None))
    named = run(handed_in, SetSource(CURATOR, 1, Source.TELEGRAM_GOVERNOR), key="izobilnensky")
    terms = running_terms(named, office("izobilnensky"))
    assert terms[Step.DRAFT].due_at == at("2026-01-12 10:50")


def test_the_shortest_way_to_a_posted_answer_is_open_to_no_one_alone() -> None:
    """Four eyes: the one who drafts cannot approve, the one who approves cannot draft."""
    assert refuse(on_approval(), Approve(ZHKH, 1, 1)) is Reason.NOT_A_CURATOR
    assert refuse(forwarded(), SubmitDraft(CURATOR, 1, TEXT)) is Reason.NOT_YOURS


def test_what_was_sent_back_is_not_decided_on_again() -> None:
    sent_back = run(on_approval(), SendBack(CURATOR, 1, 1, "короче"), start="2026-01-12 10:00")
    for command in (Approve(CURATOR, 1, 1), SendBack(CURATOR, 1, 1, "ещё"), Correct(CURATOR, 1, 1, TEXT)):
        assert refuse(sent_back, command) is Reason.ALREADY_SENT_BACK


def test_what_the_table_permits_to_nobody_has_no_button() -> None:
    assert (may(Action.ACCEPT, State.FORWARDED), may(Action.ACCEPT, State.CLOSED)) == (True, False)
