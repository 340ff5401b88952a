"""The inbox: a repeat is ignored, what failed waits or is parked, what is about the same case waits behind it."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from storage import tables as t
from storage.books import Books
from storage.page import Page
from tests.rules.offices import at
from tests.storage.conftest import HERE

NOW = at("2026-01-12 09:20")
LATER = NOW + timedelta(minutes=1)


async def kept(page: Page, *keys: str) -> list[int]:
    """The rows of the keys, in the order they came."""
    await page.inbox.keep("messenger", [(key, f"raw {key}") for key in keys], NOW)
    found = {row.key: row.id for row in await page.inbox.waiting(NOW, 100)}
    return [found[key] for key in keys]


async def waiting(page: Page, moment: object = NOW) -> list[str]:
    assert isinstance(moment, type(NOW))
    return [row.key for row in await page.inbox.waiting(moment, 100)]


async def test_a_repeat_is_ignored_also_after_it_was_done(books: Books) -> None:
    async with books.write(HERE) as page:
        first, second = await kept(page, "1", "2")
        await page.inbox.done([first])
        await page.inbox.keep("messenger", [("1", "again"), ("2", "again"), ("3", "raw 3")], NOW)
        rows = await page.inbox.waiting(NOW, 100)
        assert [(row.key, row.raw) for row in rows] == [("2", "raw 2"), ("3", "raw 3")]
        assert rows[0].id == second
        await page.inbox.keep("vk", [("1", "of another source")], NOW)
        assert [row.source for row in await page.inbox.waiting(NOW, 100)] == ["messenger", "messenger", "vk"]


async def test_what_is_done_keeps_nothing_of_what_was_written(books: Books) -> None:
    async with books.write(HERE) as page:
        [row] = await kept(page, "1")
        await page.inbox.done([row])
        raw, state = (await page.connection.execute(sa.select(t.inbox.c.raw, t.inbox.c.state))).one()
        assert (raw, state) == ("", "done")
        await page.inbox.forget_done(LATER)
        assert (await page.connection.execute(sa.select(sa.func.count()).select_from(t.inbox))).scalar_one() == 0


async def test_what_failed_is_tried_again_not_before_its_moment(books: Books) -> None:
    async with books.write(HERE) as page:
        first, _ = await kept(page, "1", "2")
        await page.inbox.again_later(first, "TimeoutError", LATER)
        assert await waiting(page) == ["2"]
        [row, _] = await page.inbox.waiting(LATER, 100)
        assert (row.key, row.attempts) == ("1", 1)


async def test_the_parked_wait_until_they_are_asked_for_and_come_back_in_their_place(books: Books) -> None:
    async with books.write(HERE) as page:
        first, _ = await kept(page, "1", "2")
        await page.inbox.park(first, "KeyError", 7)
        assert await waiting(page, LATER) == ["2"]
        assert [(row.key, row.case_id) for row in await page.inbox.parked()] == [("1", 7)]
        assert await page.inbox.retry_parked() == 1
        assert [(row.key, row.attempts) for row in await page.inbox.waiting(NOW, 100)] == [("1", 0), ("2", 0)]
        assert await page.inbox.parked() == []


async def test_an_album_is_sealed_by_its_last_item(books: Books) -> None:
    seal, later_seal = NOW + timedelta(seconds=3), NOW + timedelta(seconds=4)
    async with books.write(HERE) as page:
        first, second, _ = await kept(page, "1", "2", "3")
        await page.inbox.put_into_album(first, "a", seal)
        await page.inbox.put_into_album(second, "a", later_seal)
        assert await waiting(page, seal) == ["3"]
        assert await waiting(page, later_seal) == ["1", "2", "3"]
        assert [row.key for row in await page.inbox.of_album("a")] == ["1", "2"]


async def test_a_case_is_blocked_by_what_came_earlier_and_failed(books: Books) -> None:
    async with books.write(HERE) as page:
        first, second, third = await kept(page, "1", "2", "3")
        assert await page.inbox.blocked_cases(third, NOW) == set()
        await page.inbox.again_later(second, "TimeoutError", LATER, case_id=7)
        assert await page.inbox.blocked_cases(third, NOW) == {7}
        assert await page.inbox.blocked_cases(first, NOW) == set()
        await page.inbox.wait_behind([third], 7)
        assert await waiting(page) == ["1"]
        assert await page.inbox.blocked_cases(third + 1, NOW) == {7}
        await page.inbox.done([second])
        assert await page.inbox.blocked_cases(third, NOW) == set()
        await page.inbox.park(first, "KeyError", 8, LATER)
        assert await page.inbox.blocked_cases(third, NOW) == {8}
    async with books.write(HERE) as page:
        assert await page.inbox.blocked_cases(third, NOW) == {8}


async def test_what_stands_behind_is_out_of_the_way_until_nothing_stands_before_it(books: Books) -> None:
    async with books.write(HERE) as page:
        first, second, third = await kept(page, "1", "2", "3")
        await page.inbox.again_later(first, "TimeoutError", LATER, case_id=7)
        await page.inbox.wait_behind([second, third], 7)
        await page.inbox.release(NOW)
        assert await waiting(page, LATER) == ["1"]
        await page.inbox.done([first])
        assert await page.inbox.blocked_cases(third, NOW) == {7}, "the second comes before the third"
        await page.inbox.release(NOW)
        assert await waiting(page) == ["2", "3"]


async def test_what_is_parked_holds_its_case_until_its_moment_and_stays_parked(books: Books) -> None:
    async with books.write(HERE) as page:
        first, second, third = await kept(page, "1", "2", "3")
        await page.inbox.park(first, "KeyError", 7, LATER)
        await page.inbox.wait_behind([second], 7)
        await page.inbox.release(NOW)
        assert await waiting(page) == ["3"]
        await page.inbox.release(LATER)
        assert await waiting(page, LATER) == ["2", "3"]
        assert [row.key for row in await page.inbox.parked()] == ["1"]
        assert 7 not in await page.inbox.blocked_cases(second, LATER)
        await page.inbox.again_later(third, "TimeoutError", LATER, case_id=7)
        await page.inbox.wait_behind([second], 7)
        await page.inbox.release(LATER)
        assert await waiting(page, LATER) == ["2", "3"], "what came later holds nothing that came before"


async def test_many_that_stand_behind_crowd_nobody_out(books: Books) -> None:
    async with books.write(HERE) as page:
        rows = await kept(page, *(str(number) for number in range(1, 60)))
        await page.inbox.park(rows[0], "KeyError", 7, LATER)
        await page.inbox.wait_behind(rows[1:50], 7)
        await page.inbox.release(NOW)
        assert [row.key for row in await page.inbox.waiting(NOW, 5)] == ["51", "52", "53", "54", "55"]


async def test_the_parked_are_listed_newest_first_and_counted(books: Books) -> None:
    async with books.write(HERE) as page:
        for row in await kept(page, *(str(number) for number in range(1, 10))):
            await page.inbox.park(row, "KeyError: x", None)
        assert [row.key for row in await page.inbox.parked(3)] == ["9", "8", "7"]
        assert await page.inbox.count_parked() == 9
        newest, total = await page.inbox.untold()
        assert ([row.key for row in newest], total) == (["9", "8", "7", "6", "5"], 9)
        await page.inbox.told(NOW)
        assert await page.inbox.untold() == ([], 0)
        assert await page.inbox.retry_parked(newest[0].id) == 1
        assert await waiting(page) == ["9"]
        await page.inbox.park(newest[0].id, "KeyError: x", None)
        assert await page.inbox.untold() == ([], 0), "a second time nobody is told"


async def test_what_is_dropped_leaves_nothing_of_what_was_written_and_stays_known(books: Books) -> None:
    async with books.write(HERE) as page:
        first, second = await kept(page, "1", "2")
        await page.inbox.park(first, "KeyError", None)
        assert await page.inbox.drop(second) is None
        dropped = await page.inbox.drop(first)
        assert dropped is not None
        assert (dropped.key, dropped.error) == ("1", "KeyError")
        assert await page.inbox.drop(first) is None
        assert (await page.inbox.parked(), await page.inbox.retry_parked()) == ([], 0)
        await page.inbox.keep("messenger", [("1", "again")], NOW)
        assert await waiting(page) == ["2"]
        rows = (await page.connection.execute(sa.select(t.inbox.c.raw).where(t.inbox.c.id == first))).scalars().all()
        assert rows == [""]
    async with books.write("another") as page:
        assert await page.inbox.drop(second) is None


async def test_the_head_is_parked_unread(books: Books) -> None:
    async with books.write(HERE) as page:
        first, _ = await kept(page, "1", "2")
        await page.connection.execute(t.inbox.update().where(t.inbox.c.id == first).values(raw=""))
        assert await page.inbox.park_head("ValueError", NOW) == first
        assert await waiting(page) == ["2"]
    async with books.write("another") as page:
        assert await page.inbox.park_head("ValueError", NOW) is None


async def test_another_municipality_has_an_inbox_of_its_own(books: Books) -> None:
    async with books.write(HERE) as page:
        await kept(page, "1")
    async with books.write("another") as page:
        assert await waiting(page) == []
        await page.inbox.keep("messenger", [("1", "theirs")], NOW)
        assert [row.raw for row in await page.inbox.waiting(NOW, 100)] == ["theirs"]
        assert await page.inbox.retry_parked() == 0
