"""Retry policy: the pauses between tries, how long a letter is worth retrying, whether the messenger and its chats can
be reached. Pure."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

LONGEST_PAUSE = 15 * 60.0
LONGEST_LINE_PAUSE = 60.0
LONG_DOWN = 5
"""After so many failures in a row, over a minute, a chat counts as out of reach; fewer may be the fault of a letter or
two."""
DAY = timedelta(days=1)
"""How long a letter is retried if it does not expire and no open case depends on it."""

LONG = timedelta(minutes=30)
"""If a network has said «later», or nothing, for this long, a person takes over by hand (DESIGN rule 7)."""


def pause(attempts: int, jitter: float, least: float = 0.0) -> timedelta:
    """Return the pause after `attempts` tries: 3 seconds, 9, and so on up to 15 minutes, reduced by up to a quarter by
    `jitter` (0 to 1); never under `least` seconds."""
    grown = min(LONGEST_PAUSE, 3.0 ** min(attempts, 8)) * (1 - 0.25 * jitter)
    return timedelta(seconds=max(least, grown))


def is_worth_trying(first_try: datetime | None, waited_for: bool, expires: datetime | None, now: datetime) -> bool:
    """Whether to try the letter again: until `expires` if that is set; otherwise while an open case waits for it
    (`waited_for`), or for a day from its first try."""
    if expires is not None:
        return now < expires
    return waited_for or first_try is None or now < first_try + DAY


@dataclass
class Breaker:
    """Stops a storm of tries while nothing gets through to the messenger, or to one chat. After failures of `needs`
    different senders (chats of the messenger, letters of a chat), or one failure that did not leave this machine, the
    line is down: one letter at a time is tried, after pauses that grow to a minute. Any definite answer ends that.
    Times are seconds of a monotonic clock."""

    needs: int = 2
    _failed: set[Hashable] = field(default_factory=set)
    failures: int = 0
    _until: float = 0.0

    @property
    def is_down(self) -> bool:
        return self.failures > 0

    def may_try(self, now: float, others_on_their_way: bool) -> bool:
        """Whether a letter may be sent now: the line is up, or its pause is over and no other letter is being tried."""
        return not self.is_down or (now >= self._until and not others_on_their_way)

    def broke(self, now: float, who: Hashable, *, left: bool = True) -> bool:
        """Note that a try of `who` got no definite answer. `left`: it may have left this machine. Return True if this
        took the line down. Failures of letters sent at the same time do not lengthen the pause."""
        was_well = not self.is_down
        self._failed.add(who)
        if left and len(self._failed) < self.needs:
            return False
        if now >= self._until:
            self.failures += 1
            self._until = now + min(LONGEST_LINE_PAUSE, 2.0 ** min(self.failures, 10))
        return was_well

    def carried(self) -> bool:
        """Note that a definite answer came. Return True if the line was down until then."""
        was_down = self.is_down
        self._failed.clear()
        self.failures, self._until = 0, 0.0
        return was_down


@dataclass(frozen=True, slots=True)
class Back:
    """What a definite answer ended: `messenger`, an outage of the whole messenger; `chat`, a long one of this chat."""

    messenger: bool
    chat: bool


@dataclass
class Lines:
    """The breakers of one bot: one for its messenger, one for each chat that failed lately (by its lane, the chat's
    queue)."""

    messenger: Breaker = field(default_factory=Breaker)
    _chats: dict[str, Breaker] = field(default_factory=dict)

    def may_try(self, lane: str, now: float, others_on_their_way: bool) -> bool:
        chat = self._chats.get(lane)
        if chat is not None and not chat.may_try(now, others_on_their_way=False):
            return False
        return self.messenger.may_try(now, others_on_their_way)

    def broke(self, lane: str, letter: int, now: float, *, left: bool) -> bool:
        """Note that a try to send the letter got no definite answer. Return True if the messenger counts as out of
        reach from now on."""
        self._chats.setdefault(lane, Breaker()).broke(now, letter)
        return self.messenger.broke(now, lane, left=left)

    def carried(self, lane: str) -> Back:
        """Note that the lane's chat gave a definite answer; return which outages that ended."""
        chat = self._chats.pop(lane, None)
        long = chat is not None and chat.failures >= LONG_DOWN
        return Back(messenger=self.messenger.carried(), chat=long)
