"""The books: a transaction is kept whole or not at all, one writer at a time, the second of two versions is told."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from storage import tables as t
from storage.books import Books
from storage.cases import _near
from storage.sqlite import SqliteConnection
from storage.transaction import Transaction
from tests.rules.offices import CURATOR, ZHKH, at, new_case, office
from tests.storage.conftest import HERE
from workflow.case import Case
from workflow.commands import Accept, AnyCommand, Forward
from workflow.decide import decide
from workflow.outcomes import Accepted
from workflow.ports import Letter

NOW = at("2026-01-12 09:20")


class Broken(Exception):  # noqa: N818 - stands for anything that goes wrong
    pass


def decided(case: Case | None, command: AnyCommand) -> Accepted:
    decision = decide(case, command, office(), NOW)
    assert isinstance(decision, Accepted)
    return decision


async def opened(tx: Transaction) -> Case:
    """Case 1, as it is when it was detected, kept."""
    case = new_case()
    entry = decided(case, Forward(CURATOR, 1, ("zhkh",))).entry
    assert await tx.save(None, case, replace(entry, action=entry.action, from_state=None, to_state=case.state))
    return case


async def test_what_raises_is_not_kept_in_any_part(books: Books) -> None:
    async def breaks() -> None:
        async with books.write(HERE) as tx:
            await opened(tx)
            await tx.set_mark("here", "1")
            await tx.outbox.put([Letter("card", "group", 1)], NOW)
            raise Broken

    with pytest.raises(Broken):
        await breaks()
    async with books.write(HERE) as tx:
        assert (await tx.case(1), await tx.mark("here"), await tx.outbox.depth()) == (None, None, 0)
        assert await tx.next_number("case") == 1


@pytest.mark.sqlite
async def test_earlier_cases_of_a_place_are_found_by_its_index(books: Books) -> None:
    """Without figures SQLite takes the age for the narrower condition, and reads a year of cases for each message."""
    query = _near(("place", "author")).compile(dialect=sqlite.dialect())
    values = [None for _ in query.positiontup or ()]
    async with books.write(HERE) as tx:
        assert isinstance(tx.connection, SqliteConnection)
        plan = tx.connection.driver.execute(f"EXPLAIN QUERY PLAN {query}", values).fetchall()
    used = {words for *_, line in plan for words in line.split() if words.startswith("ix_")}
    assert used == {"ix_cases_place", "ix_cases_author"}


@pytest.mark.parametrize("number", [0, -1, 2, 2**31, 2**63, 10**30])
async def test_a_number_no_case_has_is_no_error(books: Books, number: int) -> None:
    async with books.write(HERE) as tx:
        await opened(tx)
        assert await tx.case_by_number(number) is None
        assert await tx.messages.shown("wave", number + 1) == []


async def test_one_writer_at_a_time(books: Books) -> None:
    seen: list[str] = []
    inside = asyncio.Event()

    async def first() -> None:
        async with books.write(HERE) as tx:
            inside.set()
            await tx.set_mark("turn", "first")
            await asyncio.sleep(0)
            seen.append("first")

    async def second() -> None:
        await inside.wait()
        async with books.write(HERE) as tx:
            assert await tx.mark("turn") == "first"
            seen.append("second")

    await asyncio.gather(first(), second())
    assert seen == ["first", "second"]


async def test_the_second_of_two_versions_is_told_and_nothing_of_it_is_kept(books: Books) -> None:
    async with books.write(HERE) as tx:
        before = await opened(tx)
        first = decided(before, Forward(CURATOR, 1, ("zhkh",)))
        second = decided(before, Forward(CURATOR, 1, ("roads",)))
        assert await tx.save(before, first.after, first.entry)
        assert not await tx.save(before, second.after, second.entry)
    async with books.write(HERE) as tx:
        assert await tx.case(1) == first.after
        assert [line["action"] for line in await tx.history(1)] == ["forward", "forward"]
        third = decided(first.after, Accept(ZHKH, 1))
        assert await tx.save(first.after, third.after, third.entry)
        assert await tx.case_by_number(third.after.number) == third.after


async def test_a_municipality_sees_its_own_rows_only(books: Books) -> None:
    async with books.write(HERE) as tx:
        await opened(tx)
        await tx.set_mark("name", "here")
        await tx.people.set_working_group(-1, "здесь")
    async with books.write("another") as tx:
        assert await tx.case(1) is None
        assert await tx.case_by_number(147) is None
        assert await tx.case_by_ref("vk", "wall-1_2?reply=3") is None
        assert (await tx.mark("name"), await tx.people.working_group()) == (None, None)
        assert await tx.cases_in(["new"]) == []


async def test_counters_do_not_share_numbers(books: Books) -> None:
    async with books.write(HERE) as tx:
        assert [await tx.next_number("case"), await tx.next_number("case")] == [1, 2]
        assert await tx.next_case_id() == 1
    async with books.write("another") as tx:
        assert (await tx.next_number("case"), await tx.next_case_id()) == (1, 2)


async def test_an_edition_and_a_file_are_kept_once(books: Books) -> None:
    async with books.write(HERE) as tx:
        await tx.keep_edition("hash", "kursky", "первый", NOW)
        await tx.keep_edition("hash", "kursky", "второй", NOW)
        assert await tx.edition("hash") == "первый"
        await tx.keep_file("remote", "key", "photo", "a.jpg", 3, NOW)
        await tx.keep_file("remote", "other", "photo", "b.jpg", 4, NOW)
        kept = await tx.kept_file("remote")
        assert kept is not None
        assert (kept["key"], kept["size"]) == ("key", 3)


async def test_sqlite_keeps_what_was_committed_and_has_one_writer(books: Books) -> None:
    if not books.url.startswith("sqlite"):
        pytest.skip("SQLite's own settings")
    async with books.write(HERE) as tx:
        found = {}
        for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout"):
            found[name] = (await tx.connection.execute(sa.text(f"PRAGMA {name}"))).scalar_one()
        assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}
        assert isinstance(tx.connection, SqliteConnection)
        assert tx.connection.driver.in_transaction, "BEGIN IMMEDIATE at the start, not at the first write"
    with pytest.raises(sa.exc.IntegrityError):
        async with books.write(HERE) as tx:
            await tx.connection.execute(
                t.deadlines.insert().values(
                    case_id=99,
                    step="draft",
                    municipality=HERE,
                    holder="lead",
                    started_at=NOW,
                    provisional=False,
                    clause="",
                )
            )


async def test_two_programs_on_one_database_wait_for_each_other(books: Books, books_url: str) -> None:
    other = Books(books_url)
    held, let_go = asyncio.Event(), asyncio.Event()

    async def holds() -> None:
        async with other.write(HERE) as tx:
            await tx.set_mark("by", "other")
            held.set()
            await let_go.wait()

    async def waits() -> str | None:
        await held.wait()
        asyncio.get_running_loop().call_later(0.05, let_go.set)
        async with books.write(HERE) as tx:
            return await tx.mark("by")

    _, seen = await asyncio.gather(holds(), waits())
    assert seen == "other"
    await other.close()


async def test_a_cancelled_transaction_leaves_nothing_and_the_next_one_works(books: Books) -> None:
    begun = asyncio.Event()

    async def never_ends() -> None:
        async with books.write(HERE) as tx:
            await tx.set_mark("by", "cancelled")
            begun.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(never_ends())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with books.write(HERE) as tx:
        assert await tx.mark("by") is None
        await tx.set_mark("by", "next")
    async with books.write(HERE) as tx:
        assert await tx.mark("by") == "next"
