"""How many messages a bot may send. Counted on the stopwatch (`monotonic`), never on the calendar.

Telegram's documentation: no more than one message a second to one chat («short bursts» are allowed), twenty a minute to
one group, thirty a second in total. Its maintainers: edits share the group's twenty. The size of a burst is not
documented; the sandbox decides:

* a chat allows `BURST` writes at once and earns one back each second;
* a group allows 20 writes in any 60 seconds, counted from each write, so a burst is paid back a minute later;
* a bot may write 30 times in any second over all chats.

Each item of an album counts. Refused calls cost nothing. Toasts, deletions and queries do not count.
"""

import math
from collections import deque

from sandbox.messenger.windows import window_wait

BURST = 5
GROUP_PER_MINUTE = 20
BOT_PER_SECOND = 30


class BotLimits:
    """Counts one bot's messages against the limits."""

    def __init__(self) -> None:
        self._credit: dict[int, tuple[float, float]] = {}
        self._group: dict[int, deque[float]] = {}
        self._all: deque[float] = deque()

    def take(self, chat_id: int, is_group: bool, now: float, weight: int = 1) -> int:
        """Count `weight` messages and return 0 if they may go now; otherwise count nothing and return the whole seconds
        to wait.
        """
        wait = max(
            self._chat_wait(chat_id, now, weight),
            self._group_wait(chat_id, now, weight) if is_group else 0.0,
            window_wait(self._all, now, 1.0, BOT_PER_SECOND, weight),
        )
        if wait > 0:
            return max(1, math.ceil(wait))
        credit, _ = self._credit_at(chat_id, now)
        self._credit[chat_id] = (credit - weight, now)
        self._all.extend([now] * weight)
        if is_group:
            self._group.setdefault(chat_id, deque()).extend([now] * weight)
        return 0

    def _credit_at(self, chat_id: int, now: float) -> tuple[float, float]:
        credit, at = self._credit.get(chat_id, (float(BURST), now))
        return min(float(BURST), credit + (now - at)), now

    def _chat_wait(self, chat_id: int, now: float, weight: int) -> float:
        # An album larger than a burst may go when the burst is full; it leaves a debt.
        credit, _ = self._credit_at(chat_id, now)
        return max(0.0, min(weight, BURST) - credit)

    def _group_wait(self, chat_id: int, now: float, weight: int) -> float:
        return window_wait(self._group.setdefault(chat_id, deque()), now, 60.0, GROUP_PER_MINUTE, weight)
