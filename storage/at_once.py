"""Books for a process that does nothing else meanwhile: statements run at once, in one long transaction if need be.

The tables, statements and pages are those of `storage.books`. Without an event loop to be kept free, and with the statements
that change rows made ready once, a transition costs half. A file nobody will miss is written without waiting for the disk.
SQLite only. Not for the running bot.
"""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.engine import BEGIN
from storage.page import Page

SAVEPOINT = "one_of_many"
CHANGES = (sa.Insert, sa.Update, sa.Delete)


class BooksAtOnce:
    """`lasting`: whether what is written must outlive a loss of power."""

    def __init__(self, path: str, *, lasting: bool) -> None:
        pragmas = ("journal_mode=DELETE", "synchronous=FULL") if lasting else ("journal_mode=MEMORY", "synchronous=OFF")
        self._engine = sa.create_engine(sa.URL.create("sqlite", database=path))
        self._pragmas = (*pragmas, "foreign_keys=ON", "cache_size=-65536")
        self._ready: dict[Any, _Ready | None] = {}
        sa.event.listen(self._engine, "connect", self._prepare)
        sa.event.listen(self._engine, "begin", _begin)

    def _prepare(self, connection: sqlite3.Connection, record: Any) -> None:
        connection.isolation_level = None
        for pragma in self._pragmas:
            connection.execute(f"PRAGMA {pragma}")

    @asynccontextmanager
    async def write(self, municipality: str) -> AsyncIterator[Page]:
        """A transaction over one municipality's rows, as `Books.write`."""
        with self._engine.begin() as connection:
            at_once = _AtOnce(connection, self._ready)
            yield Page(cast(AsyncConnection, at_once), municipality)

    async def close(self) -> None:
        self._engine.dispose()


class _Ready:
    """A statement that gives no rows back, made ready for the driver: its text, and how each value is written."""

    def __init__(self, statement: Any, names: Mapping[str, Any], dialect: sa.Dialect) -> None:
        compiled = statement.compile(
            dialect=dialect, column_keys=None if isinstance(statement, sa.Delete) else list(names)
        )
        self.text = str(compiled)
        self.binds: list[tuple[str, Callable[[Any], Any] | None, Any]] = []
        for name in compiled.positiontup or ():
            bind = compiled.binds[name]
            written = bind.type.dialect_impl(dialect).bind_processor(dialect)
            self.binds.append((name, written, bind.value))

    def row(self, values: Mapping[str, Any]) -> tuple[Any, ...]:
        found = []
        for name, written, default in self.binds:
            value = values.get(name, default)
            found.append(written(value) if written is not None else value)
        return tuple(found)


class _AtOnce:
    """What a page needs of a connection."""

    def __init__(self, connection: sa.Connection, ready: dict[Any, _Ready | None]) -> None:
        self._connection = connection
        self._ready = ready
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        self._driver = driver

    @property
    def dialect(self) -> sa.Dialect:
        return self._connection.dialect

    async def execute(self, statement: Any, parameters: Any = None) -> Any:
        """The rows, or for a change a cursor that knows how many there were."""
        if not isinstance(statement, CHANGES) or not parameters:
            return self._connection.execute(statement, parameters)
        several = isinstance(parameters, list)
        first = parameters[0] if several else parameters
        key = (statement, *first)
        if key not in self._ready:
            returns = len(statement.exported_columns) > 0
            self._ready[key] = None if returns else _Ready(statement, first, self.dialect)
        ready = self._ready[key]
        if ready is None:
            return self._connection.execute(statement, parameters)
        if several:
            return self._driver.executemany(ready.text, [ready.row(values) for values in parameters])
        return self._driver.execute(ready.text, ready.row(parameters))

    @asynccontextmanager
    async def begin_nested(self) -> AsyncIterator[None]:
        self._driver.execute(f"SAVEPOINT {SAVEPOINT}")
        try:
            yield
        except BaseException:
            self._driver.execute(f"ROLLBACK TO {SAVEPOINT}")
            raise
        finally:
            self._driver.execute(f"RELEASE {SAVEPOINT}")


def _begin(connection: sa.Connection) -> None:
    connection.exec_driver_sql(BEGIN)
