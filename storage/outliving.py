"""Finds what has been kept longer than its term, in chunks; `storage.erasing` erases it. Knows no setting and no clock."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from storage import tables as t
from storage.codec import load, load_case
from storage.moderation import Proposal
from storage.transaction import Transaction
from workflow.case import ENDED, Case, State
from workflow.erasure import is_over, stored
from workflow.official.moderation import ModerationState

ERASED_ALREADY = '%"erased_at":"%'
HAS_A_FILE = '%"key":"%'
NO_WORDS = '%"text":"","author":"Житель"%'
ENDED_STATES = sorted(state.value for state in ENDED)


async def cases(
    tx: Transaction, before: datetime, limit: int, after: int = 0, *, of_files: bool = False
) -> tuple[list[Case], int]:
    """Read up to `limit` ended cases, last changed before the moment and not erased yet, with numbers above `after`. Return
    those whose words (`of_files`: whose stored files) may be erased, and the last number read, 0 if none was."""
    c = t.cases.c
    here = c.municipality == tx.municipality, c.state.in_(ENDED_STATES), c.changed_at < before, c.number > after
    query = sa.select(c.body).where(*here, c.body.not_like(ERASED_ALREADY)).order_by(c.number)
    if of_files:
        query = query.where(c.body.like(HAS_A_FILE))
    read = [load_case(body) for body in (await tx.connection.execute(query.limit(limit))).scalars()]
    found = [case for case in read if await _is_over(tx, case) and (not of_files or stored(case))]
    return found, read[-1].number if read else 0


async def _is_over(tx: Transaction, case: Case) -> bool:
    """Whether the case has ended; one that was merged into another has ended only if that one has."""
    above = case.merged_into if case.state is State.MERGED else None
    return is_over(case, await tx.case(above.id) if above is not None else None)


async def comments(tx: Transaction, before: datetime, limit: int | None = None) -> list[Proposal]:
    """Return comments under moderation that are no longer waiting for a decision, were last changed before the moment, and
    whose words are not erased yet."""
    m = t.moderation.c
    here = m.municipality == tx.municipality, m.state != ModerationState.PROPOSED.value, m.changed_at < before
    query = sa.select(m.body).where(*here, m.body.not_like(NO_WORDS)).order_by(m.number).limit(limit)
    return [load(Proposal, body) for body in (await tx.connection.execute(query)).scalars()]


async def parked(tx: Transaction, before: datetime) -> list[int]:
    """Return the ids of parked rows of the inbox that came before the moment."""
    i = t.inbox.c
    query = sa.select(i.id).where(i.municipality == tx.municipality, i.state == "parked", i.received_at < before)
    return list((await tx.connection.execute(query.order_by(i.id))).scalars())
