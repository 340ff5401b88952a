"""What answers an open question: every kind of question, and everything that is asked about first."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.process.questions import KINDS, TYPED
from handlers.asked import TAKES, WHICH, WITHIN
from handlers.callbacks import Callback, Verb
from handlers.cases import pressed
from handlers.door import open_door
from handlers.incoming import Attached, Incoming, Origin
from handlers.wishes import Ask, Carry, Close, HandIn, PassBy, Wish
from tests.doors.door_view import ASKED, PRIVATE, Sight, press, question, reply, sight
from tests.doors.screens_office import town
from tests.rules.offices import CURATOR, ZHKH
from tests.rules.test_life_of_a_case import on_approval
from workflow.commands import Correct, SendBack
from workflow.office import Actor
from workflow.ports import Known, Question

REMARK = "Назовите, пожалуйста, срок."
COMPLAINT = "Третий день нет воды на Школьной, 5, звоним в водоканал, трубку не берут"
CASE = replace(on_approval(), id=147, number=147)
OTHER = replace(CASE, id=150, number=150)


def asked(kind: str = "remark", by: Actor = CURATOR, **body: Any) -> Question:
    return replace(question(kind, by, **{"version": 1, **body}), asked_at=NOW)


def seen(by: Actor = CURATOR, kind: str = "remark", **more: Any) -> Sight:
    one = more.pop("one", None) or asked(kind, by)
    return sight(CASE, by, town(), **{"now": NOW + timedelta(minutes=1), "asked": (one,), **more})


def says(text: str, by: Actor = CURATOR, to: int | None = None, **more: Any) -> Incoming:
    return replace(reply(by, text, chat=PRIVATE), reply_to=to, **more)


NOW = Sight().now


def kinds(wishes: list[Wish]) -> list[str]:
    return [wish.kind if isinstance(wish, Ask) else type(wish).__name__ for wish in wishes]


def test_every_question_that_is_typed_has_its_rule() -> None:
    assert set(TAKES) <= set(KINDS)
    assert set(TYPED) - set(TAKES) == {"practice_answer"}  # only a Reply answers it


async def test_a_reply_answers_whenever_it_comes() -> None:
    late = seen(now=NOW + timedelta(days=2), passed=99, aside=99)
    [carry] = await open_door(says(REMARK, to=ASKED), late)
    assert isinstance(carry, Carry)
    assert carry.command == SendBack(CURATOR, 147, 1, REMARK)


async def test_the_next_message_within_three_minutes_answers() -> None:
    for after in (timedelta(0), WITHIN):
        [carry] = await open_door(says(REMARK), seen(now=NOW + after))
        assert isinstance(carry, Carry)
        assert (carry.command, carry.answers) == (SendBack(CURATOR, 147, 1, REMARK), 31)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"now": NOW + WITHIN + timedelta(seconds=1)}, {}),
        ({"passed": 31}, {}),
        ({}, {"origin": Origin("Житель")}),
        ({}, {"links": ("https://vk.com/wall-1_2",)}),
        ({"appeals": frozenset({REMARK})}, {}),
        ({"cases": (CASE, OTHER)}, {"text": f"{REMARK} Это по № 150"}),
        ({"cases": (CASE, OTHER)}, {"text": f"{REMARK} Это по №\u00a0150"}),
        ({"cases": (CASE, OTHER)}, {"text": f"#150: {REMARK}"}),
        ({"cases": (CASE, OTHER)}, {"text": f"{REMARK} Обращение номер 150"}),
        ({"cases": (CASE, OTHER)}, {"text": f"N150 {REMARK}"}),
    ],
    ids=[
        "later",
        "something between",
        "forwarded",
        "a link",
        "an appeal",
        "another case",
        "its number after a hard space",
        "after a hash",
        "after a word",
        "after a Latin letter",
    ],
)
async def test_anything_else_is_asked_about_first(more: dict[str, Any], message: dict[str, Any]) -> None:
    incoming = replace(says(REMARK), **message)
    [ask] = await open_door(incoming, seen(**more))
    assert isinstance(ask, Ask)
    assert (ask.kind, ask.body["text"], ask.body["of"], ask.body["new"]) == (WHICH, incoming.text, 31, True)


@pytest.mark.parametrize("kind", TAKES)
async def test_no_kind_of_question_takes_what_was_forwarded_days_later(kind: str) -> None:
    body = {
        "person": "curator",
        "departments": ["zhkh"],
        "rows": [],
        "material": 1,
        "wording": 1,
        "page": 1,
        "pages": [],
    }
    one = replace(asked(kind, text="", **body), asked_at=NOW - timedelta(days=2))
    forwarded = replace(says(COMPLAINT), origin=Origin("Житель"), links=("https://vk.com/wall-1_2",))
    wishes = await open_door(forwarded, seen(one=one))
    assert kinds(wishes) == [WHICH]


async def test_a_picture_is_no_remark_and_opens_a_case_at_once() -> None:
    photo = replace(says(COMPLAINT), files=(Attached("photo", "p1"),))
    assert kinds(await open_door(photo, seen())) == ["HandIn", "PassBy"]


async def test_what_he_does_besides_comes_between() -> None:
    wishes = await open_door(replace(says("/mine"), command="mine"), seen())
    assert wishes[-1] == PassBy(31)
    assert (await open_door(press(CURATOR, Callback(Verb.ACCEPT, 147).pack(), chat=PRIVATE), seen()))[-1] == PassBy(31)
    own = press(CURATOR, Callback(Verb.NO, 31).pack(), message=ASKED, chat=PRIVATE)
    assert kinds(await open_door(own, seen())) == ["Close", "Toast"]
    assert PassBy(31) not in await open_door(says(REMARK), seen())


async def test_he_is_not_asked_again_about_a_question_he_has_set_aside() -> None:
    assert kinds(await open_door(says(COMPLAINT), seen(aside=31))) == ["HandIn", "PassBy"]


# --- what he says it is ---------------------------------------------------------------------------------------------------


async def kept(text: str = COMPLAINT, **more: Any) -> tuple[Sight, Question]:
    """The question that keeps the message, beside the one it may answer."""
    view = seen(passed=31)
    [ask] = await open_door(replace(says(text), **more), view)
    assert isinstance(ask, Ask)
    assert CURATOR.account is not None
    held = Question(40, CURATOR.account, WHICH, ask.case, PRIVATE, 90, ask.body, NOW)
    return replace(view, asked=(held, *view.asked)), held


async def test_the_answer_is_taken_as_if_it_had_come_as_a_reply() -> None:
    view, _ = await kept(REMARK)
    closing, carry = await pressed(press(CURATOR, Callback(Verb.YES, 40, "31").pack(), chat=PRIVATE), view)
    assert closing == Close(40)
    assert isinstance(carry, Carry)
    assert (carry.command, carry.answers) == (SendBack(CURATOR, 147, 1, REMARK), 31)


async def test_a_new_message_becomes_a_case_and_the_question_needs_a_reply() -> None:
    view, _ = await kept(COMPLAINT, origin=Origin("Житель", written_at=1))
    closing, aside, opened = await pressed(press(CURATOR, Callback(Verb.YES, 40, "new").pack(), chat=PRIVATE), view)
    assert (closing, aside) == (Close(40), PassBy(31, aside=True))
    assert isinstance(opened, HandIn)
    assert (opened.appeal.text, opened.appeal.author) == (COMPLAINT, "Житель")


async def test_none_of_it_drops_the_message_and_keeps_the_question() -> None:
    view, _ = await kept()
    wishes = await pressed(press(CURATOR, Callback(Verb.NO, 40).pack(), chat=PRIVATE), view)
    assert wishes[:2] == [Close(40), PassBy(31, aside=True)]


async def test_a_reply_to_the_draft_long_after_the_remark_was_asked_for_may_be_either() -> None:
    draft = Known(PRIVATE, 61, "draft", 147, 1)
    view = seen(passed=31, messages=(draft,))
    [ask, *_] = await open_door(says("Назовите, пожалуйста, точный срок.", to=61), view)
    assert isinstance(ask, Ask)
    assert (ask.kind, ask.case, ask.body["wording"], ask.body["new"]) == (WHICH, 147, 1, False)
    held = Question(40, 1, WHICH, ask.case, PRIVATE, 90, ask.body, NOW)
    [_, carry] = await pressed(
        press(CURATOR, Callback(Verb.YES, 40, "t").pack(), chat=PRIVATE), replace(view, asked=(held, *view.asked))
    )
    assert isinstance(carry, Carry)
    assert carry.command == Correct(CURATOR, 147, 1, "Назовите, пожалуйста, точный срок.")


async def test_an_executor_is_offered_his_other_case_and_no_new_message() -> None:
    reason = asked("return_reason", ZHKH)
    view = seen(ZHKH, one=reason, cases=(CASE, OTHER))
    [ask] = await open_door(says("По № 150: насос заменили, вода есть с утра", ZHKH), view)
    assert isinstance(ask, Ask)
    assert ([one["number"] for one in ask.body["cases"]], ask.body["new"]) == ([150], False)
