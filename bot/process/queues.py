"""The lengths of one bot's queues at the clock's last round, for `/metrics`: a request for metrics must not wait for
the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.cases.undelivered import KEPT
from storage.transaction import Transaction


@dataclass
class Queues:
    """The last counted figures. `waiting`: letters to be sent; `oldest`: since when the first of them waits, None if
    none does; `given_up`: letters of the last week that will not be sent; `parked`: updates that could not be
    processed. How old the figures are shows the heartbeat of the clock's loop."""

    waiting: int = 0
    oldest: datetime | None = None
    given_up: int = 0
    parked: int = 0

    async def look(self, tx: Transaction, now: datetime) -> bool:
        """Count the queues and store the figures. Return False: this report never sends a letter."""
        self.waiting, self.oldest = await tx.outbox.queue(now)
        self.given_up, self.parked = len(await tx.outbox.given_up(now - KEPT)), await tx.inbox.count_parked()
        return False
