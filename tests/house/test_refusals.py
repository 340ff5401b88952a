"""Every reason there is can be met: a table of what somebody does and why he may not. A reason nobody can meet has no row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from tests.house.permissions_tried import NOW, situations
from tests.house.reasons import STANDING, reasons
from tests.rules.offices import CURATOR, DEPUTY, HEAD, ROADS, ZHKH, at, new_case, office
from workflow import transitions
from workflow.case import Annulled, Case, Loss, Missed, Other
from workflow.commands import (
    Accept,
    AddNote,
    Annul,
    AnyCommand,
    Approve,
    AuthorJudged,
    BeginDraft,
    CloseWithoutPosting,
    Contribute,
    Correct,
    Entry,
    Forward,
    MarkSignificant,
    Merge,
    NotProcess,
    PassContribution,
    PostAgain,
    Posted,
    Release,
    Retry,
    Return,
    SendBack,
    SendBackContribution,
    SetKind,
    SetSource,
    SetTerm,
    SubmitDraft,
    TakeBack,
    TakeBasis,
    TakeIn,
    Undo,
)
from workflow.decide import decide
from workflow.desk import Desk, Transaction
from workflow.effects import Effect
from workflow.office import CLOCK, NETWORK, Actor, Office
from workflow.outcomes import Accepted, Reason, Refused
from workflow.regulation import DraftKind, Source, Step
from workflow.terms.alarms import Alarm
from workflow.terms.deadlines import Deadline

CASES = {name: situation.case for name, situation in situations("kursky").items()}
BY_HAND = replace(CASES["not_posted"], appeal=replace(CASES["not_posted"].appeal, network=None, ref=None))
SAME = CASES["on_approval"].drafts[0].text


def so_far(key: str, *commands: AnyCommand) -> Case:
    """A new case after the commands, all at twenty past nine."""
    case = new_case(key)
    for command in commands:
        decision = decide(case, command, office(key), at("2026-01-12 09:20"))
        assert isinstance(decision, Accepted), decision
        case = decision.after
    return case


GIVEN = (Forward(CURATOR, 1, ("zhkh", "roads")), Contribute(ROADS, 1, "Дорогу восстановим до 20 января."))
TWO = so_far("kursky", Forward(CURATOR, 1, ("zhkh", "roads")))
ASKED_OF_AUTHOR = so_far(
    "moskalensky",
    Forward(CURATOR, 1, ("zhkh",)),
    SubmitDraft(ZHKH, 1, "Уточните, пожалуйста, номер дома.", kind=DraftKind.REQUEST),
    Approve(CURATOR, 1, 1),
    Release(CLOCK, 1, 1),
    Posted(NETWORK, 1, "https://vk.com/wall-1_2?reply=4"),
)
PROMISED = so_far(
    "kursky",
    Forward(CURATOR, 1, ("zhkh",)),
    SubmitDraft(ZHKH, 1, "Бригада выедет сегодня, о результате сообщим.", kind=DraftKind.INTERIM),
    Approve(CURATOR, 1, 1),
    Release(CLOCK, 1, 1),
    Posted(NETWORK, 1, "https://vk.com/wall-1_2?reply=4"),
)
BEGUN = so_far("kursky", Forward(CURATOR, 1, ("zhkh",)), Accept(ZHKH, 1), BeginDraft(ZHKH, 1))
WITH_A_BLANK = so_far(
    "kursky", Forward(CURATOR, 1, ("zhkh",)), SubmitDraft(ZHKH, 1, "Подключим {срок}, отвечает {кто}.")
)
OMSK = so_far("moskalensky", Forward(CURATOR, 1, ("zhkh",)))
MISSED = Missed(1, Step.DRAFT, "", 2, NOW, NOW, NOW, "zhkh")
WITH_A_MISS = replace(CASES["forwarded"], missed=(MISSED,))
WITH_A_MISS_OF_HIS = replace(CASES["forwarded"], missed=(replace(MISSED, stood_in="first_deputy"),))
STRUCK_OFF = replace(CASES["forwarded"], missed=(replace(MISSED, annulled=Annulled(NOW, "head", "сбой связи")),))

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
    Reason.KIND_WAS_CHANGED: (CASES["on_approval"], Approve(CURATOR, 1, 1, DraftKind.INTERIM)),
    Reason.TOO_LATE_TO_UNDO: (CASES["approved, on its way"], Undo(CURATOR, 1, 1)),
    Reason.TOO_LATE_TO_TAKE_BACK: (CASES["rework"], TakeBack(CURATOR, 1, 1)),
    Reason.NOT_WHO_DID_IT: (
        CASES["rework, just sent back"],
        TakeBack(ZHKH, 1, CASES["rework, just sent back"].version),
    ),
    Reason.REASON_REQUIRED: (CASES["forwarded"], Return(ZHKH, 1, "нет")),
    Reason.REMARK_REQUIRED: (CASES["on_approval"], SendBack(CURATOR, 1, 1, "👍")),
    Reason.NOTE_IS_NOT_YOURS: (CASES["forwarded"], AddNote(ROADS, 1, "перезвоню")),
    Reason.EMPTY_NOTE: (CASES["forwarded"], AddNote(ZHKH, 1, " ")),
    Reason.NOTE_TOO_LONG: (CASES["forwarded"], AddNote(ZHKH, 1, "й" * 501)),
    Reason.ALREADY_WRITTEN: (BEGUN, BeginDraft(ZHKH, 1)),
    Reason.ACCEPT_FIRST: (CASES["forwarded"], BeginDraft(ZHKH, 1)),
    Reason.NO_SUCH_BASIS: (CASES["in_work"], TakeBasis(ZHKH, 1, "", ready=7)),
    Reason.BLANK_LEFT: (WITH_A_BLANK, Approve(CURATOR, 1, 1)),
    Reason.EMPTY_DRAFT: (CASES["on_approval"], Correct(CURATOR, 1, 1, " ")),
    Reason.UNCHANGED_DRAFT: (CASES["on_approval"], SubmitDraft(ZHKH, 1, SAME)),
    Reason.UNKNOWN_DEPARTMENT: (CASES["new"], Forward(CURATOR, 1, ("zags",))),
    Reason.UNKNOWN_GROUND: (CASES["new"], NotProcess(CURATOR, 1, "dislike")),
    Reason.NOT_ANSWERED_BEFORE: (OMSK, NotProcess(CURATOR, 1, "repeated")),
    Reason.PROMISE_STANDS: (PROMISED, NotProcess(CURATOR, 1, "obscene")),
    Reason.SOURCE_IS_KNOWN: (CASES["new"], SetSource(CURATOR, 1, Source.OK)),
    Reason.BY_HAND_ONLY: (BY_HAND, Retry(CURATOR, 1)),
    Reason.ANSWER_STANDS: (CASES["closed"], PostAgain(CURATOR, 1)),
    Reason.ALREADY_JUDGED: (replace(CASES["closed"], helped=True), AuthorJudged(NETWORK, 1, False)),
    Reason.ON_ITS_WAY: (replace(CASES["closed"], loss=Loss.ON_ITS_WAY), PostAgain(CURATOR, 1)),
    Reason.LINK_REQUIRED: (CASES["not_posted"], Posted(CURATOR, 1, "разместил")),
    Reason.NOT_NOW: (CASES["rework"], Retry(CURATOR, 1)),
    Reason.UNKNOWN_KIND: (CASES["on_approval"], SetKind(CURATOR, 1, 1, DraftKind.REQUEST)),
    Reason.CONTRIBUTIONS_OWED: (TWO, SubmitDraft(ZHKH, 1, "Воду подключили.")),
    Reason.ALREADY_CONTRIBUTED: (so_far("kursky", *GIVEN), GIVEN[-1]),
    Reason.NO_SUCH_CONTRIBUTION: (TWO, PassContribution(CURATOR, 1, "roads")),
    Reason.NOT_ITS_RECEIVER: (so_far("kursky", *GIVEN), SendBackContribution(ZHKH, 1, "roads", "до какого числа?")),
    Reason.CONTRIBUTION_USED: (
        so_far("moskalensky", *GIVEN, SubmitDraft(ZHKH, 1, SAME)),
        SendBackContribution(ZHKH, 1, "roads", "до какого числа?"),
    ),
    Reason.NO_TERM_OF_HIS_OWN: (CASES["forwarded"], SetTerm(CURATOR, 1, NOW + timedelta(hours=1))),
    Reason.TERM_TOO_LATE: (OMSK, SetTerm(CURATOR, 1, NOW + timedelta(days=9))),
    Reason.TERM_IN_THE_PAST: (OMSK, SetTerm(CURATOR, 1, NOW)),
    Reason.SAME_CASE: (CASES["new"], Merge(CURATOR, 1, Other(1, 147))),
    Reason.HAS_OTHERS: (so_far("kursky", TakeIn(CLOCK, 1, Other(2, 148))), Merge(CURATOR, 1, Other(3, 149))),
    Reason.NOT_ASKED_THE_AUTHOR: (CASES["in_work"], CloseWithoutPosting(CURATOR, 1, "author_silent")),
    Reason.AUTHOR_MAY_REPLY: (ASKED_OF_AUTHOR, CloseWithoutPosting(CURATOR, 1, "author_silent")),
    Reason.NOT_A_SUPERVISOR: (WITH_A_MISS, Annul(CURATOR, 1, (1,), "сбой связи")),
    Reason.NOT_IN_THE_REGISTER: (CASES["forwarded"], Annul(HEAD, 1, (99,), "сбой связи")),
    Reason.ALREADY_ANNULLED: (STRUCK_OFF, Annul(HEAD, 1, (1,), "сбой связи")),
    Reason.ANNULMENT_UNEXPLAINED: (WITH_A_MISS, Annul(HEAD, 1, (1,), "без причины")),
    Reason.OWN_VIOLATION: (WITH_A_MISS_OF_HIS, Annul(DEPUTY, 1, (1,), "сбой связи")),
    Reason.ALREADY_MARKED: (so_far("kursky", MarkSignificant(CURATOR, 1)), MarkSignificant(CURATOR, 1)),
}
OF_OMSK = {
    Reason.NOT_ANSWERED_BEFORE,
    Reason.TERM_TOO_LATE,
    Reason.TERM_IN_THE_PAST,
    Reason.AUTHOR_MAY_REPLY,
    Reason.CONTRIBUTION_USED,
}
"""Met under the regulation that lets the curator name a term, knows requests and sends contributions to the lead."""
OF_THE_DESK = {Reason.CHANGED_MEANWHILE}
"""Not a decision: what the desk says when somebody saved first."""


def test_every_reason_has_its_row() -> None:
    assert set(MET) | OF_THE_DESK == reasons(transitions.CASES) | STANDING


@pytest.mark.parametrize("reason", MET)
def test_a_refusal_names_its_reason(reason: Reason) -> None:
    case, command = MET[reason]
    rules = office("moskalensky") if reason in OF_OMSK else office()
    decision = decide(case, command, rules, NOW)
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

    async def drop_alarms_of(self, case: Case, steps: Sequence[str]) -> None:
        return None

    async def put_due(self, case: Case, due: datetime | None) -> None:
        return None

    async def note(self, case: Case, alarm: Alarm, now: datetime) -> None:
        raise AssertionError("a note of a decision that was not kept")


class NoPost:
    async def take(
        self, tx: Transaction, case: Case, effects: Sequence[Effect], actor: Actor, office: Office, now: datetime
    ) -> None:
        raise AssertionError("letters of a decision that was not kept")


async def test_the_second_of_two_is_told_and_nothing_of_his_is_kept() -> None:
    desk, books = Desk(lambda municipality, regulation: office(), NoPost()), BeatenTo(CASES["forwarded"])
    decision = await desk.carry_out(books, Accept(ZHKH, 1), NOW, "okrug")
    assert decision == Refused(Reason.CHANGED_MEANWHILE)
    assert books.asked == 1
