"""The book of connections: where the next poll of a bot begins."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from storage import tables as t
from storage.books import Books
from tests.storage.conftest import HERE

NOW = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)
BOT = "telegram:1001"
ANOTHER = "telegram:1002"


async def test_the_position_is_kept_for_each_connection(books: Books) -> None:
    async with books.write(HERE) as tx:
        assert await tx.connections.position(BOT) is None
        await tx.connections.move(BOT, 17, NOW)
        await tx.connections.move(ANOTHER, 2**40, NOW)
    async with books.write("") as tx:
        assert [await tx.connections.position(key) for key in (BOT, ANOTHER)] == [17, 2**40]


async def test_the_position_moves_both_ways_and_the_moment_with_it(books: Books) -> None:
    async with books.write(HERE) as tx:
        await tx.connections.move(BOT, 900_000, NOW)
        await tx.connections.move(BOT, 5, NOW + timedelta(days=8))
        rows = (await tx.connection.execute(sa.select(t.connections))).all()
        moments = [await tx.connections.moved_at(key) for key in (BOT, ANOTHER)]
    assert rows == [(BOT, "telegram", 5, NOW + timedelta(days=8))]
    assert moments == [NOW + timedelta(days=8), None]


async def test_a_position_is_not_ahead_of_what_was_kept_with_it(books: Books) -> None:
    async def broken_off() -> None:
        async with books.write(HERE) as tx:
            await tx.inbox.keep("telegram", [("16", "{}")], NOW)
            await tx.connections.move(BOT, 17, NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await broken_off()
    async with books.write(HERE) as tx:
        assert (await tx.connections.position(BOT), await tx.inbox.waiting(NOW, 10)) == (None, [])
