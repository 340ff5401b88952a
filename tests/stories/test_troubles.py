"""What keeps the bot from its work until a person mends it: told at once in private, shown by /healthz, told when over."""

from __future__ import annotations

from typing import Any

import pytest

from bot.beats import Beats
from networks.port import PollError
from storage.troubles import Troubles
from tests.page.page_house import a_client
from tests.stories.test_a_day import COMPLAINT
from tests.stories.town import Town

OUTSIDE, NOT_ADMIN = "Бот не может писать в рабочую группу", "Бот больше не администратор рабочей группы"


async def health(town: Town) -> tuple[int, dict[str, Any]]:
    async with a_client(town) as client:
        answer = await client.get("/healthz")
        return answer.status, (await answer.json())["troubles"]


def both_see(town: Town, words: str) -> None:
    town.curator.sees(words)
    town.deputy.sees(words)


async def test_a_bot_thrown_out_of_its_group_says_so_and_sends_what_waits_once_it_is_back(town: Town) -> None:
    world, group = town.players.town.telegram, town.players.group
    world.kick(town.players.bot, group, by=town.curator.user)
    await town.settles()
    both_see(town, OUTSIDE)
    assert await health(town) == (503, {town.bot.key: ["group_outside"]})
    await town.resident_writes(COMPLAINT)
    await town.curator.presses("ЖКХ", town.curator.sees("Третий день"))
    town.zhkh.sees("передано вам")
    await town.waits(minutes=1)
    world.add_bot_to_group(town.players.bot, group, by=town.curator.user)
    await town.settles()
    both_see(town, "Бот снова пишет в рабочую группу")
    town.card()
    assert await health(town) == (200, {})
    town.looks_around()


@pytest.mark.telegrams_own("the words of its refusal")
async def test_a_group_that_cannot_be_written_is_noticed_without_a_word_from_the_messenger(town: Town) -> None:
    faults = town.players.town.telegram.faults
    faults.add("refuses", chat=town.players.group, times=2, description="not enough rights to send text messages")
    await town.resident_writes(COMPLAINT)
    await town.curator.presses("ЖКХ", town.curator.sees("Третий день"))
    both_see(town, OUTSIDE)
    faults.clear()
    await town.waits(minutes=11)
    both_see(town, "Бот снова пишет в рабочую группу")
    town.looks_around()


@pytest.mark.telegrams_own("it tells at once; MAX is asked every ten minutes")
async def test_a_bot_that_is_no_administrator_any_more_hears_no_replies_and_says_so_each_day(town: Town) -> None:
    world = town.players.town.telegram
    world.demote(town.players.bot, town.players.group)
    await town.settles()
    both_see(town, NOT_ADMIN)
    await town.waits(minutes=24 * 60 + 1)
    both_see(town, NOT_ADMIN)
    world.promote(town.players.bot, town.players.group)
    await town.settles()
    both_see(town, "Бот снова администратор")
    assert (await health(town))[1] == {}
    town.looks_around()


async def test_a_network_that_refuses_the_key_is_told_of_with_what_to_do(town: Town) -> None:
    town.players.town.vk.faults.add("error", "groups.getLongPollServer", times=10**6, code=5)
    town.players.town.vk.faults.add("longpoll_failed", times=1, code=2)
    with pytest.raises(PollError):
        await town.settles()
    town.players.town.vk.faults.clear()
    await town.bot.ticker.tick()
    await town.bot.delivery.drain()
    both_see(town, "ВКонтакте не принимает ключ бота")
    assert await health(town) == (503, {town.bot.key: ["network:vk"]})
    await town.waits(minutes=10)
    both_see(town, "ВКонтакте: ключ снова действует")
    town.looks_around()


async def test_what_was_written_while_a_network_was_not_heard_is_read_and_the_curator_is_told(town: Town) -> None:
    await town.waits(minutes=60)
    town.players.town.vk.faults.add("ts_lost")
    await town.resident_writes(COMPLAINT)
    town.curator.sees("Третий день")
    told = town.curator.sees("ВКонтакте: с 9:00 понедельника 12 января до 10:00 понедельника 12 января бот не получал")
    assert told.text.splitlines()[0].endswith("Прочитал, что написали за это время: 1 сообщение.")
    town.looks_around()


SILENT = {
    "intake": ("не получает ни сообщений, ни нажатий", "Бот снова получает сообщения и нажатия"),
    "network:ok": ("Одноклассники: бот уже несколько минут не получает", "Одноклассники: бот снова получает"),
    "clock": ("Одна из частей бота остановилась", "Бот снова работает полностью"),
}


async def looks(town: Town, times: int) -> None:
    """So many looks at the beats, as the process does every five seconds."""
    for _ in range(times):
        await town.bot.silence.look()
    await town.bot.delivery.drain(patient=True)


@pytest.mark.parametrize("loop", SILENT)
async def test_a_loop_that_stands_still_is_told_of_once_and_so_is_its_return(town: Town, loop: str) -> None:
    beats = town.bot.beats = town.bot.silence.beats = Beats(town.bot.clock)
    await looks(town, 1)
    beats.expect(loop)
    town.clock.advance_monotonic(61)
    await looks(town, 5)
    town.curator.hears_nothing()
    await looks(town, 1)
    both_see(town, SILENT[loop][0])
    await looks(town, 100)
    async with a_client(town) as client:
        answer = await client.get("/healthz")
        assert (answer.status, await answer.json()) == (
            503,
            {"status": "silent", "silent": [f"{town.bot.key}/{loop}"], "troubles": {}},
        )
    beats.beat(loop)
    await looks(town, 1)
    both_see(town, SILENT[loop][1])
    town.looks_around()


async def test_a_network_out_of_reach_is_told_of_after_minutes_and_one_heard_before_that_never(town: Town) -> None:
    beats = town.bot.silence.beats = Beats(town.bot.clock)
    beats.expect("network:ok")
    for _ in range(2):
        town.clock.advance_monotonic(61)
        beats.turned("network:ok")
        await looks(town, 59)
        town.curator.hears_nothing()
        beats.beat("network:ok")
        await looks(town, 1)
    town.clock.advance_monotonic(61)
    beats.turned("network:ok")
    await looks(town, 60)
    both_see(town, SILENT["network:ok"][0])


async def test_what_an_earlier_process_told_of_is_over_once_the_loop_has_worked(town: Town) -> None:
    async with town.books.write(town.bot.key) as tx:
        await Troubles(tx).set("silent:network:ok", town.clock.now().isoformat())
    town.bot.silence.beats, town.bot.silence._told = (beats := Beats(town.bot.clock)), None
    beats.expect("network:ok")
    await looks(town, 3)
    town.curator.hears_nothing()
    beats.beat("network:ok")
    await looks(town, 1)
    both_see(town, SILENT["network:ok"][1])
