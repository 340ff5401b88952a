"""The running process: a polite stop finishes what was begun, a restart loses and repeats nothing, nothing private is
logged, and what cannot be read makes nobody deaf.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from bot.demo.cast import BOT_TOKEN, VK_SERVICE_TOKEN, VK_TOKEN
from sandbox.telegram import wire
from storage.books import Books
from tests.doors.process_house import COMPLAINT, KEY, House, a_house
from workflow.case import State

DRAFT = "Здравствуйте. Авария на водопроводе, бригада работает. Воду подадут сегодня до 20:00."

pytestmark = pytest.mark.xdist_group("processes")


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with a_house(tmp_path) as house:
        yield house


async def forwarded(house: House) -> None:
    """A resident has written, the curator has forwarded it."""
    house.town.vk.comment(house.players.resident, house.players.post, COMPLAINT)
    offer = await house.message("curator", "Третий день нет воды")
    caption = next(b.text for row in offer.buttons for b in row if "ЖКХ" in b.text)
    await house.press("curator", offer, caption)


async def test_nothing_private_is_logged_whatever_telegram_answers(house: House) -> None:
    await house.start()
    await house.listening()
    faults = house.town.telegram.faults
    faults.add("bad_gateway_html", "sendMessage")
    faults.add("server_error", "sendMessage", after=2, description=f'Internal Server Error at "{COMPLAINT}"')
    faults.add("bad_gateway_html", "getUpdates")
    faults.add("reset_before", "edit*")
    faults.add("bad_gateway_html", "answerCallbackQuery", after=1)
    house.town.vk.faults.add("html", "longpoll")
    await forwarded(house)
    card = await house.card()
    house.town.telegram.press(house.players.people["zhkh_head"], card, "Принять")
    house.town.telegram.write(house.players.people["zhkh_head"], house.players.group, DRAFT, reply_to=card)
    await house.message("curator", "версия 1")
    assert faults.laid == []
    assert await house.stop() == 0
    said = house.said()
    assert "letter" in said
    secrets = [BOT_TOKEN, BOT_TOKEN.partition(":")[2], VK_TOKEN, VK_SERVICE_TOKEN, house.town.vk.queues[1001].key]
    texts = ["Третий день", "водоканал", "Школьной", "Авария", "Traceback", "Житель"]
    assert [word for word in (*secrets, *texts) if word in said] == []


class Manager:
    """Hears what systemd hears of a service of `Type=notify`."""

    def __init__(self, address: Path) -> None:
        self.address = str(address)
        self.words: list[bytes] = []
        self._heard = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._heard.bind(self.address)
        self._heard.setblocking(False)
        asyncio.get_running_loop().add_reader(self._heard, self.hear)

    def hear(self) -> None:
        with suppress(BlockingIOError):
            while True:
                self.words.append(self._heard.recv(100))

    def close(self) -> None:
        asyncio.get_running_loop().remove_reader(self._heard)
        self._heard.close()


@pytest.fixture
async def manager(tmp_path: Path) -> AsyncIterator[Manager]:
    heard = Manager(tmp_path / "notify")
    yield heard
    heard.close()


async def test_a_polite_stop_finishes_what_it_began_and_a_restart_repeats_nothing(
    house: House, manager: Manager
) -> None:
    """And the service manager is told: ready, alive, stopping."""
    await house.start(NOTIFY_SOCKET=manager.address, WATCHDOG_USEC="200000")
    await house.listening()
    await forwarded(house)
    card = await house.card()
    press = house.town.telegram.press(house.players.people["zhkh_head"], card, "Принять")
    await house.until("нажатие забрано", lambda: True if not house.account.queue or press.answered else None)
    assert await house.stop() == 0
    manager.hear()
    words = manager.words
    assert (words.count(b"READY=1"), words.count(b"STOPPING=1"), words[-1]) == (1, 1, b"STOPPING=1")
    assert words.count(b"WATCHDOG=1") >= 2
    house.town.vk.comment(house.players.resident, house.players.post, "На улице Мира яма во всю дорогу, машины бьются")
    await house.start()
    await house.message("curator", "яма во всю дорогу")
    await house.until("ответ на нажатие", lambda: press.answered or None)
    assert await house.stop() == 0
    books = Books(house.url)
    async with books.write(KEY) as tx:
        first, second = await tx.case_by_number(1), await tx.case_by_number(2)
        assert await tx.case_by_number(3) is None
        assert first is not None
        assert second is not None
        journal = [line["action"] for line in await tx.history(first.id)]
    await books.close()
    assert (first.state, second.state) == (State.IN_WORK, State.NEW)
    assert journal == ["detect", "forward", "accept"]
    sent = [call.chat_id for call in house.town.telegram.calls if call.ok and call.method == "sendMessage"]
    assert sent.count(house.players.group.id) == 1
    assert sent.count(house.players.people["curator"].id) == 2


async def test_what_cannot_be_read_makes_nobody_deaf(house: House) -> None:
    await house.start()
    await house.listening()
    person = house.players.people["zhkh_head"]
    chat = wire.chat(house.players.group)
    base = {"message_id": 900, "date": 1_760_000_000, "chat": chat}
    reaction = {"type": "hologram", "shape": "cube"}
    raw = [
        ("message_reaction", {**base, "user": wire.user(person), "old_reaction": [], "new_reaction": [reaction]}),
        ("message", {**base, "from": wire.user(person), "text": "переслано", "forward_origin": {"type": "telepathy"}}),
        ("message", {**base, "message_id": 901, "text": "без отправителя"}),
        ("message", {**base, "message_id": 902, "from": "not an object", "text": "сломано"}),
        ("callback_query", {"id": "1"}),
        ("chat_member", {"chat": chat, "from": wire.user(person), "new_chat_member": {"status": "guardian"}}),
        ("hologram", {"anything": 1}),
    ]
    house.account.allowed = None
    for kind, body in raw:
        house.account.push(kind, body, house.town.clock.now())
    await forwarded(house)
    card = await house.card()
    toast = await house.press("zhkh_head", card, "Принять")
    assert toast
    await house.message("curator", "Не удалось разобрать 2 входящих")
    assert house.account.queue == type(house.account.queue)()
    assert await house.stop() == 0
