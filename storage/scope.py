"""What every book stands on: the connection of an open transaction, its municipality, the SQL both databases speak."""

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
        """Called where the transaction is not kept, the last said first: what was learnt from its rows is forgotten."""
        self._undo.append(undo)

    def lost(self) -> None:
        while self._undo:
            self._undo.pop()()

    @property
    def dialect(self) -> str:
        return self.connection.dialect.name

    async def insert_new(self, table: sa.Table, rows: Sequence[dict[str, Any]]) -> int:
        """Insert the rows that are not there yet; how many were new (not known for several rows on every driver)."""
        result = await self.connection.execute(insert_new(self.dialect, table), list(rows))
        return int(result.rowcount)
