"""SIGHUP: the running process reads its files anew; a broken file leaves the old ones at work and is said in words."""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from tests.doors.process_house import KEY, House, a_house

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
