"""Durable transitions per second: an update stored in the inbox, processed by reception and desk, committed with its
journal line, deadlines, alarms and letters. Compared with the same SQL statements replayed in a raw sqlite3 loop.
"""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.process.app import Municipal
from bot.process.memory import settle_in
from storage.inbox import MESSENGER
from storage.sqlite import SqliteEngine
from tests.bench.office import ACCOUNTS, DRAFT, GROUP, KEY, Silent, closed, comment, opened, reply, tap
from workflow.ports import Known

CASES = 100
AT_ONCE = 100
"""So many updates Telegram hands out at a time."""

PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-8192")


@dataclass
class Tape:
    """Every statement of a connection, in order, with the ends of its transactions."""

    taken: list[tuple[str, Any, bool]] = field(default_factory=list)

    def hear(self, text: str, values: Any, many: bool) -> None:
        self.taken.append((text, values, many))


def replay(file: Path, taken: Sequence[tuple[str, Any, bool]]) -> float:
    """Seconds that a raw loop needs for the statements on this database."""
    connection = sqlite3.connect(file, isolation_level=None)
    try:
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        begun = time.perf_counter()
        for text, values, many in taken:
            if many:
                connection.executemany(text, values)
            else:
                connection.execute(text, values).fetchall()
        return time.perf_counter() - begun
    finally:
        connection.close()


def apart(taken: Sequence[tuple[str, Any, bool]]) -> list[tuple[str, Any, bool]]:
    """The same statements with a commit after every update, as in a loop without batches."""
    found: list[tuple[str, Any, bool]] = []
    for one in taken:
        found.append(one)
        if one[0].startswith("UPDATE inbox SET raw=?, state=?"):
            found += [("COMMIT", (), False), ("BEGIN IMMEDIATE", (), False)]
    return found


async def shown(bot: Municipal, kind: str, chat: int, first: int, account: int | None) -> None:
    """Give each case a message of this kind, as after delivery; pending letters are removed."""
    async with bot.books.write(KEY) as tx:
        for case in range(1, CASES + 1):
            known = Known(chat, first + case, kind, case, account=account)
            await tx.messages.remember(known, bot.clock.now())
        await tx.connection.execute(sa.text("UPDATE outbox SET state = 'sent' WHERE state = 'waiting'"))


def rounds() -> list[tuple[str, list[tuple[str, str]]]]:
    """The way of a case from comment to approval: five rounds over all cases, each with its source."""
    cases = range(1, CASES + 1)
    curator = ACCOUNTS["curator"]
    return [
        ("vk", [comment(case) for case in cases]),
        (MESSENGER, [tap(1_000 + case, "curator", curator, case, f"fw:{case}:zhkh") for case in cases]),
        (MESSENGER, [tap(2_000 + case, "zhkh_head", GROUP, 10_000 + case, f"ac:{case}") for case in cases]),
        (MESSENGER, [reply(3_000 + case, "zhkh_head", GROUP, 10_000 + case, DRAFT) for case in cases]),
        (MESSENGER, [tap(4_000 + case, "curator", curator, 20_000 + case, f"ap:{case}:1.final") for case in cases]),
    ]


async def carry_out(bot: Municipal, source: str, updates: Sequence[tuple[str, str]]) -> float:
    """Seconds from the first update's arrival to the last one's commit."""
    begun = time.perf_counter()
    for start in range(0, len(updates), AT_ONCE):
        async with bot.books.write(KEY) as tx:
            await tx.inbox.keep(source, updates[start : start + AT_ONCE], bot.clock.now())
        await bot.reception.drain()
    return time.perf_counter() - begun


BETWEEN = {
    1: ("offer", ACCOUNTS["curator"], 0, ACCOUNTS["curator"]),
    2: ("card", GROUP, 10_000, None),
    4: ("draft", ACCOUNTS["curator"], 20_000, ACCOUNTS["curator"]),
}
"""What delivery would have shown before a round begins."""

DONE = 5 * CASES


async def measure(folder: Path) -> dict[str, float]:
    """Our time comes from an unobserved run; a second run records the statements."""
    ours = await _plain(_empty(folder / "plain"))
    raw, raw_apart = await _taped(_empty(folder / "taped"))
    return {
        "transitions_per_second": DONE / ours,
        "raw_per_second": DONE / raw,
        "raw_apart_per_second": DONE / raw_apart,
        "ratio": raw / ours,
        "ratio_apart": raw_apart / ours,
    }


def _empty(folder: Path) -> Path:
    folder.mkdir()
    return folder


async def _plain(folder: Path) -> float:
    bot = await opened(folder, Silent())
    office = bot.offices.today(KEY)
    bot.reception.granting.finding.guess("нет воды", office)  # a process loads the dictionary once
    settle_in()
    seconds = 0.0
    try:
        for number, (source, updates) in enumerate(rounds()):
            if number in BETWEEN:
                await shown(bot, *BETWEEN[number])
            seconds += await carry_out(bot, source, updates)
        async with bot.books.write(KEY) as tx:
            lines = (await tx.connection.execute(sa.text("SELECT count(*) FROM journal"))).scalar_one()
    finally:
        await closed(bot)
    if lines != DONE:
        raise RuntimeError(f"{lines} journal lines instead of {DONE}: the measure means nothing")
    return seconds


async def _taped(folder: Path) -> tuple[float, float]:
    bot = await opened(folder, Silent())
    raw = raw_apart = 0.0
    tape = Tape()
    assert isinstance(bot.books.engine, SqliteEngine)
    bot.books.engine.tell(tape.hear)
    try:
        for number, (source, updates) in enumerate(rounds()):
            if number in BETWEEN:
                await shown(bot, *BETWEEN[number])
            copies = [_copy(folder / "dezhurny.db", folder / f"raw-{number}-{name}.db") for name in ("a", "b")]
            tape.taken.clear()
            await carry_out(bot, source, updates)
            raw += replay(copies[0], tape.taken)
            raw_apart += replay(copies[1], apart(tape.taken))
    finally:
        await closed(bot)
    return raw, raw_apart


def _copy(source: Path, target: Path) -> Path:
    """Copy the database in its current state, including its log."""
    for suffix in ("", "-wal"):
        part = source.with_name(source.name + suffix)
        if part.exists():
            shutil.copyfile(part, target.with_name(target.name + suffix))
    return target
