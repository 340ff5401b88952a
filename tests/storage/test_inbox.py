"""The inbox: a repeat is ignored, what failed waits or is parked, what is about the same case waits behind it."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from storage import tables as t
from storage.books import Books
from storage.transaction import Transaction
from tests.rules.offices import at
from tests.storage.conftest import HERE

NOW = at("2026-01-12 09:20")
LATER = NOW + timedelta(minutes=1)


async def kept(tx: Transaction, *keys: str) -> list[int]:
    """The rows of the keys, in the order they came."""
    await tx.inbox.keep("messenger", [(key, f"raw {key}") for key in keys], NOW)
    found = {row.key: row.id for row in await tx.inbox.waiting(NOW, 100)}
    return [found[key] for key in keys]


async def waiting(tx: Transaction, moment: object = NOW) -> list[str]:
    assert isinstance(moment, type(NOW))
    return [row.key for row in await tx.inbox.waiting(moment, 100)]


async def test_a_repeat_is_ignored_also_after_it_was_done(books: Books) -> None:
    async with books.write(HERE) as tx:
        first, second = await kept(tx, "1", "2")
        await tx.inbox.done([first])
        await tx.inbox.keep("messenger", [("1", "again"), ("2", "again"), ("3", "raw 3")], NOW)
        rows = await tx.inbox.waiting(NOW, 100)
        assert [(row.key, row.raw) for row in rows] == [("2", "raw 2"), ("3", "raw 3")]
        assert rows[0].id == second
        await tx.inbox.keep("vk", [("1", "of another source")], NOW)
        assert [row.source for row in await tx.inbox.waiting(NOW, 100)] == ["messenger", "messenger", "vk"]


async def test_what_is_done_keeps_nothing_of_what_was_written(books: Books) -> None:
    async with books.write(HERE) as tx:
        [row] = await kept(tx, "1")
        await tx.inbox.done([row])
        raw, state = (await tx.connection.execute(sa.select(t.inbox.c.raw, t.inbox.c.state))).one()
        assert (raw, state) == ("", "done")
        await tx.inbox.forget_done(LATER)
        assert (await tx.connection.execute(sa.select(sa.func.count()).select_from(t.inbox))).scalar_one() == 0


async def test_what_failed_is_tried_again_not_before_its_moment(books: Books) -> None:
    async with books.write(HERE) as tx:
        first, _ = await kept(tx, "1", "2")
        await tx.inbox.again_later(first, "TimeoutError", LATER)
        assert await waiting(tx) == ["2"]
        [row, _] = await tx.inbox.waiting(LATER, 100)
        assert (row.key, row.attempts) == ("1", 1)


async def test_the_parked_wait_until_they_are_asked_for_and_come_back_in_their_place(books: Books) -> None:
    async with books.write(HERE) as tx:
        first, _ = await kept(tx, "1", "2")
        await tx.inbox.park(first, "KeyError", 7)
        assert await waiting(tx, LATER) == ["2"]
        assert [(row.key, row.case_id) for row in await tx.inbox.parked()] == [("1", 7)]
        assert await tx.inbox.retry_parked() == 1
        assert [(row.key, row.attempts) for row in await tx.inbox.waiting(NOW, 100)] == [("1", 0), ("2", 0)]
        assert await tx.inbox.parked() == []


async def test_an_album_is_sealed_by_its_last_item(books: Books) -> None:
    seal, later_seal = NOW + timedelta(seconds=3), NOW + timedelta(seconds=4)
    async with books.write(HERE) as tx:
        first, second, _ = await kept(tx, "1", "2", "3")
        await tx.inbox.put_into_album(first, "a", seal)
        await tx.inbox.put_into_album(second, "a", later_seal)
        assert await waiting(tx, seal) == ["3"]
        assert await waiting(tx, later_seal) == ["1", "2", "3"]
        assert [row.key for row in await tx.inbox.of_album("a")] == ["1", "2"]


async def test_a_case_is_blocked_by_what_came_earlier_and_failed(books: Books) -> None:
    async with books.write(HERE) as tx:
        first, second, third = await kept(tx, "1", "2", "3")
        assert await tx.inbox.blocked_cases(third) == set()
        await tx.inbox.again_later(second, "TimeoutError", LATER, case_id=7)
        assert await tx.inbox.blocked_cases(third) == {7}
        assert await tx.inbox.blocked_cases(first) == set()
        await tx.inbox.wait_behind([third], 7, NOW)
        assert await waiting(tx) == ["1"]
        assert await tx.inbox.blocked_cases(third + 1) == {7}
        await tx.inbox.done([second])
        assert await tx.inbox.blocked_cases(third) == set()
        await tx.inbox.park(first, "KeyError", 8)
        assert await tx.inbox.blocked_cases(third) == {8}
    async with books.write(HERE) as tx:
        assert await tx.inbox.blocked_cases(third) == {8}


async def test_another_municipality_has_an_inbox_of_its_own(books: Books) -> None:
    async with books.write(HERE) as tx:
        await kept(tx, "1")
    async with books.write("another") as tx:
        assert await waiting(tx) == []
        await tx.inbox.keep("messenger", [("1", "theirs")], NOW)
        assert [row.raw for row in await tx.inbox.waiting(NOW, 100)] == ["theirs"]
        assert await tx.inbox.retry_parked() == 0
