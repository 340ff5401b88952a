"""The common base of the benchmarks: the demo's municipality with everybody bound, a new database, a messenger without
cost, and updates as people's actions produce them.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import config as packaged
from bot.clock import WallClock
from bot.demo.cast import GROUP_ID, VK_TOKEN
from bot.messenger import Address, Fetched, Manners, Membership, NotFetched, OutFile, Screen, Sending, Sent
from bot.process.app import Municipal
from bot.process.wiring import wire
from bot.telegram.manners import MANNERS
from bot.telegram.messenger import Telegram
from bot.telegram.reading import read_text
from config.municipality import load
from handlers.incoming import Incoming
from networks.port import RawEvent
from networks.vk import VkAccess, VkNetwork
from storage.books import Books
from storage.migrate import upgrade

KEY = "okrug"
GROUP = -1_002_000_000_777
ACCOUNTS = {"curator": 11, "zhkh_head": 12, "roads_head": 13, "improvement_head": 14, "first_deputy": 15}
TEXT = "Третий день нет воды на Школьной, 5. Звоним в водоканал, трубку не берут"
DRAFT = "Здравствуйте. Авария на водопроводе, бригада работает. Воду подадут сегодня до 20:00."


@dataclass
class Silent:
    """A messenger that accepts everything at once and answers nothing."""

    key: str = "telegram"
    connection: str = "telegram:1"
    manners: Manners = MANNERS
    toasts: list[str] = field(default_factory=list)
    _last: int = 1000

    def chat_of(self, account: int) -> int:
        return account

    def read(self, raw: str) -> Incoming:
        return read_text(raw)

    def network(self, *_: object) -> None:
        """No citizens' network of its own."""

    async def send(self, chat: int, screen: Screen, reply_to: Address | None = None, start: int = 0) -> Sending:
        self._last += 1
        return Sent((Address(chat, self._last),))

    async def send_files(
        self, chat: int, files: tuple[OutFile, ...], reply_to: Address | None = None, silent: bool = True
    ) -> Sending:
        return Sent(())

    async def edit(self, address: Address, screen: Screen) -> Sending:
        return Sent((address,))

    async def pin(self, address: Address) -> Sending:
        return Sent((address,))

    async def answer_press(self, press: str, text: str, alert: bool = False) -> bool:
        self.toasts.append(text)
        return True

    async def fetch(self, remote: str) -> Fetched | NotFetched:
        return NotFetched("there are no files here", for_good=True)

    async def membership(self, chat: int, account: int) -> Membership | None:
        return Membership.MEMBER


def database_url(folder: Path) -> str:
    return f"sqlite:///{folder / 'dezhurny.db'}"


async def opened(folder: Path, messenger: Any, database: str = "") -> Municipal:
    """The demo's municipality on a new database, by default in the folder; everybody bound, the group known."""
    path = folder / KEY / "municipality.yaml"
    path.parent.mkdir(parents=True)
    shutil.copyfile(Path(packaged.__file__).parent / "demo" / "municipality.yaml", path)
    municipality = load(path, (path.parent, folder))
    url = database or database_url(folder)
    await upgrade(url)
    books, clock = Books(url), WallClock()
    vk = VkNetwork(VkAccess(GROUP_ID, "Администрация округа", VK_TOKEN, api_url="http://127.0.0.1:9", wait=0))
    bot = wire(municipality, books, messenger, {"vk": vk}, clock, "dezhurny_bot", folder / "files")
    await bot.start()
    async with books.write(KEY) as tx:
        await tx.people.set_working_group(GROUP, "Инцидент-менеджмент")
        for person, account in ACCOUNTS.items():
            await tx.people.bind(person, account, person, in_group=True, now=clock.now())
    return bot


async def closed(bot: Municipal) -> None:
    if isinstance(bot.messenger, Telegram):
        await bot.messenger.close()
    for network in bot.networks:
        await network.network.close()
    await bot.books.close()


# --- hands -----------------------------------------------------------------------------------------------------------


def comment(number: int) -> tuple[str, str]:
    """A resident's comment in the form of VK's long poll, and in the form in which the network stores it."""
    body = {
        "id": number,
        "from_id": 5_000 + number,
        "date": 1_760_000_000 + number,
        "text": f"{TEXT} ({number})",
        "post_id": 1,
        "owner_id": -GROUP_ID,
        "post_owner_id": -GROUP_ID,
        "parents_stack": [],
    }
    event = {"group_id": GROUP_ID, "type": "wall_reply_new", "event_id": f"e{number}", "v": "5.199", "object": body}
    from networks.vk.reading import keep

    kept: RawEvent = keep(event, {5_000 + number: "Житель"})
    return kept.key, kept.raw


def _user(person: str) -> dict[str, Any]:
    return {"id": ACCOUNTS[person], "is_bot": False, "first_name": person}


def _chat(chat: int) -> dict[str, Any]:
    return {"id": chat, "type": "supergroup" if chat < 0 else "private", "title": "Инцидент-менеджмент"}


def tap(number: int, person: str, chat: int, message: int, data: str) -> tuple[str, str]:
    """A press of a button, in the form of getUpdates."""
    about = {"message_id": message, "date": 1_760_000_000, "chat": _chat(chat)}
    press = {"id": str(number), "from": _user(person), "message": about, "chat_instance": "1", "data": data}
    return str(number), json.dumps({"update_id": number, "callback_query": press}, ensure_ascii=False)


def reply(number: int, person: str, chat: int, to: int, text: str) -> tuple[str, str]:
    """A reply to a message, in the form of getUpdates."""
    message = {
        "message_id": 1_000_000 + number,
        "date": 1_760_000_000,
        "chat": _chat(chat),
        "from": _user(person),
        "text": text,
        "reply_to_message": {"message_id": to, "date": 1_760_000_000, "chat": _chat(chat)},
    }
    return str(number), json.dumps({"update_id": number, "message": message}, ensure_ascii=False)
