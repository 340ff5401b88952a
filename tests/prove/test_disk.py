"""The disk is full, locked by another, away or read-only while people go on: the bot says it cannot, does nothing by halves,
and carries everything out when it is over. A log whose end is torn costs nothing that was kept.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from tests import shelf
from tests.faults import Disk, a_disk
from tests.prove.hands import Hands
from tests.prove.lives import Lives, a_killable_town
from tests.prove.oracle import Allowed
from tests.prove.play import all_is_well, finished, some_work
from tests.rules.thoroughness import SEED, TENTH
from tests.stories import morning
from workflow.case import Case

PATIENCE = 1.0
"""Seconds that a failing storage is looked at; a trial that ends is over sooner."""
TOWNS, FAULTS = (1, 8) if TENTH else (8, 20)


@asynccontextmanager
async def full(lives: Lives, disk: Disk) -> AsyncIterator[None]:
    disk.fill()
    yield
    disk.free()


@asynccontextmanager
async def read_only(lives: Lives, disk: Disk) -> AsyncIterator[None]:
    await lives.town.books.close()
    disk.forbid_writing()
    yield
    await lives.town.books.close()
    disk.allow_writing()


@asynccontextmanager
async def locked(lives: Lives, disk: Disk) -> AsyncIterator[None]:
    async with lives.reading() as tx:
        await tx.connection.exec_driver_sql("PRAGMA busy_timeout = 10")
    other = sqlite3.connect(lives.file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.execute("ROLLBACK")
    other.close()


@asynccontextmanager
async def away(lives: Lives, disk: Disk) -> AsyncIterator[None]:
    file = lives.file
    hidden = file.rename(file.with_name("hidden"))
    yield
    hidden.rename(file)


@asynccontextmanager
async def torn(lives: Lives, disk: Disk) -> AsyncIterator[None]:
    """Killed in the middle of a write: half a page more stands in the log than was kept."""
    lives.lay("in a transaction, before it is kept", 1)
    lives.torn = b"\x00\x01half a page" * 100
    yield
    lives.kill_no_more()


Fault = Callable[[Lives, Disk], AbstractAsyncContextManager[None]]
KINDS: tuple[Fault, ...] = (full, read_only, locked, away, torn)


async def goes_on(lives: Lives, hands: Hands, cases: list[Case], fault: AbstractAsyncContextManager[None]) -> None:
    """People do what they see while the storage fails. What was sent meanwhile is written down when it is over: the bot
    tries as long as that takes."""
    async with fault:
        hands.complain()
        hands.act(cases, 0.7)
        working = asyncio.create_task(lives.settles(5))
        await asyncio.wait({working}, timeout=PATIENCE)
    await working
    await lives.waits(2)


@pytest.mark.prove
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("number", range(TOWNS))
async def test_a_town_outlives_every_trouble_of_its_disk(
    tmp_path: Path, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    dice = random.Random(SEED * 1000 + number)
    with a_disk(tmp_path / "disk", "24m") as disk:
        monkeypatch.setattr(shelf, "folder", lambda: disk.root)
        monkeypatch.setattr(shelf, "_free", [])
        monkeypatch.setattr(morning, "_mornings", {})  # kept on the disk of the town before, which is gone
        async with a_killable_town(tmp_path) as lives:
            hands = Hands(lives.town.players, dice)
            for turn in range(FAULTS):
                await some_work(lives, hands)
                await lives.waits(dice.choice((0.5, 6, 31)))
                async with lives.reading() as tx:
                    cases = await tx.cases_in(("new", "forwarded", "in_work", "on_approval", "rework"))
                await goes_on(lives, hands, cases, KINDS[(turn + SEED) % len(KINDS)](lives, disk))
                await lives.waits(31)
            await finished(lives, hands)
            wrong = await all_is_well(lives, Allowed())
            assert not wrong, wrong
