"""Tap to toast: the real loops of the process, a Bot API over HTTP in a separate process, and taps at even intervals."""

from __future__ import annotations

import asyncio
import multiprocessing
import statistics
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from bot.delivery import Delivery
from bot.telegram.messenger import Telegram
from sandbox.clock import SandboxClock
from sandbox.telegram.model import Button, Press, User
from sandbox.telegram.server import TelegramServer
from sandbox.telegram.world import TelegramWorld
from tests.bench.office import ACCOUNTS, GROUP, KEY, closed, comment, opened

TOKEN = "700001:bench-token-of-the-sandbox-only"
PER_SECOND = 50
TAPS = 500


def serve(pipe: Connection) -> None:
    """The other process: Telegram, and the tapping people. Sends its address, waits for a word, sends the seconds."""
    asyncio.run(_serve(pipe))


async def _serve(pipe: Connection) -> None:
    world = TelegramWorld(SandboxClock())
    bot = world.add_bot(token=TOKEN, name="Дежурный", username="dezhurny_bot")
    head = world.add_person("Начальник отдела ЖКХ", id=ACCOUNTS["zhkh_head"])
    group = world.add_group("Инцидент-менеджмент", owner=head, id=GROUP)
    world.add_bot_to_group(bot, group, by=head, admin=True)
    async with TelegramServer(world) as server:
        pipe.send(server.url)
        await asyncio.to_thread(pipe.recv)
        pipe.send(await _taps(world, head, bot, group))
        await asyncio.to_thread(pipe.recv)


async def _taps(world: TelegramWorld, head: User, bot: User, group: Any) -> list[float]:
    began: dict[str, float] = {}
    took: list[float] = []

    def heard(event: Any) -> None:
        if event.kind == "toast":
            took.append(time.perf_counter() - began[event.press.id])

    world.subscribe(heard)
    loop = asyncio.get_running_loop()
    first = loop.time() + 0.5
    for number in range(TAPS):
        await asyncio.sleep(max(0.0, first + number / PER_SECOND - loop.time()))
        card = world.post(world.new_message(group, bot, text="№", buttons=[[Button("Принять", f"ac:{number + 1}")]]))
        at = time.perf_counter()
        press: Press = world.press(head, card, "Принять")
        began[press.id] = at
    for _ in range(500):
        if len(took) == TAPS:
            break
        await asyncio.sleep(0.02)
    return took


async def measure(folder: Path) -> dict[str, float]:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    town = context.Process(target=serve, args=(theirs,), daemon=True)
    town.start()
    url = await asyncio.to_thread(ours.recv)
    bot = await opened(folder, Telegram(TOKEN, url))
    bot.networks = ()
    await _forwarded(bot)
    running = asyncio.create_task(bot.run())
    try:
        ours.send("tap")
        took = sorted(await asyncio.to_thread(ours.recv))
        ours.send("enough")
    finally:
        bot.stop()
        await running
        await closed(bot)
        await asyncio.to_thread(town.join, 10)
    if len(took) != TAPS:
        raise RuntimeError(f"{len(took)} toasts for {TAPS} taps")
    return {
        "taps_per_second": PER_SECOND,
        "median_ms": statistics.median(took) * 1000,
        "p95_ms": took[int(len(took) * 0.95)] * 1000,
        "worst_ms": took[-1] * 1000,
    }


async def _forwarded(bot: Any) -> None:
    """Make `CASES` cases wait to be accepted, with all earlier letters marked as sent."""
    import sqlalchemy as sa

    from tests.bench.office import tap

    assert isinstance(bot.delivery, Delivery)
    async with bot.books.write(KEY) as tx:
        await tx.inbox.keep("vk", [comment(number) for number in range(1, TAPS + 1)], bot.clock.now())
    await bot.reception.drain()
    curator = ACCOUNTS["curator"]
    async with bot.books.write(KEY) as tx:
        taps = [tap(number, "curator", curator, number, f"fw:{number}:zhkh") for number in range(1, TAPS + 1)]
        await tx.inbox.keep("messenger", taps, bot.clock.now())
    quiet, bot.reception.messenger = bot.reception.messenger, _Nobody()
    await bot.reception.drain()
    bot.reception.messenger = quiet
    async with bot.books.write(KEY) as tx:
        await tx.connection.execute(sa.text("UPDATE outbox SET state = 'sent'"))


class _Nobody:
    async def answer_press(self, press: str, text: str, alert: bool = False) -> bool:
        return True
