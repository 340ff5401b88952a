"""Find letters (queued messages) that the bot gave up sending without notifying anybody, for the curators' lists
(DESIGN rule 19). Only reads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.cases.screens.lost import Lost
from storage.transaction import Transaction
from workflow.office import Person, Role
from workflow.ports import GROUP_LANE

KEPT = timedelta(days=7)


def hears_of_it(people: Sequence[Person]) -> bool:
    """Whether one of these people is a curator: curators find undelivered letters (messages) in their lists."""
    return any(Role.CURATOR in person.roles for person in people)


async def undelivered(tx: Transaction, now: datetime) -> list[Lost]:
    """Return the letters given up within the last seven days, the oldest first."""
    found: list[Lost] = []
    names = {b.account: b.shown_name for b in await tx.people.all()}
    for letter in await tx.outbox.given_up(now - KEPT):
        case = await tx.case(letter.case_id) if letter.case_id is not None else None
        whom = names.get(letter.account or 0, "")
        number = case.number if case is not None else None
        found.append(Lost(letter.kind, number, whom, letter.lane == GROUP_LANE, letter.created_at or now))
    return found
