"""The page's lists with a million stored cases: from the request to the last byte, in the process that also does
everything else.

The tables are filled as the desk would leave them: the real bot leads one case to its answer and one to work, and both
are copied. `start_ms`: the first request after a start, which reads the open cases; `list_ms`: any later one, after a
change; `ended_ms`, `department_ms`, `found_ms`: closed cases somewhere in the middle, those of a department, and those with
common words; `write_ms`: the longest wait of a transition while pages are requested.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import statistics
import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from aiohttp.test_utils import TestClient, TestServer

from bot.board import web
from bot.people.entrance import HERE, Entrance
from bot.process.app import Municipal
from storage import tables as t
from storage.codec import dump
from tests.bench.office import ACCOUNTS, KEY, Silent, closed, comment, opened
from workflow.commands import Accept, Forward
from workflow.office import Actor

STORED, OPEN = 1_000_000, 1_000
LOOKS = 40
AT_ONCE = 20_000
WORDS = ("вода", "школьный")
ELSEWHERE = {
    "ended_ms": "/?state=ended&before=600000",
    "department_ms": "/?state=closed&department=zhkh&before=600000",
    "found_ms": "/?q=вода на школьной",
}


async def measure(folder: Path) -> dict[str, float]:
    bot = await opened(folder, Silent())
    try:
        await _fill(bot, folder, STORED, OPEN)
        return {"stored": STORED, "open": OPEN, **await _looked_at(bot)}
    finally:
        await closed(bot)


async def _fill(bot: Municipal, folder: Path, stored: int, still_open: int) -> None:
    """Write one case in work, then copies: the newest are open, all others answered."""
    key, raw = comment(1)
    async with bot.books.write(KEY) as tx:
        await tx.inbox.keep("vk", [(key, raw)], bot.clock.now())
    await bot.reception.drain()
    curator, head = Actor(("curator",), ACCOUNTS["curator"]), Actor(("zhkh_head",), ACCOUNTS["zhkh_head"])
    async with bot.books.write(KEY) as tx:
        for command in (Forward(curator, 1, ("zhkh",)), Accept(head, 1)):
            await bot.reception.granting.cases.desk.carry_out(tx, command, bot.clock.now(), KEY)
        case = await tx.case(1)
        assert case is not None, "the message became a case"
        row = dict((await tx.connection.execute(sa.select(t.cases))).mappings().one())
    _copied(folder / "dezhurny.db", row, json.loads(dump(case)), stored, still_open)


def _copied(file: Path, row: dict[str, Any], body: dict[str, Any], stored: int, still_open: int) -> None:
    connection = sqlite3.connect(file)
    raw = connection.execute("SELECT * FROM cases").fetchone()
    names = [column[1] for column in connection.execute("PRAGMA table_info(cases)")]
    at = {name: names.index(name) for name in names}
    marks = ",".join("?" * len(names))
    for start in range(2, stored + 1, AT_ONCE):
        rows = []
        for number in range(start, min(start + AT_ONCE, stored + 1)):
            is_open = number > stored - still_open
            copy = list(raw)
            copy[at["id"]] = copy[at["number"]] = number
            copy[at["state"]] = "in_work" if is_open else "closed"
            copy[at["ref"]], copy[at["author"]] = f"wall-1_{number}", f"vk:{number}"
            copy[at["body"]] = json.dumps({**body, "id": number, "number": number}, ensure_ascii=False)
            copy[at["due_at"]] = copy[at["due_at"]] if is_open else None
            copy[at["detected_at"]] = f"20{number * 12 // stored + 10}-01-01 00:00:00.000000"
            copy[at["changed_at"]] = copy[at["changed_at"]] if is_open else "2020-01-01 00:00:00.000000"
            rows.append(copy)
        with connection:
            connection.executemany(f"INSERT INTO cases VALUES ({marks})", rows)
            ids = [(row[at["id"]],) for row in rows]
            connection.executemany(f"INSERT INTO shares VALUES (?, 'zhkh', '{KEY}', 0)", ids)
            for word in WORDS:
                connection.executemany(f"INSERT INTO case_words VALUES ('{KEY}', '{word}', ?, 2)", ids)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


async def _looked_at(bot: Municipal) -> dict[str, float]:
    started = time.perf_counter()
    async with TestClient(TestServer(web.application([bot]))) as client:
        async with bot.books.write(KEY) as tx:
            link = await Entrance(HERE).link(tx, ACCOUNTS["curator"], bot.clock.now())
        await client.post(link.removeprefix(HERE), allow_redirects=False)

        async def look(path: str) -> float:
            begun = time.perf_counter()
            answer = await client.get(path)
            await answer.read()
            assert answer.status == 200, path
            return (time.perf_counter() - begun) * 1000

        await look("/")
        first = (time.perf_counter() - started) * 1000
        lists = [await _after_a_change(bot, look, "/") for _ in range(LOOKS)]
        boards = [await _after_a_change(bot, look, "/board") for _ in range(LOOKS)]
        return {
            "start_ms": first,
            "list_ms": statistics.median(lists),
            "list_p95_ms": sorted(lists)[int(len(lists) * 0.95)],
            "board_ms": statistics.median(boards),
            "board_p95_ms": sorted(boards)[int(len(boards) * 0.95)],
            **{name: statistics.median([await look(path) for _ in range(LOOKS)]) for name, path in ELSEWHERE.items()},
            "write_ms": await _writer_waits(bot, look),
        }


async def _after_a_change(bot: Municipal, look: Any, path: str) -> float:
    async with bot.books.write(KEY) as tx:
        await tx.journal_line(1, "note", {}, bot.clock.now())
    return float(await look(path))


async def _writer_waits(bot: Municipal, look: Any) -> float:
    """The longest wait of many transitions, in ms, while pages are requested without a pause."""
    stop = asyncio.Event()

    async def keeps_looking() -> None:
        while not stop.is_set():
            await look("/")

    looking = asyncio.create_task(keeps_looking())
    waits = []
    for _ in range(LOOKS):
        begun = time.perf_counter()
        async with bot.books.write(KEY) as tx:
            await tx.journal_line(1, "note", {}, bot.clock.now())
        waits.append((time.perf_counter() - begun) * 1000)
        await asyncio.sleep(0)
    stop.set()
    await looking
    return max(waits)


if __name__ == "__main__":
    import sys
    import tempfile

    with tempfile.TemporaryDirectory(prefix="dezhurny-bench-") as temporary:
        sys.stdout.write(json.dumps(asyncio.run(measure(Path(temporary))), indent=1) + "\n")
