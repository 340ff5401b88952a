"""Two processes' worth of books on one database, with a pause before every change: whatever is read in a transaction holds until
its end, though PostgreSQL only promises READ COMMITTED.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from storage.books import Books
from storage.postgres import CHANGES, PostgresConnection
from storage.transaction import Transaction
from tests import postgres
from tests.rules.offices import at
from tests.storage.conftest import HERE

pytestmark = pytest.mark.skipif(not postgres.is_wanted(), reason="SQLite has one writer")

NOW = at("2026-01-12 09:20")
TIMES = 12


@pytest.fixture
async def processes(books_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[list[Books]]:
    whole = PostgresConnection.execute

    async def slowly(self: PostgresConnection, statement: Any, parameters: Any = None) -> Any:
        if isinstance(statement, CHANGES):
            await asyncio.sleep(0.003)
        return await whole(self, statement, parameters)

    monkeypatch.setattr(PostgresConnection, "execute", slowly)
    found = [Books(books_url) for _ in range(3)]
    yield found
    for one in found:
        await one.close()


async def side_by_side(processes: list[Books], work: Callable[[Transaction], Awaitable[Any]]) -> list[Any]:
    """What each of the transactions returned; every process does them one after the other, all processes at once."""

    async def of(books: Books) -> list[Any]:
        found = []
        for _ in range(TIMES):
            async with books.write(HERE) as tx:
                found.append(await work(tx))
        return found

    return [one for some in await asyncio.gather(*map(of, processes)) for one in some]


async def test_what_was_read_is_what_is_changed(processes: list[Books]) -> None:
    async def count(tx: Transaction) -> None:
        await tx.set_mark("count", str(int(await tx.mark("count") or 0) + 1))

    await side_by_side(processes, count)
    async with processes[0].write(HERE) as tx:
        assert await tx.mark("count") == str(TIMES * len(processes))


async def test_an_update_is_carried_out_once(processes: list[Books]) -> None:
    total = TIMES * len(processes) // 2
    async with processes[0].write(HERE) as tx:
        await tx.inbox.keep("vk", [(str(number), "{}") for number in range(total)], NOW)

    async def carry_out(tx: Transaction) -> int | None:
        rows = await tx.inbox.waiting(NOW, 1)
        if not rows:
            return None
        await tx.inbox.done([rows[0].id])
        return rows[0].id

    done = [row for row in await side_by_side(processes, carry_out) if row is not None]
    assert max(Counter(done).values()) == 1
    assert len(done) == total


async def test_what_came_twice_is_kept_once(processes: list[Books]) -> None:
    async def keep(tx: Transaction) -> None:
        await tx.inbox.keep("vk", [(str(number), "{}") for number in range(5)], NOW + timedelta(seconds=1))

    await side_by_side(processes, keep)
    async with processes[0].write(HERE) as tx:
        assert len(await tx.inbox.waiting(NOW + timedelta(hours=1), 100)) == 5


async def test_of_those_who_bind_one_invitation_one_does(processes: list[Books]) -> None:
    async with processes[0].write(HERE) as tx:
        await tx.people.invite("a" * 64, "curator", NOW + timedelta(days=1))

    async def bind(tx: Transaction) -> bool:
        found = await tx.people.invitation("a" * 64)
        if found is None or found["used_at"] is not None:
            return False
        await tx.people.use_invitation("a" * 64, NOW)
        return True

    assert sum(await side_by_side(processes, bind)) == 1
