"""SQLite for one process: one connection, whose statements run on the event loop and whose waits run in a thread.

Only the beginning of a transaction (another process may hold the lock) and its end (the disk) have anything to wait for. A
statement between them takes some ten microseconds, a trip to a thread and back ten times that, and a transaction has dozens.
Nothing of the cases is known here.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.engine import IteratorResult
from sqlalchemy.engine.result import SimpleResultMetaData
from sqlalchemy.pool import StaticPool

from storage import private

T = TypeVar("T")
Values = Mapping[str, Any]
Heard = Callable[[str, Any, bool], None]
"""Told of each statement, its values, and whether there are several sets of them."""

BUSY_SECONDS = 10
BEGIN = "BEGIN IMMEDIATE"
SAVEPOINT = "one_of_many"
EXPANDED = "[POSTCOMPILE_"
"""Stands where the number of values is known only when they are."""
OFTEN = (sa.Select, sa.Insert, sa.Update, sa.Delete)
ALWAYS = ("foreign_keys=ON", f"busy_timeout={BUSY_SECONDS * 1000}", "cache_size=-65536")
DURABLE = ("journal_mode=WAL", "synchronous=FULL", *ALWAYS)
"""For the running bot: what was committed outlives a loss of power."""
WHOLE = ("journal_mode=DELETE", "synchronous=FULL", *ALWAYS)
"""For one long transaction into a file that is kept."""
PASSING = ("journal_mode=MEMORY", "synchronous=OFF", *ALWAYS)
"""For a file nobody will miss."""


class SqliteEngine:
    """One connection that writes and checkpoints (FACTS §14: WAL-reset corruption). `alone`: the process does nothing else
    meanwhile, so that even waits need no thread."""

    def __init__(self, path: str, pragmas: Sequence[str] = DURABLE, *, alone: bool = False) -> None:
        self._engine = sa.create_engine(
            sa.URL.create("sqlite", database=path),
            hide_parameters=True,
            poolclass=StaticPool,
            connect_args={"timeout": BUSY_SECONDS, "isolation_level": None, "check_same_thread": False},
        )
        self._path = path
        self._pragmas = pragmas
        self._alone = alone
        self._thread: ThreadPoolExecutor | None = None
        self._ready: WeakKeyDictionary[Any, dict[tuple[str, ...], _Ready | None]] = WeakKeyDictionary()
        self._connection: sa.Connection | None = None
        self._heard: Heard | None = None
        sa.event.listen(self._engine, "connect", self._prepare)
        sa.event.listen(self._engine, "begin", lambda connection: connection.exec_driver_sql(BEGIN))

    def _prepare(self, connection: sqlite3.Connection, record: Any) -> None:
        for pragma in self._pragmas:
            connection.execute(f"PRAGMA {pragma}")

    def tell(self, heard: Heard) -> None:
        """From now on every statement and commit is told of, for measuring."""

        def of_sqlalchemy(connection: Any, cursor: Any, text: str, values: Any, context: Any, several: bool) -> None:
            heard(text, values, several)

        self._heard = heard
        sa.event.listen(self._engine, "before_cursor_execute", of_sqlalchemy)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[SqliteConnection]:
        """A transaction, kept whole or not at all. Raises what SQLAlchemy raises. One at a time: `storage.books` sees to it."""
        try:
            await self._wait(self._begin)
            assert self._connection is not None
            yield SqliteConnection(self._connection, self._ready, self._heard)
            await self._wait(self._connection.commit)
            if self._heard is not None:
                self._heard("COMMIT", (), False)
        except BaseException:
            if self._connection is not None and self._connection.in_transaction():
                await self._wait(self._connection.rollback)
            raise

    def _begin(self) -> None:
        if self._connection is None:
            if self._path not in ("", ":memory:"):
                private.begin(Path(self._path))
            self._connection = self._engine.connect()
        self._connection.begin()

    async def _wait(self, work: Callable[[], T]) -> T:
        """Done in the thread. Who is cancelled meanwhile waits for the end all the same: half a commit cannot be left."""
        if self._alone:
            return work()
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, thread_name_prefix="books")
        working = asyncio.get_running_loop().run_in_executor(self._thread, work)
        try:
            return await asyncio.shield(working)
        except asyncio.CancelledError:
            while not working.done():
                with suppress(asyncio.CancelledError):
                    await asyncio.wait([working])
            raise

    async def dispose(self) -> None:
        """The file is closed; the next transaction opens it again."""
        if self._connection is not None:
            await self._wait(self._connection.close)
            self._connection = None
        self._engine.dispose()
        if self._thread is not None:
            self._thread.shutdown(wait=False)
            self._thread = None


class _Ready:
    """A statement made ready for the driver: its text, how each value is written, and how each column of its rows is read."""

    def __init__(self, statement: Any, names: Sequence[str], dialect: sa.Dialect) -> None:
        columns = list(names) if isinstance(statement, sa.Insert | sa.Update) else None
        compiled = statement.compile(dialect=dialect, column_keys=columns)
        given = list(statement.exported_columns)
        self.gives = SimpleResultMetaData([column.key for column in given]) if given else None
        self.read = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in given]
        self.text = str(compiled)
        self.binds: list[tuple[str, Callable[[Any], Any] | None, Any]] = []
        for name in compiled.positiontup or ():
            bind = compiled.binds[name]
            written = bind.type.dialect_impl(dialect).bind_processor(dialect)
            self.binds.append((name, written, bind.value))

    def row(self, values: Values) -> tuple[Any, ...]:
        get = values.get
        return tuple(
            [get(name, default) if write is None else write(get(name, default)) for name, write, default in self.binds]
        )

    def rows(self, rows: Iterable[Sequence[Any]]) -> Iterator[tuple[Any, ...]]:
        """As SQLAlchemy would give them."""
        return iter(
            [tuple(v if r is None else r(v) for r, v in zip(self.read, row, strict=True)) for row in rows]
        )  # fmt: skip


class SqliteConnection:
    """What is asked of an open transaction; the same questions SQLAlchemy's `AsyncConnection` answers."""

    def __init__(
        self,
        connection: sa.Connection,
        ready: WeakKeyDictionary[Any, dict[tuple[str, ...], _Ready | None]],
        heard: Heard | None,
    ) -> None:
        self._connection = connection
        self._ready = ready
        self._heard = heard
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        self.driver = driver

    @property
    def dialect(self) -> sa.Dialect:
        return self._connection.dialect

    async def execute(self, statement: Any, parameters: Any = None) -> Any:
        """The rows; for a change a cursor that knows how many there were."""
        if parameters and isinstance(statement, OFTEN):
            ready = self._made_ready(statement, tuple(parameters[0] if isinstance(parameters, list) else parameters))
            if ready is not None:
                return self._at_once(ready, parameters)
        return self._connection.execute(statement, parameters)

    def _made_ready(self, statement: Any, names: tuple[str, ...]) -> _Ready | None:
        """None for one seen for the first time: it may be made anew for each use, and then SQLAlchemy's own memory of
        statements of its shape serves it better; and for one whose text depends on its values."""
        known = self._ready.get(statement)
        if known is None:
            self._ready[statement] = {}
            return None
        if names not in known:
            ready = _Ready(statement, names, self.dialect)
            known[names] = None if EXPANDED in ready.text else ready
        return known[names]

    def _at_once(self, ready: _Ready, parameters: Any) -> Any:
        several = isinstance(parameters, list)
        values = [ready.row(one) for one in parameters] if several else ready.row(parameters)
        if self._heard is not None:
            self._heard(ready.text, values, several)
        try:
            cursor = (self.driver.executemany if several else self.driver.execute)(ready.text, values)
            return cursor if ready.gives is None else IteratorResult(ready.gives, ready.rows(cursor.fetchall()))
        except sqlite3.Error as error:
            raise sa.exc.DBAPIError.instance(
                ready.text, None, error, sqlite3.Error, hide_parameters=True, dialect=self.dialect
            ) from None

    async def exec_driver_sql(self, text: str) -> Any:
        return self._connection.exec_driver_sql(text)

    async def run_sync(self, work: Callable[[sa.Connection], T]) -> T:
        """For what works with SQLAlchemy's own connection: migrations."""
        return work(self._connection)

    @asynccontextmanager
    async def begin_nested(self) -> AsyncIterator[None]:
        """What is done within is kept whole or not at all, whatever becomes of the rest. Not one within another."""
        self.driver.execute(f"SAVEPOINT {SAVEPOINT}")
        try:
            yield
        except BaseException:
            self.driver.execute(f"ROLLBACK TO {SAVEPOINT}")
            raise
        finally:
            self.driver.execute(f"RELEASE {SAVEPOINT}")
