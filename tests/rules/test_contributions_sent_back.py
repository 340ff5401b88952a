"""A contribution sent back with a remark: by whom, until when a new one is owed, and what then waits (KU-16, MO-14)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.rules.offices import CURATOR, DEPUTY, NETWORK_LINK, ROADS, SCHOOL, ZHKH, at, office
from tests.rules.test_life_of_a_case import TEXT, refuse, run
from tests.rules.test_several_executors import SPLIT, WATER, due, handed, missed, told
from workflow.case import Case, PartState
from workflow.commands import (
    AnyCommand,
    Approve,
    Contribute,
    PassContribution,
    Posted,
    PostFailed,
    Release,
    SendBack,
    SendBackContribution,
    SetImportance,
    SubmitDraft,
    Undo,
)
from workflow.effects import Audience, Notice, Notify
from workflow.office import CLOCK, NETWORK
from workflow.outcomes import Reason
from workflow.regulation import DraftKind, Holder, Importance, Step
from workflow.terms.alarms import running
from workflow.terms.register import settle

REMARK = "До какого числа?"


def test_ku_16_the_curator_sends_a_contribution_back_and_it_is_owed_in_half_an_hour() -> None:
    given = run(handed("zhkh", "roads"), Contribute(ROADS, 1, SPLIT), start="2026-01-12 10:00")
    back = SendBackContribution(CURATOR, 1, "roads", REMARK)
    assert told(given, back, "2026-01-12 10:20") == [
        Notify(Notice.CONTRIBUTION_SENT_BACK, Audience.DEPARTMENT, "roads", text=REMARK)
    ]
    asked = run(given, back, start="2026-01-12 10:20")
    assert (asked.state, asked.parts[1].state, asked.owing) == (given.state, PartState.ACCEPTED, ("roads",))
    assert [(c.text, c.remark) for c in asked.contributions] == [(SPLIT, REMARK)]
    assert due(asked) == {
        "return@zhkh": "12 09:50",
        "contribution@roads": "12 10:50",
        "draft": "12 13:00",
        "answer": "13 10:00",
    }
    assert refuse(asked, PassContribution(CURATOR, 1, "roads")) is Reason.NO_SUCH_CONTRIBUTION
    assert refuse(asked, back) is Reason.NO_SUCH_CONTRIBUTION
    assert refuse(asked, SubmitDraft(ZHKH, 1, TEXT)) is Reason.CONTRIBUTIONS_OWED
    assert missed(asked, "2026-01-12 10:50:59") == []
    assert missed(asked, "2026-01-12 10:51") == [("contribution@roads", Holder.CO_EXECUTOR, "roads")]
    better = run(asked, Contribute(ROADS, 1, WATER), start="2026-01-12 10:40")
    assert [(c.text, c.remark, c.waits) for c in better.contributions] == [(WATER, "", True)]
    assert due(better)["contribution_approval@roads"] == "12 11:10"
    assert "contribution@roads" not in due(better)


EARLY = SubmitDraft(ZHKH, 1, TEXT, early="не относится")


def answered_early(kind: DraftKind = DraftKind.FINAL) -> Case:
    """Approved at 10:50 without the contribution that is owed by 11:20."""
    drafted = run(handed("zhkh", "roads"), replace(EARLY, kind=kind), start="2026-01-12 10:30")
    return run(drafted, Approve(CURATOR, 1, 1), start="2026-01-12 10:50")


def asked(case: Case) -> str:
    """From when the contribution is charged."""
    return running(case, office())["contribution@roads"].until.astimezone(office().zone).strftime("%d %H:%M")


def test_ku_16_nobody_is_charged_with_a_contribution_while_an_answer_is_approved_or_could_not_be_posted() -> None:
    approved = answered_early()
    assert refuse(approved, Contribute(ROADS, 1, SPLIT)) is not None
    failed = run(approved, Release(CLOCK, 1, 1), PostFailed(NETWORK, 1, "captcha"), start="2026-01-12 10:51")
    assert {row.step for row in settle(failed, office(), at("2026-01-12 18:00")).missed} == {Step.POSTING}


@pytest.mark.parametrize(
    ("way", "moment", "until"),
    [
        ([Undo(CURATOR, 1, 1)], "11:30", "12 12:00"),
        ([Release(CLOCK, 1, 1), PostFailed(NETWORK, 1, "captcha"), SendBack(CURATOR, 1, 1, REMARK)], "11:30", "12 12:10"),
        ([Undo(CURATOR, 1, 1)], "10:52", "12 11:22"),
    ],
)  # fmt: skip
def test_ku_16_a_contribution_that_is_taken_again_has_what_was_left_and_half_an_hour_at_least(
    way: list[AnyCommand], moment: str, until: str
) -> None:
    again = run(answered_early(), *way, start=f"2026-01-12 {moment}")
    assert asked(again) == until
    passes = at(f"2026-01-{until}") + timedelta(minutes=1)
    before, after = (settle(again, office(), m).missed for m in (passes - timedelta(seconds=1), passes))
    assert [row.who for row in after[len(before) :] if row.step is Step.CONTRIBUTION] == ["roads"]


def test_ku_16_after_an_interim_answer_a_contribution_is_owed_with_what_was_left() -> None:
    out: list[AnyCommand] = [Release(CLOCK, 1, 1), Posted(NETWORK, 1, NETWORK_LINK)]
    assert asked(run(answered_early(DraftKind.INTERIM), *out, start="2026-01-12 12:00")) == "12 12:35"


def test_mo_14_the_lead_sends_a_contribution_back_and_the_common_draft_waits_for_the_next() -> None:
    key = "moskalensky"
    given = run(handed("zhkh", "roads", key=key), Contribute(ROADS, 1, SPLIT), key=key, start="2026-01-12 10:00")
    assert due(given, key)["joint_draft"] == "12 12:00"
    asked = run(given, SendBackContribution(ZHKH, 1, "roads", REMARK), key=key, start="2026-01-12 10:20")
    assert (asked.parts[1].state, asked.contributions[0].passed_at) == (PartState.ACCEPTED, None)
    assert due(asked, key) == {
        "return@zhkh": "12 09:50",
        "contribution@roads": "12 11:20",
        "draft": "12 15:00",
        "answer": "13 10:00",
    }
    better = run(asked, Contribute(ROADS, 1, WATER), key=key, start="2026-01-12 11:10")
    assert due(better, key)["joint_draft"] == "12 14:10"
    raised = run(asked, SetImportance(CURATOR, 1, Importance.HIGH), key=key, start="2026-01-12 10:25")
    assert due(raised, key)["contribution@roads"] == "12 10:50"


def test_ku_16_mo_14_only_who_receives_a_contribution_sends_it_back_and_not_once_it_is_used() -> None:
    mo = "moskalensky"
    for key, receiver, others in (("kursky", CURATOR, (ZHKH, ROADS)), (mo, ZHKH, (CURATOR, ROADS, DEPUTY))):
        given = run(handed("zhkh", "roads", key=key), Contribute(ROADS, 1, SPLIT), key=key, start="2026-01-12 10:00")
        for other in others:
            assert refuse(given, SendBackContribution(other, 1, "roads", REMARK), key) is Reason.NOT_ITS_RECEIVER
        assert refuse(given, SendBackContribution(receiver, 1, "roads", "-"), key) is Reason.REMARK_REQUIRED
        for department in ("zhkh", "school"):
            nothing = SendBackContribution(receiver, 1, department, REMARK)
            assert refuse(given, nothing, key) is Reason.NO_SUCH_CONTRIBUTION
    passed = run(handed("zhkh", "roads"), Contribute(ROADS, 1, SPLIT), PassContribution(CURATOR, 1, "roads"))
    assert refuse(passed, SendBackContribution(CURATOR, 1, "roads", REMARK)) is Reason.NO_SUCH_CONTRIBUTION
    drafted = run(given, SubmitDraft(ZHKH, 1, TEXT), key=mo, start="2026-01-12 10:30")
    assert refuse(drafted, SendBackContribution(ZHKH, 1, "roads", REMARK), mo) is Reason.CONTRIBUTION_USED


def test_mo_14_in_turns_a_contribution_sent_back_takes_nobodys_turn() -> None:
    key = "moskalensky"
    case = handed("zhkh", "roads", "school", key=key, in_turn=True)
    second = run(case, Contribute(ROADS, 1, SPLIT), key=key, start="2026-01-12 10:00")
    asked = run(second, SendBackContribution(ZHKH, 1, "roads", REMARK), key=key, start="2026-01-12 10:10")
    assert (asked.owing, asked.queue) == (("roads", "school"), ())
    both = run(asked, Contribute(SCHOOL, 1, WATER), key=key, start="2026-01-12 10:30")
    assert "joint_draft" not in due(both, key)
    every = run(both, Contribute(ROADS, 1, SPLIT + " До 16 января."), key=key, start="2026-01-12 10:40")
    assert due(every, key)["joint_draft"] == "12 12:40"
