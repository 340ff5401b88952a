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
        kept_of_it = sa.select(t.inbox.c.raw, t.inbox.c.author, t.inbox.c.state)
        assert tuple((await tx.connection.execute(kept_of_it)).one()) == ("", "", "done")
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
        assert await tx.inbox.blocked_cases(third, NOW) == set()
        await tx.inbox.again_later(second, "TimeoutError", LATER, case_id=7)
        assert await tx.inbox.blocked_cases(third, NOW) == {7}
        assert await tx.inbox.blocked_cases(first, NOW) == set()
        await tx.inbox.wait_behind([third], 7)
        assert await waiting(tx) == ["1"]
        assert await tx.inbox.blocked_cases(third + 1, NOW) == {7}
        await tx.inbox.done([second])
        assert await tx.inbox.blocked_cases(third, NOW) == set()
        await tx.inbox.park(first, "KeyError", 8, LATER)
        assert await tx.inbox.blocked_cases(third, NOW) == {8}
    async with books.write(HERE) as tx:
        assert await tx.inbox.blocked_cases(third, NOW) == {8}


async def test_what_stands_behind_is_out_of_the_way_until_nothing_stands_before_it(books: Books) -> None:
    async with books.write(HERE) as tx:
        first, second, third = await kept(tx, "1", "2", "3")
        await tx.inbox.again_later(first, "TimeoutError", LATER, case_id=7)
        await tx.inbox.wait_behind([second, third], 7)
        await tx.inbox.release(NOW)
        assert await waiting(tx, LATER) == ["1"]
        await tx.inbox.done([first])
        assert await tx.inbox.blocked_cases(third, NOW) == {7}, "the second comes before the third"
        await tx.inbox.release(NOW)
        assert await waiting(tx) == ["2", "3"]


async def test_what_is_parked_holds_its_case_until_its_moment_and_stays_parked(books: Books) -> None:
    async with books.write(HERE) as tx:
        first, second, third = await kept(tx, "1", "2", "3")
        await tx.inbox.park(first, "KeyError", 7, LATER)
        await tx.inbox.wait_behind([second], 7)
        await tx.inbox.release(NOW)
        assert await waiting(tx) == ["3"]
        await tx.inbox.release(LATER)
        assert await waiting(tx, LATER) == ["2", "3"]
        assert [row.key for row in await tx.inbox.parked()] == ["1"]
        assert 7 not in await tx.inbox.blocked_cases(second, LATER)
        await tx.inbox.again_later(third, "TimeoutError", LATER, case_id=7)
        await tx.inbox.wait_behind([second], 7)
        await tx.inbox.release(LATER)
        assert await waiting(tx, LATER) == ["2", "3"], "what came later holds nothing that came before"


async def test_many_that_stand_behind_crowd_nobody_out(books: Books) -> None:
    async with books.write(HERE) as tx:
        rows = await kept(tx, *(str(number) for number in range(1, 60)))
        await tx.inbox.park(rows[0], "KeyError", 7, LATER)
        await tx.inbox.wait_behind(rows[1:50], 7)
        await tx.inbox.release(NOW)
        assert [row.key for row in await tx.inbox.waiting(NOW, 5)] == ["51", "52", "53", "54", "55"]


async def test_the_parked_are_listed_newest_first_and_counted(books: Books) -> None:
    async with books.write(HERE) as tx:
        for row in await kept(tx, *(str(number) for number in range(1, 10))):
            await tx.inbox.park(row, "KeyError: x", None)
        assert [row.key for row in await tx.inbox.parked(3)] == ["9", "8", "7"]
        assert await tx.inbox.count_parked() == 9
        newest, total = await tx.inbox.untold()
        assert ([row.key for row in newest], total) == (["9", "8", "7", "6", "5"], 9)
        await tx.inbox.told(NOW)
        assert await tx.inbox.untold() == ([], 0)
        assert await tx.inbox.retry_parked(newest[0].id) == 1
        assert await waiting(tx) == ["9"]
        await tx.inbox.park(newest[0].id, "KeyError: x", None)
        assert await tx.inbox.untold() == ([], 0), "a second time nobody is told"


async def test_what_is_dropped_leaves_nothing_of_what_was_written_and_stays_known(books: Books) -> None:
    async with books.write(HERE) as tx:
        first, second = await kept(tx, "1", "2")
        await tx.inbox.park(first, "KeyError", None)
        assert await tx.inbox.drop(second) is None
        dropped = await tx.inbox.drop(first)
        assert dropped is not None
        assert (dropped.key, dropped.error) == ("1", "KeyError")
        assert await tx.inbox.drop(first) is None
        assert (await tx.inbox.parked(), await tx.inbox.retry_parked()) == ([], 0)
        await tx.inbox.keep("messenger", [("1", "again")], NOW)
        assert await waiting(tx) == ["2"]
        rows = (await tx.connection.execute(sa.select(t.inbox.c.raw).where(t.inbox.c.id == first))).scalars().all()
        assert rows == [""]
    async with books.write("another") as tx:
        assert await tx.inbox.drop(second) is None


async def test_the_head_is_parked_unread(books: Books) -> None:
    async with books.write(HERE) as tx:
        first, _ = await kept(tx, "1", "2")
        await tx.connection.execute(t.inbox.update().where(t.inbox.c.id == first).values(raw=""))
        assert await tx.inbox.park_head("ValueError", NOW) == first
        assert await waiting(tx) == ["2"]
    async with books.write("another") as tx:
        assert await tx.inbox.park_head("ValueError", NOW) is None


async def test_another_municipality_has_an_inbox_of_its_own(books: Books) -> None:
    async with books.write(HERE) as tx:
        await kept(tx, "1")
    async with books.write("another") as tx:
        assert await waiting(tx) == []
        await tx.inbox.keep("messenger", [("1", "theirs")], NOW)
        assert [row.raw for row in await tx.inbox.waiting(NOW, 100)] == ["theirs"]
        assert await tx.inbox.retry_parked() == 0
