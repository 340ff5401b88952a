"""Limits, on a stopwatch moved by hand."""

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramRetryAfter
from aiogram.types import BufferedInputFile, InputMediaPhoto

from sandbox.telegram.limits import BURST, GROUP_PER_MINUTE, BotLimits
from tests.sandbox.telegram_town import an_office


async def refused_for(bot: Bot, chat_id: int) -> int:
    with pytest.raises(TelegramRetryAfter) as limited:
        await bot.send_message(chat_id, "х")
    return limited.value.retry_after


async def test_a_burst_and_then_one_a_second() -> None:
    async with an_office() as office:
        office.world.limits_on = True
        office.world.start(office.boris, office.bot_user)
        for _ in range(BURST):
            await office.bot.send_message(office.boris.id, "х")
        assert await refused_for(office.bot, office.boris.id) == 1
        office.clock.advance_monotonic(1.0)
        await office.bot.send_message(office.boris.id, "х")
        assert await refused_for(office.bot, office.boris.id) == 1


async def test_twenty_sends_and_edits_a_minute_into_a_group() -> None:
    async with an_office() as office:
        office.world.limits_on = True
        sent = await office.bot.send_message(office.group.id, "0")
        for number in range(1, GROUP_PER_MINUTE):
            office.clock.advance_monotonic(1.0)
            await office.bot.edit_message_text(str(number), chat_id=office.group.id, message_id=sent.message_id)
        office.clock.advance_monotonic(1.0)
        assert await refused_for(office.bot, office.group.id) == 40
        office.clock.advance_monotonic(39.0)
        assert await refused_for(office.bot, office.group.id) == 1
        office.clock.advance_monotonic(1.0)
        await office.bot.send_message(office.group.id, "можно")
        assert [m.text for m in office.world.messages(office.group)[-2:]] == ["19", "можно"]


async def test_toasts_are_outside_and_albums_count_their_items() -> None:
    async with an_office() as office:
        office.world.limits_on = True
        photos = [InputMediaPhoto(media=BufferedInputFile(b"p", "p.jpg")) for _ in range(5)]
        await office.bot.send_media_group(office.group.id, photos)
        assert await refused_for(office.bot, office.group.id) == 1
        for _ in range(50):
            await office.bot.send_chat_action(office.group.id, "typing")


def test_thirty_a_second_over_all_chats() -> None:
    limits = BotLimits()
    assert [limits.take(chat, False, 100.0) for chat in range(1, 32)] == [0] * 30 + [1]
    assert limits.take(31, False, 101.0) == 0


def test_a_refused_call_costs_nothing() -> None:
    limits = BotLimits()
    taken = [limits.take(-1, True, 0.0) for _ in range(BURST + 10)]
    assert taken == [0] * BURST + [1] * 10
    assert limits.take(-1, True, 1.0) == 0


def test_an_album_waits_until_all_of_it_fits() -> None:
    limits = BotLimits()
    assert [limits.take(-1, True, 2.0 * turn) for turn in range(18)] == [0] * 18
    assert [limits.take(-1, True, 50.0, weight) for weight in (3, 5)] == [10, 14]
    assert limits.take(-1, True, 64.0, 5) == 0
