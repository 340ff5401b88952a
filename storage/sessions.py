"""Sessions on the board (the web page of cases) and the one-time links that open them. Only hashes are stored: the codes that
open a session are known to the person alone. No rules here."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from storage import tables as t
from storage.scope import Scope


class Sessions:
    def __init__(self, tx: Scope) -> None:
        self._tx = tx

    async def offer(self, link_hash: str, account: int, until: datetime, now: datetime) -> None:
        """Store a one-time link with which the account can open one session before `until`; delete this municipality's links
        and sessions that have expired by `now`."""
        s, here = t.sessions.c, self._tx.municipality
        over = sa.or_(
            sa.and_(s.session_hash.is_(None), s.link_until <= now),
            sa.and_(s.session_hash.is_not(None), s.session_until <= now),
        )
        await self._tx.connection.execute(t.sessions.delete().where(s.municipality == here, over))
        row = {"link_hash": link_hash, "municipality": here, "connection": self._tx.messenger, "account": account}
        await self._tx.connection.execute(t.sessions.insert(), {**row, "link_until": until})

    async def begin(self, link_hash: str, session_hash: str, until: datetime, now: datetime) -> bool:
        """Use the link up and start its session, which lasts until just before `until`. Return False if the link is unknown,
        used or expired. Works across municipalities."""
        s = t.sessions.c
        fresh = (s.link_hash == link_hash, s.session_hash.is_(None), s.link_until > now)
        values = {"session_hash": session_hash, "session_until": until}
        result = await self._tx.connection.execute(t.sessions.update().where(*fresh).values(**values))
        return bool(result.rowcount)

    async def is_fresh(self, link_hash: str, now: datetime) -> bool:
        """Whether the link is known, not used and not expired at `now`."""
        s = t.sessions.c
        query = sa.select(s.link_hash).where(s.link_hash == link_hash, s.session_hash.is_(None), s.link_until > now)
        return (await self._tx.connection.execute(query)).scalar_one_or_none() is not None

    async def whose(self, session_hash: str, now: datetime) -> tuple[str, int] | None:
        """Return the municipality and account of a session that is valid at `now`, or None. Works across municipalities."""
        s = t.sessions.c
        query = sa.select(s.municipality, s.account).where(s.session_hash == session_hash, s.session_until > now)
        row = (await self._tx.connection.execute(query)).one_or_none()
        return (row[0], row[1]) if row is not None else None

    async def end(self, session_hash: str) -> None:
        await self._tx.connection.execute(t.sessions.delete().where(t.sessions.c.session_hash == session_hash))

    async def end_of(self, account: int) -> None:
        """End every session of the account in this municipality and revoke its unused links."""
        s = t.sessions.c
        mine = (s.municipality == self._tx.municipality, s.connection == self._tx.messenger, s.account == account)
        await self._tx.connection.execute(t.sessions.delete().where(*mine))
