"""Who serves a municipality, where several processes share a database (PostgreSQL only)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import asyncpg  # type: ignore[import-untyped]
import pytest
import sqlalchemy as sa

from storage import leases, notifying, tables
from storage.books import Books
from storage.leases import LeaseLost, Leases
from tests import postgres

pytestmark = pytest.mark.skipif(
    not postgres.is_wanted(), reason="one process alone has SQLite: a lock file keeps others out"
)

KEYS = ("east", "north", "south", "west")


@pytest.fixture
async def others(books_url: str) -> AsyncIterator[list[Books]]:
    found = [Books(books_url) for _ in range(3)]
    yield found
    for one in found:
        await one.close()


def leases_of(books: Books, owner: str) -> Leases:
    held = Leases(books.engine, owner)
    books.leases = held
    return held


async def over(books: Books, *keys: str) -> None:
    """The time of these leases is over, as after a minute without their owner."""
    async with books.engine.begin() as connection:
        gone = tables.leases.update().where(tables.leases.c.municipality.in_(keys))
        await connection.execute(gone.values(until=sa.func.clock_timestamp() - timedelta(minutes=1)))


async def test_the_first_process_takes_all_and_the_second_nothing_that_is_taken(others: list[Books]) -> None:
    first, second = leases_of(others[0], "a"), leases_of(others[1], "b")
    await first.look(KEYS)
    assert set(first.epochs) == set(KEYS)
    await second.look(KEYS)
    assert second.epochs == {}


async def test_a_process_that_comes_gets_its_share_once_the_first_lets_go(others: list[Books]) -> None:
    first, second = leases_of(others[0], "a"), leases_of(others[1], "b")
    await first.look(KEYS)
    await second.look(KEYS)
    await first.release(*await first.look(KEYS))
    await second.look(KEYS)
    assert len(first.epochs) == len(second.epochs) == 2
    assert first.epochs.keys() | second.epochs.keys() == set(KEYS)


async def test_two_that_look_at_once_never_own_the_same(others: list[Books]) -> None:
    every = [leases_of(books, name) for books, name in zip(others, "abc", strict=True)]
    for _ in range(5):
        await asyncio.gather(*(one.look(KEYS) for one in every))
        owned = [key for one in every for key in one.epochs]
        assert sorted(owned) == sorted(set(owned))
    assert sorted(owned) == sorted(KEYS)


async def test_an_owner_whose_time_was_over_and_whose_place_was_taken_writes_nothing(others: list[Books]) -> None:
    first, second = leases_of(others[0], "a"), leases_of(others[1], "b")
    await first.look(["east"])
    async with others[0].write("east") as tx:
        await tx.set_mark("by", "a")
    await over(others[0], "east")
    await second.look(["east"])
    assert second.epochs == {"east": 2}
    with pytest.raises(LeaseLost, match=leases.TAKEN_OVER):
        async with others[0].write("east") as tx:
            await tx.set_mark("by", "a again")
    async with others[1].write("east") as tx:
        assert await tx.mark("by") == "a"
    await first.look(["east"])
    assert first.epochs == {}


async def test_an_owner_whose_time_was_over_and_whose_place_nobody_took_goes_on(others: list[Books]) -> None:
    first = leases_of(others[0], "a")
    await first.look(["east"])
    await over(others[0], "east")
    async with others[0].write("east") as tx:
        await tx.set_mark("by", "a")
    await first.look(["east"])
    assert first.epochs == {"east": 1}


async def test_nobody_takes_a_municipality_over_within_its_owners_transaction(others: list[Books]) -> None:
    first, second = leases_of(others[0], "a"), leases_of(others[1], "b")
    await first.look(["east"])
    await over(others[0], "east")
    async with others[0].write("east") as tx:
        taking = asyncio.create_task(second.look(["east"]))
        await asyncio.wait([taking], timeout=0.2)
        assert not taking.done()
        await tx.set_mark("by", "a")
    await taking
    async with others[1].write("east") as tx:
        assert await tx.mark("by") == "a"


async def test_one_that_is_busy_holds_up_no_other(others: list[Books], monkeypatch: pytest.MonkeyPatch) -> None:
    """Ours that a long transaction is using stays ours, another's is left for the next look; the rest is renewed and taken."""
    monkeypatch.setattr(leases, "WAITS", timedelta(milliseconds=20))
    first, second = leases_of(others[0], "a"), leases_of(others[1], "b")
    await first.look(["east"])
    await second.look(["north"])
    await over(others[1], "north")
    async with others[0].write("east"), others[2].write("north"):
        await first.look(KEYS)
        assert first.epochs.keys() == {"east", "south"}
    await first.look(KEYS)
    assert first.epochs.keys() == {"east", "north", "south"}


