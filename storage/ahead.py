"""Stores what a network reported about a message (edited, deleted) before the message itself came, because networks do not keep
the order. No rules here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage import tables as t
from storage.dialects import put
from storage.scope import Scope

_HERE: sa.BindParameter[Any] = sa.bindparam("here")
_KEY = (
    t.ahead.c.municipality == _HERE,
    t.ahead.c.network == sa.bindparam("in_network"),
    t.ahead.c.ref == sa.bindparam("at_ref"),
)
_OF = sa.select(t.ahead.c.edited, t.ahead.c.deleted).where(*_KEY)
_DROP = t.ahead.delete().where(*_KEY)


@dataclass(frozen=True, slots=True)
class Ahead:
    """Whether a message was reported as edited or deleted before the bot received it."""

    edited: bool = False
    deleted: bool = False


NOTHING = Ahead()


class AheadBook:
    def __init__(self, tx: Scope) -> None:
        self._tx = tx

    async def of(self, network: str, ref: str) -> Ahead:
        row = (await self._tx.connection.execute(_OF, self._key(network, ref))).one_or_none()
        return Ahead(row.edited, row.deleted) if row is not None else NOTHING

    async def note(self, network: str, ref: str, ahead: Ahead, now: datetime) -> None:
        """Store what was reported about the message at this address, in place of what was stored; `NOTHING` deletes it."""
        if ahead == NOTHING:
            await self._tx.connection.execute(_DROP, self._key(network, ref))
            return
        row = {
            "municipality": self._tx.municipality,
            "network": network,
            "ref": ref,
            "edited": ahead.edited,
            "deleted": ahead.deleted,
            "at": now,
        }
        await self._tx.connection.execute(put(self._tx.dialect, t.ahead, ("municipality", "network", "ref")), row)

    async def forget(self, before: datetime) -> None:
        """Delete what was stored before the moment."""
        here = t.ahead.c.municipality == self._tx.municipality
        await self._tx.connection.execute(t.ahead.delete().where(here, t.ahead.c.at < before))

    def _key(self, network: str, ref: str) -> dict[str, str]:
        return {"here": self._tx.municipality, "in_network": network, "at_ref": ref}
