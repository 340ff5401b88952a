"""The book of comments proposed for moderation, with its journal. Others decide what may be done with a comment."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage import tables as t
from storage.cases import Cases
from storage.codec import dump, load
from workflow.case import Appeal
from workflow.official.moderation import Comment, Moderated, ModerationAction, ModerationEvent, ModerationState

_BY_REF = sa.select(t.moderation.c.body).where(
    t.moderation.c.municipality == sa.bindparam("here"),
    t.moderation.c.network == sa.bindparam("network"),
    t.moderation.c.ref == sa.bindparam("ref"),
)
DETAIL = 64


@dataclass(frozen=True, slots=True)
class Proposal:
    """A comment with its author's text. `by`: the account that decided last; `echo_until`: until then a report from the
    network that the comment is gone is the echo of our own deletion."""

    comment: Comment
    appeal: Appeal
    version: int = 0
    by: int | None = None
    echo_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class ModeratedLine:
    """A journal line for a report. `page`: the registry's number of the page the comment is on, None if the registry
    does not know it; `who`: a person's key, None if nobody did it."""

    number: int
    at: datetime
    event: ModerationAction | ModerationEvent
    was: ModerationState | None
    became: ModerationState
    ground: str
    clause: str
    who: str | None
    network: str
    page: int | None


