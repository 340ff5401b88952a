"""«Помогло?» in ВКонтакте: who wrote to the community in private is asked there once; a button, or its words, answers."""

from __future__ import annotations

import pytest

from sandbox.vk.model import VkMessage
from tests.stories.test_a_day import COMPLAINT, DRAFT
from tests.stories.test_citizens_in_telegram import answered
from tests.stories.test_did_it_help import DAYS
from tests.stories.town import KEY, Town
from workflow.case import State

pytestmark = pytest.mark.telegrams_own("ВКонтакте is the same beside either messenger")

QUESTION = (
    "Здравствуйте. 12 января мы вам ответили. Скажите, пожалуйста, это помогло? Нажмите кнопку или напишите «Помогло» "
    "либо «Не помогло»."
)


def heard(town: Town) -> list[VkMessage]:
    """What the community wrote to the resident in private."""
    vk, players = town.players.town.vk, town.players
    return [message for message in vk.messages(players.resident, players.community) if message.outgoing]


async def writes(town: Town, text: str) -> None:
    town.players.town.vk.message(town.players.resident, town.players.community, text)
    await town.settles()


async def presses(town: Town, question: VkMessage, label: str) -> None:
    town.players.town.vk.press(town.players.resident, question, label)
    await town.settles()


async def asked_after_three_days(town: Town) -> VkMessage:
    await writes(town, COMPLAINT)
    await answered(town)
    assert [message.text for message in heard(town)] == [DRAFT]
    await town.waits(minutes=3 * DAYS + 30)
    town.looks_around()
    answer, question = heard(town)
    assert (question.text, question.reply_to) == (QUESTION, answer)
    return question


async def test_who_presses_that_it_helped_is_thanked_once(town: Town) -> None:
    question = await asked_after_three_days(town)
    await presses(town, question, "Помогло")
    await presses(town, question, "Помогло")
    assert [message.text for message in heard(town)[2:]] == ["Спасибо, что сказали. Рады, что помогло."]
    assert (await town.case()).helped is True
    await presses(town, question, "Не помогло")
    assert [message.text for message in heard(town)[3:]] == [
        "Вы уже ответили, спасибо. Если есть что добавить, напишите сюда."
    ]
    await town.waits(minutes=8 * DAYS)
    assert (await town.cases(), len(heard(town))) == (1, 4)
    town.looks_around()


async def test_who_presses_that_it_did_not_help_repeats_his_message(town: Town) -> None:
    """The repeat waits for the curator with the earlier answer; what he adds at once belongs to it; an event that comes
    again changes nothing."""
    question = await asked_after_three_days(town)
    await presses(town, question, "Не помогло")
    offer = town.curator.sees("Автор о № 1, отвечено")
    assert "Похоже, не помогло" in offer.text
    await writes(town, "И яма на дороге у дома осталась")
    queue = town.players.town.vk.queues[town.players.community.id]
    for _, event in list(queue._events):
        queue.put(event | {"event_id": f"again{event['event_id']}"})
    await town.settles()
    assert await town.cases() == 2
    repeat, first = await town.case(2), await town.case(1)
    assert (repeat.state, [one.text for one in repeat.replies]) == (State.NEW, ["И яма на дороге у дома осталась"])
    assert (first.helped, first.state) == (False, State.CLOSED)
    assert [message.text for message in heard(town)[2:]] == [
        "Спасибо, что сказали. Разберёмся ещё раз и ответим здесь. Подробности, если нужно, напишите сюда."
    ]
    town.looks_around()


async def test_without_buttons_the_words_answer(town: Town) -> None:
    """A community that has not switched on «Возможности ботов» gets the question without a keyboard."""
    town.players.community.bot_features = False
    question = await asked_after_three_days(town)
    assert question.keyboard is None
    await writes(town, "помогло!")
    assert (await town.case()).helped is True
    assert heard(town)[-1].text == "Спасибо, что сказали. Рады, что помогло."


async def test_nobody_else_s_button_and_no_forged_one_counts(town: Town) -> None:
    question = await asked_after_three_days(town)
    vk, community = town.players.town.vk, town.players.community
    stranger = vk.add_person("Прохожий")
    vk.press(stranger, question, "Помогло")
    vk.message(stranger, community, "Помогло")
    for payload in ('{"pressed": "hl:1:maybe"}', '{"pressed": "hl:99:yes"}', '{"pressed": 7}', "[[", '"hl:1:yes"'):
        vk.add_message(stranger, stranger, community, "Спасибо", payload=payload)
    await town.settles()
    assert (await town.case()).helped is None
    assert vk.messages(stranger, community)[-1].text == "Спасибо"
    town.looks_around()


async def test_who_has_written_since_or_forbids_messages_is_asked_nothing(town: Town) -> None:
    await writes(town, COMPLAINT)
    await answered(town)
    await writes(town, "Спасибо")
    await town.waits(minutes=5 * DAYS)
    assert [message.text for message in heard(town)] == [DRAFT]
    async with town.books.write(KEY) as tx:
        assert await tx.outbox.depth() == 0
    town.looks_around()


async def test_who_forbids_messages_is_not_asked_and_nobody_hears_of_it(town: Town) -> None:
    await writes(town, COMPLAINT)
    await answered(town)
    town.players.town.vk.forbid_messages(town.players.resident, town.players.community)
    town.looks_around()
    await town.waits(minutes=5 * DAYS)
    assert [message.text for message in heard(town)] == [DRAFT]
    async with town.books.write(KEY) as tx:
        assert await tx.outbox.depth() == 0
    assert "помогло" not in "".join(message.text for message in town.curator.private)
