"""SIGHUP: the running process reads its files anew; a broken file leaves the old ones at work and is said in words."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.demo.cast import BOT_TOKEN, VK_TOKEN
from tests.doors.process_house import KEY, House, a_house, municipality_text

pytestmark = [
    pytest.mark.xdist_group("processes"),
    pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="this system has no SIGHUP"),
]

ANEW = "configuration read anew"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with a_house(tmp_path) as house:
        yield house


def hang_up(house: House) -> None:
    assert house.process is not None
    os.kill(house.process.pid, signal.SIGHUP)


async def read_anew(house: House, times: int) -> None:
    hang_up(house)
    await house.until("the files are read anew", lambda: house.said().count(ANEW) == times or None)


async def test_sighup_takes_what_changed_and_loses_nothing_that_was_written_meanwhile(house: House) -> None:
    path = house.folder / KEY / "municipality.yaml"
    await house.start()
    await house.listening()
    path.write_text(path.read_text(encoding="utf-8").replace("Отдел ЖКХ", "Управление ЖКХ"), encoding="utf-8")
    hang_up(house)
    house.town.vk.comment(house.players.resident, house.players.post, "Третий день нет воды на Школьной, 5")
    await house.until("the files are read anew", lambda: ANEW in house.said() or None)
    await house.message("curator", "Третий день нет воды")
    await house.listening()
    house.town.vk.comment(house.players.resident, house.players.post, "Прорвало трубу с горячей водой на Мира, 7")
    assert "→ Управление ЖКХ" in (await house.message("curator", "Прорвало трубу")).text
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{house.web_port}/healthz") as answer:
        assert answer.status == 200
    await read_anew(house, 2)
    assert await house.stop() == 0


async def test_a_broken_file_is_said_in_words_and_the_old_one_stays(house: House) -> None:
    path = house.folder / KEY / "municipality.yaml"
    whole = path.read_text(encoding="utf-8")
    await house.start()
    await house.listening()
    path.write_text(whole.replace("timezone: Europe/Moscow", "timezone: Europe/Atlantis"), encoding="utf-8")
    hang_up(house)
    told = await house.message("curator", "Новые настройки не взял, работаю по прежним")
    assert "часовой пояс «Europe/Atlantis» не существует" in told.text.replace("\u2060", "")
    assert "configuration is wrong, the old one stays" in house.said()
    assert ANEW not in house.said()
    house.town.vk.comment(house.players.resident, house.players.post, "Третий день нет воды на Школьной, 5")
    await house.message("curator", "Третий день нет воды")
    path.write_text(whole, encoding="utf-8")
    await read_anew(house, 1)
    assert await house.stop() == 0


async def test_a_municipality_with_a_bad_key_is_named_and_stops_no_other_until_its_key_is_good(house: House) -> None:
    neighbour = house.folder / "sosed"
    neighbour.mkdir()
    (neighbour / "municipality.yaml").write_text(municipality_text(), encoding="utf-8")
    (house.folder / KEY / ".env").write_text(f"BOT_TOKEN={BOT_TOKEN}", encoding="utf-8")
    keys = {
        "700002:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA": "Telegram не принимает BOT_TOKEN",
        BOT_TOKEN: "BOT_TOKEN того же бота",
    }
    for number, (key, why) in enumerate(keys.items()):
        (neighbour / ".env").write_text(f"BOT_TOKEN={key}", encoding="utf-8")
        await (house.start() if number == 0 else read_anew(house, number))
        await house.until(why, lambda why=why: f"sosed/.env: {why}" in house.said() or None)
        assert await troubles(house) == (503, {"sosed": ["not_running"]})
        house.town.telegram.write(house.players.people["curator"], house.players.bot, "/open")
        await house.message("curator", "Открытых сообщений нет")
    house.town.telegram.add_bot(token="700009:AAsecond", name="Сосед", username="sosed_bot")
    (neighbour / ".env").write_text("BOT_TOKEN=700009:AAsecond", encoding="utf-8")
    hang_up(house)
    await house.until("the neighbour runs", lambda: "municipality runs now" in house.said() or None)
    assert await troubles(house) == (200, {})
    await a_third_comes_and_the_neighbour_goes(house, neighbour)
    assert await house.stop() == 0


def keys_of(bot: str, community: str) -> str:
    return f"BOT_TOKEN={bot}\nVK_COMMUNITY_TOKEN={community}\n"


async def test_keys_are_changed_while_the_bot_runs_and_nothing_falls_into_the_gap(house: House) -> None:
    """The networks take the old keys no more, people write, then the file is changed and read."""
    env, keys = house.folder / KEY / ".env", house.town.vk.identities
    env.write_text(keys_of(BOT_TOKEN, VK_TOKEN), encoding="utf-8")
    await house.start(BOT_TOKEN=None, VK_COMMUNITY_TOKEN=None)
    await house.listening()
    fresh = f"{BOT_TOKEN.partition(':')[0]}:AAAnewnewnewnewnewnewnewnewnewnewnew"
    house.account.token, keys["new-key"] = fresh, keys.pop(VK_TOKEN)
    house.town.vk.comment(house.players.resident, house.players.post, "Третий день нет воды на Школьной, 5")
    house.town.telegram.write(house.players.people["curator"], house.players.bot, "/open")
    env.write_text(keys_of(fresh, "new-key"), encoding="utf-8")
    await read_anew(house, 1)
    await house.message("curator", "Третий день нет воды")
    await house.message("curator", "Открыт")
    await house.listening()
    house.town.vk.comment(house.players.resident, house.players.post, "Прорвало трубу с горячей водой на Мира, 7")
    await house.message("curator", "Прорвало трубу")
    said = [message.text for message in house.private("curator") if "Третий день нет воды" in message.text]
    assert len(said) == len(set(said)), "each was told once"
    assert await house.stop() == 0


async def a_third_comes_and_the_neighbour_goes(house: House, neighbour: Path) -> None:
    """What was added to the folder starts, what is gone retires, the first one goes on."""
    third = house.folder / "third"
    third.mkdir()
    (third / "municipality.yaml").write_text(municipality_text(), encoding="utf-8")
    house.town.telegram.add_bot(token="700010:AAthird", name="Третий", username="third_bot")
    (third / ".env").write_text("BOT_TOKEN=700010:AAthird", encoding="utf-8")
    shutil.rmtree(neighbour)
    hang_up(house)
    words = ("municipality is retired        municipality=sosed", "municipality runs now          municipality=third")
    await house.until("one comes, one goes", lambda: all(one in house.said() for one in words) or None)
    before = len(house.private("curator"))
    house.town.telegram.write(house.players.people["curator"], house.players.bot, "/open")
    await house.until("the first goes on", lambda: len(house.private("curator")) > before + 1 or None)
    assert await troubles(house) == (200, {})


async def troubles(house: House) -> tuple[int, dict[str, list[str]]]:
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{house.web_port}/healthz") as answer:
        return answer.status, (await answer.json())["troubles"]
