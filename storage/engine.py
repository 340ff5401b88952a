"""The way to the database: SQLite in WAL with full durability, one writer; PostgreSQL by its own rules.

Nothing of the cases is known here.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol, TypeVar

import sqlalchemy as sa

from storage.sqlite import BESIDE, DURABLE, SqliteEngine

T = TypeVar("T")


class Connection(Protocol):
    """What the books ask of an open transaction."""

    @property
    def dialect(self) -> sa.Dialect: ...

    @property
    def has_changed(self) -> bool:
        """Whether a change was made; on SQLite, whether it changed any row."""

    async def execute(self, statement: Any, parameters: Any = None) -> Any: ...

    def tell(self, word: str) -> None:
        """Tell other processes once the transaction is kept (`storage.notifying`)."""

    async def exec_driver_sql(self, text: str) -> Any: ...

    async def run_sync(self, work: Callable[[sa.Connection], T]) -> T: ...

    def begin_nested(self) -> AbstractAsyncContextManager[Any]: ...


class Engine(Protocol):
    is_shared: bool
    """Whether several processes may use the database at once, so that transactions have to lock their municipality."""

    def begin(self) -> AbstractAsyncContextManager[Connection]:
        """A transaction, kept whole or not at all."""

    async def listen(self, channel: str, heard: Callable[[str], None]) -> None:
        """Call `heard` with every word told on the channel from now on, until the connection breaks; then raise. A database
        that is not shared tells nothing: returns at once."""

    async def dispose(self) -> None: ...


def connect(url: str, *, beside: bool = False) -> Engine:
    """An engine ready for use; nothing is opened yet. `beside`: the bot may be running, so leave checkpoints to it."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return SqliteEngine(parsed.database or ":memory:", BESIDE if beside else DURABLE)
    from storage.postgres import PostgresEngine  # brings the whole ORM, which SQLite does without

    return PostgresEngine(url)
