"""The connection to the database: SQLite in WAL with full durability, one writer; PostgreSQL by its own rules.

Nothing of the cases is known here.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from functools import partial
from typing import Any

import aiosqlite
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import StaticPool

BUSY_SECONDS = 10
BEGIN = "BEGIN IMMEDIATE"
WAITING = frozenset({"Connection.commit", "Connection.rollback", "Connection.close"})


def connect(url: str) -> AsyncEngine:
    """An engine ready for use. SQLite: one connection that writes and checkpoints (FACTS §14: WAL-reset corruption)."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_async_engine(url, pool_pre_ping=True)
    creator = partial(_open_sqlite, parsed.database or ":memory:")
    engine = create_async_engine(url, poolclass=StaticPool, async_creator=creator)
    sa.event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    sa.event.listen(engine.sync_engine, "begin", _begin_immediate)
    return engine


class _OneThread(aiosqlite.Connection):
    """Goes to aiosqlite's thread only where there is something to wait for: the lock of another process at the beginning
    of a transaction, the disk at its end. A statement between them takes some ten microseconds, a trip to the thread and
    back ten times that, and a transaction has dozens of statements."""

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        waits = fn.__qualname__ in WAITING or args[:1] == (BEGIN,)
        if waits or not self._running or self._connection is None:
            return await super()._execute(fn, *args, **kwargs)  # type: ignore[no-untyped-call]
        return fn(*args, **kwargs)


async def _open_sqlite(path: str) -> aiosqlite.Connection:
    def opened() -> sqlite3.Connection:
        return sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)

    connection = _OneThread(opened, iter_chunk_size=64)
    connection._thread.daemon = True
    return await connection


def _prepare_sqlite(connection: Any, record: Any) -> None:
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_SECONDS * 1000}",
        "cache_size=-65536",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_immediate(connection: sa.Connection) -> None:
    connection.exec_driver_sql(BEGIN)
