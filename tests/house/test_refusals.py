"""Every reason there is can be met: a table of what somebody does and why he may not. A reason nobody can meet has no row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import pytest

from tests.house.permissions import NOW, situations
from tests.rules.offices import CURATOR, DEPUTY, ROADS, ZHKH, office
from workflow.alarms import Alarm
from workflow.case import Case
from workflow.commands import (
    Accept,
    AnyCommand,
    Approve,
    CloseWithoutPosting,
    Correct,
    Entry,
    Forward,
    NotProcess,
    Posted,
    Retry,
    Return,
    SendBack,
    SetSource,
    SubmitDraft,
    Undo,
)
from workflow.deadlines import Deadline
from workflow.decide import decide
from workflow.desk import Desk, Page
from workflow.effects import Effect
from workflow.office import Actor, Office
from workflow.outcomes import Reason, Refused
from workflow.regulation import Source

CASES = situations("kursky")
BY_HAND = replace(CASES["not_posted"], appeal=replace(CASES["not_posted"].appeal, network=None, ref=None))
SAME = CASES["on_approval"].drafts[0].text

MET: dict[Reason, tuple[Case | None, AnyCommand]] = {
    Reason.STRANGER: (CASES["new"], Forward(Actor(standing="stranger"), 1, ("zhkh",))),
    Reason.LEFT_THE_GROUP: (CASES["new"], Forward(replace(CURATOR, standing="left"), 1, ("zhkh",))),
    Reason.ANONYMOUS: (CASES["new"], Forward(Actor(standing="anonymous"), 1, ("zhkh",))),
    Reason.NOT_A_CURATOR: (CASES["on_approval"], Approve(ZHKH, 1, 1)),
    Reason.NOT_AN_EXECUTOR: (CASES["new"], Accept(DEPUTY, 1)),
    Reason.NOT_YOURS: (CASES["forwarded"], Accept(ROADS, 1)),
    Reason.NO_SUCH_CASE: (None, Accept(ZHKH, 1)),
    Reason.ALREADY_ACCEPTED: (CASES["in_work"], Accept(ZHKH, 1)),
    Reason.ALREADY_FORWARDED: (CASES["forwarded"], Forward(CURATOR, 1, ("zhkh",))),
    Reason.NOT_FORWARDED: (CASES["new"], Accept(ZHKH, 1)),
    Reason.ALREADY_APPROVED: (CASES["approved"], Approve(CURATOR, 1, 1)),
    Reason.ALREADY_SENT_BACK: (CASES["rework"], Approve(CURATOR, 1, 1)),
    Reason.ALREADY_ENDED: (CASES["closed"], Approve(CURATOR, 1, 1)),
    Reason.NO_DRAFT_YET: (CASES["in_work"], Approve(CURATOR, 1, 1)),
    Reason.DRAFT_IS_STALE: (CASES["on_approval"], Approve(CURATOR, 1, 7)),
    Reason.TOO_LATE_TO_UNDO: (CASES["approved, on its way"], Undo(CURATOR, 1, 1)),
    Reason.REASON_REQUIRED: (CASES["forwarded"], Return(ZHKH, 1, "  ")),
    Reason.REMARK_REQUIRED: (CASES["on_approval"], SendBack(CURATOR, 1, 1, "\n")),
    Reason.EMPTY_DRAFT: (CASES["on_approval"], Correct(CURATOR, 1, 1, " ")),
    Reason.UNCHANGED_DRAFT: (CASES["on_approval"], SubmitDraft(ZHKH, 1, SAME)),
    Reason.UNKNOWN_DEPARTMENT: (CASES["new"], Forward(CURATOR, 1, ("zags",))),
    Reason.UNKNOWN_GROUND: (CASES["new"], NotProcess(CURATOR, 1, "dislike")),
    Reason.SOURCE_IS_KNOWN: (CASES["new"], SetSource(CURATOR, 1, Source.OK)),
    Reason.BY_HAND_ONLY: (BY_HAND, Retry(CURATOR, 1)),
    Reason.LINK_REQUIRED: (CASES["not_posted"], Posted(CURATOR, 1, "разместил")),
    Reason.NOT_NOW: (CASES["rework"], Retry(CURATOR, 1)),
}
OF_THE_DESK = {Reason.CHANGED_MEANWHILE}
"""Not a decision: what the desk says when somebody saved first."""


def test_every_reason_has_its_row() -> None:
    assert set(MET) | OF_THE_DESK == set(Reason)


@pytest.mark.parametrize("reason", MET)
def test_a_refusal_names_its_reason(reason: Reason) -> None:
    case, command = MET[reason]
    decision = decide(case, command, office(), NOW)
    assert isinstance(decision, Refused)
    assert decision.reason is reason


def test_closing_without_posting_takes_listed_reasons_only() -> None:
    decision = decide(CASES["new"], CloseWithoutPosting(CURATOR, 1, "because"), office(), NOW)
    assert decision == Refused(Reason.UNKNOWN_GROUND)


@dataclass
class BeatenTo:
    """The books as they are for whoever comes second: the case was read, and another version was saved meanwhile."""

    stands: Case
    asked: int = 0

    async def case(self, case_id: int) -> Case | None:
        return self.stands

    async def save(self, before: Case | None, after: Case, entry: Entry) -> bool:
        self.asked += 1
        return False

    async def put_terms(
        self, case: Case, gone: Sequence[Alarm], new: Sequence[Alarm], deadlines: Sequence[Deadline]
    ) -> None:
        raise AssertionError("terms of a decision that was not kept")

    async def note(self, case: Case, alarm: Alarm, now: datetime) -> None:
        raise AssertionError("a note of a decision that was not kept")


class NoPost:
    async def take(
        self, page: Page, case: Case, effects: Sequence[Effect], actor: Actor, office: Office, now: datetime
    ) -> None:
        raise AssertionError("letters of a decision that was not kept")


async def test_the_second_of_two_is_told_and_nothing_of_his_is_kept() -> None:
    desk, books = Desk(lambda municipality, regulation: office(), NoPost()), BeatenTo(CASES["forwarded"])
    decision = await desk.carry_out(books, Accept(ZHKH, 1), NOW, "okrug")
    assert decision == Refused(Reason.CHANGED_MEANWHILE)
    assert books.asked == 1
