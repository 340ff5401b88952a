"""The daily round: each task once an occasion, also over a restart; one that fails stops no other."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.daily import AGAIN, DailyRound, Task, on_each_day
from storage.books import Books
from storage.migrate import upgrade
from storage.transaction import Transaction
from tests.rules.offices import at, office
from workflow.office import Office

HERE = "okrug"
MORNING = at("2026-01-12 09:00")
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def books(tmp_path: Path) -> AsyncIterator[Books]:
    url = f"sqlite:///{tmp_path / 'books.db'}"
    await upgrade(url)
    books = Books(url)
    yield books
    await books.close()


class Diary:
    """Notes when it was done, and for which occasion it was done before; fails so often first."""

    def __init__(self, failing: int = 0) -> None:
        self.failing = failing
        self.done: list[tuple[datetime, str | None]] = []

    async def do(self, tx: Transaction, office: Office, now: datetime, last: str | None) -> bool:
        if self.failing:
            self.failing -= 1
            raise RuntimeError("not today")
        self.done.append((now, last))
        return True


def daily(*tasks: Task) -> DailyRound:
    return DailyRound(lambda municipality: office(), tasks)


async def looked(books: Books, daily_round: DailyRound, now: datetime) -> bool:
    async with books.write(HERE) as tx:
        return await daily_round.look(tx, now)


async def looked_and_lost(books: Books, daily_round: DailyRound) -> None:
    async with books.write(HERE) as tx:
        await daily_round.look(tx, MORNING)
        raise ZeroDivisionError


async def test_a_task_is_done_once_a_day_over_a_restart_too(books: Books) -> None:
    diary = Diary()
    for day in (MORNING, MORNING + timedelta(days=1)):
        for _ in range(2):
            task = Task("diary", on_each_day, diary.do)
            here = daily(task)
            for minute in range(3):
                await looked(books, here, day + minute * MINUTE)
    assert diary.done == [(MORNING, None), (MORNING + timedelta(days=1), "2026-01-12")]


async def test_what_is_not_kept_is_done_anew_after_each_start(books: Books) -> None:
    diary = Diary()
    for _ in range(2):
        await looked(books, daily(Task("diary", on_each_day, diary.do, kept=False)), MORNING)
    assert [when for when, _ in diary.done] == [MORNING, MORNING]


async def test_what_fails_stops_no_other_and_is_tried_again_after_a_while(books: Books) -> None:
    fails, works = Diary(failing=1), Diary()
    here = daily(Task("fails", on_each_day, fails.do), Task("works", on_each_day, works.do))
    assert await looked(books, here, MORNING) is True
    assert (fails.done, [when for when, _ in works.done]) == ([], [MORNING])
    assert await looked(books, here, MORNING + AGAIN - MINUTE) is False
    assert await looked(books, here, MORNING + AGAIN) is True
    assert (fails.done, len(works.done)) == ([(MORNING + AGAIN, None)], 1)


async def test_a_lost_transaction_leaves_the_occasion_open(books: Books) -> None:
    diary = Diary()
    here = daily(Task("diary", on_each_day, diary.do))
    with pytest.raises(ZeroDivisionError):
        await looked_and_lost(books, here)
    assert await looked(books, here, MORNING) is True
    assert [last for _, last in diary.done] == [None, None]


async def test_nothing_is_done_before_its_time(books: Books) -> None:
    diary = Diary()
    assert await looked(books, daily(Task("diary", lambda office, now: None, diary.do)), MORNING) is False
    assert diary.done == []
