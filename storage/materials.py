"""The book of material for publication and of its journal. What may be done with a material, others decide."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from storage import tables as t
from storage.codec import dump, load
from workflow.material import Material, MaterialEntry, MaterialState

if TYPE_CHECKING:
    from storage.page import Page

WAITING = (MaterialState.SENT, MaterialState.RETURNED)


class Materials:
    """The materials of one municipality, within one transaction."""

    def __init__(self, page: Page) -> None:
        self._page = page

    async def get(self, number: int) -> Material | None:
        """The material by the number people see."""
        query = sa.select(t.materials.c.body).where(self._here(), t.materials.c.number == number)
        body = (await self._page.connection.execute(query)).scalar_one_or_none()
        return load(Material, body) if body is not None else None

    async def planned(self, since: datetime, until: datetime) -> list[Material]:
        """What was approved for a moment from `since` to just before `until`, the earliest first."""
        here = (self._here(), t.materials.c.publish_at >= since, t.materials.c.publish_at < until)
        return await self._select(here, t.materials.c.publish_at, t.materials.c.number)

    async def waiting(self) -> list[Material]:
        """What nobody has approved yet, the oldest first."""
        return await self._select((self._here(), t.materials.c.state.in_(WAITING)), t.materials.c.number)

    async def next_number(self) -> int:
        query = sa.select(sa.func.max(t.materials.c.number)).where(self._here())
        return int((await self._page.connection.execute(query)).scalar_one() or 0) + 1

    async def save(self, material: Material, entry: MaterialEntry) -> bool:
        """Keep the material and its journal line; False, and nothing kept, where the version in the book is another."""
        values = {
            "state": material.state,
            "version": material.version,
            "publish_at": material.publish_at,
            "changed_at": entry.at,
            "body": dump(material),
        }
        if material.version == 1:
            await self._page.connection.execute(
                t.materials.insert().values(municipality=self._page.municipality, number=material.id, **values)
            )
        else:
            changed = await self._page.connection.execute(
                t.materials.update()
                .where(self._here(), t.materials.c.number == material.id)
                .where(t.materials.c.version == material.version - 1)
                .values(**values)
            )
            if changed.rowcount != 1:
                return False
        await self._page.connection.execute(
            t.material_journal.insert().values(
                municipality=self._page.municipality,
                number=material.id,
                version=material.version,
                at=entry.at,
                who=entry.by,
                on_behalf=entry.on_behalf,
                action=entry.action,
                from_state=entry.from_state,
                to_state=entry.to_state,
                details=json.dumps(dict(entry.details), ensure_ascii=False),
            )
        )
        return True

    async def history(self, number: int, most: int) -> list[Mapping[str, Any]]:
        """The newest lines of the material's journal, the oldest of them first."""
        query = (
            sa.select(t.material_journal)
            .where(t.material_journal.c.municipality == self._page.municipality)
            .where(t.material_journal.c.number == number)
            .order_by(t.material_journal.c.id.desc())
            .limit(most)
        )
        rows = (await self._page.connection.execute(query)).mappings().all()
        return [{**row, "details": json.loads(row["details"])} for row in reversed(rows)]

    async def _select(self, conditions: tuple[sa.ColumnElement[bool], ...], *order: sa.Column[Any]) -> list[Material]:
        query = sa.select(t.materials.c.body).where(*conditions).order_by(*order)
        return [load(Material, body) for body in (await self._page.connection.execute(query)).scalars()]

    def _here(self) -> sa.ColumnElement[bool]:
        return t.materials.c.municipality == self._page.municipality
