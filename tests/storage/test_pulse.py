"""What the page's query for changes notices."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from storage import board
from storage.books import Books
from tests.storage.conftest import HERE

NOW = datetime(2026, 1, 12, 9, tzinfo=UTC)


async def test_another_account_in_the_place_of_a_bound_one_is_noticed(books: Books) -> None:
    async with books.write(HERE) as tx:
        await tx.people.bind("curator", 1, "Куратор", in_group=True, now=NOW)
        before = await board.pulse(tx)
        assert await board.pulse(tx) == before
        await tx.people.bind("curator", 2, "Куратор", in_group=True, now=NOW + timedelta(minutes=1))
        assert await board.pulse(tx) != before
