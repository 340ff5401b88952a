"""How many calls a bot may make. Counted on the stopwatch (`monotonic`), never on the calendar.

MAX's documentation: 30 requests a second; two messages, two edits, two deletions and two answers a second in one chat;
two polls a second. Refused calls do not count.
"""

from collections import deque

from sandbox.messenger.windows import window_wait

BOT_PER_SECOND = 30
CHAT_PER_SECOND = 2
POLLS_PER_SECOND = 2
#: Methods that are counted separately for each chat.
WRITES = ("sendMessage", "editMessage", "deleteMessage", "answerOnCallback")


class BotLimits:
    """Counts one bot's calls against the limits."""

    def __init__(self) -> None:
        self._all: deque[float] = deque()
        self._windows: dict[tuple[str, int | None], deque[float]] = {}

    def take(self, method: str, chat_id: int | None, now: float) -> bool:
        """Count the call and return True if the limits allow it now; otherwise count nothing and return False."""
        windows = [(self._all, BOT_PER_SECOND)]
        if method in WRITES:
            windows.append((self._windows.setdefault((method, chat_id), deque()), CHAT_PER_SECOND))
        elif method == "getUpdates":
            windows.append((self._windows.setdefault((method, None), deque()), POLLS_PER_SECOND))
        if any(window_wait(past, now, 1.0, most) > 0 for past, most in windows):
            return False
        for past, _ in windows:
            past.append(now)
        return True
