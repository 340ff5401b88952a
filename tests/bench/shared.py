"""Durable transitions per second on PostgreSQL: the same rounds as `transitions`, compared with the same statements, in the same
transactions, replayed by bare asyncpg on a copy of the database.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import asyncpg  # type: ignore[import-untyped]
import sqlalchemy as sa

from bot.process.app import Municipal
from bot.process.memory import settle_in
from storage.leases import Leases
from storage.postgres import BEGIN, COMMIT, PostgresEngine
from tests import postgres
from tests.bench.office import KEY, Silent, closed, opened
from tests.bench.transitions import BETWEEN, DONE, carry_out, rounds, shown

Taken = list[tuple[str, Any, bool]]


async def measure(folder: Path) -> dict[str, float]:
    ours, processor = await _plain(folder / "plain")
    raw, statements = await _taped(folder / "taped")
    return {
        "transitions_per_second": DONE / ours,
        "raw_per_second": DONE / raw,
        "ratio": raw / ours,
        "processor_ms": 1000 * processor / DONE,
        "statements": statements / DONE,
    }


async def _opened(folder: Path, database: str) -> Municipal:
    """As a process that shares the database has it: with a lease."""
    bot = await opened(folder, Silent(), database)
    bot.books.leases = Leases(bot.books.engine, "bench")
    await bot.books.leases.look([KEY])
    bot.reception.granting.finding.guess("нет воды", bot.offices.today(KEY))
    return bot


async def _plain(folder: Path) -> tuple[float, float]:
    """Seconds, by the clock and of this process's processor time."""
    bot, seconds, processor = await _opened(folder, await postgres.make()), 0.0, 0.0
    settle_in()
    try:
        for number, (source, updates) in enumerate(rounds()):
            if number in BETWEEN:
                await shown(bot, *BETWEEN[number])
            await _keep_lease(bot)
            before = time.process_time()
            seconds += await carry_out(bot, source, updates)
            processor += time.process_time() - before
        async with bot.books.write(KEY) as tx:
            lines = (await tx.connection.execute(sa.text("SELECT count(*) FROM journal"))).scalar_one()
    finally:
        await closed(bot)
    if lines != DONE:
        raise RuntimeError(f"{lines} journal lines instead of {DONE}: the measure means nothing")
    return seconds, processor


async def _keep_lease(bot: Municipal) -> None:
    assert bot.books.leases is not None
    await bot.books.leases.look([KEY])


async def _taped(folder: Path) -> tuple[float, int]:
    database = await postgres.make()
    bot, taken, raw, statements = await _opened(folder, database), Taken(), 0.0, 0
    engine = bot.books.engine
    assert isinstance(engine, PostgresEngine)
    engine.tell(lambda text, values, several: taken.append((text, values, several)))
    try:
        for number, (source, updates) in enumerate(rounds()):
            if number in BETWEEN:
                await shown(bot, *BETWEEN[number])
            await _keep_lease(bot)
            await engine.dispose()
            copy = await postgres.make(await postgres.keep(database))
            taken.clear()
            await carry_out(bot, source, updates)
            raw += await replay(copy, taken)
            statements += sum(text not in (BEGIN, COMMIT) for text, _, _ in taken)
    finally:
        await closed(bot)
    return raw, statements


async def replay(database: str, taken: Sequence[tuple[str, Any, bool]]) -> float:
    """Seconds that bare asyncpg needs for the statements on this database."""
    plain = sa.make_url(database).set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(plain)
    try:
        begun = time.perf_counter()
        for text, values, many in taken:
            if many:
                await connection.executemany(text, values)
            elif values:
                await connection.fetch(text, *values)
            else:
                await connection.execute(text)
        return time.perf_counter() - begun
    finally:
        await connection.close()


if __name__ == "__main__":
    import asyncio
    import json
    import tempfile

    with tempfile.TemporaryDirectory(prefix="dezhurny-shared-") as here:
        print(json.dumps(asyncio.run(measure(Path(here))), indent=1))
