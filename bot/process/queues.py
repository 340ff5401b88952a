"""The lengths of one bot's queues as of the clock's last round, for `/metrics`: who measures must not wait for the books."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.cases.undelivered import KEPT
from storage.transaction import Transaction


@dataclass
class Queues:
    """`waiting`: letters to be sent, `oldest`: since when the first of them waits; `given_up`: letters of the last week;
    `parked`: updates that could not be carried out. How old the figures are tells the beat of the clock."""

    waiting: int = 0
    oldest: datetime | None = None
    given_up: int = 0
    parked: int = 0

    async def look(self, tx: Transaction, now: datetime) -> bool:
        """Count; there is never anything to tell."""
        self.waiting, self.oldest = await tx.outbox.queue(now)
        self.given_up, self.parked = len(await tx.outbox.given_up(now - KEPT)), await tx.inbox.count_parked()
        return False
