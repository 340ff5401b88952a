"""The interface of a database engine, and the choice of one: SQLite in WAL mode with full durability and one writer, or
PostgreSQL. This module knows nothing of cases.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol, TypeVar

import sqlalchemy as sa

from storage.sqlite import BESIDE, DURABLE, SqliteEngine

T = TypeVar("T")


class Connection(Protocol):
    """A connection with an open transaction, as the rest of `storage` uses it."""

    @property
    def dialect(self) -> sa.Dialect: ...

    @property
    def has_changed(self) -> bool:
        """Whether an INSERT, UPDATE or DELETE was executed; on SQLite, whether any row was changed."""

    async def execute(self, statement: Any, parameters: Any = None) -> Any: ...

    def tell(self, word: str) -> None:
        """Notify other processes with this word once the transaction is committed (`storage.notifying`)."""

    async def exec_driver_sql(self, text: str) -> Any: ...

    async def run_sync(self, work: Callable[[sa.Connection], T]) -> T: ...

    def begin_nested(self) -> AbstractAsyncContextManager[Any]: ...


class Engine(Protocol):
    is_shared: bool
    """Whether several processes may use the database at once (PostgreSQL), so that each transaction must lock its
    municipality."""

    def begin(self) -> AbstractAsyncContextManager[Connection]:
        """Run the block in a transaction: committed when it ends, rolled back when it raises."""

    async def listen(self, channel: str, heard: Callable[[str], None]) -> None:
        """Call `heard` with every notification on the channel from now on, until the connection breaks; then raise. Returns
        at once for a database that only one process uses."""

    async def dispose(self) -> None: ...


def connect(url: str, *, beside: bool = False) -> Engine:
    """Return the engine for this URL; nothing is opened yet. `beside`: the bot may be running on the same SQLite file, so
    WAL checkpoints are left to it."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return SqliteEngine(parsed.database or ":memory:", BESIDE if beside else DURABLE)
    from storage.postgres import PostgresEngine  # brings the whole ORM, which SQLite does without

    return PostgresEngine(url)
