"""Builds a story's town: the sandbox, the real bot beside it, everybody in place."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from bot.demo.cast import BOT_TOKEN, GROUP_ID, VK_SERVICE_TOKEN, VK_TOKEN, Players, gather
from bot.max.messenger import Max
from bot.messenger_side import Identity, MessengerSide
from bot.process.app import Municipal
from bot.process.messengers import channel_of
from bot.process.wiring import wire
from bot.telegram.messenger import Telegram
from config.municipality import Municipality, load
from networks.port import Network
from networks.vk import VkAccess, VkNetwork
from sandbox.clock import SandboxClock
from sandbox.max import MaxServer, MaxWorld
from sandbox.town import Town as SandboxTown
from storage.books import Books
from tests.max_patience import MaxPatience
from tests.max_schema import Checked
from tests.patience import VkPatience
from tests.shelf import empty, put_back, take
from tests.stories.tiny_side import TinySide
from tests.stories.tiny_world import TinyWorld
from tests.stories.town import CONFIGS, KEY, Town, moment
from tests.stories.written import of_messenger
from tests.telegram_patience import TelegramPatience

NINE = "2026-01-12 09:00"
MESSENGER = os.environ.get("TEST_MESSENGER", "telegram")
"""In which messenger the office of a story works, unless the story says so itself: `make test-max` plays all in MAX."""
HOOK_SECRET = "a-secret-of-the-hook"


class TownClock:
    """The sandbox's clock for the bot: one time for everybody. Sleeping moves the stopwatch and takes no time."""

    def __init__(self, clock: SandboxClock) -> None:
        self._clock = clock

    def now(self) -> datetime:
        return self._clock.now()

    def monotonic(self) -> float:
        return self._clock.monotonic()

    async def sleep(self, seconds: float) -> None:
        self._clock.advance_monotonic(seconds)
        await asyncio.sleep(0)  # what is tried again and again lets others go on


class Begun(Protocol):
    """A prepared start: the books, and everybody's memory."""

    @property
    def books(self) -> Path: ...

    def recall(self, sandbox: SandboxTown) -> Players: ...


@asynccontextmanager
async def a_town(
    folder: Path, regulation: str, *, at: str = NINE, messenger: str = MESSENGER, **more: Any
) -> AsyncIterator[Town]:
    """Build the town with `build` and take it down at the end."""
    async with SandboxTown(SandboxClock(frozen_at=moment(at))) as sandbox, AsyncExitStack() as beside:
        checked = Checked(answers=False)  # what MAX itself says is judged in the sandbox's own tests
        if messenger == "max":
            await in_max(sandbox, beside, checked)
        town = await build(folder, sandbox, regulation, messenger=messenger, **more)
        try:
            yield town
        finally:
            await town.bot.messenger.close()
            for network in town.bot.networks:
                await network.network.close()
            await put_back(town.books)
        assert checked.wrong == [], checked.wrong


async def in_max(sandbox: SandboxTown, beside: AsyncExitStack, inspect: Checked) -> None:
    """Put a MAX where the Telegram was, with its server; every exchange is judged by the official schema."""
    world: Any = MaxWorld(sandbox.clock)
    sandbox.telegram = world
    world.server = await beside.enter_async_context(MaxServer(world, inspect=inspect))


