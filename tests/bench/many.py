"""Many municipalities in one process: how long until they are polled, what each costs, and whether a storm in one is felt by the
taps of the others. The bot is a process as a user runs it; Telegram and VK are the sandbox's, in this one.
"""

from __future__ import annotations

import asyncio
import os
import random
import re
import statistics
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from config.regulations import PACKAGED
from sandbox.telegram.model import User
from tests.bench.storm import COMPLAINTS, SECRET, STREETS, WORD, _event
from tests.doors.process_house import House, a_house, municipality_text
from tests.loaded import Process

MANY, TAPS, BLOWS, HANDS = 200, 200, 10_000, 8
STORMY = "m000"
SETTLED = 5.0


@dataclass
class Region:
    house: House
    bots: dict[str, User]
    pages: dict[str, int]

    def polled(self) -> int:
        """How many of the municipalities' bots wait for updates."""
        return sum(self.house.town.telegram.account(bot).waiting is not None for bot in self.bots.values())


@asynccontextmanager
async def a_region(folder: Path, many: int) -> AsyncIterator[Region]:
    """So many municipalities, each with its own name, regulation, departments, bot and page."""
    async with a_house(folder) as house:
        regulations = sorted(path.stem for path in PACKAGED.glob("*.yaml"))
        (house.folder / "okrug" / "municipality.yaml").unlink()
        bots, pages = {}, {}
        for number in range(many):
            key, group = f"m{number:03}", 2_000 + number
            text = municipality_text().partition("\npages:")[0].replace("Отдел ", f"Отдел {number} ")
            text = re.sub(r"^name: .*$", f"name: Округ {number}", text, flags=re.M)
            text = re.sub(
                r"^regulation: .*$", f"regulation: {regulations[number % len(regulations)]}", text, flags=re.M
            )
            text = text.replace("vk: {group: 1001}", f"vk: {{group: {group}, callback: {WORD}}}")
            place = house.folder / key
            place.mkdir()
            (place / "municipality.yaml").write_text(text, encoding="utf-8")
            token = f"{800_000 + number}:AA{'x' * 33}"
            bots[key] = house.town.telegram.add_bot(token=token, name=f"Бот {number}", username=f"bot{number}_bot")
            pages[key] = group
            secrets = f"BOT_TOKEN={token}\nVK_COMMUNITY_TOKEN=t{number}\nVK_CALLBACK_SECRET={SECRET}\n"
            (place / ".env").write_text(secrets, encoding="utf-8")
        yield Region(house, bots, pages)


