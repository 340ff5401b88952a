"""A storm through the Callback API: every event twice, in random order, with the process killed meanwhile. Returns the
result and its speed; `tests/prove` and the ordinary suite judge them.

This module plays VK: several senders repeat each event until they get «ok», whether or not the bot is up. The second
copy of every tenth event has another number, as from a feed beside the Callback API.
"""

from __future__ import annotations

import asyncio
import json
import random
import sqlite3
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp

from bot.demo.cast import GROUP_ID
from networks.vk.addresses import MessageAddress, WallAddress
from tests.doors.process_house import KEY, House, a_house

EVENTS, KILLS, SEED = 10_000, 5, 2026
PEOPLE, HANDS = 400, 8
SECONDS = 1500.0
SECRET, WORD = "SecretOfTheStorm2026", "a1b2c3d4"
STREETS = ("Школьной", "Мира", "Ленина", "Степной", "Садовой", "Заречной", "Полевой", "Кирова")
COMPLAINTS = (
    "Третий день нет воды на {street}, {house}. Звоним в водоканал, трубку не берут",
    "На улице {street}, {house} яма во всю дорогу, машины бьются",
    "Не вывозят мусор с {street}, {house}, контейнеры полные",
    "Стая собак у дома {house} на {street}, детям страшно",
    "Не горит фонарь на {street}, {house}, вечером темно",
)
CHATTER = ("Спасибо за ремонт, очень красиво", "Всем доброго утра", "Ура", "А кто играет сегодня?", "Поздравляем")


@dataclass(frozen=True)
class Thrown:
    """One event as VK sends it, and the ref of its subject."""

    body: dict[str, Any]
    ref: str


@dataclass
class Known:
    """The content of the books after the storm. `added`: messages that their authors added to a case; `detections`:
    journal lines by case."""

    cases: list[str]
    seen: list[str]
    added: list[str]
    detections: list[int]
    parked: int

    @property
    def refs(self) -> list[str]:
        """Of everything known."""
        return [*self.cases, *self.seen, *self.added]


@dataclass
class Storm:
    """The events still to deliver, and the answers to them."""

    house: House
    dice: random.Random
    left: list[Thrown]
    oks: int = 0
    refused: int = 0
    kills: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.house.web_port}/hooks/{KEY}/webhook/vk/{GROUP_ID}"

    async def blows(self, session: aiohttp.ClientSession) -> None:
        """One sender: an event without «ok» goes back among the rest."""
        while self.left:
            event = self.left.pop(self.dice.randrange(len(self.left)))
            try:
                async with session.post(self.url, json=event.body) as answer:
                    heard = answer.status == 200 and await answer.text() == "ok"
            except (aiohttp.ClientError, ConnectionError, TimeoutError):
                heard = False
            if heard:
                self.oks += 1
                continue
            self.refused += 1
            self.left.append(event)
            await asyncio.sleep(0.05)

    async def strikes(self, moments: list[int], progress: Callable[[], int]) -> None:
        """Kill and restart the process each time the given number of events has been stored and processed."""
        for moment in moments:
            await self.house.until("удар", partial(_reached, progress, moment), SECONDS)
            await self.house.kill()
            self.kills += 1
            await self.house.start()


Judge = Callable[[House], Awaitable[None]]


def _reached(progress: Callable[[], int], moment: int) -> bool | None:
    return progress() >= moment or None


def events(number: int, dice: random.Random, authors: list[int], post: int) -> list[Thrown]:
    """`number` different events: complaints, and texts that are none; nine comments to each private message."""
    found = []
    for one in range(1, number + 1):
        pool = COMPLAINTS if dice.random() < 0.5 else CHATTER
        text = dice.choice(pool).format(street=dice.choice(STREETS), house=dice.randrange(1, 200))
        said: dict[str, Any] = {"id": one, "from_id": dice.choice(authors), "date": 1_760_000_000 + one, "text": text}
        if one % 10:
            stands = {"post_id": post, "owner_id": -GROUP_ID, "post_owner_id": -GROUP_ID, "parents_stack": []}
            found.append(Thrown(_event("wall_reply_new", one, said | stands), WallAddress(-GROUP_ID, post, one).ref))
        else:
            message = {"message": said | {"peer_id": said["from_id"]}}
            found.append(Thrown(_event("message_new", one, message), MessageAddress(said["from_id"], one).ref))
    return found


def _event(kind: str, number: int, body: dict[str, Any]) -> dict[str, Any]:
    common = {"group_id": GROUP_ID, "event_id": f"{number:040x}", "v": "5.199", "secret": SECRET}
    return {**common, "type": kind, "object": body}


