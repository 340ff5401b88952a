"""Two people at once: whoever is second is told so in words, and sees what is true now."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from tests.stories.test_a_day import BETTER, COMPLAINT, DRAFT
from tests.stories.test_replies import at_curator, drafted, forwarded, versions
from tests.stories.town import Town
from workflow.case import State


@pytest.fixture
async def two_curators(town_with: Callable[..., Awaitable[Town]]) -> Town:
    """A second curator beside the first."""
    return await town_with(
        {"second_curator": "Второй куратор"}, people="  second_curator: {role: curator, name: Второй куратор}\n"
    )


async def test_two_curators_approve_at_once_and_the_answer_goes_out_once(two_curators: Town) -> None:
    town = two_curators
    second = town.person("second_curator")
    comment = await town.resident_writes(COMPLAINT)
    await town.curator.presses("ЖКХ", town.curator.sees("Третий день"))
    town.executors_are_called()
    second.sees("№ 1")
    await town.zhkh.replies(town.card(), DRAFT)
    head = at_curator(town, 1, DRAFT)
    other = second.sees("версия 1")
    second.sees(DRAFT)
    first_toast, second_toast = await town.at_once((town.curator, "Согласовать", head), (second, "Согласовать", other))
    assert first_toast.startswith("Согласовано.")
    assert second_toast.startswith("Ответ уже согласован")
    assert [b.text for row in other.buttons for b in row] == ["Отменить"]
    await town.waits(seconds=31)
    assert [answer.text for answer in town.answers(comment)] == [DRAFT]
    for person in (town.curator, second):
        person.can_see("азмещено")


async def test_two_curators_forward_at_once_and_the_second_is_told_where_it_is(two_curators: Town) -> None:
    town = two_curators
    second = town.person("second_curator")
    await town.resident_writes(COMPLAINT)
    offer, other = town.curator.sees("Третий день"), second.sees("Третий день")
    _, toast = await town.at_once((town.curator, "ЖКХ", offer), (second, "ЖКХ", other))
    assert toast.startswith("Уже направлено в 9:00, Отдел ЖКХ.")
    assert "Направить" not in str([b.text for row in other.buttons for b in row])
    town.executors_are_called()
    town.card()


async def test_an_approval_of_a_version_that_has_just_been_replaced_is_refused(town: Town) -> None:
    message = await drafted(town)
    head = next(m for m in town.curator.private if "версия 1" in m.text)
    telegram = town.players.town.telegram
    telegram.edit(town.zhkh.user, message, BETTER)
    [toast] = await town.at_once((town.curator, "Согласовать", head))
    assert toast.startswith("Это уже не последний текст, есть версия 2.")
    at_curator(town, 2, BETTER)
    assert head.buttons == []
    assert "есть версия 2" in head.text
    assert (await town.case()).state is State.ON_APPROVAL


async def test_undo_comes_too_late(town: Town) -> None:
    await drafted(town)
    head = next(m for m in town.curator.private if "версия 1" in m.text)
    await town.curator.presses("Согласовать", head)
    town.clock.advance(timedelta(seconds=31))
    await town.bot.ticker.tick()
    [toast] = await town.at_once((town.curator, "Отменить", head))
    assert toast.startswith("Отменить уже нельзя: ответ ушёл.")
    town.curator.can_see("азмещено")
    assert (await town.case()).state is State.CLOSED


async def test_accept_and_recall_at_once(town: Town) -> None:
    card = await forwarded(town)
    offer = next(m for m in town.curator.private if "Ждём, примет" in m.text)
    recalled, accepted = await town.at_once((town.curator, "Отозвать", offer), (town.zhkh, "Принять", card))
    assert recalled.startswith("№ 1 снова у вас.")
    assert accepted == "Сообщение сейчас у куратора. Дождитесь, пока он направит его исполнителю."
    town.zhkh.sees("больше не у вас")
    assert [[button.text for button in row] for row in card.buttons] == [["Сроки"]]
    assert (await town.case()).state is State.NEW


async def test_two_of_one_department_send_drafts_at_once(town_with: Callable[..., Awaitable[Town]]) -> None:
    deputy = "  zhkh_deputy: {role: executor, department: zhkh, name: Заместитель начальника отдела ЖКХ}\n"
    town = await town_with({"zhkh_deputy": "Заместитель"}, people=deputy)
    card = await forwarded(town)
    telegram = town.players.town.telegram
    telegram.write(town.zhkh.user, card.chat, DRAFT, reply_to=card)
    telegram.write(town.person("zhkh_deputy").user, card.chat, BETTER, reply_to=card)
    await town.settles()
    assert await versions(town) == [DRAFT, BETTER]
    town.curator.sees("версия 1")
    town.curator.sees(DRAFT)
    at_curator(town, 2, BETTER)


@pytest.mark.telegrams_own("presses that grow too old to be answered")
async def test_a_refusal_too_late_for_a_toast_is_written(town: Town) -> None:
    """The tap waited at Telegram while the bot was away: what cannot be shown over the button is said in private."""
    await town.resident_writes("Третий день нет воды на Школьной, 5. Звоним в водоканал, трубку не берут")
    await town.curator.presses("ЖКХ", town.curator.sees("Третий день"))
    town.executors_are_called()
    telegram = town.players.town.telegram
    press = telegram.press(town.roads.user, town.card(), "Принять")
    town.clock.advance(timedelta(seconds=60))
    await town.settles()
    assert not press.answered
    town.roads.sees("Сообщение у Отдела ЖКХ. Если оно ваше, попросите куратора перенаправить.")
