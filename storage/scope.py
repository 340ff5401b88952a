"""The base of all access to the database: the connection of an open transaction, its municipality, what is to be done after
its end, and SQL that both databases understand."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from storage.dialects import insert_new
from storage.engine import Connection
from storage.failures import StorageError, is_of_storage, reason_of


class Scope:
    def __init__(self, connection: Connection, municipality: str) -> None:
        self.connection = connection
        self.municipality = municipality
        self.messenger = ""
        """The key of the municipality's connection to its messenger (0028), to which accounts and addresses belong; "" until
        it is known."""
        self.head: tuple[int, str] | None = None
        """The number and the link of the last line of the hash chain (0072); None until read in this transaction."""
        self._undo: list[Callable[[], None]] = []
        self._further: list[Callable[[], None]] = []

    def serve_by(self, messenger: str) -> None:
        """Set `messenger` and drop what was cached; if the transaction is not committed, the former one is restored."""
        before, self.messenger = self.messenger, messenger
        self._forget()
        self.if_lost(lambda: setattr(self, "messenger", before))

    def here(self) -> dict[str, str]:
        """Return the values of the parameters `here` and `via` of a statement: this municipality, and its connection to its
        messenger."""
        return {"here": self.municipality, "via": self.messenger}

    def source_of(self, network: str) -> str:
        """Return the key of the municipality's connection to a citizens' network: `<municipality>/<network>`."""
        return f"{self.municipality}/{network}"

    def if_lost(self, undo: Callable[[], None]) -> None:
        """Register `undo` to be called if the transaction (or the savepoint around this call) is not committed, to drop what
        was cached from its rows; the last registered runs first."""
        self._undo.append(undo)

    def if_kept(self, further: Callable[[], None]) -> None:
        """Register `further` to be called once the transaction is committed, in the order of registration; for example to
        wake other tasks or to count."""
        self._further.append(further)

    def lost(self) -> None:
        self._lose(0, 0)

    def kept(self) -> None:
        for further in self._further:
            further()

    def _lose(self, undo: int, further: int) -> None:
        while len(self._undo) > undo:
            self._undo.pop()()
        del self._further[further:]

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """Run the block in a savepoint: if it raises, its changes are rolled back, and what was cached or registered in it is
        dropped. Raises StorageError if the storage failed: then the whole transaction is lost."""
        before = len(self._undo), len(self._further)
        try:
            async with self.connection.begin_nested():
                yield
        except BaseException as error:
            self._lose(*before)
            self._forget()
            if is_of_storage(error) and not isinstance(error, StorageError):
                raise StorageError(reason_of(error)) from error
            raise

    def _forget(self) -> None:
        """Drop the parts of this transaction that cache rows, because these rows may have been rolled back."""
        self.head = None
        for name in [name for name in vars(self) if isinstance(getattr(type(self), name, None), cached_property)]:
            delattr(self, name)

    @property
    def dialect(self) -> str:
        return self.connection.dialect.name

    async def insert_new(self, table: sa.Table, rows: Sequence[dict[str, Any]]) -> int:
        """Insert the rows that do not exist yet; return how many were new (unreliable for several rows on some
        drivers)."""
        result = await self.connection.execute(insert_new(self.dialect, table), list(rows))
        return int(result.rowcount)