def twice(thrown: list[Thrown]) -> list[Thrown]:
    """A second copy of each event; every tenth with another number."""
    again = [
        Thrown(event.body | {"event_id": f"feed{number:036x}"}, event.ref) if number % 10 == 3 else event
        for number, event in enumerate(thrown)
    ]
    return [*thrown, *again]


async def nothing_more(house: House) -> None:
    pass


async def storm(
    folder: Path, number: int, kills: int, seed: int, *, first: Judge = nothing_more, last: Judge = nothing_more
) -> tuple[list[Thrown], Known, dict[str, float]]:
    """Run the storm until everything is processed: the events, the final books, the figures. `first` and `last` look at the
    house before the bot begins and once it has ended."""
    dice = random.Random(seed)
    async with a_house(folder, approval_delay="0") as house:
        await first(house)
        by_callback(house)
        authors = [house.town.vk.add_person(f"Житель {n}").id for n in range(PEOPLE)]
        thrown = events(number, dice, authors, house.players.post.id)
        wind = Storm(house, dice, twice(thrown))
        moments = sorted(dice.randrange(number // 10, number * 27 // 10) for _ in range(kills))
        await house.start()
        begun = time.perf_counter()
        books = _Look(house)
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60)) as session, asyncio.timeout(SECONDS):
            hands = [asyncio.create_task(wind.blows(session)) for _ in range(HANDS)]
            await wind.strikes(moments, lambda: wind.oks + books.known())
            await asyncio.gather(*hands)
            came_in = time.perf_counter() - begun
            await house.until("всё разобрано", lambda: True if books.waiting() == 0 else None, SECONDS)
        seconds = time.perf_counter() - begun
        await house.stop()
        found = books.all()
        await last(house)
    figures = {
        "events": number,
        "kills": wind.kills,
        "deliveries": wind.oks,
        "sent_again": wind.refused,
        "lost": len({event.ref for event in thrown} - {*found.refs}),
        "twice": sum(times - 1 for times in Counter(found.refs).values()),
        "deliveries_per_second": wind.oks / came_in,
        "events_per_second": number / seconds,
        "seconds": seconds,
    }
    return thrown, found, figures


def by_callback(house: House) -> None:
    """Configure the bot to receive VK's events at its own address from its next start on."""
    path = house.folder / KEY / "municipality.yaml"
    text = path.read_text(encoding="utf-8")
    changed = text.replace(f"vk: {{group: {GROUP_ID}}}", f"vk: {{group: {GROUP_ID}, callback: {WORD}}}")
    assert changed != text, "the demo's file names its community otherwise"
    path.write_text(changed, encoding="utf-8")
    path.with_name(".env").write_text(f"VK_CALLBACK_SECRET={SECRET}\n", encoding="utf-8")


@dataclass
class _Look:
    """The books read from outside, read-only."""

    house: House

    def _ask(self, query: str) -> list[Any]:
        file = self.house.folder / "dezhurny.db"
        connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=30)
        try:
            return [row[0] for row in connection.execute(query)]
        finally:
            connection.close()

    def known(self) -> int:
        return int(self._ask("SELECT (SELECT COUNT(*) FROM cases) + (SELECT COUNT(*) FROM seen)")[0])

    def added(self) -> list[str]:
        return self._ask("SELECT json_extract(value, '$.ref') FROM cases, json_each(cases.body, '$.replies')")

    def waiting(self) -> int:
        return int(self._ask("SELECT COUNT(*) FROM inbox WHERE state = 'waiting'")[0])

    def all(self) -> Known:
        return Known(
            cases=self._ask("SELECT ref FROM cases"),
            seen=self._ask("SELECT ref FROM seen"),
            added=self.added(),
            detections=self._ask("SELECT COUNT(*) FROM journal WHERE action = 'detect' GROUP BY case_id"),
            parked=int(self._ask("SELECT COUNT(*) FROM inbox WHERE state = 'parked'")[0]),
        )


async def measure(folder: Path) -> dict[str, float]:
    _, _, figures = await storm(folder, EVENTS, KILLS, SEED)
    return figures


if __name__ == "__main__":
    import sys
    import tempfile

    wanted = [int(word) for word in sys.argv[1:]] or [EVENTS, KILLS, SEED]
    with tempfile.TemporaryDirectory(prefix="dezhurny-storm-") as here:
        print(json.dumps(asyncio.run(storm(Path(here), *wanted))[2], indent=1))
