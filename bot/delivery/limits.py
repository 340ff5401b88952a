"""Pacing: how long to wait before a message so that the messenger never reports too many requests (FACTS §14). Pure.

The caller passes seconds of a monotonic clock; nothing here sleeps or reads a clock. The limits are the messenger's
`Rates`. Messages and edits count alike; toasts of button presses do not count.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from bot.messenger import Rates, Window

AHEAD = 0.1
"""How many seconds before the limits allow a letter it may already be prepared."""

HAIR = 0.001
"""Two moments that differ by fewer seconds count as equal, because sums of floats are not exact."""


@dataclass(slots=True, eq=False)
class Left:
    """Messages sent together at `at`. They count against the limit until `free_at` (seconds of the monotonic clock)."""

    at: float
    weight: int
    free_at: float


class _Counted:
    """The messages that count against one limit: at most `most` within any `seconds`."""

    def __init__(self, window: Window) -> None:
        self.most = window.most
        self.seconds = window.seconds
        self._counting: list[Left] = []

    def wait_for(self, now: float, weight: int) -> float:
        excess = self._count(now) + min(weight, self.most) - self.most
        if excess <= 0:
            return 0.0
        for left in sorted(self._counting, key=lambda left: left.free_at):
            excess -= left.weight
            if excess <= 0:
                break
        return left.free_at - now

    def room(self, now: float) -> int:
        return max(0, self.most - sum(left.weight for left in self._counting if left.free_at > now))

    def spent(self, now: float, weight: int) -> Left:
        left = Left(now, weight, now + self.seconds)
        self._counting.append(left)
        return left

    def count_until(self, left: Left, moment: float) -> None:
        left.free_at = moment
        if left not in self._counting:
            self._counting.append(left)

    def _count(self, now: float) -> int:
        self._counting = [left for left in self._counting if left.free_at > now]
        return sum(left.weight for left in self._counting)


@dataclass(slots=True)
class _Chat:
    credit: float
    at: float
    silent_until: float = 0.0
    window: _Counted | None = None


@dataclass
class Pace:
    """Keeps one bot within its messenger's limits (`rates`), for the bot as a whole and for each chat."""

    rates: Rates
    _chats: dict[int, _Chat] = field(default_factory=dict)
    _silent_until: float = 0.0
    _quickest: float = math.inf

    def __post_init__(self) -> None:
        self._bot = _Counted(self.rates.bot)

    def wait_for(self, chat: int, is_group: bool, now: float, weight: int = 1) -> float:
        """Return the seconds until `weight` messages may go into the chat; 0 if they may now."""
        kept = self._chat(chat, is_group, now)
        missing = min(weight, self.rates.burst) - self._credit(kept, now)
        wait = max(
            missing / self.rates.per_second,
            kept.window.wait_for(now, weight) if kept.window is not None else 0.0,
            self._bot.wait_for(now, weight),
            kept.silent_until - now,
            self._silent_until - now,
        )
        return _rounded(wait)

    def room(self, now: float) -> int:
        """Return how many more messages the bot may send now, over all chats."""
        return 0 if self._silent_until > now else self._bot.room(now)

    def wait_for_room(self, now: float) -> float:
        """Return the seconds until the bot may send one more message anywhere; 0 if it may now."""
        return _rounded(max(self._bot.wait_for(now, 1), self._silent_until - now))

    def spent(self, chat: int, is_group: bool, now: float, weight: int = 1) -> Left:
        """Count `weight` messages sent into the chat. Pass the result to `answered` when the messenger answers."""
        kept = self._chat(chat, is_group, now)
        kept.credit, kept.at = self._credit(kept, now) - weight, now
        if kept.window is not None:
            kept.window.spent(now, weight)
        return self._bot.spent(now, weight)

    def answered(self, left: Left, now: float) -> None:
        """Correct the bot's count when the messenger answers: the messages count as arrived the quickest round trip
        before now.

        The second of the limit runs from that moment. The next message needs at least the quickest round trip, so it
        arrives after that second, however long this one was under way and whatever delayed the program.
        """
        took = now - left.at
        self._quickest = min(self._quickest, took)
        self._bot.count_until(left, now - self._quickest + self.rates.answered)

    def obey(self, chat: int, is_group: bool, retry_after: float, now: float) -> None:
        """Stop sending into the chat for `retry_after` seconds after «too many requests». The answer does not say
        whether the chat's or the bot's limit was hit: if a second chat gets it meanwhile, stop the whole bot."""
        kept = self._chat(chat, is_group, now)
        until = now + retry_after
        others = [c.silent_until for number, c in self._chats.items() if number != chat and c.silent_until > now]
        kept.silent_until = max(kept.silent_until, until)
        if others:
            self._silent_until = max(self._silent_until, until)

    def _chat(self, chat: int, is_group: bool, now: float) -> _Chat:
        kept = self._chats.get(chat)
        if kept is None:
            self._forget_quiet(now)
            window = _Counted(self.rates.group) if is_group and self.rates.group is not None else None
            kept = self._chats[chat] = _Chat(float(self.rates.burst), now, window=window)
        return kept

    def _credit(self, chat: _Chat, now: float) -> float:
        """Return how many messages the chat may take at once; negative after an album larger than a burst."""
        return min(float(self.rates.burst), chat.credit + (now - chat.at) * self.rates.per_second)

    def _forget_quiet(self, now: float) -> None:
        """Once 1000 chats are remembered, forget those that no limit holds any more."""
        if len(self._chats) < 1000:
            return
        for number in [n for n, c in self._chats.items() if self._is_free(c, now)]:
            del self._chats[number]

    def _is_free(self, chat: _Chat, now: float) -> bool:
        if chat.silent_until > now or self._credit(chat, now) < self.rates.burst:
            return False
        return chat.window is None or chat.window.room(now) == chat.window.most


def _rounded(seconds: float) -> float:
    """Remove float noise from a wait: less than a microsecond is 0, anything longer gets a microsecond more, so that a
    caller does not wake too early again and again."""
    return 0.0 if seconds < 1e-6 else seconds + 1e-6