async def test_many_are_taken_by_and_by_and_renewed_meanwhile(
    others: list[Books], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "WAITS", timedelta(0))
    first = leases_of(others[0], "a")
    owned = []
    for _ in KEYS:
        await over(others[0], *first.epochs)
        await first.look(KEYS)
        owned.append(len(first.epochs))
    assert owned == [1, 2, 3, 4]
    assert set(first.epochs.values()) == {1}


async def test_the_rows_of_dead_processes_go(others: list[Books]) -> None:
    first, second = leases_of(others[0], "a"), leases_of(others[1], "b")
    await first.look(KEYS)
    await second.look(KEYS)
    async with others[0].engine.begin() as connection:
        long_ago = sa.func.clock_timestamp() - timedelta(hours=1)
        await connection.execute(
            tables.processes.update().where(tables.processes.c.owner == "a").values(until=long_ago)
        )
    await second.look(KEYS)
    async with others[0].engine.begin() as connection:
        assert (await connection.execute(sa.select(tables.processes.c.owner))).scalars().all() == ["b"]


async def test_a_command_beside_the_owner_waits_for_its_transaction_and_is_kept(
    others: list[Books], books: Books
) -> None:
    first = leases_of(others[0], "a")
    await first.look(["east"])
    async with others[0].write("east") as tx:
        beside = asyncio.create_task(_marked(books, "command"))
        await asyncio.wait([beside], timeout=0.2)
        assert not beside.done()
        await tx.set_mark("by", "a")
    await beside
    async with others[0].write("east") as tx:
        assert await tx.mark("by") == "command"


async def _marked(books: Books, value: str) -> None:
    async with books.write("east") as tx:
        await tx.set_mark("by", value)


async def test_who_leaves_is_replaced_at_once(others: list[Books]) -> None:
    first, second = leases_of(others[0], "a"), leases_of(others[1], "b")
    await first.look(KEYS)
    await first.leave()
    await second.look(KEYS)
    assert set(second.epochs) == set(KEYS)


async def test_a_row_edited_by_hand_makes_the_owner_let_go_and_take_it_anew(others: list[Books]) -> None:
    first = leases_of(others[0], "a")
    await first.look(["east"])
    async with others[0].engine.begin() as connection:
        await connection.execute(tables.leases.update().values(epoch=77, owner="somebody", until=None))
    await first.look(["east"])
    assert first.epochs == {"east": 78}


@pytest.mark.parametrize("values", [{"until": sa.func.clock_timestamp() + timedelta(days=900)}, {"epoch": -5}])
async def test_whatever_was_written_into_a_row_by_hand_somebody_takes_it(others: list[Books], values: Any) -> None:
    first, second = leases_of(others[0], "a"), leases_of(others[1], "b")
    await first.look(["east"])
    async with others[0].engine.begin() as connection:
        await connection.execute(tables.leases.update().values(owner="somebody", **values))
    await over(others[0], *(["east"] if "epoch" in values else []))
    await first.look(["east"])
    await second.look(["east"])
    assert len(first.epochs) + len(second.epochs) == 1


