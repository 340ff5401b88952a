"""Find the new cases in an account's list: those not offered to it one by one and in no wave. Only reads."""

from __future__ import annotations

from datetime import datetime

from bot.cases.gathered import CROWD_LIVES
from storage.transaction import Transaction
from workflow.case import Case, State


async def new_of_list(tx: Transaction, account: int, now: datetime) -> list[Case]:
    """Return the new cases of the last hours (`CROWD_LIVES`) that this account got no message about, only a line in a
    list, and that are in no wave; the oldest first."""
    fresh = await tx.fresh_since(State.NEW, now - CROWD_LIVES)
    shown = await tx.messages.cases_shown("offer", account, fresh)
    in_waves = await tx.waves.of_cases(fresh)
    found = [await tx.case(number) for number in fresh if number not in shown and number not in in_waves]
    return [case for case in found if case is not None]
