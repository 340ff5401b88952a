"""Which new messages an account's list shows: those not offered one by one and in no wave. Reads only."""

from __future__ import annotations

from datetime import datetime

from bot.cases.gathered import CROWD_LIVES
from storage.transaction import Transaction
from workflow.case import Case, State


async def new_of_list(tx: Transaction, account: int, now: datetime) -> list[Case]:
    """The oldest first."""
    fresh = await tx.fresh_since(State.NEW, now - CROWD_LIVES)
    shown = await tx.messages.cases_shown("offer", account, fresh)
    in_waves = await tx.waves.of_cases(fresh)
    found = [await tx.case(number) for number in fresh if number not in shown and number not in in_waves]
    return [case for case in found if case is not None]
