"""What has outlived its term of keeping: found some at a time, erased by `storage.erasing`. Knows no setting and no clock."""

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
    """Cases that ended before the moment and have words (`of_files`: stored files), of the next `limit` with numbers above
    `after`; and the last of these numbers, 0 if there was none."""
    c = t.cases.c
    here = c.municipality == tx.municipality, c.state.in_(ENDED_STATES), c.changed_at < before, c.number > after
    query = sa.select(c.body).where(*here, c.body.not_like(ERASED_ALREADY)).order_by(c.number)
    if of_files:
        query = query.where(c.body.like(HAS_A_FILE))
    read = [load_case(body) for body in (await tx.connection.execute(query.limit(limit))).scalars()]
    found = [case for case in read if await _is_over(tx, case) and (not of_files or stored(case))]
    return found, read[-1].number if read else 0


async def _is_over(tx: Transaction, case: Case) -> bool:
    """A case put under another is over together with it."""
    above = case.merged_into if case.state is State.MERGED else None
    return is_over(case, await tx.case(above.id) if above is not None else None)


async def comments(tx: Transaction, before: datetime, limit: int | None = None) -> list[Proposal]:
    """The comments decided on before the moment that have words."""
    m = t.moderation.c
    here = m.municipality == tx.municipality, m.state != ModerationState.PROPOSED.value, m.changed_at < before
    query = sa.select(m.body).where(*here, m.body.not_like(NO_WORDS)).order_by(m.number).limit(limit)
    return [load(Proposal, body) for body in (await tx.connection.execute(query)).scalars()]


async def parked(tx: Transaction, before: datetime) -> list[int]:
    """The numbers of rows of the inbox that came before the moment and could not be read."""
    i = t.inbox.c
    query = sa.select(i.id).where(i.municipality == tx.municipality, i.state == "parked", i.received_at < before)
    return list((await tx.connection.execute(query.order_by(i.id))).scalars())
