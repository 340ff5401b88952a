"""Messages that the bot saw in a network but made no case of, stored so that nothing is lost silently. No rules here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from storage import tables as t
from storage.dialects import put
from storage.lengths import cut
from storage.scope import Scope

_HERE: sa.BindParameter[Any] = sa.bindparam("here")
_BY_REF = sa.select(t.seen).where(
    t.seen.c.municipality == _HERE,
    t.seen.c.network == sa.bindparam("network"),
    t.seen.c.ref == sa.bindparam("ref"),
)

ERASED = "erased"
"""`why` of a message whose words were erased. It is in no list, but its address stays known, so it is not taken in anew."""
_LEFT = t.seen.c.case_id.is_(None), t.seen.c.why != ERASED


@dataclass(frozen=True, slots=True)
class Seen:
    """A message the bot made no case of. `author` identifies the author across networks; `verdict`, `why` and `words`: the
    decision, its reason and the words that led to it; `body`: everything else the network gave; `case`: the id of the case
    that was opened from it later, None if none was."""

    network: str
    ref: str
    author: str | None
    text: str
    place: str
    link: str
    at: datetime
    verdict: str
    why: str
    words: tuple[str, ...]
    body: Mapping[str, Any]
    id: int = 0
    case: int | None = None

    @property
    def mark(self) -> str:
        """A short hash of the message's address, which tells it from a later message that got the same number after this
        one was deleted."""
        return sha256(f"{self.network} {self.ref}".encode()).hexdigest()[:8]


class SeenBook:
    def __init__(self, tx: Scope) -> None:
        self._tx = tx

    async def keep(self, seen: Seen, now: datetime) -> None:
        """Store the message; it replaces one with the same address, but keeps that one's number and case."""
        row = {
            "municipality": self._tx.municipality,
            "network": seen.network,
            "ref": seen.ref,
            "author": seen.author,
            "text": seen.text,
            "place": cut(t.seen.c.place, seen.place),
            "link": seen.link,
            "at": seen.at,
            "seen_at": now,
            "verdict": seen.verdict,
            "why": seen.why,
            "words": json.dumps(list(seen.words), ensure_ascii=False),
            "body": json.dumps(dict(seen.body), ensure_ascii=False),
        }
        statement = put(self._tx.dialect, t.seen, ("municipality", "network", "ref"), keeping=("id", "case_id"))
        await self._tx.connection.execute(statement, row)

    async def by_ref(self, network: str, ref: str) -> Seen | None:
        values = {"here": self._tx.municipality, "network": network, "ref": ref}
        row = (await self._tx.connection.execute(_BY_REF, values)).mappings().one_or_none()
        return _seen(row) if row is not None else None

    async def get(self, number: int) -> Seen | None:
        found = await self._select(t.seen.c.id == number)
        return found[0] if found else None

    async def left(self, limit: int, offset: int = 0) -> list[Seen]:
        """Return the messages of which no case was made, the newest first, from `offset` on."""
        return await self._select(*_LEFT, limit=limit, offset=offset)

    async def taken(self, limit: int) -> list[Seen]:
        """Return the messages of which a case was made later after all, the newest first."""
        return await self._select(t.seen.c.case_id.is_not(None), t.seen.c.why != ERASED, limit=limit)

    async def count_left(self) -> int:
        query = sa.select(sa.func.count()).where(t.seen.c.municipality == self._tx.municipality, *_LEFT)
        return int((await self._tx.connection.execute(query)).scalar_one())

    async def became(self, number: int, case: int) -> None:
        mine = t.seen.c.municipality == self._tx.municipality, t.seen.c.id == number
        await self._tx.connection.execute(t.seen.update().where(*mine).values(case_id=case))

    async def drop(self, number: int) -> None:
        mine = t.seen.c.municipality == self._tx.municipality, t.seen.c.id == number
        await self._tx.connection.execute(t.seen.delete().where(*mine))

    async def forget(self, before: datetime) -> None:
        """Delete the messages that the bot saw before the moment."""
        await self._tx.connection.execute(
            t.seen.delete().where(t.seen.c.municipality == self._tx.municipality, t.seen.c.seen_at < before)
        )

    async def _select(self, *conditions: sa.ColumnElement[bool], limit: int = 1, offset: int = 0) -> list[Seen]:
        query = sa.select(t.seen).where(t.seen.c.municipality == self._tx.municipality, *conditions)
        rows = await self._tx.connection.execute(query.order_by(t.seen.c.id.desc()).limit(limit).offset(offset))
        return [_seen(row) for row in rows.mappings()]


def _seen(row: sa.RowMapping) -> Seen:
    return Seen(
        network=row["network"],
        ref=row["ref"],
        author=row["author"],
        text=row["text"],
        place=row["place"],
        link=row["link"],
        at=row["at"],
        verdict=row["verdict"],
        why=row["why"],
        words=tuple(json.loads(row["words"])),
        body=json.loads(row["body"]),
        id=row["id"],
        case=row["case_id"],
    )
