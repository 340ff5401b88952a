"""Retry policy: the pauses between tries, how long a letter is worth retrying, the state of the connection. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

LONGEST_PAUSE = 15 * 60.0
LONGEST_LINE_PAUSE = 60.0
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
class Line:
    """The connection to the messenger. While it is down (a dead proxy, no network) one letter at a time is tried, after
    pauses that grow to a minute; this does not count as a try of the letter. Seconds of a monotonic clock."""

    _failures: int = 0
    _until: float = 0.0

    @property
    def is_down(self) -> bool:
        return self._failures > 0

    def may_try(self, now: float, others_on_their_way: bool) -> bool:
        """Whether a letter may be sent now."""
        return not self.is_down or (now >= self._until and not others_on_their_way)

    def broke(self, now: float) -> bool:
        """A letter did not leave this machine. True if the connection was up until then; failures of letters sent at
        the same time do not lengthen the pause."""
        was_well = not self.is_down
        if now >= self._until:
            self._failures += 1
            self._until = now + min(LONGEST_LINE_PAUSE, 2.0 ** min(self._failures, 10))
        return was_well

    def carried(self) -> bool:
        """A letter left this machine, whatever its outcome. True if the connection was down until then."""
        was_down = self.is_down
        self._failures, self._until = 0, 0.0
        return was_down
