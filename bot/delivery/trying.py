"""Retry policy: the pauses between tries, how long a letter is worth retrying, the state of the
connections. Pure."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

LONGEST_PAUSE = 15 * 60.0
LONGEST_LINE_PAUSE = 60.0
LONG_DOWN = 5
"""After so many failures in a row, over a minute, a chat was out of reach; fewer may be the fault of a letter or two."""
DAY = timedelta(days=1)
"""How long a letter is retried when no open case depends on it."""

LONG = timedelta(minutes=30)
"""After a network has said «later», or nothing, for so long, a person takes over by hand (DESIGN rule 7)."""


def pause(attempts: int, jitter: float, least: float = 0.0) -> timedelta:
    """The pause after `attempts` tries: 3 seconds, 9, and so on up to 15 minutes, reduced by up to a quarter by
    `jitter` (0 to 1); never under `least` seconds."""
    grown = min(LONGEST_PAUSE, 3.0 ** min(attempts, 8)) * (1 - 0.25 * jitter)
    return timedelta(seconds=max(least, grown))


def is_worth_trying(first_try: datetime | None, waited_for: bool, expires: datetime | None, now: datetime) -> bool:
    """Whether to try the letter again: until `expires` if set; otherwise while a case waits for it, or for a day from
    its first try."""
    if expires is not None:
        return now < expires
    return waited_for or first_try is None or now < first_try + DAY


@dataclass
class Breaker:
    """Stops a storm of tries where nothing gets through: the messenger, or one chat. After failures of `needs` different
    senders (chats of the messenger, letters of a chat), or one that did not leave this machine, it is down: one letter
    at a time is tried, after pauses that grow to a minute. Any definite answer ends that. Seconds of a monotonic clock."""

    needs: int = 2
    _failed: set[Hashable] = field(default_factory=set)
    failures: int = 0
    _until: float = 0.0

    @property
    def is_down(self) -> bool:
        return self.failures > 0

    def may_try(self, now: float, others_on_their_way: bool) -> bool:
        """Whether a letter may be sent now."""
        return not self.is_down or (now >= self._until and not others_on_their_way)

    def broke(self, now: float, who: Hashable, *, left: bool = True) -> bool:
        """A try got no definite answer; `left`: it may have left this machine. True if this took the line down. Failures
        of letters sent at the same time do not lengthen the pause."""
        was_well = not self.is_down
        self._failed.add(who)
        if left and len(self._failed) < self.needs:
            return False
        if now >= self._until:
            self.failures += 1
            self._until = now + min(LONGEST_LINE_PAUSE, 2.0 ** min(self.failures, 10))
        return was_well

    def carried(self) -> bool:
        """A definite answer came. True if the line was down until then."""
        was_down = self.is_down
        self._failed.clear()
        self.failures, self._until = 0, 0.0
        return was_down


@dataclass(frozen=True, slots=True)
class Back:
    """What a definite answer ended: an outage of the messenger, a long one of the chat."""

    messenger: bool
    chat: bool


@dataclass
class Lines:
    """The breakers of one bot: one for its messenger, one for each chat that failed lately, by lane."""

    messenger: Breaker = field(default_factory=Breaker)
    _chats: dict[str, Breaker] = field(default_factory=dict)

    def may_try(self, lane: str, now: float, others_on_their_way: bool) -> bool:
        chat = self._chats.get(lane)
        if chat is not None and not chat.may_try(now, others_on_their_way=False):
            return False
        return self.messenger.may_try(now, others_on_their_way)

    def broke(self, lane: str, letter: int, now: float, *, left: bool) -> bool:
        """A try of the letter got no definite answer. True if the messenger is out of reach from now on."""
        self._chats.setdefault(lane, Breaker()).broke(now, letter)
        return self.messenger.broke(now, lane, left=left)

    def carried(self, lane: str) -> Back:
        """A definite answer came from the chat."""
        chat = self._chats.pop(lane, None)
        long = chat is not None and chat.failures >= LONG_DOWN
        return Back(messenger=self.messenger.carried(), chat=long)
