"""A stop in the nasty moments: whoever holds the process, it ends in its time, says what held it, and keeps what was begun."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
import sqlalchemy as sa

from bot.demo.cast import GROUP_ID
from bot.people.entrance import Entrance
from bot.process.stopping import FORCED
from networks.vk.callback import callback_path
from storage import tables as t
from storage.books import Books
from tests.bench.storm import by_callback
from tests.doors.process_house import COMPLAINT, KEY, House, a_house
from tests.loaded import parent
from tests.prove.houses import asked, left, witnessed
from tests.prove.oracle import Allowed
from workflow.case import State

DRAFT = "Здравствуйте. Авария на водопроводе, бригада работает. Воду подадут сегодня до 20:00."
SECONDS = "14"
"""STOP_SECONDS of these processes: after four of them what is not finished is broken off, the rest is for closing."""
BREAKS_OFF, BY_FORCE = "not everything could be finished", "ended by force"
HALF = 'Host: localhost\r\nExpect: 100-continue\r\nContent-Length: 100\r\n\r\n{"type":'
"""The rest of it never comes; that it is being read is answered at once."""


pytestmark = [pytest.mark.timeout(600), pytest.mark.xdist_group("processes")]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with a_house(tmp_path, approval_delay="0") as house:
        yield house


async def outbox(house: House, kind: str) -> list[tuple[str, str]]:
    """The lane and the state of each letter of the kind."""
    books, letter = Books(house.url), t.outbox.c
    async with books.write(KEY) as tx:
        query = sa.select(letter.lane, letter.state).where(letter.kind == kind).order_by(letter.id)
        found = [(lane, state) for lane, state in await tx.connection.execute(query)]
    await books.close()
    return found


@pytest.mark.prove
async def test_a_letter_in_flight_at_a_telegram_that_is_silent_is_broken_off_and_comes_after_the_restart(
    house: House,
) -> None:
    witnessed(house)
    await house.start(STOP_SECONDS=SECONDS)
    await house.listening()
    fault = house.town.telegram.faults.add("timeout_before", "sendMessage", times=1000)
    house.town.vk.comment(house.players.resident, house.players.post, COMPLAINT)
    await house.until("письмо в пути", lambda: fault.struck or None)
    assert await house.stop() == 0
    assert (BREAKS_OFF in house.said(), "(offer)" in house.said(), BY_FORCE in house.said()) == (True, True, False)
    lane = f"account:{house.players.people['curator'].id}"
    assert await outbox(house, "offer") == [(lane, "sending")]
    house.town.telegram.faults.clear()
    await house.start()
    await house.message("curator", "Третий день нет воды")
    assert await house.stop() == 0
    assert await outbox(house, "offer") == [(lane, "sent")]
    offers = [message for message in house.private("curator") if "Третий день" in message.text]
    assert len(offers) == 1
    assert await asked(house, Allowed(unsent=True)) == []  # what the silence has put off waits still


async def on_its_way_to_vk(house: House) -> None:
    """A case is brought as far as its answer being posted."""
    house.town.vk.comment(house.players.resident, house.players.post, COMPLAINT)
    offer = await house.message("curator", "Третий день нет воды")
    await house.press("curator", offer, next(b.text for row in offer.buttons for b in row if "ЖКХ" in b.text))
    card = await house.card()
    head = house.players.people["zhkh_head"]
    house.town.telegram.write(head, house.players.group, DRAFT, reply_to=card)
    shown = await house.message("curator", "версия 1")
    await house.press("curator", shown, "Согласовать")


@pytest.mark.prove
async def test_an_answer_at_a_network_that_is_silent_is_broken_off_and_stands_there_once(house: House) -> None:
    witnessed(house)
    await house.start(STOP_SECONDS=SECONDS)
    await house.listening()
    house.town.vk.faults.add("timeout_after", "wall.createComment")
    comments = house.town.vk.comments
    await on_its_way_to_vk(house)
    await house.until("комментарий", lambda: len(comments(house.players.post)) > 1 or None)
    assert await house.stop() == 0
    assert (BREAKS_OFF in house.said(), "(post)" in house.said(), BY_FORCE in house.said()) == (True, True, False)
    await house.start()
    await house.message("curator", "Размещено")
    await house.until("всё сказано", lambda: True if left(house) == 0 else None)
    assert await house.stop() == 0
    assert await asked(house, Allowed()) == []
    assert len(comments(house.players.post)) == 2
    books = Books(house.url)
    async with books.write(KEY) as tx:
        case = await tx.case_by_number(1)
    await books.close()
    assert case is not None
    assert case.state is State.CLOSED


async def test_an_update_whose_file_telegram_does_not_give_stays_in_the_inbox(house: House) -> None:
    """Its tries go on after the restart: a stop waits for none of them and uses none of them up."""
    await house.start(STOP_SECONDS=SECONDS)
    fault = house.town.telegram.faults.add("timeout_before", "getFile", times=1000)
    curator = house.players.people["curator"]
    house.town.telegram.write(curator, (curator, house.players.bot), DRAFT, document=("воду дадут.txt", b"words"))
    await house.until("файл спрошен", lambda: fault.struck or None)
    assert await house.stop() == 0
    assert (BREAKS_OFF in house.said(), "preparing" in house.said(), BY_FORCE in house.said()) == (True, True, False)
    books = Books(house.url)
    async with books.write(KEY) as tx:
        (arrival,) = await tx.inbox.waiting(house.town.clock.now(), 10)
        assert await tx.inbox.parked() == []
    await books.close()
    assert arrival.attempts == 0


async def test_neither_an_open_page_nor_a_request_that_never_ends_holds_the_process(house: House) -> None:
    by_callback(house)
    await house.start(STOP_SECONDS=SECONDS)
    here = f"http://127.0.0.1:{house.web_port}"
    books = Books(house.url)
    async with books.write(KEY) as tx:
        account = house.players.people["curator"].id
        link = await Entrance(here).link(tx, account, house.town.clock.now())
    await books.close()
    answered, half = await asyncio.open_connection("127.0.0.1", house.web_port)
    half.write(f"POST /hooks/{KEY}{callback_path(GROUP_ID)} HTTP/1.1\r\n{HALF}".encode())
    assert await answered.readline() == b"HTTP/1.1 100 Continue\r\n"
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
        async with browser.post(link) as entered:
            assert entered.status == 200
        async with browser.get(f"{here}/changes") as stream:
            assert await stream.content.readline() == b"retry: 5000\n"
            assert await house.stop() == 0
    half.close()
    assert ("stopped" in house.said(), BREAKS_OFF in house.said(), BY_FORCE in house.said()) == (True, False, False)


STUCK = """
import asyncio, threading
from bot.process import logs
from bot.cli.run import _obey_signals
from bot.process.fleet import Fleet
from bot.process.stopping import LastResort

async def held():
    _obey_signals(Fleet([]), LastResort(1.0))
    print("ready", flush=True)
    {hold}

logs.set_up()
asyncio.run(held())
"""


@pytest.mark.parametrize(
    ("hold", "named"),
    [
        ("[None for _ in iter(int, 1)]", "held"),
        ("await asyncio.Event().wait()", "held"),
        ("asyncio.get_running_loop().run_in_executor(None, threading.Event().wait)", "asyncio_0"),
    ],
    ids=["the loop itself", "a task", "a thread, when everything else is over"],
)
async def test_whatever_holds_the_process_it_ends_and_says_what_it_was(hold: str, named: str, tmp_path: Path) -> None:
    log = tmp_path / "held.log"
    process = parent().fork((), os.environ, log, code=STUCK.format(hold=hold))
    while log.read_text() != "ready\n":
        assert process.returncode is None
        await asyncio.sleep(0.02)
    process.terminate()
    code = await asyncio.wait_for(process.wait(), 120)
    said = log.read_text()
    assert code == FORCED
    assert (BY_FORCE in said, named in said) == (True, True)
