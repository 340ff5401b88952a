"""Every button there is, pressed when it is stale, gets an answer in words and changes nothing."""

from __future__ import annotations

import pytest

from handlers.callbacks import ABOUT_QUESTIONS, Callback, Verb
from sandbox.telegram.model import Button, Message
from tests.rules.offices import CURATOR
from tests.stories.test_replies import forwarded
from tests.stories.town import KEY, Person, Town
from workflow.case import State
from workflow.commands import CloseWithoutPosting
from workflow.official.material import MaterialAction

OPENS = {
    Verb.MENU,
    Verb.LEAF,
    Verb.REPORT,
    Verb.PLAN,
    Verb.MATERIAL_NEW,
    Verb.PRACTICE,
    Verb.HEAR,
    Verb.PAGE_NEW,
    Verb.FORWARD_GUESSED,
}
"""Buttons that are about nothing that can be gone: they open what there is now."""
ARGUMENTS: dict[Verb, str] = {
    Verb.FORWARD: "abolished",
    Verb.FORWARD_WAVE: "abolished",
    Verb.PASS_ON: "abolished",
    Verb.SEND_BACK_PART: "abolished",
    Verb.SHORTCOMING: "abolished",
    Verb.PICK: "abolished",
    Verb.APPROVE: "1.final",
    Verb.KIND: "1.final",
    Verb.UNDO: "1",
    Verb.TAKE_BACK: "1",
    Verb.SEND_BACK: "1",
    Verb.WITHOUT_FILES: "1",
    Verb.ANNUL: "1",
    Verb.STRIKE: "999.1",
    Verb.SEEN: "draft",
    Verb.LATER: "draft",
    Verb.ACT: "mark_significant",
    Verb.REPEAT: "999",
    Verb.MERGE: "999",
    Verb.SOURCE: "vk",
    Verb.IMPORTANCE: "high",
    Verb.CLOSE: "by_mistake",
    Verb.TOPIC: "gone",
    Verb.MODERATE: "keep",
    Verb.MATERIAL_ACT: MaterialAction.APPROVE.value,
}
"""What each carries; a department is one that is gone from the file."""
NO_QUESTION = {"На этот вопрос уже ответили.", "Этот вопрос задан другому человеку."}


async def toasts(town: Town, under: Message, person: Person, subject: int) -> dict[Verb, str]:
    """What each button about this number says when the person presses it under the message."""
    said = {}
    for verb in Verb:
        under.buttons = [[Button("прежняя", Callback(verb, subject, ARGUMENTS.get(verb, "")).pack())]]
        press = town.players.town.telegram.press(person.user, under, "прежняя")
        await town.settles()
        assert town.is_answered(press), verb
        said[verb] = press.toast or ""
    return said


@pytest.mark.parametrize("subject", [1, 999], ids=["a case that is closed", "what does not exist"])
async def test_a_stale_button_is_answered_in_words_and_changes_nothing(town: Town, subject: int) -> None:
    await forwarded(town)
    async with town.books.write(KEY) as tx:
        closing = CloseWithoutPosting(CURATOR, 1, "by_mistake")
        await town.bot.ticker.desk.carry_out(tx, closing, town.clock.now(), KEY)
    case = await town.case()
    assert case.state is State.CLOSED_WITHOUT_POSTING
    for person in (town.curator, town.zhkh):
        under = person.private[-1]
        said = await toasts(town, under, person, subject)
        silent = {verb for verb, words in said.items() if not words} - OPENS
        assert silent == set(), person.key
        assert {said[verb] for verb in ABOUT_QUESTIONS if verb is not Verb.GROUP_YES} <= NO_QUESTION
    assert (await town.case()).version == case.version
    assert await town.cases() == 1
    async with town.books.write(KEY) as tx:
        assert await tx.inbox.count_parked() == 0
    town.looks_around()
