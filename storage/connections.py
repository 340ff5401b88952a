"""Stores connections (0028): a connection is a messenger and one bot in it, with the position up to which its updates were read.
Several municipalities may share one bot; one municipality has one connection to a messenger. No rules here.

The mark `connection` names it. Until the first start with a token it is unknown which bot it is, and the connection is
provisional: people can be invited, and rows of an older version of the program have it.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from storage import tables as t
from storage.dialects import put
from storage.keepings import Keepings

MARK = "connection"
MOVING = "moving_to"
"""The mark that names the messenger in which the office will work from its next start on (`python -m bot move`)."""
LEFT = "the office works in another messenger now"
OF_PEOPLE = (t.alarms, t.bindings, t.chats, t.outbox, t.questions, t.sessions)
"""Tables whose rows move with the municipality to another bot of the same messenger, where accounts and groups are the same."""
OF_THE_BOT = (t.inbox, t.messages)
"""Tables whose rows stay with the bot: numbers of updates and addresses of messages mean nothing to another bot."""

_KEY: sa.BindParameter[str] = sa.bindparam("of")
_POSITION = sa.select(t.connections.c.position).where(t.connections.c.key == _KEY)
_MOVED = sa.select(t.connections.c.heard_at).where(t.connections.c.key == _KEY)


def provisional(municipality: str) -> str:
    """Return the connection of a municipality whose bot was never started: `telegram:<municipality>`. It cannot be a bot's,
    because bots have numbers."""
    return f"telegram:{municipality}"


def messenger_of(key: str) -> str:
    """Return the messenger's name in a connection's key: `telegram` for `telegram:<bot id>`."""
    return key.partition(":")[0]


class OtherMessengerError(Exception):
    """The office has worked in another messenger, and its move to this one was not announced. The text is that messenger's
    name."""


class Connections:
    def __init__(self, tx: Keepings) -> None:
        self._tx = tx

    async def former_messenger(self, key: str) -> str | None:
        """Return the messenger in which the office works now, if it is another one than that of the connection `key`; None
        otherwise, or if the office has not worked yet."""
        before = self._tx.messenger
        is_other = before != provisional(self._tx.municipality) and messenger_of(before) != messenger_of(key)
        return messenger_of(before) if is_other else None

    async def may_settle(self, key: str) -> str | None:
        """Return None if the municipality may be served by the bot of connection `key`; otherwise the messenger in which the
        office works now, because its move from there was not announced."""
        former = await self.former_messenger(key)
        moves = await self._tx.mark(MOVING) == messenger_of(key)
        return None if former is None or moves else former

    async def settle(self, key: str) -> None:
        """Make the bot of connection `key` serve the municipality. Its people, groups, letters and questions get the new
        connection; what only the former bot understands keeps the old one, unless that was provisional.

        From another messenger nothing is taken over: accounts, chats and messages have other numbers there. What waited to
        be sent is given up, so that nothing goes to a stranger; the rest stays, in case the office comes back.
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
        """Give up what waited in the former messenger: unsent letters fail, unread updates are parked, alarms of accounts and
        sessions are deleted."""
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
        """Return the position from which updates of this connection are to be fetched next; None if it was never polled."""
        found: int | None = (await self._tx.connection.execute(_POSITION, {"of": key})).scalar_one_or_none()
        return found

    async def moved_at(self, key: str) -> datetime | None:
        """Return when the position was last stored, that is, when updates last came; None if it was never polled."""
        found: datetime | None = (await self._tx.connection.execute(_MOVED, {"of": key})).scalar_one_or_none()
        return found

    async def move(self, key: str, position: int, now: datetime) -> None:
        """Store the position from which to fetch next. Call it in the transaction that stores the updates fetched last. The
        position may also go back: Telegram starts its numbers anew after a week without updates."""
        row = {"key": key, "messenger": messenger_of(key), "position": position, "heard_at": now}
        await self._tx.connection.execute(put(self._tx.dialect, t.connections, ("key",)), row)
