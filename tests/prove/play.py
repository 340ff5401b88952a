"""What every town of the proofs does: people work on some cases at a time, and finish what is begun at the end."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from storage import tables as t
from tests.prove.hands import Hands
from tests.prove.lives import Lives
from tests.prove.oracle import Allowed, findings
from workflow.case import State

AT_WORK = tuple(state for state in State if state not in (State.CLOSED, State.MERGED))
AT_A_TIME = 4
MOMENTS = 50
"""So many moments for which something was put off are waited for, one after the other."""


async def some_work(lives: Lives, hands: Hands, eagerness: float = 0.6) -> None:
    """A resident writes while few cases are open; each person does the next thing to each of them, or not yet."""
    async with lives.reading() as tx:
        cases = await tx.cases_in(AT_WORK)
    if len(cases) < AT_A_TIME or hands.dice.random() < 0.05:
        hands.complain()
    hands.act(cases, eagerness)


async def finished(lives: Lives, hands: Hands) -> None:
    """Everybody finishes what is begun, and the bot comes to rest: the moment of everything that was put off has come."""
    for _ in range(MOMENTS):
        idle = 0
        while idle < 3:
            async with lives.reading() as tx:
                cases = await tx.cases_in(AT_WORK)
            idle = 0 if hands.act(cases) else idle + 1
            await lives.waits(40)
        moment = await _next_moment(lives)
        if moment is None:
            return
        await lives.waits(max(1.0, (moment - lives.town.clock.now()).total_seconds() + 1))


async def _next_moment(lives: Lives) -> datetime | None:
    """When the next letter, or the next update, that was put off is due; None if none is."""
    waits = sa.select(sa.func.min(t.inbox.c.not_before)).where(t.inbox.c.state == "waiting")
    async with lives.reading() as tx:
        moments = await tx.outbox.next_moment(lives.town.clock.now()), (await tx.connection.execute(waits)).scalar_one()
    return min((moment for moment in moments if moment is not None), default=None)


async def all_is_well(lives: Lives, allowed: Allowed) -> str:
    """What the oracle finds, and the cases that nobody could finish; empty, if nothing."""
    async with lives.reading() as tx:
        found = await findings(lives.file, lives.town.bot, tx, lives.town.players, allowed)
        left = await tx.cases_in(AT_WORK)
    still = [] if allowed.open_cases else [f"№ {case.number} is left {case.state}" for case in left]
    return "\n".join([*found, *still])
