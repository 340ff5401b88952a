"""Whose fault a failure is: the storage's, or that of what was to be written."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from storage import tables as t
from storage.books import Books
from storage.failures import is_of_storage
from storage.sqlite import SqliteEngine
from storage.transaction import Transaction
from tests.rules.offices import at
from tests.storage.conftest import HERE

NOW = at("2026-01-12 09:20")


async def raised(books: Books, work: Callable[[Transaction], Awaitable[object]]) -> Exception:
    try:
        async with books.write(HERE) as tx:
            await work(tx)
    except Exception as error:
        return error
    raise AssertionError("nothing was raised")


async def test_what_cannot_be_written_is_no_fault_of_the_storage(books: Books) -> None:
    row = {"municipality": HERE, "name": "n", "value": "v"}
    works: list[Callable[[Transaction], Awaitable[object]]] = [
        lambda page: page.set_mark("half", "\ud800"),
        lambda page: page.messages.at(2**63, 1),
        lambda page: page.connection.execute(t.marks.insert(), [row, row]),
        lambda page: page.connection.exec_driver_sql("SELECT nothing FROM nowhere"),
        lambda page: page.set_mark("none", None),  # type: ignore[arg-type]
    ]
    for work in works:
        error = await raised(books, work)
        assert not is_of_storage(error), error


@pytest.mark.sqlite
async def test_a_full_disk_is(books: Books) -> None:
    async with books.write(HERE) as tx:
        await tx.connection.exec_driver_sql("PRAGMA max_page_count = 1")
    error = await raised(books, lambda page: page.set_mark("much", "x" * 5_000_000))
    assert is_of_storage(error), error


@pytest.mark.sqlite
async def test_a_database_that_may_only_be_read_is(books: Books) -> None:
    async with books.write(HERE) as tx:
        await tx.connection.exec_driver_sql("PRAGMA query_only = 1")
    assert is_of_storage(await raised(books, lambda page: page.set_mark("a", "b")))


async def test_a_lock_of_another_process_is(tmp_path: Path) -> None:
    path = tmp_path / "locked.db"
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    engine = SqliteEngine(str(path), ("busy_timeout=1",))
    books = Books(f"sqlite:///{path}", engine)
    assert is_of_storage(await raised(books, lambda page: page.mark("a")))
    other.close()
    await books.close()


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EROFS, errno.EDQUOT, errno.EACCES])
def test_a_disk_that_fails_is(code: int) -> None:
    assert is_of_storage(OSError(code, "no"))


@pytest.mark.parametrize(
    "error", [OSError(errno.ENOENT, "no"), OSError(errno.ENAMETOOLONG, "no"), ValueError("no"), KeyError("no")]
)
def test_a_file_that_is_not_there_and_mistakes_are_not(error: Exception) -> None:
    assert not is_of_storage(error)


class Told(Exception):  # noqa: N818
    """As asyncpg's errors reach SQLAlchemy: with a state of five characters."""

    def __init__(self, sqlstate: str | None) -> None:
        super().__init__("no")
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("state", "storage"),
    [
        ("53100", True),
        ("57P01", True),
        ("40P01", True),
        ("25006", True),
        ("08006", True),
        ("22021", False),
        ("22003", False),
        ("23505", False),
        ("25P02", False),
        (None, False),
    ],
)
def test_what_postgresql_says(state: str | None, storage: bool) -> None:
    assert is_of_storage(sa.exc.DBAPIError("INSERT", {}, Told(state))) is storage
    lost = sa.exc.DBAPIError("INSERT", {}, Told(None), connection_invalidated=True)
    assert is_of_storage(lost)
    wrapped = RuntimeError("what it led to")
    wrapped.__cause__ = lost
    assert is_of_storage(wrapped)
