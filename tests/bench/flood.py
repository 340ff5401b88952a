"""A flood: thousands of comments wait, one person hammers a button, and what counts are the curator's taps meanwhile.

The loops of the process in one process with a messenger that costs nothing. Everything is in processor time, also when
taps come and how long a batch may last: the processor is never idle, so on a quiet machine it is the time that people
wait, and a busy one spoils it less.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.clock import WallClock
from bot.messenger_side import Polled
from bot.process.app import Municipal
from bot.process.memory import settle_in
from tests.bench.office import ACCOUNTS, GROUP, KEY, Silent, closed, comment, opened, tap
from tests.bench.toasts import Tap, letters_sent, over_http

COMMENTS = 6000
HAMMERED = 200
"""Taps a second of the person who hammers."""
SECONDS = 10
TAPS = 40
"""The curator's taps in this time."""
MOST = 100
"""So many updates come with one answer of the messenger."""


class Stopwatch(WallClock):
    """Its seconds are those of the processor."""

    def monotonic(self) -> float:
        return time.process_time()


@dataclass
class Hammered(Silent):
    """Gives out each tap at its moment, and notes when its toast comes. `due`: the taps not given out yet, by their
    moment and number."""

    trusted_for: None = None
    due: list[tuple[float, str, str]] = field(default_factory=list)
    came: dict[str, float] = field(default_factory=dict)
    took: dict[str, float] = field(default_factory=dict)

    async def poll(self, position: int | None, wait: int) -> Polled:
        now = time.process_time()
        ready = [one for one in self.due if one[0] <= now][:MOST]
        del self.due[: len(ready)]
        self.came |= {key: at for at, key, _ in ready}
        await asyncio.sleep(0 if ready else 0.001)
        return Polled(tuple((key, raw) for _, key, raw in ready), int(ready[-1][1]) if ready else position)

    async def answer_press(self, press: str, text: str, alert: bool = False) -> bool:
        self.took.setdefault(press, time.process_time() - self.came[press])
        return True


def taps(first: float) -> list[tuple[float, str, str]]:
    """The taps of both, each with its moment, in their order."""
    theirs = [(n / TAPS * SECONDS, "curator", ACCOUNTS["curator"], f"fw:{n + 1}:zhkh") for n in range(TAPS)]
    theirs += [(n / HAMMERED, "zhkh_head", GROUP, "ac:1") for n in range(SECONDS * HAMMERED)]
    ordered = sorted(theirs, key=lambda one: one[0])
    return [
        (first + at, *tap(number, person, chat, number, data))
        for number, (at, person, chat, data) in enumerate(ordered, 1_000)
    ]


async def by_the_clock(folder: Path) -> dict[str, float]:
    """The same over HTTP and by the clock: what a curator waits on a machine that does nothing else."""

    async def prepared(bot: Municipal) -> None:
        await _waiting(bot)
        await letters_sent(bot)
        settle_in()

    hammered = [Tap(n / HAMMERED, "zhkh_head", "ac:1", timed=False) for n in range(SECONDS * HAMMERED)]
    curators = [Tap(n / TAPS * SECONDS, "curator", f"fw:{n + 1}:zhkh") for n in range(TAPS)]
    took, left = await over_http(folder, prepared, sorted(hammered + curators, key=lambda tap: tap.at))
    return _figures(took, TAPS, left)


async def measure(folder: Path) -> dict[str, float]:
    """Milliseconds of processor time from the curator's tap to its toast, and how many had none in the end."""
    messenger = Hammered()
    bot = await opened(folder, messenger)
    bot.networks, bot.reception.clock = (), Stopwatch()
    await _waiting(bot)
    settle_in()
    messenger.due = taps(time.process_time() + 0.1)
    counted = {key for _, key, raw in messenger.due if f'"id": {ACCOUNTS["curator"]},' in raw}
    running = asyncio.create_task(bot.run())
    try:
        over = time.process_time() + SECONDS + 5
        while time.process_time() < over and not counted <= messenger.took.keys():  # noqa: ASYNC110 - of the processor
            await asyncio.sleep(0.01)
        async with bot.books.write(KEY) as tx:
            left = len(await tx.inbox.waiting(bot.clock.now(), COMMENTS, "vk"))
    finally:
        bot.stop()
        bot.reception.work = _nothing  # type: ignore[method-assign]  # the rest of the flood
        await running
        await closed(bot)
    took = sorted(messenger.took[key] for key in counted if key in messenger.took)
    return _figures(took, len(counted), left)


def _figures(took: Sequence[float], taps: int, left: int) -> dict[str, float]:
    if not took or not left:
        raise RuntimeError(f"{len(took)} toasts, {left} comments left: the measure means nothing")
    return {
        "comments_taken": COMMENTS - left,
        "without_a_toast": taps - len(took),
        "median_ms": statistics.median(took) * 1000,
        "p95_ms": took[int(len(took) * 0.95)] * 1000,
        "worst_ms": took[-1] * 1000,
    }


async def _nothing() -> int:
    return 0


async def _waiting(bot: Municipal) -> None:
    """Make `TAPS` cases wait to be forwarded, and the comments wait in the inbox."""
    async with bot.books.write(KEY) as tx:
        await tx.inbox.keep("vk", [comment(number) for number in range(1, TAPS + 1)], bot.clock.now())
    await bot.reception.drain()
    await bot.delivery.drain(patient=True)
    flood = [comment(number) for number in range(TAPS + 1, TAPS + COMMENTS + 1)]
    async with bot.books.write(KEY) as tx:
        await tx.inbox.keep("vk", flood, bot.clock.now(), [f"id{number // 15}" for number in range(COMMENTS)])
