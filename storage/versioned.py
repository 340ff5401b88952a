"""Stores things that have a version and a journal: official pages, material, ready answers, comments under moderation.

Two tables for each kind: one with the columns `municipality`, `number`, `version` and `body`, one for the journal. Cases are
stored by `storage.cases`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar, Generic, TypeVar

import sqlalchemy as sa

from storage import chain
from storage.codec import load
from storage.scope import Scope
from workflow.commands import Entry

Thing = TypeVar("Thing")


class VersionedBook(Generic[Thing]):
    """Reads and stores all things of one kind of one municipality, within one transaction. `said`: the journal's JSON
    column."""

    kind: ClassVar[Any]
    table: ClassVar[sa.Table]
    journal: ClassVar[sa.Table]
    said: ClassVar[str] = "details"

    def __init__(self, tx: Scope) -> None:
        self._tx = tx

    async def get(self, number: int) -> Thing | None:
        """Return the thing with this number (the one people see), or None."""
        return await self._one(self.table.c.number == number)

    async def next_number(self) -> int:
        query = sa.select(sa.func.max(self.table.c.number)).where(self._here())
        return int((await self._tx.connection.execute(query)).scalar_one() or 0) + 1

    async def history(self, number: int, most: int) -> list[Mapping[str, Any]]:
        """Return the newest `most` lines of the thing's journal, the oldest of them first, with the column `said` parsed."""
        c = self.journal.c
        query = sa.select(self.journal).where(c.municipality == self._tx.municipality, c.number == number)
        rows = (await self._tx.connection.execute(query.order_by(c.id.desc()).limit(most))).mappings().all()
        return [{**row, self.said: json.loads(row[self.said])} for row in reversed(rows)]

    # --- inside ------------------------------------------------------------------------------------------------------

    async def _keep(
        self, number: int, version: int, values: Mapping[str, Any], line: Entry, said: Mapping[str, Any] | None = None
    ) -> bool:
        """Store the thing and its journal line; return False, with nothing stored, if the stored version is not `version` - 1
        (another was stored meanwhile). `said`: columns of the journal line to write instead of the entry's details."""
        row = {**values, "version": version, "changed_at": line.at}
        own = {"municipality": self._tx.municipality, "number": number}
        if version == 1:
            await self._tx.connection.execute(self.table.insert().values(**own, **row))
        else:
            same = (self._here(), self.table.c.number == number, self.table.c.version == version - 1)
            if (await self._tx.connection.execute(self.table.update().where(*same).values(**row))).rowcount != 1:
                return False
        kept = {
            "version": version,
            "at": line.at,
            "who": line.by,
            "on_behalf": line.on_behalf,
            "action": line.action,
            "from_state": line.from_state,
            "to_state": line.to_state,
            **(said if said is not None else {self.said: json.dumps(dict(line.details), ensure_ascii=False)}),
        }
        await chain.write(self._tx, self.journal, {**own, **kept})
        return True

    async def _one(self, *conditions: sa.ColumnElement[bool]) -> Thing | None:
        found = await self._many(*conditions, limit=1)
        return found[0] if found else None

    async def _many(
        self,
        *conditions: sa.ColumnElement[bool],
        order: tuple[sa.ColumnElement[Any], ...] = (),
        limit: int | None = None,
        offset: int = 0,
    ) -> list[Thing]:
        """Return the things that satisfy all conditions, in the order of their numbers unless `order` is given."""
        query = sa.select(self.table.c.body).where(self._here(), *conditions)
        query = query.order_by(*(order or (self.table.c.number,))).limit(limit).offset(offset or None)
        return [load(self.kind, body) for body in (await self._tx.connection.execute(query)).scalars()]

    def _here(self) -> sa.ColumnElement[bool]:
        here: sa.ColumnElement[bool] = self.table.c.municipality == self._tx.municipality
        return here
