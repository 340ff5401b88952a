"""Stores the checks of posted answers: when to check each next, and what was found. No rules here."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from storage import tables as t
from storage.codec import load_case
from storage.scope import Scope
from workflow.afterwards import Lookout
from workflow.case import Case, State


@dataclass(frozen=True, slots=True)
class Watched:
    """A posted answer that is checked, and its case. `ref`: the answer's address in the network; `lookout`: its checks so far."""

    case: Case
    network: str
    ref: str
    lookout: Lookout


class AfterwardsBook:
    def __init__(self, tx: Scope) -> None:
        self._tx = tx

    async def not_entered(self, networks: Collection[str], changed_since: datetime, limit: int) -> list[Case]:
        """Return up to `limit` cases changed at `changed_since` or later whose newest answer is in one of these networks and
        is not being checked yet. The query lists every state so that the index of changes is used."""
        known = sa.exists().where(t.afterwards.c.case_id == t.cases.c.id, t.afterwards.c.ref == t.cases.c.answer_ref)
        query = (
            sa.select(t.cases.c.body)
            .where(
                t.cases.c.municipality == self._tx.municipality,
                t.cases.c.state.in_(list(State)),
                t.cases.c.changed_at >= changed_since,
                t.cases.c.answer_network.in_(sorted(networks)),
                t.cases.c.answer_ref.is_not(None),
                ~known,
            )
            .order_by(t.cases.c.changed_at)
            .limit(limit)
        )
        return [load_case(body) for body in (await self._tx.connection.execute(query)).scalars()]

    async def enter(self, case: Case, next_at: datetime | None) -> None:
        """Store that the case's newest answer is to be checked, first at `next_at` (None: never), in place of an earlier
        answer of the case. Does nothing if the case has no posted answer."""
        posting = case.posting
        if posting is None:
            return
        await self._tx.connection.execute(t.afterwards.delete().where(t.afterwards.c.case_id == case.id))
        row = {
            "case_id": case.id,
            "municipality": self._tx.municipality,
            "ref": posting.ref,
            "posted_at": posting.at,
            "next_at": next_at,
            "question_gone": False,
            "answer_gone": False,
        }
        await self._tx.connection.execute(t.afterwards.insert(), row)

    async def due(self, now: datetime, limit: int) -> list[Watched]:
        """Return up to `limit` answers to check at `now`, the longest due first."""
        query = (
            sa.select(t.afterwards, t.cases.c.body, t.cases.c.answer_network)
            .join(t.cases, t.cases.c.id == t.afterwards.c.case_id)
            .where(t.afterwards.c.municipality == self._tx.municipality, t.afterwards.c.next_at <= now)
            .order_by(t.afterwards.c.next_at, t.afterwards.c.case_id)
            .limit(limit)
        )
        return [
            Watched(
                load_case(row["body"]),
                row["answer_network"],
                row["ref"],
                Lookout(row["case_id"], row["posted_at"], row["looked_at"], row["question_gone"], row["answer_gone"]),
            )
            for row in (await self._tx.connection.execute(query)).mappings()
        ]

    async def looked(self, after: Lookout, next_at: datetime | None) -> None:
        """Store what a check of a posted answer found (`after`: when, and whether the question or the answer is gone) and the
        moment of the next check (None: there is none)."""
        await self._tx.connection.execute(
            t.afterwards.update()
            .where(t.afterwards.c.case_id == after.case)
            .values(
                looked_at=after.looked_at,
                next_at=next_at,
                question_gone=after.question_gone,
                answer_gone=after.answer_gone,
            )
        )

    async def forget(self, before: datetime) -> None:
        """Stop checking answers posted before the moment."""
        here = t.afterwards.c.municipality == self._tx.municipality
        await self._tx.connection.execute(t.afterwards.delete().where(here, t.afterwards.c.posted_at < before))
