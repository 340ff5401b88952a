"""The books: every read and write of the program goes through a transaction of theirs.

One writer at a time: `write` opens a transaction, hands out a `Transaction`, commits when the block ends and rolls back when it
raises. Nothing of the network may be awaited inside one.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from storage.engine import Engine, connect
from storage.transaction import Transaction


class Books:
    """The database of one installation (one or many municipalities)."""

    def __init__(self, url: str, engine: Engine | None = None) -> None:
        self.url = url
        self._engine = engine or connect(url)
        self._writer = asyncio.Lock()
        self._waiting = 0

    @property
    def is_wanted(self) -> bool:
        """Somebody waits for the transaction that is open to end."""
        return self._waiting > 0

    @asynccontextmanager
    async def write(self, municipality: str) -> AsyncIterator[Transaction]:
        """A transaction over one municipality's rows; kept whole or not at all."""
        self._waiting += 1
        try:
            await self._writer.acquire()
        finally:
            self._waiting -= 1
        try:
            tx: Transaction | None = None
            try:
                async with self._engine.begin() as connection:
                    tx = Transaction(connection, municipality)
                    yield tx
            except BaseException:
                if tx is not None:
                    tx.lost()
                raise
        finally:
            self._writer.release()

    @property
    def engine(self) -> Engine:
        """For migrations and backups; nobody else."""
        return self._engine

    async def close(self) -> None:
        await self._engine.dispose()
