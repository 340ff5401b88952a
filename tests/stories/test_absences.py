"""The bot was away, or something came that it could not read: nothing is lost, and it says so once."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from sandbox.telegram import wire
from tests.stories.test_a_day import BETTER, COMPLAINT, DRAFT
from tests.stories.test_replies import at_curator, forwarded, versions
from tests.stories.town import KEY, Town
from workflow.case import State


async def test_after_more_than_twenty_hours_the_bot_says_so_and_lists_what_is_open(town: Town) -> None:
    await forwarded(town)
    await town.bot.ticker.note_presence()
    town.clock.advance(timedelta(hours=20, minutes=1))
    await town.bot.start()
    await town.settles()
    said = town.sees_in_group("Бот не работал с")
    assert "Открыто 1 сообщение, проверьте: № 1." in said.text
    for key in ("curator", "zhkh_head", "first_deputy"):
        town.person(key).looks_at_everything()
    await town.bot.start()
    await town.settles()


@pytest.mark.telegrams_own("it keeps updates for a day; MAX gives an address up after eight hours")
async def test_after_a_shorter_absence_it_says_nothing(town: Town) -> None:
    await town.bot.ticker.note_presence()
    town.clock.advance(timedelta(hours=19, minutes=59))
    await town.bot.start()
    await town.settles()


async def test_after_a_night_off_each_is_told_once_and_in_order(town: Town) -> None:
    await town.to("2026-01-12T16:00")
    await forwarded(town)
    await town.to("2026-01-13T12:00")
    heard = [message.text for message in town.zhkh.looks_at_everything()]
    assert len(heard) == len(set(heard))
    assert ["просрочен" in words for words in heard] == sorted("просрочен" in words for words in heard)
    assert any("просрочен" in words for words in heard)
    town.deputy.looks_at_everything()
    town.curator.looks_at_everything()
    await town.settles()
    town.zhkh.hears_nothing()


@pytest.mark.telegrams_own("raw updates of its own shape")
async def test_an_update_that_cannot_be_read_is_parked_reported_once_and_retried(town: Town) -> None:
    async with town.books.write(KEY) as tx:
        broken = [
            (str(number), json.dumps({"update_id": number, "message": {"chat": {}, "from": {"id": 1}}}))
            for number in (1, 2)
        ]
        await tx.inbox.keep("messenger", broken, town.clock.now())
    await town.settles()
    town.curator.sees("Не удалось разобрать 2 входящих")
    await town.resident_writes(COMPLAINT)
    town.curator.sees("Третий день")
    async with town.books.write(KEY) as tx:
        assert len(await tx.inbox.parked()) == 2
        assert await tx.inbox.retry_parked() == 2
    await town.settles()
    async with town.books.write(KEY) as tx:
        assert len(await tx.inbox.parked()) == 2


async def test_what_is_about_a_case_waits_behind_what_fails_and_others_go_on(town: Town) -> None:
    card = await forwarded(town)
    telegram = town.players.town.telegram
    telegram.faults.add("server_error", "getFile", times=2)
    telegram.write(town.zhkh.user, card.chat, DRAFT, reply_to=card, document=("акт.pdf", b"%PDF"))
    telegram.write(town.zhkh.user, card.chat, BETTER, reply_to=card)
    await town.settles()
    assert await versions(town) == []
    await town.resident_writes("На Мира опять нет воды, сколько можно")
    town.curator.sees("На Мира опять")
    await town.waits(seconds=30)
    await town.waits(seconds=30)
    at_curator(town, 1, DRAFT)
    at_curator(town, 2, BETTER)
    assert await versions(town) == [DRAFT, BETTER]
    [file] = [m for m in town.curator.private if m.media]
    town.seen.add((file.chat.id, file.id))


@pytest.mark.telegrams_own("raw updates of its own shape")
async def test_the_same_update_twice_is_done_once(town: Town) -> None:
    card = await forwarded(town)
    message = await town.zhkh.replies(card, DRAFT)
    at_curator(town, 1, DRAFT)
    async with town.books.write(KEY) as tx:
        again = json.dumps({"update_id": 77, "message": wire.message(message, {})}, ensure_ascii=False)
        await tx.inbox.keep("messenger", [("77", again), ("77", again)], town.clock.now())
        await tx.inbox.keep("messenger", [("77", again)], town.clock.now())
    await town.settles()
    town.sees_in_group("Текст тот же")
    assert await versions(town) == [DRAFT]


async def test_triage_auto_sends_the_sure_ones_straight_on(town_with: Callable[..., Awaitable[Town]]) -> None:
    town = await town_with(settings="triage: auto\n")
    await town.resident_writes(COMPLAINT)
    assert "Отдел ЖКХ" in town.card().text
    town.curator.sees("№ 1")
    assert (await town.case()).state is State.FORWARDED
    assert await town.journal() == [("detect", "detector", "new"), ("forward", "detector", "forwarded")]
    town.zhkh.sees("№ 1 · передано вам")


async def test_triage_auto_leaves_the_doubtful_to_the_curator(town_with: Callable[..., Awaitable[Town]]) -> None:
    town = await town_with(settings="triage: auto\n")
    await town.resident_writes("Сколько это будет продолжаться?")
    offer = town.curator.sees("Сколько это")
    assert offer.buttons != []
    assert (await town.case()).state is State.NEW
