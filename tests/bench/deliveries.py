"""Delivered messages compared with the number that Telegram's limits allow in that time: many private chats and the
group at once, with a Bot API in a separate process that counts and refuses.
"""

from __future__ import annotations

import asyncio
import multiprocessing
from multiprocessing.connection import Connection
from pathlib import Path

from bot.telegram import Telegram
from sandbox.clock import SandboxClock
from sandbox.telegram.limits import BOT_PER_SECOND
from sandbox.telegram.server import TelegramServer
from sandbox.telegram.world import TelegramWorld
from tests.bench.office import GROUP, KEY, closed, opened
from workflow.ports import GROUP_LANE, Letter, account_lane

TOKEN = "700001:bench-token-of-the-sandbox-only"
ACCOUNTS = 205
EACH = 3
IN_GROUP = 15
"""Of all together the limits take thirty at once in so many whole seconds: a last second that is not full would count whole."""


def serve(pipe: Connection) -> None:
    """The other process: Telegram with its limits. Sends its address, waits for a word, sends the time of each message."""
    asyncio.run(_serve(pipe))


async def _serve(pipe: Connection) -> None:
    world = TelegramWorld(SandboxClock())
    bot = world.add_bot(token=TOKEN, name="Дежурный", username="dezhurny_bot")
    people = [world.add_person("житель", id=10_000 + number) for number in range(ACCOUNTS)]
    for person in people:
        world.start(person, bot)
    group = world.add_group("Инцидент-менеджмент", owner=people[0], id=GROUP)
    world.add_bot_to_group(bot, group, by=people[0], admin=True)
    world.limits_on = True
    async with TelegramServer(world) as server:
        pipe.send(server.url)
        await asyncio.to_thread(pipe.recv)
        sends = [call for call in world.calls if call.method == "sendMessage"]
        pipe.send(([call.at_monotonic for call in sends if call.ok], [c.error_code for c in sends if not c.ok]))


async def measure(folder: Path) -> dict[str, float]:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    town = context.Process(target=serve, args=(theirs,), daemon=True)
    town.start()
    url = await asyncio.to_thread(ours.recv)
    bot = await opened(folder, Telegram(TOKEN, url))
    try:
        body = {"key": "plain", "facts": {"text": "Напоминание"}, "roles": [], "reply_to": None}
        people = [10_000 + number for number in range(ACCOUNTS)]
        letters = [Letter("say", account_lane(a), 1, account=a, body=body) for _ in range(EACH) for a in people]
        for number in range(IN_GROUP):
            letters.insert(number * len(people) * EACH // IN_GROUP, Letter("say", GROUP_LANE, 1, body=body))
        async with bot.books.write(KEY) as tx:
            await tx.outbox.put(letters, bot.clock.now())
        await bot.delivery.drain(patient=True)
        ours.send("enough")
        came, refused = await asyncio.to_thread(ours.recv)
    finally:
        await closed(bot)
        await asyncio.to_thread(town.join, 10)
    if len(came) != len(letters):
        raise RuntimeError(f"{len(came)} messages came of {len(letters)}; refused: {sorted(set(refused))}")
    seconds = came[-1] - came[0]
    return {
        "messages": len(came),
        "seconds": seconds,
        "ratio": (len(came) - BOT_PER_SECOND) / (BOT_PER_SECOND * seconds),
        "too_many_requests": refused.count(429),
    }
