"""Stores material for publication, with its journal. What may be done with it, `workflow.official.material_rules` says."""

from __future__ import annotations

from datetime import datetime

from storage import tables as t
from storage.codec import dump
from storage.versioned import VersionedBook
from workflow.commands import Entry
from workflow.official.material import Material, MaterialState

WAITING = (MaterialState.SENT, MaterialState.RETURNED)


class Materials(VersionedBook[Material]):
    kind, table, journal = Material, t.materials, t.material_journal

    async def planned(self, since: datetime, until: datetime) -> list[Material]:
        """Return the materials with a publication time in [since, until), whatever their state, the earliest first."""
        at, number = t.materials.c.publish_at, t.materials.c.number
        return await self._many(at >= since, at < until, order=(at, number))

    async def waiting(self) -> list[Material]:
        """Return the materials that are sent or returned, so not approved, the oldest first."""
        return await self._many(t.materials.c.state.in_(WAITING))

    async def save(self, material: Material, entry: Entry) -> bool:
        """Store the material and its journal line; return False, with nothing stored, if another version was stored meanwhile."""
        values = {"state": material.state, "publish_at": material.publish_at, "body": dump(material)}
        return await self._keep(material.id, material.version, values, entry)
