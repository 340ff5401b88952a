"""The book of connections: a messenger and one bot of it, and how far its updates have been read. It knows no municipality,
since several may share one bot. No rules here."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from storage import tables as t
from storage.dialects import put
from storage.scope import Scope

_KEY: sa.BindParameter[str] = sa.bindparam("of")
_POSITION = sa.select(t.connections.c.position).where(t.connections.c.key == _KEY)
_MOVED = sa.select(t.connections.c.heard_at).where(t.connections.c.key == _KEY)


def messenger_of(key: str) -> str:
    """`telegram` of `telegram:<bot id>`."""
    return key.partition(":")[0]


class Connections:
    def __init__(self, tx: Scope) -> None:
        self._tx = tx

    async def position(self, key: str) -> int | None:
        """Where the next poll of the connection begins; None if it was never polled."""
        found: int | None = (await self._tx.connection.execute(_POSITION, {"of": key})).scalar_one_or_none()
        return found

    async def moved_at(self, key: str) -> datetime | None:
        """When the position was last moved: the moment something last came; None if it was never polled."""
        found: datetime | None = (await self._tx.connection.execute(_MOVED, {"of": key})).scalar_one_or_none()
        return found

    async def move(self, key: str, position: int, now: datetime) -> None:
        """The next poll begins at `position`. Call it in the transaction that keeps what the last poll brought. The position
        may also go back: Telegram starts its numbers anew after a week without updates."""
        row = {"key": key, "messenger": messenger_of(key), "position": position, "heard_at": now}
        await self._tx.connection.execute(put(self._tx.dialect, t.connections, ("key",)), row)
