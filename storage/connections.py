"""The book of connections (0028): a messenger and one bot of it, and how far its updates have been read. Several municipalities
may share one bot; one municipality has one connection to a messenger. No rules here.

The mark `connection` names it. Until the first start with a token nobody knows which bot it is, and the connection is
provisional: people can be invited, and rows of an older edition are kept.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from storage import tables as t
from storage.dialects import put
from storage.keepings import Keepings

MARK = "connection"
OF_PEOPLE = (t.alarms, t.bindings, t.chats, t.outbox, t.questions, t.sessions)
"""A messenger has the same accounts and groups for all its bots, so these rows follow the municipality to another bot."""
OF_THE_BOT = (t.inbox, t.messages)
"""Numbers of updates and addresses of messages mean nothing to another bot."""

_POSITION = sa.select(t.connections.c.position).where(t.connections.c.key == sa.bindparam("of"))


def provisional(municipality: str) -> str:
    """The connection of a municipality whose bot has never been started. Bots are numbered, so it is no bot's."""
    return f"telegram:{municipality}"


def messenger_of(key: str) -> str:
    """`telegram` of `telegram:<bot id>`."""
    return key.partition(":")[0]


class Connections:
    def __init__(self, tx: Keepings) -> None:
        self._tx = tx

    async def settle(self, key: str) -> None:
        """The municipality is served by this bot from now on. Its people, groups, letters and questions are found under the
        new connection; what only the former bot understands stays under the old one, unless that was provisional."""
        before = self._tx.messenger
        if before == key:
            return
        is_first = before == provisional(self._tx.municipality)
        for table in (*OF_PEOPLE, *OF_THE_BOT) if is_first else OF_PEOPLE:
            values: dict[str, object] = {"connection": key}
            if table is t.questions and not is_first:
                values |= {"chat_id": None, "message_id": None}
            mine = (table.c.municipality == self._tx.municipality, table.c.connection == before)
            await self._tx.connection.execute(table.update().where(*mine).values(**values))
        await self._tx.set_mark(MARK, key)
        self._tx.serve_by(key)

    async def position(self, key: str) -> int | None:
        """Where the next poll of the connection begins; None if it was never polled."""
        found: int | None = (await self._tx.connection.execute(_POSITION, {"of": key})).scalar_one_or_none()
        return found

    async def move(self, key: str, position: int, now: datetime) -> None:
        """The next poll begins at `position`. Call it in the transaction that keeps what the last poll brought. The position
        may also go back: Telegram starts its numbers anew after a week without updates."""
        row = {"key": key, "messenger": messenger_of(key), "position": position, "heard_at": now}
        await self._tx.connection.execute(put(self._tx.dialect, t.connections, ("key",)), row)
