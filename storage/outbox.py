"""The outbox: everything that is to be sent, kept in the transaction that decided it. Delivery alone drains it.

A letter's states: `waiting`, `sending` (marked before a send that cannot be repeated harmlessly), `sent`, `failed`.
Letters with the same `fold` that still wait are one: ten edits waiting for one card are one edit.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from storage import tables as t
from workflow.ports import Letter

if TYPE_CHECKING:
    from storage.page import Page


class Outbox:
    def __init__(self, page: Page) -> None:
        self._page = page

    async def put(self, letters: Sequence[Letter], now: datetime) -> None:
        """The letters wait to be sent; one that folds into a waiting letter is that letter."""
        if not letters:
            return
        rows = [
            {
                "municipality": self._page.municipality,
                "lane": letter.lane,
                "priority": letter.priority,
                "kind": letter.kind,
                "case_id": letter.case_id,
                "account": letter.account,
                "fold": letter.fold,
                "body": json.dumps(dict(letter.body), ensure_ascii=False, default=str),
                "created_at": now,
                "not_before": letter.not_before,
            }
            for letter in letters
        ]
        await self._page.insert_new(t.outbox, rows)

    async def waiting(self, now: datetime, limit: int = 200) -> list[Letter]:
        """What may be sent now: by priority, then by age."""
        query = (
            sa.select(t.outbox)
            .where(
                t.outbox.c.municipality == self._page.municipality,
                t.outbox.c.state == "waiting",
                sa.or_(t.outbox.c.not_before.is_(None), t.outbox.c.not_before <= now),
            )
            .order_by(t.outbox.c.priority, t.outbox.c.id)
            .limit(limit)
        )
        return [_letter(row) for row in (await self._page.connection.execute(query)).mappings()]

    async def left_sending(self) -> list[Letter]:
        """Letters a killed process was sending: whether they went out is not known."""
        query = sa.select(t.outbox).where(
            t.outbox.c.municipality == self._page.municipality, t.outbox.c.state == "sending"
        )
        return [_letter(row) for row in (await self._page.connection.execute(query.order_by(t.outbox.c.id))).mappings()]

    async def change(self, letter_id: int, **values: Any) -> None:
        """Set columns of one letter (state, attempts, progress, not_before, error, sent_at, body)."""
        await self._page.connection.execute(t.outbox.update().where(t.outbox.c.id == letter_id).values(**values))

    async def reopen(self, letter: Letter, not_before: datetime, attempts: int, error: str) -> None:
        """The letter waits again; where a newer one has taken its fold meanwhile, that one stands for both."""
        if letter.fold is not None:
            taken = sa.select(t.outbox.c.id).where(
                t.outbox.c.municipality == self._page.municipality,
                t.outbox.c.fold == letter.fold,
                t.outbox.c.state == "waiting",
                t.outbox.c.id != letter.id,
            )
            if (await self._page.connection.execute(taken)).first() is not None:
                await self.change(letter.id, state="sent", error="folded into a newer one")
                return
        await self.change(letter.id, state="waiting", not_before=not_before, attempts=attempts, error=error)

    async def depth(self) -> int:
        query = sa.select(sa.func.count()).where(
            t.outbox.c.municipality == self._page.municipality, t.outbox.c.state.in_(["waiting", "sending"])
        )
        return int((await self._page.connection.execute(query)).scalar_one())

    async def forget_sent(self, before: datetime) -> None:
        await self._page.connection.execute(
            t.outbox.delete().where(t.outbox.c.state == "sent", t.outbox.c.created_at < before)
        )


def _letter(row: sa.RowMapping) -> Letter:
    return Letter(
        kind=row["kind"],
        lane=row["lane"],
        priority=row["priority"],
        case_id=row["case_id"],
        account=row["account"],
        fold=row["fold"],
        body=json.loads(row["body"]),
        not_before=row["not_before"],
        id=row["id"],
        attempts=row["attempts"],
        progress=row["progress"],
        state=row["state"],
        created_at=row["created_at"],
    )
