"""What is said of an answer after it was posted, of a case in words, and of a ready answer: who may, once or again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.reports.cases import answered, detected
from tests.rules.offices import CURATOR, ZHKH, at, carried_out, office
from tests.rules.test_life_of_a_case import TEXT
from workflow.case import Case, Context, Loss, Mark, Other
from workflow.commands import (
    AddNote,
    AnyCommand,
    Approve,
    AuthorJudged,
    Forward,
    LinkRepeat,
    MarkAnswer,
    Posted,
    Release,
    SetLocation,
    SetTopic,
    SubmitDraft,
)
from workflow.effects import AskIfHelped, Priority, priority_of
from workflow.helped import is_to_be_asked, stands_in_private
from workflow.office import CLOCK, NETWORK
from workflow.outcomes import Accepted, Reason, Refused
from workflow.ready import READY, RewordReady, WidenReady
from workflow.ready_answer import ReadyAnswer

DONE = answered(1, "2026-10-05")
PRIVATE = replace(DONE, appeal=replace(DONE.appeal, kind="message"))
KU, NOW = office(), at("2026-10-06 09:00")
READY_ONE = ReadyAnswer(1, "okrug", "Подключим {срок}.", "zhkh", "вода")


def accepted(case: Case, command: AnyCommand) -> Case:
    decision = carried_out(case, command, KU, NOW)
    assert isinstance(decision, Accepted), decision
    return decision.after


def refused(case: Case, command: AnyCommand) -> Reason:
    decision = carried_out(case, command, KU, NOW)
    assert isinstance(decision, Refused), decision
    return decision.reason


@pytest.mark.parametrize("helped", [True, False])
def test_the_author_says_once_whether_it_helped(helped: bool) -> None:
    judged = accepted(PRIVATE, AuthorJudged(NETWORK, 1, helped))
    assert judged.helped is helped
    assert refused(judged, AuthorJudged(NETWORK, 1, helped)) is Reason.ALREADY_JUDGED


def test_only_a_standing_answer_in_private_that_nobody_wrote_after_is_asked_about() -> None:
    posted = PRIVATE.postings[-1].at
    assert stands_in_private(PRIVATE)
    assert not stands_in_private(DONE)
    assert is_to_be_asked(PRIVATE, None)
    assert not is_to_be_asked(PRIVATE, posted)
    assert not is_to_be_asked(replace(PRIVATE, loss=Loss.SEEN), None)
    assert not is_to_be_asked(replace(PRIVATE, deleted_at=NOW), None)
    assert not is_to_be_asked(detected(2, "2026-10-05 09:00"), None)
    assert priority_of(AskIfHelped()) is Priority.DIGEST


def test_a_posting_asks_if_it_helped_where_the_bot_answered_in_private_itself() -> None:
    def asks(kind: str, command: Posted) -> bool:
        case = detected(1, "2026-10-05 09:00")
        case = replace(case, appeal=replace(case.appeal, kind=kind))
        for before in (Forward(CURATOR, 1, ("zhkh",)), SubmitDraft(ZHKH, 1, TEXT), Approve(CURATOR, 1, 1)):
            case = accepted(case, before)
        decision = carried_out(accepted(case, Release(CLOCK, 1, 1)), command, KU, NOW)
        assert isinstance(decision, Accepted)
        return AskIfHelped() in decision.effects

    link = Posted(NETWORK, 1, "https://vk.com/gim1")
    assert asks("message", link)
    assert not asks("comment", link)


def test_the_curator_marks_an_answer_marks_it_anew_and_takes_the_mark_back() -> None:
    good = accepted(DONE, MarkAnswer(CURATOR, 1, Mark.GOOD))
    poor = accepted(good, MarkAnswer(CURATOR, 1, Mark.POOR))
    assert (good.mark, poor.mark, accepted(poor, MarkAnswer(CURATOR, 1, None)).mark) == (Mark.GOOD, Mark.POOR, None)
    assert isinstance(carried_out(DONE, MarkAnswer(ZHKH, 1, Mark.GOOD), KU, NOW), Refused)


def test_a_note_has_words_and_not_too_many() -> None:
    case = detected(1, "2026-10-05 09:00")
    assert refused(case, AddNote(CURATOR, 1, " ")) is Reason.EMPTY_NOTE
    assert refused(case, AddNote(CURATOR, 1, "й" * 501)) is Reason.NOTE_TOO_LONG
    assert accepted(case, AddNote(CURATOR, 1, "Звонили, ждут.")).drafts == ()


def test_topic_and_place_are_set_and_an_empty_place_says_that_there_is_none() -> None:
    case = detected(1, "2026-10-05 09:00", place="Мира, 3")
    assert accepted(case, SetTopic(CURATOR, 1, ("дороги",))).topics == ("дороги",)
    placeless = accepted(case, SetLocation(CURATOR, 1, ""))
    assert (placeless.location, placeless.without_place) == ("", True)


def test_a_word_under_our_answer_that_is_about_something_new_is_like_it_no_more() -> None:
    above = Other(7, 7)
    case = replace(
        detected(1, "2026-10-05 09:00"), alike=(above, Other(8, 8)), context=Context(above, "Нет воды", own=True)
    )
    assert accepted(case, LinkRepeat(CURATOR, 1, None)).alike == (Other(8, 8),)


def test_a_ready_answer_gets_other_words_and_other_departments() -> None:
    reworded = READY.decide(READY_ONE, RewordReady(CURATOR, 1, "Подключим до {срок}."), KU, NOW)
    widened = READY.decide(READY_ONE, WidenReady(CURATOR, 1, ""), KU, NOW)
    assert isinstance(reworded, Accepted)
    assert isinstance(widened, Accepted)
    assert (reworded.after.text, widened.after.department) == ("Подключим до {срок}.", "")
    assert (READY_ONE.of_file, replace(READY_ONE, id=-1).of_file) == (False, True)
