"""`python -m bot run` of an office in MAX: by polling, and by an address that MAX pushes to. One start for each."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.demo.cast import BOT_TOKEN, PEOPLE, VK_SERVICE_TOKEN, VK_TOKEN
from storage.books import Books
from tests.doors.process_house import COMPLAINT, KEY, House, a_house, municipality_text

pytestmark = pytest.mark.process

NEXT_DOOR = "sosed"
MAX_TOKEN = "700077:a-token-of-max-for-the-neighbours"
HOST = "bot.okrug.example"
SECRET = "secret-of-the-office"
HOOK = f"/hooks/{KEY}/webhook/max"


def kept(house: House) -> list[str]:
    """The keys of what the messenger brought, as they are on the disk."""
    with closing(sqlite3.connect(f"file:{house.folder / 'dezhurny.db'}?mode=ro", uri=True)) as books:
        return [key for (key,) in books.execute("SELECT key FROM inbox WHERE source = 'messenger' ORDER BY id")]


def state(house: House) -> str | None:
    with closing(sqlite3.connect(f"file:{house.folder / 'dezhurny.db'}?mode=ro", uri=True)) as books:
        row = books.execute("SELECT state FROM cases WHERE number = 1").fetchone()
    return row[0] if row is not None else None


async def test_an_office_in_max_is_polled_and_goes_on_where_it_was(tmp_path: Path) -> None:
    async with a_house(tmp_path, messenger="max") as house:
        world: Any = house.town.max
        await house.start()
        await house.listening()
        house.town.vk.comment(house.players.resident, house.players.post, COMPLAINT)
        offer = await house.message("curator", "Третий день нет воды")
        await house.press("curator", offer, "Направить в Отдел ЖКХ")
        card = await house.card()
        assert await house.stop() == 0
        world.press(house.players.people["zhkh_head"], card, "Принять")
        await house.start()
        await house.until("принято", lambda: True if state(house) == "in_work" else None)
        assert await house.stop() == 0
        assert [m.text for m in house.private("curator") if "повтор" in m.text] == []
        assert logged(house) == []


def logged(house: House) -> list[str]:
    """The secrets and the texts that the log holds."""
    said = house.everything_said()
    return [words for words in ("demo-token", "a-token-of-max", SECRET, "Третий день", "Traceback") if words in said]


async def test_an_office_in_max_is_pushed_to_behind_its_secret_and_names_its_address_again(tmp_path: Path) -> None:
    async with a_house(tmp_path, messenger="max") as house:
        path = house.folder / KEY / "municipality.yaml"
        path.write_text(path.read_text().replace("messenger: max\n", "messenger: max\n  messenger_mode: webhook\n"))
        assert house.town.max_server is not None
        world: Any = house.town.max
        account, server = world.account(house.players.bot), house.town.max_server
        server.webhooks.hosts[HOST] = f"http://127.0.0.1:{house.web_port}"
        hooked = {"PUBLIC_URL": f"https://{HOST}", "MAX_WEBHOOK_SECRET": SECRET}
        await house.start(**hooked)
        await house.until("адрес назван", lambda: account.subscription)
        assert (account.subscription.url, account.subscription.secret) == (f"https://{HOST}{HOOK}", SECRET)
        await house.listening()

        house.town.vk.comment(house.players.resident, house.players.post, COMPLAINT)
        offer = await house.message("curator", "Третий день нет воды")
        before = len(kept(house))
        press = world.press(house.players.people["curator"], offer, "Направить в Отдел ЖКХ")
        world.tell_again(press)
        assert await server.deliver() == [200, 200]
        assert len(kept(house)) == before + 1, "a 200 says that it is kept, and kept once"
        card = await house.card()

        accepted = world.press(house.players.people["zhkh_head"], card, "Принять")
        body = world.account(house.players.bot).subscription.waiting[-1].body
        url = f"http://127.0.0.1:{house.web_port}{HOOK}"
        async with aiohttp.ClientSession() as http:
            for headers in ({}, {"X-Max-Bot-Api-Secret": "another"}, {"X-Max-Bot-Api-Secret": SECRET + "x"}):
                async with http.post(url, data=json.dumps(body), headers=headers) as answer:
                    assert answer.status == 403
        assert (state(house), accepted.answered, len(kept(house))) == ("forwarded", False, before + 1)
        assert await server.deliver() == [200]
        await house.until("принято", lambda: True if state(house) == "in_work" else None)

        # MAX has given the address up: the next start names it again.
        assert await house.stop() == 0
        account.subscription = None
        world.write(house.players.people["zhkh_head"], house.players.group, "Добрый день")
        await house.start(**hooked)
        await house.until("адрес назван снова", lambda: account.subscription)
        world.write(house.players.people["first_deputy"], house.players.bot, "/open")
        assert 200 in await server.deliver()
        await house.message("first_deputy", "№ 1")
        assert await house.stop() == 0
        assert logged(house) == []


@dataclass
class Neighbours:
    """An office in MAX beside the house's own in Telegram: its people and its group."""

    world: Any
    bot: Any
    group: Any
    people: dict[str, Any]
    resident: Any

    @classmethod
    async def of(cls, house: House) -> Neighbours:
        world: Any = house.town.max
        bot = world.add_bot(token=MAX_TOKEN, name="Дежурный", username="sosed_bot")
        people = {key: world.add_person(name) for key, name in PEOPLE.items()}
        group = world.add_group("Соседи", owner=people["curator"])
        for key, person in people.items():
            if key != "curator":
                world.join(person, group)
            world.start(person, bot)
        world.add_bot_to_group(bot, group, by=people["curator"], admin=True)
        world.account(bot).updates.clear()
        books = Books(house.url)
        async with books.write(NEXT_DOOR) as tx:
            await tx.people.set_working_group(group.id, group.title)
            for key, person in people.items():
                await tx.people.bind(key, person.id, PEOPLE[key], in_group=True, now=house.town.clock.now())
        await books.close()
        return cls(world, bot, group, people, world.add_person("Житель"))

    def private(self, person: str) -> list[Any]:
        return list(self.world.messages((self.people[person], self.bot)))


