"""Who is signed in to the page. Only hashes are kept: what opens a session stands nowhere but with the person. No rules here."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from storage import tables as t
from storage.scope import Scope


class Sessions:
    def __init__(self, tx: Scope) -> None:
        self._tx = tx

    async def offer(self, link_hash: str, account: int, until: datetime, now: datetime) -> None:
        """The link opens one session of the account before `until`. What is over by `now` is forgotten."""
        s, here = t.sessions.c, self._tx.municipality
        over = sa.or_(
            sa.and_(s.session_hash.is_(None), s.link_until <= now),
            sa.and_(s.session_hash.is_not(None), s.session_until <= now),
        )
        await self._tx.connection.execute(t.sessions.delete().where(s.municipality == here, over))
        row = {"link_hash": link_hash, "municipality": here, "account": account, "link_until": until}
        await self._tx.connection.execute(t.sessions.insert(), row)

    async def begin(self, link_hash: str, session_hash: str, until: datetime, now: datetime) -> bool:
        """The link is used up and the session lasts until just before `until`; False where the link opens nothing (any more).
        Of whichever municipality the link is."""
        s = t.sessions.c
        fresh = (s.link_hash == link_hash, s.session_hash.is_(None), s.link_until > now)
        values = {"session_hash": session_hash, "session_until": until}
        result = await self._tx.connection.execute(t.sessions.update().where(*fresh).values(**values))
        return bool(result.rowcount)

    async def is_fresh(self, link_hash: str, now: datetime) -> bool:
        """Whether the link still opens a session."""
        s = t.sessions.c
        query = sa.select(s.link_hash).where(s.link_hash == link_hash, s.session_hash.is_(None), s.link_until > now)
        return (await self._tx.connection.execute(query)).scalar_one_or_none() is not None

    async def whose(self, session_hash: str, now: datetime) -> tuple[str, int] | None:
        """The municipality and the account of a session that lasts, of whichever municipality it is."""
        s = t.sessions.c
        query = sa.select(s.municipality, s.account).where(s.session_hash == session_hash, s.session_until > now)
        row = (await self._tx.connection.execute(query)).one_or_none()
        return (row[0], row[1]) if row is not None else None

    async def end(self, session_hash: str) -> None:
        await self._tx.connection.execute(t.sessions.delete().where(t.sessions.c.session_hash == session_hash))

    async def end_of(self, account: int) -> None:
        """Every session of the account and every link to one is over."""
        s = t.sessions.c
        mine = (s.municipality == self._tx.municipality, s.account == account)
        await self._tx.connection.execute(t.sessions.delete().where(*mine))
