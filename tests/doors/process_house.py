"""A bot in its own process, as a user runs it, against a sandbox in this process: people are bound, the working group
is set, and both clocks are the machine's.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import config as packaged
from bot.demo.cast import BOT_TOKEN, PEOPLE, VK_SERVICE_TOKEN, VK_TOKEN, Players, gather
from sandbox.clock import SandboxClock
from sandbox.telegram.account import BotAccount
from sandbox.telegram.model import Message
from sandbox.town import Messenger, Town
from storage.books import Books
from storage.migrate import upgrade
from tests.loaded import Process, parent
from tests.patience import PROCESS
from tests.stories.written import of_messenger

T = TypeVar("T")

KEY = "okrug"
COMPLAINT = "Третий день нет воды на Школьной, 5. Звоним в водоканал, трубку не берут"


class NotSeen(AssertionError):  # noqa: N818 - what a watcher would say
    """The expected event did not happen; the message holds the bot's last output."""


def free_port() -> int:
    """A free port below the range that the system hands out, so that it is still free when the bot starts."""
    while True:
        with socket.socket() as probe, suppress(OSError):
            port = secrets.choice(range(12_000, 32_000))
            probe.bind(("127.0.0.1", port))
            return port


@dataclass
class House:
    """The sandbox, the configuration folder, and the bot's process while it runs."""

    town: Town
    players: Players
    folder: Path
    web_port: int = field(default_factory=free_port)
    starts: int = 0
    process: Process | None = None
    database: str = ""

    @property
    def url(self) -> str:
        return self.database or f"sqlite:///{self.folder / 'dezhurny.db'}"

    @property
    def account(self) -> BotAccount:
        return self.town.telegram.account(self.players.bot)

    def environment(self, changed: Mapping[str, str | None]) -> dict[str, str]:
        values: dict[str, str | None] = {
            **os.environ,
            "DATABASE_URL": self.url,
            "TELEGRAM_API_URL": self.town.telegram_url,
            "VK_API_URL": self.town.vk_url,
            "BOT_TOKEN": BOT_TOKEN,
            **({"MAX_API_URL": self.town.max_url, "MAX_TOKEN": BOT_TOKEN} if self.town.max_server is not None else {}),
            "VK_COMMUNITY_TOKEN": VK_TOKEN,
            "VK_SERVICE_TOKEN": VK_SERVICE_TOKEN,
            "WEB_PORT": str(self.web_port),
            "PYTHONUNBUFFERED": "1",
            "STOP_SECONDS": "110",
            **changed,
        }
        return {name: value for name, value in values.items() if value is not None}

    async def launch(self, **changed: str | None) -> Process:
        """Start one more process of the bot, with its output in a file of its own."""
        self.starts += 1
        arguments = ("run", "--config", str(self.folder))
        return parent().fork(arguments, self.environment(changed), self.log(self.starts))

    async def launch_from_nothing(self, **changed: str | None) -> Process:
        """The same with a fresh interpreter, as a user types it."""
        self.starts += 1
        with self.log(self.starts).open("wb") as output:
            return await asyncio.create_subprocess_exec(
                sys.executable,
                *("-m", "bot", "run", "--config", str(self.folder)),
                env=self.environment(changed),
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    async def start(self, **changed: str | None) -> None:
        """Start the bot and wait until it listens to both networks."""
        self.process = await self.launch(**changed)
        await self.until("«started»", lambda: "started" in self.said() or None, PROCESS)

    async def listening(self) -> None:
        """Wait until the bot would receive a new comment."""
        await asyncio.wait_for(self.town.vk.queues[1001].somebody_waits(), PROCESS)

    async def stop(self) -> int:
        """Ask the bot to stop and return its exit code."""
        assert self.process is not None
        if self.process.returncode is None:
            self.process.terminate()
        return await asyncio.wait_for(self.process.wait(), PROCESS)

    async def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        await self.process.wait()

    def log(self, number: int) -> Path:
        return self.folder / f"bot-{number}.log"

    def said(self, number: int | None = None) -> str:
        """The output of one process; without a number, of the last."""
        return self.log(number or self.starts).read_text(errors="replace")

    def everything_said(self) -> str:
        return "\n".join(self.said(number) for number in range(1, self.starts + 1))

    async def until(self, what: str, look: Callable[[], T | None], seconds: float = PROCESS) -> T:
        """The first result of `look` that is not None."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while loop.time() < end:
            if (found := look()) is not None:
                return found
            await asyncio.sleep(0.02)
        raise NotSeen(f"{what}\n" + "\n".join(self.said().splitlines()[-30:]))

    # --- what people see ---------------------------------------------------------------------------------------------

    def private(self, person: str) -> list[Message]:
        return self.players.private(person)

    async def message(self, person: str, words: str) -> Message:
        """Wait for a message with these words in the person's private chat."""

        def look() -> Message | None:
            return next((m for m in reversed(self.private(person)) if words in m.text), None)

        return await self.until(f"{person}: «{words}»", look)

    async def card(self) -> Message:
        def look() -> Message | None:
            return next((m for m in reversed(self.players.in_group()) if "№" in m.text), None)

        return await self.until("карточка", look)

    async def press(self, person: str, message: Message, caption: str) -> str:
        """Press the button and return its toast."""
        press = self.town.messenger.press(self.players.people[person], message, caption)
        await self.until(f"ответ на «{caption}»", lambda: press.answered or None)
        return press.toast or ""


async def everybody_bound(url: str, players: Players, clock: SandboxClock) -> None:
    """Bind everybody's account and set the working group, as after a first morning."""
    await upgrade(url)
    books = Books(url)
    async with books.write(KEY) as tx:
        await tx.people.set_working_group(players.group.id, players.group.title)
        for person, user in players.people.items():
            await tx.people.bind(person, user.id, PEOPLE[person], in_group=True, now=clock.now())
    await books.close()


def municipality_text(**changes: str) -> str:
    text = (Path(packaged.__file__).parent / "demo" / "municipality.yaml").read_text(encoding="utf-8")
    return text + "".join(f"{name}: {value}\n" for name, value in changes.items())


@asynccontextmanager
async def a_house(
    folder: Path, database: str = "", messenger: Messenger = "telegram", with_max: bool = False, **changes: str
) -> AsyncIterator[House]:
    """A house without a running bot, which works in that `messenger`. `database`: the address of an empty one; otherwise a
    file in the folder. `with_max`: there is a MAX beside the Telegram. Any process left at the end is killed."""
    path = folder / KEY / "municipality.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(of_messenger(municipality_text(**changes), messenger), encoding="utf-8")
    async with Town(SandboxClock(), messenger=messenger, with_max=with_max) as town:
        players = gather(town)
        house = House(town, players, folder, database=database)
        await everybody_bound(house.url, players, town.clock)
        for user in players.people.values():
            town.messenger.start(user, players.bot)
        players.bring_the_bot_in()
        if messenger == "telegram":
            house.account.queue.clear()
        try:
            yield house
        finally:
            if house.process is not None and house.process.returncode is None:
                await house.kill()
