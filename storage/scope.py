"""What every book stands on: the connection of an open transaction, its municipality, and the SQL both databases
understand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa

from storage.dialects import insert_new
from storage.engine import Connection


class Scope:
    def __init__(self, connection: Connection, municipality: str) -> None:
        self.connection = connection
        self.municipality = municipality
        self._undo: list[Callable[[], None]] = []

    def if_lost(self, undo: Callable[[], None]) -> None:
        """Register `undo` for the case that the transaction is not kept, to drop what was cached from its rows; the
        last registered runs first."""
        self._undo.append(undo)

    def lost(self) -> None:
        while self._undo:
            self._undo.pop()()

    @property
    def dialect(self) -> str:
        return self.connection.dialect.name

    async def insert_new(self, table: sa.Table, rows: Sequence[dict[str, Any]]) -> int:
        """Insert the rows that do not exist yet; return how many were new (unreliable for several rows on some
        drivers)."""
        result = await self.connection.execute(insert_new(self.dialect, table), list(rows))
        return int(result.rowcount)
