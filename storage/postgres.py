"""PostgreSQL for one process or several: a pool of connections, READ COMMITTED, every wait on the network asynchronous.

`storage.leases` keeps two transactions of one municipality from running at once: each begins by locking its municipality's
row. This module knows nothing of cases.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, TypeVar

import asyncpg  # type: ignore[import-untyped]
import sqlalchemy as sa
from sqlalchemy.engine import IteratorResult
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from storage import lengths
from storage.compiled import Heard, Ready, ReadyStatements
from storage.notifying import CHANNEL
from storage.unbroken import to_the_end

T = TypeVar("T")

AT_ONCE = 10
"""How many connections the pool keeps open; as many more may be opened for a while."""
CONNECT_SECONDS, STATEMENT_SECONDS = 10, 60
ASK_SECONDS = 15
STATEMENTS = 1000
"""How many prepared statements are kept for each connection: more than the program has."""
SETTINGS = {
    "application_name": "dezhurny",
    "timezone": "UTC",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "5s",
}
"""Settings of each session: a process that freezes within a transaction loses it after five seconds, so that another can take
over its work."""
BEGIN, COMMIT, NOTIFY = "BEGIN", "COMMIT", "SELECT pg_notify($1, $2)"
DRIVERS = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)
"""The exceptions the driver raises (a timeout is an OSError); SQLAlchemy passes the last two on as they are."""
CHANGES = (sa.Insert, sa.Update, sa.Delete)


class PostgresEngine:
    """The engine for PostgreSQL: gives out transactions on pooled connections. A connection that is not usable after an error
    is closed by the pool, and the next transaction gets another."""

    is_shared = True

    def __init__(self, url: str) -> None:
        self._ready = ReadyStatements()
        self._heard: Heard | None = None
        self._engine = create_async_engine(
            url,
            pool_size=AT_ONCE,
            max_overflow=AT_ONCE,
            hide_parameters=True,
            connect_args={
                "timeout": CONNECT_SECONDS,
                "command_timeout": STATEMENT_SECONDS,
                "statement_cache_size": STATEMENTS,
                "prepared_statement_cache_size": STATEMENTS,
                "server_settings": SETTINGS,
            },
        )

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[PostgresConnection]:
        """Run the block in a transaction: committed when it ends, rolled back when it raises. Raises what SQLAlchemy raises,
        and OSError if there is no server. A task cancelled during COMMIT gets CancelledError only if the commit went through,
        else the error of the commit."""
        connection = await self._begun()
        try:
            yield connection
            await to_the_end(connection.commit())
            if self._heard is not None:
                self._heard(COMMIT, (), False)
        except BaseException:
            with suppress(Exception):
                await to_the_end(connection.rollback())
            raise
        finally:
            await to_the_end(connection.close())

    async def _begun(self) -> PostgresConnection:
        """Return a connection with an open transaction. A pooled connection may be broken because the server was restarted:
        then BEGIN fails, and another connection is tried."""
        for is_last in (*[False] * 2 * AT_ONCE, True):
            connection = await self._engine.connect()
            try:
                made = PostgresConnection(connection, self._ready, self._heard)
                await made.begin()
            except BaseException as error:
                await to_the_end(connection.invalidate())
                await to_the_end(connection.close())
                if is_last or not isinstance(error, sa.exc.DBAPIError) or not error.connection_invalidated:
                    raise
                continue
            if self._heard is not None:
                self._heard(BEGIN, (), False)
            return made
        raise AssertionError("the last try returns or raises")

    def tell(self, heard: Heard) -> None:
        """Call `heard` from now on with every statement, BEGIN and COMMIT, for measuring."""

        def of_sqlalchemy(connection: Any, cursor: Any, text: str, values: Any, context: Any, several: bool) -> None:
            heard(text, values, several)

        self._heard = heard
        sa.event.listen(self._engine.sync_engine, "before_cursor_execute", of_sqlalchemy)

    async def listen(self, channel: str, heard: Callable[[str], None]) -> None:
        """Call `heard` with every notification on the channel until the connection breaks; then raise. Uses a connection of
        its own, and queries the server every `ASK_SECONDS` to notice one that silently went away."""
        connection = await self._engine.connect()
        try:
            driver = (await connection.get_raw_connection()).driver_connection
            assert driver is not None
            await driver.add_listener(channel, lambda *said: heard(said[-1]))
            while True:
                await driver.fetchval("SELECT 1", timeout=CONNECT_SECONDS)
                await asyncio.sleep(ASK_SECONDS)
        finally:
            await to_the_end(connection.invalidate())
            await to_the_end(connection.close())

    async def dispose(self) -> None:
        await self._engine.dispose()


@dataclass(frozen=True, slots=True)
class Changed:
    """The result of an INSERT, UPDATE or DELETE without RETURNING: how many rows it changed, -1 if that is not known."""

    rowcount: int


class PostgresConnection:
    """A connection with an open transaction. Statements used before go to the driver directly, all others through
    SQLAlchemy's own connection; both belong to the same transaction, which the driver's adapter holds."""

    def __init__(self, connection: AsyncConnection, ready: ReadyStatements, heard: Heard | None) -> None:
        self._connection = connection
        self._ready, self._heard = ready, heard
        self._adapter: Any = None
        self._transaction: Any = None
        self._words: list[str] = []
        self.has_changed = False

    async def begin(self) -> None:
        """Begin the transaction. Raises DBAPIError, with `connection_invalidated` set if the connection cannot be used any
        more."""
        self._transaction = await self._connection.begin()
        self._adapter = (await self._connection.get_raw_connection()).dbapi_connection
        try:
            await self._adapter._start_transaction()
        except self._adapter.dbapi.Error as error:
            raise await self._as_sqlalchemy(error, BEGIN) from error

    def tell(self, word: str) -> None:
        """Notify other processes with this word (`storage.notifying`) when the transaction is committed."""
        self._words.append(word)

    async def commit(self) -> None:
        try:
            for word in self._words:
                await self._adapter._connection.execute(NOTIFY, CHANNEL, word)
        except DRIVERS as error:
            raise await self._as_sqlalchemy(error, NOTIFY) from None
        await self._transaction.commit()

    async def rollback(self) -> None:
        await self._connection.rollback()

    async def close(self) -> None:
        await self._connection.close()

    @property
    def dialect(self) -> sa.Dialect:
        return self._connection.dialect

    async def execute(self, statement: Any, parameters: Any = None) -> Any:
        self.has_changed = self.has_changed or isinstance(statement, CHANGES)
        if (ready := self._ready.of(statement, parameters, self.dialect)) is not None:
            return await self._at_once(ready, parameters)
        lengths.check(statement, parameters if isinstance(parameters, list) else [parameters or {}])
        try:
            return await self._connection.execute(statement, parameters)
        except DRIVERS as error:
            raise await self._as_sqlalchemy(error, "") from None

    async def _at_once(self, ready: Ready, parameters: Any) -> Any:
        several = isinstance(parameters, list)
        values = [ready.row(one) for one in parameters] if several else ready.row(parameters)
        if several and len(values) == 1:  # nearly twice as dear as one by itself
            several, values = False, values[0]
        if self._heard is not None:
            self._heard(ready.text, values, several)
        driver = self._adapter._connection
        try:
            if several:
                await driver.executemany(ready.text, values)
                return Changed(-1)
            if ready.gives is None:
                return Changed(_how_many(await driver.execute(ready.text, *values)))
            return IteratorResult(ready.gives, ready.rows(await driver.fetch(ready.text, *values)))
        except DRIVERS as error:
            raise await self._as_sqlalchemy(error, ready.text) from None

    async def _as_sqlalchemy(self, error: Exception, text: str) -> BaseException:
        """Return the driver's error as the one SQLAlchemy would raise; invalidates a connection that cannot be used any
        more."""
        met: Any = error
        try:
            self._adapter._handle_exception(error)
        except self._adapter.dbapi.Error as translated:
            met = translated
        except Exception:
            met = self._adapter.dbapi.InterfaceError(type(error).__name__, error)
        strange = not isinstance(error, asyncpg.PostgresError | asyncpg.InterfaceError)
        gone = strange or self.dialect.is_disconnect(met, self._adapter, None)
        if gone:
            await to_the_end(self._connection.invalidate())
        kind: Any = self._adapter.dbapi.Error
        made: BaseException = sa.exc.DBAPIError.instance(
            text, None, met, kind, hide_parameters=True, connection_invalidated=gone, dialect=self.dialect
        )
        return made

    async def exec_driver_sql(self, text: str) -> Any:
        return await self._connection.exec_driver_sql(text)

    async def run_sync(self, work: Callable[[sa.Connection], T]) -> T:
        """Call `work` with SQLAlchemy's synchronous connection, in this transaction, and return its result; for migrations."""
        return await self._connection.run_sync(work)

    def begin_nested(self) -> AbstractAsyncContextManager[Any]:
        return self._connection.begin_nested()


def _how_many(status: str) -> int:
    """Return the number of rows in the server's status (`UPDATE 3`, `INSERT 0 1`); -1 if it has none."""
    last = status.rpartition(" ")[2]
    return int(last) if last.isdigit() else -1
