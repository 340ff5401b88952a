"""Two processes on one PostgreSQL database: one serves the municipality, the other waits and takes over."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from storage.books import Books
from tests import postgres
from tests.doors.process_house import COMPLAINT, KEY, House, a_house, free_port
from tests.loaded import Process
from workflow.case import State

pytestmark = [
    pytest.mark.xdist_group("processes"),
    pytest.mark.skipif(not postgres.is_wanted(), reason="on SQLite a second process is refused"),
]

REPEAT = "овтор"
HOLE = "На улице Мира яма во всю дорогу, машины бьются"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    database = await postgres.make()
    async with a_house(tmp_path, database) as house:
        yield house
    await postgres.drop(database)


async def second(house: House) -> Process:
    """Start one more process; wait until it is ready to take over."""
    process = await house.launch(WEB_PORT=str(free_port()))
    await house.until("второй запущен", lambda: "started" in house.said() or None)
    return process


async def ended(process: Process) -> None:
    with suppress(ProcessLookupError):
        process.kill()
    await process.wait()


async def cases(house: House) -> list[tuple[int, State]]:
    books = Books(house.url)
    async with books.write(KEY) as tx:
        found = [case for number in (1, 2, 3) if (case := await tx.case_by_number(number)) is not None]
    await books.close()
    return [(case.number, case.state) for case in found]


def offers(house: House, words: str) -> int:
    """Without one that says it may be a repeat: what was on its way when its process died is sent again."""
    return sum(words in message.text and REPEAT not in message.text for message in house.private("curator"))


async def test_a_killed_process_is_replaced_and_nothing_is_done_twice(house: House) -> None:
    await house.start()
    await house.listening()
    waiting = await second(house)
    house.town.vk.comment(house.players.resident, house.players.post, COMPLAINT)
    offer = await house.message("curator", "Третий день нет воды")
    await house.kill()
    house.town.vk.comment(house.players.resident, house.players.post, HOLE)
    await house.message("curator", "яма во всю дорогу")
    caption = next(b.text for row in offer.buttons for b in row if "ЖКХ" in b.text)
    await house.press("curator", offer, caption)
    await house.card()
    assert (offers(house, "Третий день"), offers(house, "яма во всю дорогу")) == (1, 1)
    assert await cases(house) == [(1, State.FORWARDED), (2, State.NEW)]
    await ended(waiting)


async def test_a_process_that_stops_hands_over_at_once(house: House) -> None:
    await house.start()
    await house.listening()
    waiting = await second(house)
    assert await house.stop() == 0
    handed = asyncio.get_running_loop().time()
    house.town.vk.comment(house.players.resident, house.players.post, HOLE)
    await house.message("curator", "яма во всю дорогу")
    assert "Traceback" not in house.everything_said()
    assert asyncio.get_running_loop().time() - handed < 60
    await ended(waiting)


async def test_a_frozen_process_that_wakes_does_nothing_any_more(house: House) -> None:
    await house.start()
    await house.listening()
    assert house.process is not None
    waiting = await second(house)
    os.kill(house.process.pid, signal.SIGSTOP)
    house.town.vk.comment(house.players.resident, house.players.post, COMPLAINT)
    await house.message("curator", "Третий день нет воды")
    os.kill(house.process.pid, signal.SIGCONT)
    await house.until("первый отступил", lambda: "served by another process" in house.said(1) or None)
    house.town.vk.comment(house.players.resident, house.players.post, HOLE)
    await house.message("curator", "яма во всю дорогу")
    assert (offers(house, "Третий день"), offers(house, "яма во всю дорогу")) == (1, 1)
    assert await cases(house) == [(1, State.NEW), (2, State.NEW)]
    await ended(waiting)
