"""PostgreSQL for one process or several: a pool of connections, READ COMMITTED, every wait on the network asynchronous.

What two transactions of one municipality must not do at once, `storage.leases` prevents: each begins by locking the row of
its municipality. Nothing of the cases is known here.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from storage import lengths
from storage.unbroken import to_the_end

T = TypeVar("T")

AT_ONCE = 10
"""Connections kept open; as many more may be opened for a while."""
CONNECT_SECONDS, STATEMENT_SECONDS = 10, 60
ASK_SECONDS = 15
SETTINGS = {
    "application_name": "dezhurny",
    "timezone": "UTC",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "5s",
}
"""A process that freezes within a transaction loses it after five seconds, so that another can take its work over."""
CHANGES = (sa.Insert, sa.Update, sa.Delete)


class PostgresEngine:
    """A connection that met an error it cannot be trusted after is closed by the pool; the next transaction gets another."""

    is_shared = True

    def __init__(self, url: str) -> None:
        self._engine = create_async_engine(
            url,
            pool_pre_ping=True,
            pool_size=AT_ONCE,
            max_overflow=AT_ONCE,
            hide_parameters=True,
            connect_args={
                "timeout": CONNECT_SECONDS,
                "command_timeout": STATEMENT_SECONDS,
                "server_settings": SETTINGS,
            },
        )

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[PostgresConnection]:
        """A transaction, kept whole or not at all. Raises what SQLAlchemy raises, and OSError if there is no server. Cancelled
        during COMMIT a task gets CancelledError only if the commit went through, else the error of the commit."""
        connection = await self._engine.connect()
        try:
            transaction = await connection.begin()
            yield PostgresConnection(connection)
            await to_the_end(transaction.commit())
        except BaseException:
            with suppress(Exception):
                await to_the_end(connection.rollback())
            raise
        finally:
            await to_the_end(connection.close())

    async def listen(self, channel: str, heard: Callable[[str], None]) -> None:
        """See Engine. A connection of its own; a server that silently went away is noticed by a question now and then."""
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


class PostgresConnection:
    """What is asked of an open transaction; SQLAlchemy's own connection answers most of it."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self.has_changed = False

    @property
    def dialect(self) -> sa.Dialect:
        return self._connection.dialect

    async def execute(self, statement: Any, parameters: Any = None) -> Any:
        lengths.check(statement, parameters if isinstance(parameters, list) else [parameters or {}])
        found = await self._connection.execute(statement, parameters)
        self.has_changed = self.has_changed or isinstance(statement, CHANGES)
        return found

    async def exec_driver_sql(self, text: str) -> Any:
        return await self._connection.exec_driver_sql(text)

    async def run_sync(self, work: Callable[[sa.Connection], T]) -> T:
        """For what works with SQLAlchemy's own connection: migrations."""
        return await self._connection.run_sync(work)

    def begin_nested(self) -> AbstractAsyncContextManager[Any]:
        return self._connection.begin_nested()
