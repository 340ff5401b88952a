"""The database as the rest of the program sees it: every read and write goes through a transaction of `Books`.

One writer at a time (on PostgreSQL, one for each municipality): `write` opens a transaction, commits when the block ends and
rolls back when it raises. The network must not be awaited inside one.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol

import sqlalchemy as sa

from storage.connections import MARK, provisional
from storage.engine import Engine, connect
from storage.failures import StorageError, is_of_storage, reason_of
from storage.leases import LeaseLost, Leases, enter
from storage.transaction import Transaction

OF_THE_DATABASE = (sa.exc.SQLAlchemyError, OSError)
"""Exceptions that BEGIN and COMMIT raise only when the storage failed."""


class Watch(Protocol):
    """Is notified whether transactions are stored or the storage fails."""

    def wrote(self) -> None:
        """A transaction with changes was committed. (Not called after reading, which works on a full disk too.)"""

    def failed(self, error: StorageError) -> None:
        """The storage failed, and nothing of a transaction was stored."""


class Books:
    """The database of one installation (one or many municipalities)."""

    def __init__(self, url: str, engine: Engine | None = None) -> None:
        self.url = url
        self.watch: Watch | None = None
        self._engine = engine or connect(url)
        self.leases: Leases | None = None
        """The leases of this process, where several processes share a database. None: it owns no municipality, as a
        command on the command line; its transactions wait for the owners'."""
        self._writers: dict[str, asyncio.Lock] = {}
        self._messengers: dict[str, str] = {}
        self._waiting = 0

    @property
    def is_wanted(self) -> bool:
        """Whether another task of this process waits for the open transaction to end."""
        return self._waiting > 0

    @asynccontextmanager
    async def write(self, municipality: str) -> AsyncIterator[Transaction]:
        """Run the block in a transaction over one municipality's rows: committed when it ends, rolled back when it raises.
        Raises StorageError if the storage failed, LeaseLost if another process owns the municipality now."""
        self._waiting += 1
        try:
            writer = self._writer_of(municipality)
            await writer.acquire()
        finally:
            self._waiting -= 1
        tx: Transaction | None = None
        changed = is_over = False
        try:
            async with self._engine.begin() as connection:
                if self._engine.is_shared:
                    await enter(connection, municipality, self.leases)
                tx = Transaction(connection, municipality)
                tx.messenger = await self._messenger_of(tx)
                yield tx
                changed, is_over = connection.has_changed, True
                if changed and municipality and self._is_beside:
                    connection.tell(municipality)
        except BaseException as error:
            if tx is not None:
                (tx.kept if is_over and isinstance(error, asyncio.CancelledError) else tx.lost)()
            if is_of_storage(error) or ((tx is None or is_over) and isinstance(error, OF_THE_DATABASE)):
                raise self._failed(error) from error
            raise
        else:
            tx.kept()
            if not self._is_beside:
                self._messengers[municipality] = tx.messenger
            if changed and self.watch is not None:
                self.watch.wrote()
        finally:
            writer.release()

    @property
    def _is_beside(self) -> bool:
        """Whether another process may own the municipalities: then it is notified of changes, and nothing is cached here."""
        return self._engine.is_shared and self.leases is None

    def beside(self) -> Books:
        """Return access to the same database, without this process's leases, for work on municipalities that another process
        may own."""
        other = Books(self.url, self._engine)
        other._writers = self._writers
        return other

    def _writer_of(self, municipality: str) -> asyncio.Lock:
        """Return the lock a writer must hold: one for the whole file on SQLite, one for each municipality on PostgreSQL."""
        return self._writers.setdefault(municipality if self._engine.is_shared else "", asyncio.Lock())

    async def _messenger_of(self, tx: Transaction) -> str:
        """Return the municipality's connection to its messenger. Cached after the first time, because only the bot's own
        start changes it."""
        here = tx.municipality
        known = self._messengers.get(here) if here else provisional(here)
        return known or await tx.mark(MARK) or provisional(here)

    def _failed(self, error: BaseException) -> StorageError:
        failure = error if isinstance(error, StorageError) else StorageError(reason_of(error))
        if self.watch is not None and not isinstance(failure, LeaseLost):
            self.watch.failed(failure)
        return failure

    @property
    def engine(self) -> Engine:
        """The database engine; only for migrations and backups."""
        return self._engine

    async def close(self) -> None:
        await self._engine.dispose()