def used(process: Process) -> tuple[float, float]:
    """CPU seconds and megabytes of the process."""
    place = Path(f"/proc/{process.pid}")
    fields = (place / "stat").read_text().rpartition(")")[2].split()
    ticks = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return ticks, int((place / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


async def begun(region: Region) -> dict[str, float]:
    """Seconds until the first and the last is polled, and what the process had used by then."""
    start, first = time.monotonic(), 0.0
    region.house.process = await region.house.launch(BOT_TOKEN=None, VK_COMMUNITY_TOKEN=None, VK_SERVICE_TOKEN=None)
    cpu, _ = used(region.house.process)
    while (polled := region.polled()) < len(region.bots):
        first = first or (time.monotonic() - start if polled else 0.0)
        await asyncio.sleep(0.02)
    last = time.monotonic() - start
    begun_with, _ = used(region.house.process)
    await asyncio.sleep(SETTLED)
    settled, memory = used(region.house.process)
    idle = (settled - begun_with) / SETTLED
    return {"first": first or last, "all": last, "cpu": begun_with - cpu, "idle": idle, "memory": memory}


def processor(process: Process) -> float:
    """Seconds that the threads living now have worked, finer than `used`."""
    return sum(int(file.read_text().split()[0]) for file in Path(f"/proc/{process.pid}/task").glob("*/schedstat")) / 1e9


async def taps(region: Region, dice: random.Random, many: int) -> list[tuple[float, float]]:
    """Seconds from what somebody presses in another municipality, «Начать», to the bot's answer: by the clock, and of the
    bot's own processor time. In a storm it is never idle, so the latter is what a tap waits on a machine of its own."""
    telegram, found = region.house.town.telegram, []
    assert region.house.process is not None
    keys = [key for key in region.bots if key != STORMY]
    for _ in range(many):
        bot, person = region.bots[dice.choice(keys)], telegram.add_person("Житель")
        at, worked = time.perf_counter(), processor(region.house.process)
        telegram.start(person, bot)
        while not _answered(region, person, bot):  # noqa: ASYNC110 - by another process
            await asyncio.sleep(0.001)
        found.append((time.perf_counter() - at, processor(region.house.process) - worked))
        await asyncio.sleep(0.02)
    return found


def _answered(region: Region, person: User, bot: User) -> bool:
    chat = region.house.town.telegram.private_of(person, bot)
    return chat is not None and any(m.sender.id == bot.id for m in region.house.town.telegram.talk(chat))


def complaint(dice: random.Random) -> str:
    return dice.choice(COMPLAINTS).format(street=dice.choice(STREETS), house=dice.randrange(1, 100_000))


async def blows(
    region: Region, dice: random.Random, many: int, says: Callable[[random.Random], str] = complaint
) -> None:
    """A storm of comments into one municipality, from several hands at once."""
    url = f"http://127.0.0.1:{region.house.web_port}/hooks/{STORMY}/webhook/vk/{region.pages[STORMY]}"
    numbers = iter(range(1, many + 1))

    async def hand(session: aiohttp.ClientSession) -> None:
        for number in numbers:
            text = says(dice)
            group = region.pages[STORMY]
            said = {"id": number, "from_id": 5_000 + number % 400, "date": 1_760_000_000 + number, "text": text}
            stands = {"post_id": 1, "owner_id": -group, "post_owner_id": -group, "parents_stack": []}
            event = _event("wall_reply_new", number, said | stands) | {"group_id": group}
            async with session.post(url, json=event) as answer:
                assert answer.status == 200

    async with aiohttp.ClientSession() as session:
        await asyncio.gather(*(hand(session) for _ in range(HANDS)))


def _p95(taps: list[tuple[float, float]]) -> dict[str, float]:
    clock, worked = (1000 * statistics.quantiles(of, n=20)[18] for of in zip(*taps, strict=True))
    return {"ms_p95": clock, "cpu_ms_p95": worked}


async def measure(folder: Path, many: int = MANY) -> dict[str, float]:
    dice = random.Random(2026)
    async with a_region(folder / "one", 1) as region:
        alone = await begun(region)
        await region.house.stop()
    async with a_region(folder / "many", many) as region:
        together = await begun(region)
        quiet = await taps(region, dice, TAPS)
        storm = asyncio.create_task(blows(region, dice, BLOWS))
        stormy = await taps(region, dice, TAPS)
        storm.cancel()
        await asyncio.gather(storm, return_exceptions=True)
        await region.house.kill()
    more = max(1, many - 1)
    return {
        "first_seconds": together["first"],
        "all_seconds": together["all"],
        "cpu_ms_each": 1000 * (together["cpu"] - alone["cpu"]) / more,
        "idle_cpu_ms_a_second_each": 1000 * (together["idle"] - alone["idle"]) / more,
        "megabytes_each": (together["memory"] - alone["memory"]) / more,
        **{f"quiet_tap_{name}": found for name, found in _p95(quiet).items()},
        **{f"storm_tap_{name}": found for name, found in _p95(stormy).items()},
    }


if __name__ == "__main__":
    import json
    import sys
    import tempfile

    with tempfile.TemporaryDirectory(prefix="dezhurny-many-") as here:
        print(json.dumps(asyncio.run(measure(Path(here), int((sys.argv[1:] or [MANY])[0]))), indent=1))
