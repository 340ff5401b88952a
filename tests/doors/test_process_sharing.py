"""Two processes on one PostgreSQL database: one serves the municipality, the other waits and takes over."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest

from sandbox.telegram.pushing import Pusher
from storage import tables
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
FRONT = "https://dezhurny.example"
HOLE = "На улице Мира яма во всю дорогу, машины бьются"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    database = await postgres.make()
    async with a_house(tmp_path, database) as house:
        yield house
    await postgres.drop(database)


async def second(house: House, port: int = 0, **changed: str | None) -> Process:
    """Start one more process; wait until it is ready to take over."""
    process = await house.launch(WEB_PORT=str(port or free_port()), **changed)
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
    await house.until("первый отступил", lambda: "another process" in house.said(1) or None)
    house.town.vk.comment(house.players.resident, house.players.post, HOLE)
    await house.message("curator", "яма во всю дорогу")
    assert (offers(house, "Третий день"), offers(house, "яма во всю дорогу")) == (1, 1)
    assert await cases(house) == [(1, State.NEW), (2, State.NEW)]
    await ended(waiting)


async def test_the_page_and_what_is_pushed_are_taken_by_any_process(tmp_path: Path) -> None:
    """The messenger pushes to each process in turn; one serves the municipality, both keep what comes and show the page."""
    database = await postgres.make()
    async with a_house(tmp_path, database) as house:
        path = house.folder / KEY / "municipality.yaml"
        path.write_text(path.read_text().replace("networks:\n", "networks:\n  messenger_mode: webhook\n"))
        hooked = {"PUBLIC_URL": FRONT, "MESSENGER_WEBHOOK_SECRET": "secret_of_the_office"}
        await house.start(**hooked)
        other = free_port()
        waiting = await second(house, other, **hooked)
        await house.until("адрес назван", lambda: house.account.webhook or None)
        ports = [f"http://127.0.0.1:{port}" for port in (other, house.web_port)]
        pusher = Pusher(house.town.telegram, {FRONT: ports})
        for number in range(4):
            house.town.telegram.write(house.players.people["curator"], house.players.bot, "/open")
            await pusher.push()
            await house.until(f"ответ {number + 1}", lambda n=number: heard(house, "Открытых") == n + 1 or None)
        assert pusher.statuses == [200] * 4
        house.town.telegram.write(house.players.people["curator"], house.players.bot, "/board")
        await pusher.push()
        link = await house.until("ссылка на страницу", lambda: link_of(house))
        assert [await signed_in(origin, link) for origin in ports] == [200, 403]
        assert await shown(ports[0]) == 401
        await ended(waiting)
    await postgres.drop(database)


def heard(house: House, words: str) -> int:
    return sum(words in message.text for message in house.private("curator"))


def link_of(house: House) -> str | None:
    buttons = [b for message in house.private("curator") for row in message.buttons for b in row]
    return next((b.url for b in buttons if b.url and "/enter/" in b.url), None)


async def signed_in(origin: str, link: str) -> int:
    """The status of the page after the link was used at that process; a link works once, wherever it is used."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        async with session.post(origin + urlsplit(link).path, allow_redirects=False) as answer:
            if answer.status != 303:
                return answer.status
            cookie = answer.headers["Set-Cookie"].partition(";")[0]
        async with session.get(origin + "/", headers={"Cookie": cookie}) as page:
            return page.status


async def shown(origin: str) -> int:
    async with aiohttp.ClientSession() as session, session.get(origin + "/") as page:
        return page.status


async def test_two_configurations_with_one_key_are_told_apart(house: House) -> None:
    """The second has another bot under the same key: it says so, and leaves the municipality to the first."""
    house.town.telegram.add_bot(token="700009:AAsecond", name="Сосед", username="sosed_bot")
    await house.start()
    await house.listening()
    stranger = await second(house, BOT_TOKEN="700009:AAsecond")
    books = Books(house.url)
    async with books.engine.begin() as connection:  # a third process, which lives on
        await connection.execute(
            tables.processes.insert(), {"owner": "third", "until": datetime.max.replace(tzinfo=UTC)}
        )
    await books.close()
    await house.kill()
    await house.until("слова", lambda: "с таким ключом ведёт другой бот" in house.said(2) or None)
    own = await second(house)
    house.town.vk.comment(house.players.resident, house.players.post, HOLE)
    await house.message("curator", "яма во всю дорогу")
    assert "municipality runs now" not in house.said(2)
    await ended(stranger)
    await ended(own)
