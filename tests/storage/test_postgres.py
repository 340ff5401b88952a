"""A PostgreSQL that closes connections: what was begun is lost whole and said to be, and the next transaction works."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import asyncpg  # type: ignore[import-untyped]
import pytest
import sqlalchemy as sa

from storage import tables
from storage.books import Books
from storage.failures import StorageError
from storage.transaction import Transaction
from tests import postgres
from tests.storage.conftest import HERE

pytestmark = pytest.mark.skipif(not postgres.is_wanted(), reason="of PostgreSQL alone")


@pytest.fixture
def cut(books_url: str) -> Callable[[], Awaitable[None]]:
    """The server ends every session of the program in this database."""
    plain = sa.make_url(books_url).set(drivername="postgresql").render_as_string(hide_password=False)

    async def every_session() -> None:
        connection = await asyncpg.connect(plain)
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        await connection.close()

    return every_session


async def marks(books: Books) -> dict[str, str]:
    async with books.write(HERE) as tx:
        return {
            row[0]: row[1] for row in await tx.connection.execute(sa.select(tables.marks.c.name, tables.marks.c.value))
        }


async def by_the_driver(tx: Transaction) -> None:
    await tx.set_mark("a", "2")


async def by_sqlalchemy(tx: Transaction) -> None:
    await tx.connection.execute(sa.select(sa.literal(1)))


@pytest.mark.parametrize("further", [by_the_driver, by_sqlalchemy])
async def test_a_connection_that_is_lost_within_a_transaction_loses_it_whole(
    books: Books, cut: Callable[[], Awaitable[None]], further: Callable[[Transaction], Awaitable[None]]
) -> None:
    for value in "01":  # from the second time on statements go to the driver by themselves
        async with books.write(HERE) as tx:
            await tx.set_mark("a", value)

    async def lost() -> None:
        async with books.write(HERE) as tx:
            await tx.set_mark("b", "1")
            await cut()
            await further(tx)

    with pytest.raises(StorageError):
        await lost()
    assert await marks(books) == {"a": "1"}


async def test_a_connection_that_is_lost_before_commit_loses_the_transaction(
    books: Books, cut: Callable[[], Awaitable[None]]
) -> None:
    async def lost() -> None:
        async with books.write(HERE) as tx:
            await tx.set_mark("a", "1")
            await cut()

    with pytest.raises(StorageError):
        await lost()
    assert await marks(books) == {}


async def test_what_the_pool_kept_of_a_server_that_came_back_fails_nobody(
    books: Books, cut: Callable[[], Awaitable[None]]
) -> None:
    async with books.write(HERE) as one, books.write("another") as other:
        await one.set_mark("a", "1")
        await other.set_mark("a", "1")
    for _ in range(3):
        await cut()
        assert await marks(books) == {"a": "1"}