async def build(
    folder: Path,
    sandbox: SandboxTown,
    regulation: str = "kursky",
    settings: str = "",
    people: str = "",
    networks: str = "",
    others: Mapping[str, Network] | None = None,
    proxy: str | None = None,
    morning: Begun | None = None,
    messenger: str = "telegram",
    **access: Any,
) -> Town:
    """A town before anybody has done anything: the bot is running, nobody is bound, no group is set; or after a
    `morning`. The office works in the `messenger`: telegram, max or tiny.

    `settings`, `people` and `networks` are additional lines of the municipality's file, `others` more networks,
    `access` more rights in VK, `proxy` is between the bot and Telegram. Morning and evening lists are off, because they
    would repeat everything, and so is the pinned list; `test_digests` and `test_pinned` test them. The demo's official
    pages are left out: a story names its own.
    """
    if "reminders:" not in settings:
        settings += "\nreminders: {digests: false}\n"
    if "pinned_list:" not in settings:
        settings += "\npinned_list: false\n"
    written = (CONFIGS / "municipality.yaml").read_text(encoding="utf-8")
    text = written.partition("\npages:")[0] + "\n" + settings
    text = text.replace("people:\n", f"people:\n{people}").replace("networks:\n", f"networks:\n{networks}")
    path = folder / KEY / "municipality.yaml"
    path.parent.mkdir(parents=True)
    text = text.replace("regulation: kursky", f"regulation: {regulation}")
    path.write_text(of_messenger(text, messenger), encoding="utf-8")
    municipality = load(path, (path.parent, folder))
    books = await take(morning.books if morning else await empty(), folder)
    tiny = TinyWorld(sandbox.clock)
    players = morning.recall(sandbox) if morning else gather(_with(sandbox, tiny) if messenger == "tiny" else sandbox)
    if token := access.get("user_token"):
        sandbox.vk.give_user_token(players.community, token)
    side = TinySide(tiny) if messenger == "tiny" else await side_in(sandbox, municipality)
    bot = bot_of(sandbox, municipality, books, folder, others, proxy, side, **access)
    await bot.start()
    return Town(players, sandbox.clock, books, municipality, bot)


async def side_in(sandbox: SandboxTown, municipality: Municipality) -> Max | None:
    """The bot's side of the messenger that stands there; None of Telegram, whose side `bot_of` makes itself."""
    return await a_max(sandbox, municipality) if sandbox.messenger.key == "max" else None


async def a_max(sandbox: SandboxTown, municipality: Municipality) -> Max:
    """The bot's side of the MAX that the officials are in."""
    world: Any = sandbox.messenger
    limits, channel = MaxPatience(world.faults), channel_of(municipality)
    side = Max(BOT_TOKEN, world.base, limits=limits, hook_secret=HOOK_SECRET, channel=channel)
    assert isinstance(await side.identity(), Identity)
    return side


def bot_of(
    sandbox: SandboxTown,
    municipality: Municipality,
    books: Books,
    folder: Path,
    others: Mapping[str, Network] | None = None,
    proxy: str | None = None,
    side: MessengerSide | None = None,
    *,
    paced: bool = False,
    hook_secret: str | None = None,
    **access: Any,
) -> Municipal:
    """The bot of the municipality beside the sandbox, not started. `side`: a messenger other than Telegram. `paced`: VK's
    pauses pass by the town's clock."""
    clock = TownClock(sandbox.clock)
    if side is None:
        limits = TelegramPatience(sandbox.telegram.faults)
        side = Telegram(BOT_TOKEN, sandbox.telegram_url, proxy, limits, hook_secret)
    vk = VkNetwork(
        VkAccess(
            group_id=GROUP_ID,
            place="Администрация округа",
            community_token=VK_TOKEN,
            api_url=sandbox.vk_url,
            wait=0,
            limits=VkPatience(sandbox.vk.faults),
            **{"service_token": VK_SERVICE_TOKEN, **access},
        ),
        clock if paced else None,
    )
    return wire(municipality, books, side, {"vk": vk, **(others or {})}, clock, "dezhurny_bot", folder / "files")


def _with(sandbox: SandboxTown, tiny: TinyWorld) -> Any:
    """The town with the tiny messenger where Telegram was."""

    class Elsewhere:
        telegram = messenger = tiny

        def __getattr__(self, name: str) -> Any:
            return getattr(sandbox, name)

    return Elsewhere()


async def everybody_in(town: Town) -> None:
    """Bind everybody, let them open the bot, and set the working group, as on an ordinary morning. `test_people` tests
    the way there.
    """
    telegram, players = town.players.town.telegram, town.players
    async with town.books.write(KEY) as tx:
        for key, user in players.people.items():
            await tx.people.bind(key, user.id, user.first_name, in_group=True, now=town.clock.now())
        await tx.people.set_working_group(players.group.id, players.group.title)
    for user in players.people.values():
        telegram.start(user, players.bot)
    players.bring_the_bot_in()
    await town.settles()
    town.forget_what_was_said()
