"""The book of material for publication, with its journal. Others decide what may be done with a material."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage import tables as t
from storage.codec import dump, load
from storage.scope import Scope
from storage.versioned import Versioned
from workflow.official.material import Material, MaterialEntry, MaterialState

WAITING = (MaterialState.SENT, MaterialState.RETURNED)

_BOOK = Versioned(t.materials, t.material_journal)


class Materials:
    """The materials of one municipality, within one transaction."""

    def __init__(self, tx: Scope) -> None:
        self._tx = tx

    async def get(self, number: int) -> Material | None:
        """The material with this number, as people see it."""
        query = sa.select(t.materials.c.body).where(self._here(), t.materials.c.number == number)
        body = (await self._tx.connection.execute(query)).scalar_one_or_none()
        return load(Material, body) if body is not None else None

    async def planned(self, since: datetime, until: datetime) -> list[Material]:
        """Materials approved for a moment from `since` until just before `until`, the earliest first."""
        here = (self._here(), t.materials.c.publish_at >= since, t.materials.c.publish_at < until)
        return await self._select(here, t.materials.c.publish_at, t.materials.c.number)

    async def waiting(self) -> list[Material]:
        """Materials nobody has approved yet, the oldest first."""
        return await self._select((self._here(), t.materials.c.state.in_(WAITING)), t.materials.c.number)

    async def next_number(self) -> int:
        query = sa.select(sa.func.max(t.materials.c.number)).where(self._here())
        return int((await self._tx.connection.execute(query)).scalar_one() or 0) + 1

    async def save(self, material: Material, entry: MaterialEntry) -> bool:
        """Store the material and its journal line; False, with nothing stored, if the book has another version."""
        values = {"state": material.state, "publish_at": material.publish_at, "body": dump(material)}
        return await _BOOK.save(self._tx, material.id, material.version, values, entry)

    async def history(self, number: int, most: int) -> list[Mapping[str, Any]]:
        """The newest lines of the material's journal, oldest first."""
        return await _BOOK.history(self._tx, number, most)

    async def _select(self, conditions: tuple[sa.ColumnElement[bool], ...], *order: sa.Column[Any]) -> list[Material]:
        query = sa.select(t.materials.c.body).where(*conditions).order_by(*order)
        return [load(Material, body) for body in (await self._tx.connection.execute(query)).scalars()]

    def _here(self) -> sa.ColumnElement[bool]:
        return t.materials.c.municipality == self._tx.municipality
