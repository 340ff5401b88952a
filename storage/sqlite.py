"""SQLite for one process: one connection, whose statements run on the event loop and whose waits run in a thread.

Only the beginning of a transaction (another process may hold the lock) and its end (the disk) have to wait. A statement
between them takes some ten microseconds, a trip to a thread and back ten times that, and a transaction has dozens. This
module knows nothing of cases.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import IteratorResult
from sqlalchemy.pool import StaticPool

from storage import lengths, private
from storage.compiled import Heard, Ready, ReadyStatements
from storage.failures import cause_of, is_harmless, is_of_storage
from storage.unbroken import to_the_end

T = TypeVar("T")

BUSY_SECONDS = 10
BEGIN = "BEGIN IMMEDIATE"
SAVEPOINT = "one_of_many"
ALWAYS = ("foreign_keys=ON", f"busy_timeout={BUSY_SECONDS * 1000}", "cache_size=-8192")
DURABLE = ("journal_mode=WAL", "synchronous=FULL", *ALWAYS)
"""Pragmas for the running bot: what was committed survives a loss of power."""
BESIDE = (*DURABLE, "wal_autocheckpoint=0")
"""Pragmas for a command that runs beside the bot: it leaves WAL checkpoints to the bot, because two connections that both
checkpoint can meet the WAL-reset fault of older SQLite (FACTS §14)."""
WHOLE = ("journal_mode=DELETE", "synchronous=FULL", *ALWAYS)
"""Pragmas for writing a file that is kept, in one long transaction."""
PASSING = ("journal_mode=MEMORY", "synchronous=OFF", *ALWAYS)
"""Pragmas for a temporary file: fast, without any safety against a crash."""


class SqliteEngine:
    """The engine for SQLite: gives out transactions on its one connection, which writes and checkpoints (FACTS §14: WAL-reset
    corruption). `alone`: the process does nothing else meanwhile, so that even waits need no thread.

    After a failure of the storage, or of BEGIN, COMMIT or ROLLBACK, the connection is closed, and the next transaction opens
    the file anew; after a full disk or a lock it is kept. A database in memory is never closed for that, because it would be
    lost with its connection.
    """

    is_shared = False

    def __init__(self, path: str, pragmas: Sequence[str] = DURABLE, *, alone: bool = False) -> None:
        self._engine = sa.create_engine(
            sa.URL.create("sqlite", database=path),
            hide_parameters=True,
            poolclass=StaticPool,
            connect_args={"timeout": BUSY_SECONDS, "isolation_level": None, "check_same_thread": False},
        )
        self._file = Path(path) if path not in ("", ":memory:") else None
        self._opened: tuple[int, int] | None = None
        self._pragmas = pragmas
        self._alone = alone
        self._thread: ThreadPoolExecutor | None = None
        self._ready = ReadyStatements()
        self._connection: sa.Connection | None = None
        self._driver: sqlite3.Connection | None = None
        self._transaction: SqliteConnection | None = None
        self._heard: Heard | None = None
        sa.event.listen(self._engine, "connect", self._prepare)
        sa.event.listen(self._engine, "begin", self._locked)
        sa.event.listen(self._engine, "handle_error", self._met)

    def _prepare(self, connection: sqlite3.Connection, record: Any) -> None:
        try:
            for pragma in self._pragmas:
                connection.execute(f"PRAGMA {pragma}")
        except sqlite3.Error:
            connection.close()
            raise
        self._driver = connection

    def _locked(self, connection: sa.Connection) -> None:
        """Execute BEGIN IMMEDIATE, which takes the write lock, when a transaction begins; directly on the driver, because
        SQLAlchemy needs ten times as long."""
        assert self._driver is not None
        if self._heard is not None:
            self._heard(BEGIN, (), False)
        try:
            self._driver.execute(BEGIN)
        except sqlite3.Error as error:
            raise _as_sqlalchemy(error, connection.dialect, BEGIN, ended=not _is_open(self._driver)) from None

    def _met(self, context: sa.engine.ExceptionContext) -> None:
        """Pass an error that SQLAlchemy met, also while rows are fetched, to the open transaction."""
        if self._transaction is not None:
            self._transaction.met(context.original_exception)

    def tell(self, heard: Heard) -> None:
        """Call `heard` from now on with every statement, BEGIN and COMMIT, for measuring."""

        def of_sqlalchemy(connection: Any, cursor: Any, text: str, values: Any, context: Any, several: bool) -> None:
            heard(text, values, several)

        self._heard = heard
        sa.event.listen(self._engine, "before_cursor_execute", of_sqlalchemy)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[SqliteConnection]:
        """Run the block in a transaction: committed when it ends, rolled back when it raises. Raises what SQLAlchemy raises,
        and OSError if the file is gone. A task cancelled during COMMIT gets CancelledError only if the commit went through,
        else the error of the commit. Only one transaction at a time: `storage.books` ensures it."""
        is_within = False
        try:
            transaction = await self._wait(self._begin)
            is_within = True
            yield transaction
            is_within = False
            await self._wait(self._commit)
            if self._heard is not None:
                self._heard("COMMIT", (), False)
        except BaseException as error:
            failed = None if is_within and not is_of_storage(error) else error
            await self._wait(lambda: self._take_back(failed))
            raise

    def _begin(self) -> SqliteConnection:
        if self._file is not None and self._opened is not None and self._opened != _identity(self._file):
            self._let_go(close=True)
        if self._connection is None:
            if self._file is not None and self._opened is None:
                private.begin(self._file)
            self._connection = self._engine.connect()
            self._opened = _identity(self._file) if self._file is not None else None
        self._connection.begin()
        assert self._driver is not None
        self._transaction = SqliteConnection(self._connection, self._driver, self._ready, self._heard)
        return self._transaction

    def _commit(self) -> None:
        assert self._connection is not None
        assert self._transaction is not None
        self._transaction.check()
        self._connection.commit()
        self._transaction = None

    def _take_back(self, failed: BaseException | None) -> None:
        """Roll back, and drop the connection if it may not be usable any more. `failed`: the error that may have damaged it; an
        earlier one within the transaction counts instead."""
        transaction, self._transaction = self._transaction, None
        if transaction is not None and transaction.failure is not None:
            failed = transaction.failure
        connection, has_ended = self._connection, False
        if connection is None or self._driver is None:
            return
        with suppress(Exception):
            connection.rollback()
        with suppress(Exception):
            self._driver.rollback()
            has_ended = not self._driver.in_transaction
        if failed is not None or not has_ended or connection.in_transaction():
            self._let_go(close=not has_ended or failed is None or not is_harmless(failed))

    def _let_go(self, *, close: bool) -> None:
        """Drop SQLAlchemy's connection, and with `close` the driver's too; the next transaction makes new ones. Errors are
        ignored: nobody uses the old connection again."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        with suppress(Exception):
            if not _is_open(self._driver) or (close and self._file is not None):
                connection.invalidate()
        with suppress(Exception):
            connection.close()

    async def _wait(self, work: Callable[[], T]) -> T:
        """Run the work in the thread and return its result. A cancelled caller still waits for its end, because a commit must
        not be left half done; if the work failed, its error is raised instead of the cancellation."""
        if self._alone:
            return work()
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, thread_name_prefix="books")
        return await to_the_end(asyncio.get_running_loop().run_in_executor(self._thread, work))

    async def listen(self, channel: str, heard: Callable[[str], None]) -> None:
        """Return at once: only one process uses the file, so there is nobody to be notified by."""

    async def dispose(self) -> None:
        """Close the file; the next transaction opens it again, or creates it if it is gone."""
        try:
            if self._connection is not None:
                await self._wait(lambda: self._let_go(close=True))
        finally:
            self._engine.dispose()
            self._opened = None
            if self._thread is not None:
                self._thread.shutdown(wait=False)
                self._thread = None