async def test_an_owner_whose_row_was_deleted_and_taken_by_another_writes_nothing(others: list[Books]) -> None:
    first, second = leases_of(others[0], "a"), leases_of(others[1], "b")
    await first.look(["east"])
    async with others[0].engine.begin() as connection:
        await connection.execute(tables.leases.delete())
    await second.look(["east"])
    assert first.epochs == second.epochs == {"east": 1}
    with pytest.raises(LeaseLost):
        async with others[0].write("east") as tx:
            await tx.set_mark("by", "a")


async def test_a_process_frozen_within_a_statement_keeps_no_row(others: list[Books], books_url: str) -> None:
    """Between the two messages of one statement the server's own timeout does not run."""
    first = leases_of(others[0], "a")
    await first.look(["east"])
    plain = sa.make_url(books_url).set(drivername="postgresql").render_as_string(hide_password=False)
    frozen = await asyncpg.connect(plain, server_settings={"application_name": "dezhurny"})
    await frozen.execute("BEGIN")
    await frozen.execute("SELECT epoch FROM leases WHERE municipality = 'east' FOR UPDATE")
    await frozen._prepare("SELECT 41 + 1")  # as far as a statement goes that the process did not live to execute
    await _waited_for(frozen.get_server_pid(), plain)
    first.frozen_after = timedelta(0)
    await first.look(["east"])
    async with asyncio.timeout(5):
        async with others[0].write("east") as tx:
            await tx.set_mark("by", "a")
    frozen.terminate()


async def _waited_for(pid: int, url: str) -> None:
    """The server has answered, and waits for the process's next message."""
    looking = await asyncpg.connect(url)
    waits = "SELECT wait_event = 'ClientRead' AND state_change < clock_timestamp() FROM pg_stat_activity WHERE pid = $1"
    while not await looking.fetchval(waits, pid):
        pass
    await looking.close()


async def test_what_nobody_takes_within_a_share_is_taken_beyond_it_and_kept(others: list[Books]) -> None:
    """A process that cannot serve a municipality lets it go, and the other serves it, instead of one of its own."""
    first, second = leases_of(others[0], "a"), leases_of(others[1], "b")
    for one in (first, second):
        await one.look(["east", "north"])
    await second.look(["east"])  # its files of the other are broken
    await first.release(*await first.look(["east", "north"]))
    await over(others[0], "north")
    await first.look(["east", "north"])
    assert set(first.epochs) == {"east", "north"}
    assert await first.look(["east", "north"]) == ["east"]


async def test_who_stops_counts_for_no_share_and_takes_nothing_any_more(others: list[Books]) -> None:
    first, second = leases_of(others[0], "a"), leases_of(others[1], "b")
    await first.look(KEYS)
    await second.look(KEYS)
    await first.look((), stays=False)
    assert set(first.epochs) == set(KEYS)
    await first.release(*KEYS)
    await first.look((), stays=False)
    await second.look(KEYS)
    assert (first.epochs, set(second.epochs)) == ({}, set(KEYS))


async def test_a_change_beside_the_owner_is_told_at_once(others: list[Books], books: Books) -> None:
    heard: list[str] = []
    told = asyncio.Event()

    def hear(word: str) -> None:
        heard.append(word)
        told.set()

    first = leases_of(others[0], "a")
    await first.look(["east"])
    listening = asyncio.create_task(others[1].engine.listen(notifying.CHANNEL, hear))
    while not heard:
        await _marked(books, f"command {len(heard)}")
        with suppress(TimeoutError):
            await asyncio.wait_for(told.wait(), 0.1)
    async with others[0].write("east") as tx:
        await tx.set_mark("by", "a")
    async with books.write("east") as tx:
        await tx.mark("by")
    told.clear()
    await first.release("east")
    await asyncio.wait_for(told.wait(), 10)
    listening.cancel()
    assert set(heard) == {"east", notifying.LEASES}
    assert heard[-1] == notifying.LEASES
