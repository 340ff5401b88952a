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
MOVING = "moving_to"
"""The mark that names the messenger an office is to work in from its next start on (`python -m bot move`)."""
LEFT = "the office works in another messenger now"
OF_PEOPLE = (t.alarms, t.bindings, t.chats, t.outbox, t.questions, t.sessions)
"""A messenger has the same accounts and groups for all its bots, so these rows follow the municipality to another bot."""
OF_THE_BOT = (t.inbox, t.messages)
"""Numbers of updates and addresses of messages mean nothing to another bot."""

_KEY: sa.BindParameter[str] = sa.bindparam("of")
_POSITION = sa.select(t.connections.c.position).where(t.connections.c.key == _KEY)
_MOVED = sa.select(t.connections.c.heard_at).where(t.connections.c.key == _KEY)


def provisional(municipality: str) -> str:
    """The connection of a municipality whose bot has never been started. Bots are numbered, so it is no bot's."""
    return f"telegram:{municipality}"


def messenger_of(key: str) -> str:
    """`telegram` of `telegram:<bot id>`."""
    return key.partition(":")[0]


class OtherMessengerError(Exception):
    """The office worked in another messenger, and nobody has announced that it moves. The text is its name."""


class Connections:
    def __init__(self, tx: Keepings) -> None:
        self._tx = tx

    async def former_messenger(self, key: str) -> str | None:
        """The messenger in which the office worked before the connection `key`, if that was another one; None otherwise."""
        before = self._tx.messenger
        is_other = before != provisional(self._tx.municipality) and messenger_of(before) != messenger_of(key)
        return messenger_of(before) if is_other else None

    async def may_settle(self, key: str) -> str | None:
        """None if the municipality may be served by this bot; otherwise the messenger in which the office works and from
        which nobody has moved it."""
        former = await self.former_messenger(key)
        moves = await self._tx.mark(MOVING) == messenger_of(key)
        return None if former is None or moves else former

    async def settle(self, key: str) -> None:
        """The municipality is served by this bot from now on. Its people, groups, letters and questions are found under the
        new connection; what only the former bot understands stays under the old one, unless that was provisional.

        From another messenger nothing follows: accounts, chats and messages have other numbers there. What waited to be
        sent is given up, so that nothing goes to a stranger; the rest stays, for the case that the office comes back.
        OtherMessengerError if the move was not announced."""
        before = self._tx.messenger
        if before == key:
            return
        if (former := await self.may_settle(key)) is not None:
            raise OtherMessengerError(former)
        if await self.former_messenger(key) is not None:
            await self._leave(before)
            await self._tx.set_marks({MARK: key, MOVING: ""})
            self._tx.serve_by(key)
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

    async def _leave(self, before: str) -> None:
        """Nothing that waited for the former messenger's people reaches the new one's."""
        mine = self._tx.municipality
        run = self._tx.connection.execute
        o, i = t.outbox.c, t.inbox.c
        waits = (o.municipality == mine, o.connection == before, o.state.in_(("waiting", "sending")))
        await run(t.outbox.update().where(*waits).values(state="failed", error=LEFT))
        unread = (i.municipality == mine, i.connection == before, i.state == "waiting")
        await run(t.inbox.update().where(*unread).values(state="parked", error=LEFT))
        for table in (t.alarms, t.sessions):
            await run(table.delete().where(table.c.municipality == mine, table.c.connection == before))

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
