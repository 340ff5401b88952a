"""An answer that is gone from its network after it closed its case: who may post it again, and what stays as it was."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.rules.offices import CURATOR, NETWORK_LINK, ZHKH, at, new_case, office
from tests.rules.test_life_of_a_case import TEXT, on_approval, refuse, run
from tests.rules.test_several_executors import due, effects_of
from workflow.case import Case, Loss, State
from workflow.commands import (
    AnswerGone,
    AnyCommand,
    Approve,
    Forward,
    PostAgain,
    Posted,
    PostFailed,
    Release,
    Retry,
    SubmitDraft,
)
from workflow.decide import decide
from workflow.effects import Audience, Notice, Notify, PostAnswer, SettleDrafts, ShowCard, ShowOffer
from workflow.office import CLOCK, NETWORK
from workflow.outcomes import Accepted, Reason

AGAIN = "https://vk.com/wall-1_2?reply=9"


def closed() -> Case:
    case = run(
        on_approval(),
        Approve(CURATOR, 1, 1),
        Release(CLOCK, 1, 1),
        Posted(NETWORK, 1, NETWORK_LINK, "wall-1_2?reply=4"),
        start="2026-01-12 10:00",
    )
    assert (case.state, case.loss, len(case.postings)) == (State.CLOSED, None, 1)
    return case


def lost() -> Case:
    return run(closed(), AnswerGone(NETWORK, 1), start="2026-01-13 10:00")


def on_its_way() -> Case:
    return run(lost(), PostAgain(CURATOR, 1), start="2026-01-13 10:05")


def journalled(case: Case, command: AnyCommand) -> dict[str, str]:
    decision = decide(case, command, office(), at("2026-01-13 11:00"))
    assert isinstance(decision, Accepted), decision
    return dict(decision.entry.details)


def test_the_same_words_are_posted_again_and_the_case_stays_closed() -> None:
    before = closed()
    again = run(on_its_way(), Posted(NETWORK, 1, AGAIN, "wall-1_2?reply=9"), start="2026-01-13 10:06")
    assert [(one.version, one.link, one.ref) for one in again.postings] == [
        (1, NETWORK_LINK, "wall-1_2?reply=4"),
        (1, AGAIN, "wall-1_2?reply=9"),
    ]
    assert (again.state, again.loss, again.history, due(again)) == (State.CLOSED, None, before.history, {})
    assert again.answer == before.posting, "the author was answered when he was answered first"
    assert (again.answered_in, on_approval().answered_in) == ("vk", None)


def test_what_goes_out_again_is_told_when_it_is_out() -> None:
    assert effects_of(lost(), PostAgain(CURATOR, 1), "2026-01-13 10:05") == (SettleDrafts(), PostAnswer(1))
    assert effects_of(on_its_way(), Posted(NETWORK, 1, AGAIN), "2026-01-13 10:06") == (
        ShowCard(),
        ShowOffer(),
        SettleDrafts(),
        Notify(Notice.POSTED, Audience.CURATORS, again=True),
    )
    assert effects_of(on_its_way(), PostFailed(NETWORK, 1, "no_right"), "2026-01-13 10:06") == (
        SettleDrafts(),
        Notify(Notice.NOT_POSTED, Audience.CURATORS, text="no_right"),
    )


def test_the_journal_tells_a_second_posting_from_the_first() -> None:
    again = {"link": AGAIN, "version": "1", "kind": "final", "again": "yes"}
    assert journalled(on_its_way(), Posted(NETWORK, 1, AGAIN)) == again
    assert journalled(on_its_way(), PostFailed(NETWORK, 1, "no_right")) == {"reason": "no_right", "again": "yes"}


def test_what_could_not_be_posted_again_the_curator_may_try_once_more_or_post_by_hand() -> None:
    failed = run(on_its_way(), PostFailed(NETWORK, 1, "no_right"), start="2026-01-13 10:06")
    assert (failed.state, failed.loss, failed.not_posted_because) == (State.CLOSED, Loss.NOT_TAKEN, "no_right")
    once_more = run(failed, PostAgain(CURATOR, 1), start="2026-01-13 10:10")
    assert (once_more.loss, once_more.not_posted_because) == (Loss.ON_ITS_WAY, None)
    by_hand = run(failed, Posted(CURATOR, 1, AGAIN), start="2026-01-13 10:10")
    assert (by_hand.loss, by_hand.not_posted_because) == (None, None)
    assert by_hand.posting is not None
    assert (by_hand.posting.by_hand, by_hand.posting.ref) == (True, "")


@pytest.mark.parametrize(
    ("case", "command", "reason"),
    [
        (closed, PostAgain(CURATOR, 1), Reason.ANSWER_STANDS),
        (closed, Posted(CURATOR, 1, AGAIN), Reason.ANSWER_STANDS),
        (closed, PostFailed(NETWORK, 1, "no_right"), Reason.ANSWER_STANDS),
        (lost, AnswerGone(NETWORK, 1), Reason.NOT_NOW),
        (lost, Posted(NETWORK, 1, AGAIN), Reason.NOT_NOW),
        (lost, PostFailed(NETWORK, 1, "no_right"), Reason.NOT_NOW),
        (on_its_way, PostAgain(CURATOR, 1), Reason.ON_ITS_WAY),
        (on_its_way, Posted(CURATOR, 1, AGAIN), Reason.ON_ITS_WAY),
        (on_its_way, Posted(NETWORK, 1, "vk.com"), Reason.LINK_REQUIRED),
    ],
)  # fmt: skip
def test_an_answer_goes_out_once_at_a_time_and_only_if_it_is_gone(
    case: object, command: AnyCommand, reason: Reason
) -> None:
    assert callable(case)
    assert refuse(case(), command, moment="2026-01-13 10:10") is reason


def test_a_curator_who_posted_by_hand_what_is_on_its_way_is_told_it_is_approved() -> None:
    approved = run(on_approval(), Approve(CURATOR, 1, 1), start="2026-01-12 10:00")
    assert refuse(approved, Posted(CURATOR, 1, NETWORK_LINK), moment="2026-01-12 10:01") is Reason.ALREADY_APPROVED


# --- an answer that was never there ------------------------------------------------------------------------------------


def test_an_answer_not_posted_is_tried_again_and_one_without_a_network_is_not() -> None:
    failed = run(
        on_approval(),
        Approve(CURATOR, 1, 1),
        Release(CLOCK, 1, 1),
        PostFailed(NETWORK, 1, "no_right"),
        start="2026-01-12 10:00",
    )
    retried = run(failed, Retry(CURATOR, 1), start="2026-01-12 10:20")
    assert (retried.state, retried.approved, retried.not_posted_because) == (State.APPROVED, 1, None)
    assert effects_of(failed, Retry(CURATOR, 1), "2026-01-12 10:20") == (ShowCard(), SettleDrafts(), PostAnswer(1))
    by_hand = replace(failed, appeal=replace(failed.appeal, network=None))
    assert refuse(by_hand, Retry(CURATOR, 1)) is Reason.BY_HAND_ONLY


@pytest.mark.parametrize("key", ["moskalensky", "slavgorod", "kursky", "primorsko-akhtarsky", "izobilnensky"])
def test_iz_6_2_iz_6_3_only_a_regulation_without_approval_lets_the_curator_post_a_draft(key: str) -> None:
    drafted = run(new_case(key), Forward(CURATOR, 1, ("zhkh",)), SubmitDraft(ZHKH, 1, TEXT), key=key)
    decision = decide(drafted, Posted(CURATOR, 1, NETWORK_LINK), office(key), at("2026-01-12 10:00"))
    closes = isinstance(decision, Accepted) and decision.after.state is State.CLOSED
    assert closes is (key == "izobilnensky"), decision