class ModerationBook:
    """The comments of one municipality, within one transaction."""

    def __init__(self, tx: Cases) -> None:
        self._tx = tx

    async def get(self, number: int) -> Proposal | None:
        return await self._one(t.moderation.c.number == number)

    async def by_ref(self, network: str, ref: str) -> Proposal | None:
        values = {"here": self._tx.municipality, "network": network, "ref": ref}
        body = (await self._tx.connection.execute(_BY_REF, values)).scalar_one_or_none()
        return await self._with_case(load(Proposal, body)) if body is not None else None

    async def is_taken_away(self, network: str, ref: str) -> bool:
        """Whether a moderator has decided to delete the comment."""
        known = await self.by_ref(network, ref)
        return known is not None and known.comment.state is ModerationState.DELETED

    async def undecided(self, limit: int, offset: int = 0) -> list[Proposal]:
        """The comments nobody has decided on yet, the oldest first."""
        return await self._many(t.moderation.c.number, limit, offset, t.moderation.c.state == ModerationState.PROPOSED)

    async def decided(self, limit: int) -> list[Proposal]:
        """The comments somebody has decided on, the latest decision first."""
        done = t.moderation.c.state.not_in([ModerationState.PROPOSED, ModerationState.WITHDRAWN])
        return await self._many(t.moderation.c.changed_at.desc(), limit, 0, done)

    async def count_undecided(self) -> int:
        return await self._count(t.moderation.c.state == ModerationState.PROPOSED)

    async def proposed_since(self, moment: datetime) -> int:
        """How many were proposed after the moment, whatever their present state."""
        return await self._count(t.moderation.c.proposed_at > moment)

    async def next_number(self) -> int:
        query = sa.select(sa.func.max(t.moderation.c.number)).where(self._here())
        return int((await self._tx.connection.execute(query)).scalar_one() or 0) + 1

    async def save(self, before: Proposal | None, after: Proposal, done: Moderated) -> bool:
        """Store the comment as `done` left it, with the journal line; False, with nothing stored, if somebody else
        changed it meanwhile."""
        kept = replace(after, comment=replace(done.comment, case=None), version=(before.version if before else 0) + 1)
        entry, comment = done.entry, kept.comment
        values: dict[str, Any] = {
            "state": comment.state, "version": kept.version, "changed_at": entry.at, "body": dump(kept),
        }  # fmt: skip
        if entry.action is ModerationEvent.PROPOSED:
            values["proposed_at"] = entry.at
        if before is None:
            own = {"network": comment.network, "ref": comment.ref}
            await self._tx.connection.execute(
                t.moderation.insert().values(municipality=self._tx.municipality, number=comment.id, **own, **values)
            )
        else:
            changed = await self._tx.connection.execute(
                t.moderation.update()
                .where(self._here(), t.moderation.c.number == comment.id, t.moderation.c.version == before.version)
                .values(**values)
            )
            if changed.rowcount != 1:
                return False
        await self._journal(before, kept, done)
        return True

    async def _journal(self, before: Proposal | None, kept: Proposal, done: Moderated) -> None:
        entry = done.entry
        await self._tx.connection.execute(
            t.moderation_journal.insert().values(
                municipality=self._tx.municipality,
                number=kept.comment.id,
                version=kept.version,
                at=entry.at,
                who=entry.by,
                on_behalf=entry.on_behalf,
                action=entry.action,
                from_state=before.comment.state if before is not None else None,
                to_state=kept.comment.state,
                ground=entry.ground,
                clause=entry.clause,
                words=json.dumps(list(entry.words), ensure_ascii=False),
                detail=entry.detail[:DETAIL],
            )
        )

    async def history(self, number: int, most: int) -> list[Mapping[str, Any]]:
        """The newest lines of the comment's journal, oldest first."""
        journal = t.moderation_journal
        query = (
            sa.select(journal)
            .where(journal.c.municipality == self._tx.municipality, journal.c.number == number)
            .order_by(journal.c.id.desc())
            .limit(most)
        )
        rows = (await self._tx.connection.execute(query)).mappings().all()
        return [{**row, "words": json.loads(row["words"])} for row in reversed(rows)]

    async def moderated_between(self, start: datetime, end: datetime) -> list[ModeratedLine]:
        """What was proposed and decided from `start` until just before `end`, for a report; in order of time."""
        journal = t.moderation_journal
        query = (
            sa.select(journal, t.moderation.c.body)
            .join(
                t.moderation,
                (t.moderation.c.municipality == journal.c.municipality) & (t.moderation.c.number == journal.c.number),
            )
            .where(journal.c.municipality == self._tx.municipality, journal.c.at >= start, journal.c.at < end)
            .order_by(journal.c.at, journal.c.id)
        )
        return [_line(row) for row in (await self._tx.connection.execute(query)).mappings()]

    # --- inside ------------------------------------------------------------------------------------------------------

    async def _one(self, *conditions: sa.ColumnElement[bool]) -> Proposal | None:
        found = await self._many(t.moderation.c.number, 1, 0, *conditions)
        return found[0] if found else None

    async def _many(
        self, order: sa.ColumnElement[Any], limit: int, offset: int, *conditions: sa.ColumnElement[bool]
    ) -> list[Proposal]:
        query = sa.select(t.moderation.c.body).where(self._here(), *conditions)
        rows = await self._tx.connection.execute(query.order_by(order).limit(limit).offset(offset))
        return [await self._with_case(load(Proposal, body)) for body in rows.scalars().all()]

    async def _with_case(self, kept: Proposal) -> Proposal:
        """Add the present number of the case the comment also is, if it is one."""
        comment = kept.comment
        known = await self._tx.case_by_ref(comment.network, comment.ref)
        case = await self._tx.case(known) if known is not None else None
        return replace(kept, comment=replace(comment, case=case.number)) if case is not None else kept

    async def _count(self, *conditions: sa.ColumnElement[bool]) -> int:
        query = sa.select(sa.func.count()).select_from(t.moderation).where(self._here(), *conditions)
        return int((await self._tx.connection.execute(query)).scalar_one())

    def _here(self) -> sa.ColumnElement[bool]:
        return t.moderation.c.municipality == self._tx.municipality


def _line(row: Mapping[str, Any]) -> ModeratedLine:
    comment, action, was = load(Proposal, row["body"]).comment, str(row["action"]), row["from_state"]
    return ModeratedLine(
        number=row["number"],
        at=row["at"],
        event=ModerationAction(action) if action in tuple(ModerationAction) else ModerationEvent(action),
        was=ModerationState(was) if was is not None else None,
        became=ModerationState(row["to_state"]),
        ground=row["ground"] or "",
        clause=row["clause"],
        who=row["who"],
        network=comment.network,
        page=comment.page,
    )
