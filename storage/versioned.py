"""A versioned row and its journal: what the registry of pages and the book of materials share.

Two tables: one with the columns `municipality`, `number` and `version`, and one for the journal. Cases are stored by
`storage.cases`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import sqlalchemy as sa

from storage.scope import Scope


class Line(Protocol):
    """A change as the journal records it."""

    @property
    def action(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def by(self) -> str | None: ...
    @property
    def on_behalf(self) -> str | None: ...
    @property
    def from_state(self) -> str | None: ...
    @property
    def to_state(self) -> str: ...
    @property
    def details(self) -> tuple[tuple[str, str], ...]: ...


@dataclass(frozen=True)
class Versioned:
    table: sa.Table
    journal: sa.Table

    async def save(self, tx: Scope, number: int, version: int, values: Mapping[str, Any], line: Line) -> bool:
        """Store the new version and its journal line; False, with nothing stored, if the book has another version."""
        row = {**values, "version": version, "changed_at": line.at}
        if version == 1:
            new = {"municipality": tx.municipality, "number": number, **row}
            await tx.connection.execute(self.table.insert().values(**new))
        else:
            c = self.table.c
            same = c.municipality == tx.municipality, c.number == number, c.version == version - 1
            if (await tx.connection.execute(self.table.update().where(*same).values(**row))).rowcount != 1:
                return False
        said = {
            "municipality": tx.municipality,
            "number": number,
            "version": version,
            "at": line.at,
            "who": line.by,
            "on_behalf": line.on_behalf,
            "action": line.action,
            "from_state": line.from_state,
            "to_state": line.to_state,
            "details": json.dumps(dict(line.details), ensure_ascii=False),
        }
        await tx.connection.execute(self.journal.insert().values(**said))
        return True

    async def history(self, tx: Scope, number: int, most: int) -> list[Mapping[str, Any]]:
        """The newest lines of the journal, oldest first; `details` as a mapping."""
        c = self.journal.c
        query = sa.select(self.journal).where(c.municipality == tx.municipality, c.number == number)
        rows = (await tx.connection.execute(query.order_by(c.id.desc()).limit(most))).mappings().all()
        return [{**row, "details": json.loads(row["details"])} for row in reversed(rows)]