def _identity(file: Path) -> tuple[int, int]:
    """Return the device and inode of the file with this name, to notice that it was replaced. Raises OSError if there is no
    file: SQLite itself would go on writing to a deleted one."""
    found = file.stat()
    return found.st_dev, found.st_ino


def _is_open(driver: sqlite3.Connection | None) -> bool:
    try:
        return driver is not None and driver.in_transaction is not None
    except sqlite3.ProgrammingError:
        return False


def _as_sqlalchemy(
    error: sqlite3.Error, dialect: sa.Dialect, text: str | None, *, ended: bool = False
) -> BaseException:
    return sa.exc.DBAPIError.instance(
        text, None, error, sqlite3.Error, hide_parameters=True, connection_invalidated=ended, dialect=dialect
    )


class SqliteConnection:
    """A connection with an open transaction, with the methods of SQLAlchemy's `AsyncConnection` that `storage` uses.

    After a failure of the storage it refuses every further statement and the commit: SQLite may have ended the transaction, and
    each statement would then be committed by itself.
    """

    def __init__(
        self,
        connection: sa.Connection,
        driver: sqlite3.Connection,
        ready: ReadyStatements,
        heard: Heard | None,
    ) -> None:
        self._connection = connection
        self._ready = ready
        self._heard = heard
        self.driver = driver
        self.failure: sqlite3.Error | None = None
        self._changes_before = driver.total_changes

    @property
    def dialect(self) -> sa.Dialect:
        return self._connection.dialect

    @property
    def has_changed(self) -> bool:
        """Whether any row was changed in this transaction; the commit of one without changes does not touch the disk."""
        return self.driver.total_changes != self._changes_before

    def met(self, error: BaseException) -> None:
        """Store the error as this transaction's failure if it is the first one of the driver that ends the transaction."""
        cause = cause_of(error)
        if self.failure is None and isinstance(cause, sqlite3.Error) and (is_of_storage(cause) or not self._is_within):
            self.failure = cause

    @property
    def _is_within(self) -> bool:
        return _is_open(self.driver) and self.driver.in_transaction

    def check(self) -> None:
        """Raise the error that ended the transaction early, if there was one; otherwise do nothing."""
        if self.failure is None and not self._is_within:
            self.failure = sqlite3.OperationalError("the transaction was ended by a statement within it")
        if self.failure is not None:
            raise self._shown(self.failure) from None

    def _shown(self, error: sqlite3.Error, text: str | None = None) -> BaseException:
        """Return the error as SQLAlchemy would raise it, with `connection_invalidated` set if it ended the transaction."""
        return _as_sqlalchemy(error, self.dialect, text, ended=error is self.failure)

    async def execute(self, statement: Any, parameters: Any = None) -> Any:
        """Execute the statement; return its rows, for a change a result with `rowcount`. Raises the earlier error if one has
        ended the transaction."""
        if self.failure is not None:
            self.check()
        if (ready := self._ready.of(statement, parameters, self.dialect)) is not None:
            return self._at_once(ready, parameters)
        lengths.check(statement, parameters if isinstance(parameters, list) else [parameters or {}])
        return self._connection.execute(statement, parameters)

    def _at_once(self, ready: Ready, parameters: Any) -> Any:
        several = isinstance(parameters, list)
        values = [ready.row(one) for one in parameters] if several else ready.row(parameters)
        if self._heard is not None:
            self._heard(ready.text, values, several)
        try:
            cursor = (self.driver.executemany if several else self.driver.execute)(ready.text, values)
            return cursor if ready.gives is None else IteratorResult(ready.gives, ready.rows(cursor.fetchall()))
        except sqlite3.Error as error:
            self.met(error)
            raise self._shown(error, ready.text) from None

    def tell(self, word: str) -> None:
        """Do nothing: no other process uses the database, so there is nobody to notify."""

    async def exec_driver_sql(self, text: str) -> Any:
        if self.failure is not None:
            self.check()
        return self._connection.exec_driver_sql(text)

    async def run_sync(self, work: Callable[[sa.Connection], T]) -> T:
        """Call `work` with SQLAlchemy's synchronous connection, in this transaction, and return its result; for migrations."""
        return work(self._connection)

    @asynccontextmanager
    async def begin_nested(self) -> AsyncIterator[None]:
        """Run the block in a savepoint: if it raises, only its changes are rolled back. Savepoints must not be nested."""
        self._control("SAVEPOINT")
        try:
            yield
        except BaseException as error:
            self.met(error)
            with suppress(sa.exc.DBAPIError):  # a second error ends the transaction; the first one is raised
                self._control("ROLLBACK TO")
                self._control("RELEASE")
            raise
        self._control("RELEASE")

    def _control(self, words: str) -> None:
        if self.failure is not None:
            self.check()
        try:
            self.driver.execute(f"{words} {SAVEPOINT}")
        except sqlite3.Error as error:
            self.failure = error
            raise self._shown(error, words) from None
