"""Many steps due in the same second: how long a button's tap waits meanwhile, and how many messages each person gets.

python -m tests.bench.escalation [10000]
"""

from __future__ import annotations

import asyncio
import json
import logging
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
import structlog

from bot.process.app import Municipal
from bot.process.memory import settle_in
from storage import tables as t
from storage.codec import dump
from storage.inbox import MESSENGER
from tests.bench.office import GROUP, KEY, Silent, closed, comment, opened, tap
from workflow.case import Case
from workflow.commands import Forward
from workflow.office import Actor
from workflow.ports import Known
from workflow.regulation import Step
from workflow.terms.alarms import Alarm, AlarmKind, running

STEPS = 10_000
TAP_EVERY = 0.1
AT_A_TIME = 1000


async def measure(folder: Path, steps: int = STEPS) -> dict[str, float]:
    """Milliseconds from a tap's arrival to its toast while all alarms ring; the most messages that one person got.
    `share_of_a_core`: the part of one core that this process got; far below 1 the machine was busy.
    """
    messenger = Silent()
    bot = await opened(folder, messenger)
    bot.networks = ()
    try:
        late = await _all_due_at_once(bot, steps)
        settle_in()
        await bot.delivery.drain(patient=True)
        idle = await _taps(bot, messenger, asyncio.create_task(asyncio.sleep(2)), 500_000)
        begun, worked = time.perf_counter(), time.process_time()
        took = sorted(await _taps(bot, messenger, asyncio.create_task(bot.ticker.tick()), 600_000))
        seconds, worked = time.perf_counter() - begun, time.process_time() - worked
        async with bot.books.write(KEY) as tx:
            query = (
                sa.select(t.outbox.c.lane, sa.func.count()).where(t.outbox.c.kind == "notice").group_by(t.outbox.c.lane)
            )
            letters = {str(lane): int(n) for lane, n in await tx.connection.execute(query)}
        sending = time.perf_counter()
        await bot.delivery.drain(patient=True)
        sent_in = time.perf_counter() - sending
    finally:
        await closed(bot)
    if len(took) < 5 or late != steps:
        raise RuntimeError(f"{late} steps and {len(took)} taps: the measure means nothing")
    return {
        "steps": steps,
        "seconds": round(seconds, 2),
        "taps": len(took),
        "share_of_a_core": round(worked / seconds, 2),
        "idle_slowest_ms": round(max(idle) * 1000, 1),
        "idle_median_ms": round(statistics.median(idle) * 1000, 1),
        "median_ms": round(statistics.median(took) * 1000, 1),
        "p95_ms": round(took[int(len(took) * 0.95)] * 1000, 1),
        "slowest_ms": round(took[-1] * 1000, 1),
        "most_letters_to_one": max(letters.values()),
        "persons": len(letters),
        "sent_in_ms": round(sent_in * 1000, 1),
    }


async def _all_due_at_once(bot: Municipal, steps: int) -> int:
    """Forward one case for real, then copy its rows, each with its overdue alarm in the same second."""
    async with bot.books.write(KEY) as tx:
        await tx.inbox.keep("vk", [comment(1)], bot.clock.now())
    await bot.reception.drain()
    async with bot.books.write(KEY) as tx:
        await bot.ticker.desk.carry_out(tx, Forward(Actor(("curator",), 1), 1, ("zhkh",)), bot.clock.now(), KEY)
        model = await tx.case(1)
        assert model is not None
        model = _long_ago(model, bot)
        office = bot.offices.today(KEY)
        due = running(model, office)[Step.DRAFT].due_at
        await tx.connection.execute(t.alarms.delete())
        row = dict((await tx.connection.execute(sa.select(t.cases).where(t.cases.c.id == 1))).mappings().one())
        for first in range(2, steps + 2, AT_A_TIME):
            numbers = range(first, min(first + AT_A_TIME, steps + 2))
            copies = [replace(model, id=n, number=n) for n in numbers]
            rows = [{**row, "id": c.id, "number": c.number, "ref": f"wall-1_{c.id}", "body": dump(c)} for c in copies]
            await tx.connection.execute(t.cases.insert(), rows)
            at = due + timedelta(seconds=1)
            for case in copies:
                alarms = [
                    Alarm(at, kind, case.id, Step.DRAFT, due) for kind in (AlarmKind.OVERDUE, AlarmKind.ESCALATION)
                ]
                await tx.put_terms(case, [], alarms, [])
        count = sa.select(sa.func.count()).where(t.alarms.c.kind == AlarmKind.OVERDUE)
        return int((await tx.connection.execute(count)).scalar_one())


def _long_ago(model: Case, bot: Municipal) -> Case:
    """The same case, moved back in time so far that the draft has just become due."""
    by: datetime = running(model, bot.offices.today(KEY))[Step.DRAFT].due_at
    back = by - bot.clock.now() + timedelta(days=3)
    return replace(
        model,
        arrived=model.arrived - back,
        history=tuple(replace(h, at=h.at - back) for h in model.history),
        parts=tuple(replace(p, asked_at=p.asked_at - back) for p in model.parts),
    )


async def _taps(bot: Municipal, messenger: Silent, work: asyncio.Task[object], number: int) -> list[float]:
    """Seconds from each tap's arrival to its toast, until the work is done. A tap arrives on schedule, even while the
    event loop is blocked.
    """
    took: list[float] = []
    begun = time.perf_counter()
    async with bot.books.write(KEY) as tx:
        await tx.messages.remember(Known(GROUP, 77, "card", 1), bot.clock.now())
    while not work.done():
        number += 1
        toasts = len(messenger.toasts)
        async with bot.books.write(KEY) as tx:
            await tx.inbox.keep(MESSENGER, [tap(number, "zhkh_head", GROUP, 77, "why:1")], bot.clock.now())
        await bot.reception.drain()
        if len(messenger.toasts) != toasts + 1:
            raise RuntimeError("a tap without a toast")
        took.append(time.perf_counter() - begun)
        begun = time.perf_counter() + TAP_EVERY
        await asyncio.sleep(TAP_EVERY)
    await work
    return took


def main() -> None:
    logging.disable(logging.CRITICAL)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    steps = int(sys.argv[1]) if len(sys.argv) > 1 else STEPS
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(asyncio.run(measure(Path(folder), steps)), indent=2))


if __name__ == "__main__":
    main()
