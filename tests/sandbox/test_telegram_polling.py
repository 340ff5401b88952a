"""getUpdates: what the offset forgets, how the long poll wakes, what two receivers do to each other."""

import asyncio
from datetime import timedelta

import pytest
from aiogram.exceptions import TelegramConflictError
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from sandbox.telegram import TelegramServer
from tests.patience import PATIENT
from tests.sandbox.telegram_town import Office, an_office


async def until_a_poll_waits(office: Office) -> None:
    """Goes on when a getUpdates of the bot is waiting in the server."""
    account = office.world.account(office.bot_user)
    while account.waiting is None:  # noqa: ASYNC110 - the server has no event for it; a turn of the loop is no sleep
        await asyncio.sleep(0)


def texts(updates: list[object]) -> list[str | None]:
    return [update.message.text for update in updates]  # type: ignore[attr-defined]


async def test_what_was_not_acknowledged_comes_again() -> None:
    async with an_office() as office:
        for text in ("раз", "два", "три"):
            office.world.write(office.boris, office.group, text)
        start = office.offset
        first = await office.bot.get_updates(offset=start)
        again = await office.bot.get_updates(offset=start)
        assert texts(first) == ["раз", "два", "три"]
        assert [u.update_id for u in first] == [u.update_id for u in again] == [start, start + 1, start + 2]
        await office.bot.get_updates(offset=first[0].update_id + 1, limit=1)
        assert texts(await office.bot.get_updates()) == ["два", "три"]


async def test_a_restarted_server_still_has_the_queue() -> None:
    async with an_office() as office:
        office.world.write(office.boris, office.group, "раз")
        await office.server.stop()
        async with TelegramServer(office.world) as again:
            office.server = again
            client = office.client()
            try:
                assert texts(await client.get_updates(offset=office.offset)) == ["раз"]
            finally:
                await client.session.close()


async def test_a_negative_offset_keeps_the_last_ones_only() -> None:
    async with an_office() as office:
        for text in ("раз", "два", "три"):
            office.world.write(office.boris, office.group, text)
        assert texts(await office.bot.get_updates(offset=-1)) == ["три"]
        assert texts(await office.bot.get_updates()) == ["три"]


async def test_a_long_poll_wakes_at_once() -> None:
    async with an_office() as office:
        waiting = asyncio.create_task(office.bot.get_updates(offset=office.offset, timeout=30))
        await until_a_poll_waits(office)
        office.world.write(office.boris, office.group, "раз")
        office.world.write(office.boris, office.group, "два")
        assert texts(await asyncio.wait_for(waiting, PATIENT)) == ["раз", "два"]


async def test_a_long_poll_of_nothing_ends_empty() -> None:
    async with an_office() as office:
        assert await office.bot.get_updates(offset=office.offset, timeout=1) == []


async def test_the_second_receiver_ends_the_first() -> None:
    async with an_office() as office:
        older = asyncio.create_task(office.bot.get_updates(offset=office.offset, timeout=30))
        await until_a_poll_waits(office)
        newer = asyncio.create_task(office.bot.get_updates(offset=office.offset, timeout=30))
        with pytest.raises(TelegramConflictError) as ended:
            await asyncio.wait_for(older, PATIENT)
        assert ended.value.message == (
            "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
        )
        office.world.write(office.boris, office.group, "кому?")
        assert texts(await asyncio.wait_for(newer, PATIENT)) == ["кому?"]


async def test_a_webhook_and_polling_exclude_each_other() -> None:
    async with an_office() as office:
        waiting = asyncio.create_task(office.bot.get_updates(offset=office.offset, timeout=30))
        await until_a_poll_waits(office)
        await office.bot.set_webhook("https://example.org/hook", secret_token="s")
        with pytest.raises(TelegramConflictError, match="terminated by setWebhook request"):
            await asyncio.wait_for(waiting, PATIENT)
        with pytest.raises(TelegramConflictError, match="can't use getUpdates method while webhook is active"):
            await office.bot.get_updates()
        office.world.write(office.boris, office.group, "раз")
        info = await office.bot.get_webhook_info()
        assert (info.url, info.pending_update_count) == ("https://example.org/hook", 1)
        await office.bot.delete_webhook(drop_pending_updates=True)
        assert await office.bot.get_updates() == []


async def test_kinds_that_must_be_asked_for() -> None:
    async with an_office() as office:
        office.world.leave(office.boris, office.group)
        assert [u.event_type for u in await office.hears()] == ["message"]
        await office.hears(allowed_updates=["message", "chat_member"])
        office.world.join(office.boris, office.group)
        assert [u.event_type for u in await office.hears()] == ["chat_member", "message"]
        office.world.edit(office.boris, office.world.write(office.boris, office.group, "х"), "у")
        assert [u.event_type for u in await office.hears()] == ["message"]
        await office.hears(allowed_updates=[])
        office.world.edit(office.boris, office.world.messages(office.group)[-1], "я")
        office.world.leave(office.boris, office.group)
        assert [u.event_type for u in await office.hears()] == ["edited_message", "message"]


async def test_messages_wait_a_day_and_presses_two_and_a_half_minutes() -> None:
    async with an_office() as office:
        markup = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Да", callback_data="y")]])
        await office.bot.send_message(office.group.id, "?", reply_markup=markup)
        office.world.press(office.boris, office.world.messages(office.group)[-1], "Да")
        office.world.write(office.boris, office.group, "слово")
        office.clock.advance(timedelta(seconds=149))
        assert [u.event_type for u in await office.bot.get_updates()] == ["callback_query", "message"]
        office.clock.advance(timedelta(seconds=1))
        assert [u.event_type for u in await office.bot.get_updates()] == ["message"]
        office.clock.advance(timedelta(hours=24))
        assert await office.bot.get_updates() == []


async def test_stopping_the_server_does_not_wait_for_a_poll() -> None:
    async with an_office() as office:
        waiting = asyncio.create_task(office.bot.get_updates(offset=office.offset, timeout=30))
        await until_a_poll_waits(office)
        await asyncio.wait_for(office.server.stop(), PATIENT)
        with pytest.raises(Exception, match=r"ServerDisconnected|ClientOSError"):
            await asyncio.wait_for(waiting, PATIENT)
