"""Tap to toast: the real loops of the process, a Bot API over HTTP in a separate process, and taps at even intervals."""

from __future__ import annotations

import asyncio
import multiprocessing
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.process.app import Municipal
from bot.telegram.messenger import Telegram
from sandbox.clock import SandboxClock
from sandbox.telegram.model import Button, Chat, Press, User
from sandbox.telegram.server import TelegramServer
from sandbox.telegram.world import TelegramWorld
from storage.inbox import MESSENGER
from tests.bench.office import ACCOUNTS, GROUP, KEY, Silent, closed, comment, opened, tap

TOKEN = "700001:bench-token-of-the-sandbox-only"
PER_SECOND = 50
TAPS = 500


@dataclass(frozen=True)
class Tap:
    """`at`: seconds from the first. `timed`: how long its toast takes is counted."""

    at: float
    person: str
    data: str
    timed: bool = True


def serve(pipe: Connection) -> None:
    """The other process: Telegram, and the tapping people. Sends its address, waits for the taps, sends the seconds that
    the toasts of the timed ones took."""
    asyncio.run(_serve(pipe))


async def _serve(pipe: Connection) -> None:
    world = TelegramWorld(SandboxClock())
    bot = world.add_bot(token=TOKEN, name="Дежурный", username="dezhurny_bot")
    people = {key: world.add_person(key, id=account) for key, account in ACCOUNTS.items()}
    group = world.add_group("Инцидент-менеджмент", owner=people["zhkh_head"], id=GROUP)
    for person in people.values():
        world.join(person, group)
        world.start(person, bot)
    world.add_bot_to_group(bot, group, by=people["zhkh_head"], admin=True)
    async with TelegramServer(world) as server:
        pipe.send(server.url)
        taps = await asyncio.to_thread(pipe.recv)
        pipe.send(await _taps(world, people, bot, group, taps))
        await asyncio.to_thread(pipe.recv)


async def _taps(
    world: TelegramWorld, people: dict[str, User], bot: User, group: Chat, taps: Sequence[Tap]
) -> list[float]:
    began: dict[str, float] = {}
    took: list[float] = []

    def heard(event: Any) -> None:
        if event.kind == "toast" and event.press.id in began:
            took.append(time.perf_counter() - began[event.press.id])

    world.subscribe(heard)
    loop = asyncio.get_running_loop()
    first = loop.time() + 0.5
    for one in taps:
        await asyncio.sleep(max(0.0, first + one.at - loop.time()))
        chat = world.private(people[one.person], bot) if one.person == "curator" else group
        card = world.post(world.new_message(chat, bot, text="№", buttons=[[Button("Нажать", one.data)]]))
        at = time.perf_counter()
        press: Press = world.press(people[one.person], card, "Нажать")
        if one.timed:
            began[press.id] = at
    for _ in range(500):
        if len(took) == len(began):
            break
        await asyncio.sleep(0.02)
    return took


async def measure(folder: Path) -> dict[str, float]:
    """Milliseconds from the taps of an office that does nothing else to their toasts."""
    taps = [Tap(number / PER_SECOND, "zhkh_head", f"ac:{number + 1}") for number in range(TAPS)]
    took, _ = await over_http(folder, _forwarded, taps)
    if len(took) != TAPS:
        raise RuntimeError(f"{len(took)} toasts for {TAPS} taps")
    return {
        "taps_per_second": PER_SECOND,
        "median_ms": statistics.median(took) * 1000,
        "p95_ms": took[int(len(took) * 0.95)] * 1000,
        "worst_ms": took[-1] * 1000,
    }


async def over_http(
    folder: Path, prepared: Callable[[Municipal], Awaitable[None]], taps: Sequence[Tap]
) -> tuple[list[float], int]:
    """Start the process's loops on what `prepared` has put into the books, let people tap, and return the seconds until
    the toasts of the timed taps, the shortest first, and how many comments still wait."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    town = context.Process(target=serve, args=(theirs,), daemon=True)
    town.start()
    url = await asyncio.to_thread(ours.recv)
    bot = await opened(folder, Telegram(TOKEN, url))
    bot.networks = ()
    await prepared(bot)
    running = asyncio.create_task(bot.run())
    try:
        ours.send(taps)
        took = sorted(await asyncio.to_thread(ours.recv))
        async with bot.books.write(KEY) as tx:
            left = len(await tx.inbox.waiting(bot.clock.now(), 10_000, "vk"))
    finally:
        bot.stop()
        bot.reception.work = _nothing  # type: ignore[method-assign]  # of the comments that still wait
        await running
        ours.send("enough")
        await closed(bot)
        await asyncio.to_thread(town.join, 10)
    return took, left


async def _nothing() -> int:
    return 0


async def _forwarded(bot: Municipal) -> None:
    """Make `CASES` cases wait to be accepted, with all earlier letters marked as sent."""
    async with bot.books.write(KEY) as tx:
        await tx.inbox.keep("vk", [comment(number) for number in range(1, TAPS + 1)], bot.clock.now())
    await bot.reception.drain()
    curator = ACCOUNTS["curator"]
    async with bot.books.write(KEY) as tx:
        taps = [tap(number, "curator", curator, number, f"fw:{number}:zhkh") for number in range(1, TAPS + 1)]
        await tx.inbox.keep(MESSENGER, taps, bot.clock.now())
    spoken_to, silent = bot.reception.messenger, Silent()
    bot.reception.messenger = silent  # type: ignore[assignment]
    await bot.reception.drain()
    bot.reception.messenger = spoken_to
    async with bot.books.write(KEY) as tx:
        if await tx.inbox.waiting(bot.clock.now() + timedelta(days=1), 1, MESSENGER):
            raise RuntimeError("a message was not forwarded")
    await letters_sent(bot)


async def letters_sent(bot: Municipal) -> None:
    """Count every letter as sent, so that nothing but what follows is delivered."""
    async with bot.books.write(KEY) as tx:
        await tx.connection.execute(sa.text("UPDATE outbox SET state = 'sent'"))
