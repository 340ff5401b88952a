"""A reply to a message of the bot's that nobody recorded belongs to its case: by buttons, by number, by a draft's words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers.copies import number_in, recognised
from handlers.replies import replied
from handlers.wishes import Carry
from tests.doors.door_view import GROUP, PRIVATE, question, reply, sight
from tests.doors.screens_office import BETTER, DRAFT, after, at, detected, town
from tests.rules.offices import CURATOR, ZHKH
from workflow.case import Case
from workflow.commands import Accept, Correct, Forward, SubmitDraft

BOT = "dezhurny_bot"
TWIN = 4040


def handed() -> Case:
    return after(detected(), Forward(CURATOR, 147, ("zhkh",)), at(9, 20))


def drafted() -> Case:
    taken = after(handed(), Accept(ZHKH, 147), at(9, 30))
    return after(taken, SubmitDraft(ZHKH, 147, DRAFT), at(9, 40))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("⏰ № 147 · через 30 минут срок проекта ответа", 147),
        ("<i>повтор</i>\n№147 · вода\nОтдел ЖКХ, № 147", 147),
        ("№ 147 вода\n№ 139 дорога", None),
        ("Доброе утро", None),
        ("№ 1470000000000", None),
    ],
)
def test_a_text_names_one_case_or_none(text: str, number: int | None):
    assert number_in(text) == number


@pytest.mark.parametrize("author", [BOT, "another_bot", ""])
async def test_only_our_own_bots_words_name_a_case(author: str):
    twin = replace(reply(ZHKH, BETTER, to=TWIN), reply_author=author, reply_text="№ 147 · срок проекта ответа")
    wishes = await replied(twin, sight(handed(), ZHKH, town()))
    drafts = [w.command.text for w in wishes if isinstance(w, Carry) and isinstance(w.command, SubmitDraft)]
    assert drafts == ([BETTER] if author == BOT else [])


async def test_a_bare_draft_is_known_by_its_words_and_a_curators_reply_corrects_it():
    twin = replace(reply(CURATOR, BETTER, to=TWIN, chat=PRIVATE), reply_author=BOT, reply_text=DRAFT)
    (wish,) = await replied(twin, sight(drafted(), CURATOR, town()))
    assert isinstance(wish, Carry)
    assert wish.command == Correct(CURATOR, 147, 1, BETTER)


async def test_a_question_that_came_twice_is_answered_by_a_reply_to_either():
    asked = question("return_reason", ZHKH)
    twin = replace(reply(ZHKH, "не наше", to=TWIN, chat=PRIVATE), reply_buttons=(f"rr:{asked.id}:0",))
    assert await recognised(twin, sight(handed(), ZHKH, town(), asked=(asked,))) == (None, asked)


async def test_an_open_question_goes_before_a_number_in_other_words():
    asked = question("return_reason", ZHKH)
    said = replace(
        reply(ZHKH, "не наше", to=TWIN, chat=PRIVATE), reply_author=BOT, reply_text="№ 147: напишите причину"
    )
    assert await replied(said, sight(handed(), ZHKH, town(), asked=(asked,))) == []
    assert await replied(replace(said, chat=GROUP, private=False), sight(handed(), ZHKH, town(), asked=(asked,))) != []
