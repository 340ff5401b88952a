"""Stores comments proposed for moderation, with their journal. What may be done with one, `workflow.official.moderation` says."""

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
from storage.versioned import VersionedBook
from workflow.case import Appeal
from workflow.commands import Entry
from workflow.office import DETECTOR, NETWORK
from workflow.official.moderation import Comment, ModerationAction, ModerationEvent, ModerationState

_BY_REF = sa.select(t.moderation.c.body).where(
    t.moderation.c.municipality == sa.bindparam("here"),
    t.moderation.c.network == sa.bindparam("network"),
    t.moderation.c.ref == sa.bindparam("ref"),
)
DETAIL = 64
MACHINES = frozenset({DETECTOR.machine, NETWORK.machine})


@dataclass(frozen=True, slots=True)
class Proposal:
    """A comment proposed for moderation, with its author's text (`appeal`). `by`: the account that decided last;
    `echo_until`: a report of the network before this moment that the comment is gone only confirms our own deletion."""

    comment: Comment
    appeal: Appeal
    by: int | None = None
    echo_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class ModeratedLine:
    """A line of the journal of moderation, for a report. `number`: the comment's; `was`, `became`: its state before and
    after; `page`: the number of its page in the registry, None if it is not there; `who`: a person's key, None if the bot or
    the network did it."""

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


class ModerationBook(VersionedBook[Proposal]):
    """Reads and stores the comments under moderation of one municipality, within one transaction."""

    kind, table, journal, said = Proposal, t.moderation, t.moderation_journal, "words"

    def __init__(self, tx: Cases) -> None:
        super().__init__(tx)
        self._tx: Cases = tx

    async def by_ref(self, network: str, ref: str) -> Proposal | None:
        values = {"here": self._tx.municipality, "network": network, "ref": ref}
        body = (await self._tx.connection.execute(_BY_REF, values)).scalar_one_or_none()
        return await self._with_case(load(Proposal, body)) if body is not None else None

    async def is_taken_away(self, network: str, ref: str) -> bool:
        """Whether a moderator has decided to delete the comment at this address (it may not be deleted yet)."""
        known = await self.by_ref(network, ref)
        return known is not None and known.comment.state is ModerationState.DELETED

    async def undecided(self, limit: int, offset: int = 0) -> list[Proposal]:
        """Return a page of the proposed comments that nobody has decided on yet, the oldest first."""
        return await self._many(t.moderation.c.state == ModerationState.PROPOSED, limit=limit, offset=offset)

    async def decided(self, limit: int) -> list[Proposal]:
        """Return up to `limit` comments that a person has decided on, the latest change first."""
        done = t.moderation.c.state.not_in([ModerationState.PROPOSED, ModerationState.WITHDRAWN])
        return await self._many(done, order=(t.moderation.c.changed_at.desc(),), limit=limit)

    async def count_undecided(self) -> int:
        return await self._count(t.moderation.c.state == ModerationState.PROPOSED)

    async def proposed_since(self, moment: datetime) -> int:
        """Return how many comments were last proposed after the moment, whatever their present state."""
        return await self._count(t.moderation.c.proposed_at > moment)

    async def save(self, proposal: Proposal, entry: Entry) -> bool:
        """Store the comment and its journal line; return False, with nothing stored, if somebody else changed it meanwhile. A
        line about an action of the bot or the network names nobody."""
        kept = replace(proposal, comment=replace(proposal.comment, case=None))
        comment, details = kept.comment, dict(entry.details)
        values: dict[str, Any] = {
            "network": comment.network, "ref": comment.ref, "state": comment.state, "body": dump(kept),
        }  # fmt: skip
        if entry.action is ModerationEvent.PROPOSED:
            values["proposed_at"] = entry.at
        answer = entry.action in (ModerationEvent.DONE, ModerationEvent.NOT_DONE)
        said = {
            "ground": details.get("ground"),
            "clause": details.get("clause", ""),
            "detail": details.get("detail", "")[:DETAIL],
            "words": json.dumps([] if answer else list(comment.words), ensure_ascii=False),
        }
        if isinstance(entry.action, ModerationEvent) and entry.by in MACHINES:
            said["who"] = None
        return await self._keep(comment.id, comment.version, values, entry, said)

    async def moderated_between(self, start: datetime, end: datetime) -> list[ModeratedLine]:
        """Return the lines of the journal of moderation from `start` until just before `end`, in order of time, for a report."""
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

    async def _many(
        self,
        *conditions: sa.ColumnElement[bool],
        order: tuple[sa.ColumnElement[Any], ...] = (),
        limit: int | None = None,
        offset: int = 0,
    ) -> list[Proposal]:
        found = await super()._many(*conditions, order=order, limit=limit, offset=offset)
        return [await self._with_case(one) for one in found]

    async def _with_case(self, kept: Proposal) -> Proposal:
        """Return the proposal with the number of the case opened from the same comment, if there is one."""
        comment = kept.comment
        known = await self._tx.case_by_ref(comment.network, comment.ref)
        case = await self._tx.case(known) if known is not None else None
        return replace(kept, comment=replace(comment, case=case.number)) if case is not None else kept

    async def _count(self, *conditions: sa.ColumnElement[bool]) -> int:
        query = sa.select(sa.func.count()).select_from(t.moderation).where(self._here(), *conditions)
        return int((await self._tx.connection.execute(query)).scalar_one())


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