def written(house: House) -> None:
    """The neighbours' file beside the house's own, and the keys of both."""
    folder = house.folder / NEXT_DOOR
    folder.mkdir()
    networks = "networks:\n  messenger: max\n  max: {private: true}\n"
    text = re.sub(r"^networks:\n(?:  .*\n)+", networks, municipality_text(), flags=re.MULTILINE)
    (folder / "municipality.yaml").write_text(text, encoding="utf-8")
    (folder / ".env").write_text(f"MAX_TOKEN={MAX_TOKEN}\n", encoding="utf-8")
    keys = {"BOT_TOKEN": BOT_TOKEN, "VK_COMMUNITY_TOKEN": VK_TOKEN, "VK_SERVICE_TOKEN": VK_SERVICE_TOKEN}
    (house.folder / KEY / ".env").write_text("\n".join(f"{name}={key}" for name, key in keys.items()), encoding="utf-8")


def states(house: House) -> dict[str, str]:
    with closing(sqlite3.connect(f"file:{house.folder / 'dezhurny.db'}?mode=ro", uri=True)) as books:
        return dict(books.execute("SELECT municipality, state FROM cases WHERE number = 1").fetchall())


async def test_offices_in_two_messengers_in_one_process_know_nothing_of_each_others_troubles(tmp_path: Path) -> None:
    """Of one, residents write in VK, of the other in private. First MAX refuses everything, then Telegram does."""
    async with a_house(tmp_path, with_max=True) as house:
        written(house)
        there = await Neighbours.of(house)
        world, telegram = there.world, house.town.telegram
        await house.start()
        await house.listening()

        world.faults.add("server_error", "*", times=1_000_000)
        house.town.vk.comment(house.players.resident, house.players.post, COMPLAINT)
        offer = await house.message("curator", "Третий день нет воды")
        await house.press("curator", offer, "Направить в Отдел ЖКХ")
        assert there.private("curator") == []
        world.faults.clear()
        world.start(there.resident, there.bot)
        world.write(there.resident, there.bot, "На улице Мира яма во всю дорогу, машины бьются")

        def offered() -> Any:
            return next((m for m in there.private("curator") if "яма во всю дорогу" in m.text and m.buttons), None)

        theirs = await house.until("предложение у соседей", offered)
        card = await house.card()

        telegram.faults.add("server_error", "*", times=1_000_000)
        pressed = telegram.press(house.players.people["zhkh_head"], card, "Принять")
        world.press(there.people["curator"], theirs, "Направить в Отдел дорожного хозяйства")

        def their_card() -> Any:
            return next((m for m in world.messages(there.group) if "№ 1" in m.text), None)

        await house.until("карточка у соседей", their_card)
        assert (states(house)[NEXT_DOOR], pressed.answered) == ("forwarded", False)
        telegram.faults.clear()
        await house.until("принято", lambda: True if states(house)[KEY] == "in_work" else None)
        assert await house.stop() == 0
        assert states(house) == {KEY: "in_work", NEXT_DOOR: "forwarded"}
        assert [m.text for m in there.private("curator") if "Третий день" in m.text] == []
        assert [m.text for m in house.private("curator") if "яма" in m.text] == []
        assert logged(house) == []
