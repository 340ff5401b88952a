"""Set the stage: a configuration folder, invitations, the bot's own process, and everybody bound through its doors."""

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
"""The play begins at 9:05 on a working day: terms are short then and there are no quiet hours."""
START_SECONDS = 120.0
"""How long a slow machine may need to import the messenger's library."""
STOP_SECONDS = 15.0
IN_MAX = {
    "networks:\n": f"networks:\n  messenger: max\n  max: {{channel: {CHANNEL_ID}, address: {CHANNEL}}}\n",
    f"{{network: telegram, address: {TelegramWorld.site}/{CHANNEL},": f"{{network: max, address: {MaxWorld.site}/{CHANNEL},",
}
"""What the same municipality's file says in place of Telegram."""


class NothingHappened(Exception):  # noqa: N818 - what a watcher would say
    """The bot did not do in time what the play waits for."""


def opening_shift(now: datetime, municipality: Municipality) -> timedelta:
    """How far to move the town's clock so that the play begins on the morning of a working day."""
    zone: ZoneInfo = municipality.zone
    morning = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    while True:
        opening = morning + OPENING
        if municipality.working_time.is_working(opening) and opening >= now:
            return opening - now
        morning += timedelta(days=1)


def write_configuration(folder: Path, messenger: Messenger = "telegram") -> Municipality:
    """Write the demo's municipality into a folder, as an IT clerk would have it: in MAX the file names that messenger and
    the channel in it."""
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
    """Create one-time codes for these people, as `python -m bot invite` does while the bot is running."""
    books = Books(database_url(folder))
    codes = {person: secrets.token_urlsafe(24) for person in people}
    async with books.write(KEY) as tx:
        for person, code in codes.items():
            await tx.people.invite(hashlib.sha256(code.encode()).hexdigest(), person, now + timedelta(days=1))
    await books.close()
    return codes


def _free_port() -> int:
    """A port known before the bot starts, so that links to its page lead there."""
    with socket.create_server(("127.0.0.1", 0)) as held:
        return int(held.getsockname()[1])


def messengers_own(town: Town) -> dict[str, str]:
    """The variables that open the town's messenger."""
    if town.messenger.key == "max":
        return {"MAX_API_URL": town.max_url, "MAX_TOKEN": BOT_TOKEN}
    return {"TELEGRAM_API_URL": town.telegram_url, "BOT_TOKEN": BOT_TOKEN}


async def start_bot(town: Town, folder: Path, log: Path) -> asyncio.subprocess.Process:
    """Start the bot as anybody would, in its own process; only its addresses and its clock are the town's."""
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
    """The first result of `look` that is not None. Raises NothingHappened with `what` after `seconds`."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while loop.time() < end:
        if (found := look()) is not None:
            return found
        await asyncio.sleep(0.05)
    raise NothingHappened(what)


async def bot_is_up(town: Town) -> None:
    """Wait until the bot has its database and asks the messenger for what people do: MAX tells a bot that has never asked
    of the last thing only."""
    await wait_for("бот запустился", lambda: town.messenger.is_asked_for_updates or None, START_SECONDS)


async def take_places(players: Players, codes: dict[str, str]) -> None:
    """Everybody opens their invitation and confirms it; the curator makes the group the working group. Afterwards the
    bot hears what residents write."""
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
    """Whether the bot has asked VK for the position of its event stream."""
    return any(call.ok and call.method == "groups.getLongPollServer" for call in players.town.vk.calls)


async def _takes_place(players: Players, person: str) -> None:
    def asked() -> Message | None:
        return next((message for message in players.private(person) if message.buttons), None)

    def bound() -> bool | None:
        return players.private(person)[-1] is not question or None

    question = await wait_for(f"вопрос о приглашении: {person}", asked)
    players.town.messenger.press(players.people[person], question, "Да, это я")
    await wait_for(f"привязка: {person}", bound)
