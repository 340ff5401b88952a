"""Prepares the demo: a configuration folder, invitations, the bot's own process, and everybody's account bound to the
bot."""

from __future__ import annotations

import asyncio
import hashlib
import os
import secrets
import socket
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

import config as packaged
from bot.demo.cast import BOT_TOKEN, CHANNEL, CHANNEL_ID, VK_SERVICE_TOKEN, VK_TOKEN, VK_USER_TOKEN, Players
from config.municipality import Municipality, load
from sandbox.max import MaxWorld
from sandbox.messenger.model import Message
from sandbox.telegram import TelegramWorld
from sandbox.town import Messenger, Town
from storage.books import Books

T = TypeVar("T")

KEY = "okrug"
OPENING = timedelta(hours=9, minutes=5)
"""The time of day at which the play begins, on a working day: terms are short then and there are no quiet hours."""
START_SECONDS = 120.0
"""How many seconds a slow machine may need to start the bot and import the messenger's library."""
STOP_SECONDS = 15.0
IN_MAX = {
    "networks:\n": f"networks:\n  messenger: max\n  max: {{channel: {CHANNEL_ID}, address: {CHANNEL}}}\n",
    f"{{network: telegram, address: {TelegramWorld.site}/{CHANNEL},": f"{{network: max, address: {MaxWorld.site}/{CHANNEL},",
}
"""Parts of the municipality's file for Telegram → their replacement for MAX."""


class NothingHappened(Exception):  # noqa: N818 - what a watcher would say
    """The bot did not do within the time limit what the play waits for; the text says what, in Russian."""


def opening_shift(now: datetime, municipality: Municipality) -> timedelta:
    """How far to move the town's clock forward so that it shows the play's opening time on the nearest working day
    (today if that time is still to come)."""
    zone: ZoneInfo = municipality.zone
    morning = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    while True:
        opening = morning + OPENING
        if municipality.working_time.is_working(opening) and opening >= now:
            return opening - now
        morning += timedelta(days=1)


def write_configuration(folder: Path, messenger: Messenger = "telegram") -> Municipality:
    """Write the demo's municipality into a folder, as an IT clerk would; for MAX the file names that messenger and its
    channel. Return the loaded municipality."""
    text = (Path(packaged.__file__).parent / "demo" / "stepnoy.yaml").read_text(encoding="utf-8")
    if messenger == "max":
        for telegram, there in IN_MAX.items():
            assert telegram in text, telegram
            text = text.replace(telegram, there)
    target = folder / KEY / "municipality.yaml"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
    return load(target, (target.parent, folder))


def database_url(folder: Path) -> str:
    return f"sqlite:///{folder / 'dezhurny.db'}"


async def invite_everybody(folder: Path, people: list[str], now: datetime) -> dict[str, str]:
    """Create one-time codes for these people, as `python -m bot invite` does while the bot runs; return person → code."""
    books = Books(database_url(folder))
    codes = {person: secrets.token_urlsafe(24) for person in people}
    async with books.write(KEY) as tx:
        for person, code in codes.items():
            await tx.people.invite(hashlib.sha256(code.encode()).hexdigest(), person, now + timedelta(days=1))
    await books.close()
    return codes


def _free_port() -> int:
    """Choose a free port for the bot's page before it starts, so that links to the page are right."""
    with socket.create_server(("127.0.0.1", 0)) as held:
        return int(held.getsockname()[1])


def messengers_own(town: Town) -> dict[str, str]:
    """The environment variables that connect the bot to the town's messenger."""
    if town.messenger.key == "max":
        return {"MAX_API_URL": town.max_url, "MAX_TOKEN": BOT_TOKEN}
    return {"TELEGRAM_API_URL": town.telegram_url, "BOT_TOKEN": BOT_TOKEN}


async def start_bot(town: Town, folder: Path, log: Path) -> asyncio.subprocess.Process:
    """Start the bot in its own process as any office would; only its addresses, tokens and clock are the town's."""
    environment = {
        **os.environ,
        "DATABASE_URL": database_url(folder),
        "VK_API_URL": town.vk_url,
        **messengers_own(town),
        "VK_COMMUNITY_TOKEN": VK_TOKEN,
        "VK_SERVICE_TOKEN": VK_SERVICE_TOKEN,
        "VK_USER_TOKEN": VK_USER_TOKEN,
        "WEB_PORT": str(_free_port()),
        "PYTHONUNBUFFERED": "1",
    }
    arguments = ["-m", "bot", "run", "--config", str(folder), "--town-clock", f"{town.page_url}/api/clock"]
    with log.open("wb") as output:
        return await asyncio.create_subprocess_exec(
            sys.executable, *arguments, env=environment, stdout=output, stderr=output, start_new_session=True
        )


async def stop_bot(process: asyncio.subprocess.Process) -> None:
    """Ask the process to terminate, which lets it finish its work; kill it after `STOP_SECONDS`."""
    if process.returncode is None:
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), timeout=STOP_SECONDS)
        except TimeoutError:
            process.kill()
            await process.wait()


async def wait_for(what: str, look: Callable[[], T | None], seconds: float = START_SECONDS) -> T:
    """Call `look` until its result is not None, and return that. NothingHappened with `what` after `seconds`."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while loop.time() < end:
        if (found := look()) is not None:
            return found
        await asyncio.sleep(0.05)
    raise NothingHappened(what)


async def bot_is_up(town: Town) -> None:
    """Wait until the bot asks the messenger for updates: MAX gives a bot that has never asked only the last one."""
    await wait_for("бот запустился", lambda: town.messenger.is_asked_for_updates or None, START_SECONDS)


async def take_places(players: Players, codes: dict[str, str]) -> None:
    """Let everybody open their invitation and confirm it, and the curator make the group the working group. Afterwards
    the bot reads what residents write."""
    messenger = players.town.messenger
    for person, code in codes.items():
        messenger.start(players.people[person], players.bot, code)
    await asyncio.gather(*(_takes_place(players, person) for person in codes))
    players.bring_the_bot_in()
    players.open_the_channel()
    question = await wait_for(
        "вопрос о рабочей группе", lambda: next((m for m in players.in_group() if m.buttons), None)
    )
    press = messenger.press(players.people["curator"], question, "Сделать рабочей группой")
    await wait_for("рабочая группа", lambda: press.settled or None)
    await wait_for("бот слушает ВКонтакте", lambda: True if heard_by_the_bot(players) else None)


def heard_by_the_bot(players: Players) -> bool:
    """Whether the bot has already asked VK for the position of its event stream, so that it will get new events."""
    return any(call.ok and call.method == "groups.getLongPollServer" for call in players.town.vk.calls)


async def _takes_place(players: Players, person: str) -> None:
    def asked() -> Message | None:
        return next((message for message in players.private(person) if message.buttons), None)

    def bound() -> bool | None:
        return players.private(person)[-1] is not question or None

    question = await wait_for(f"вопрос о приглашении: {person}", asked)
    players.town.messenger.press(players.people[person], question, "Да, это я")
    await wait_for(f"привязка: {person}", bound)
