"""How a letter is tried: the pauses between its tries, how long it is worth them, whether the line carries anything. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

LONGEST_PAUSE = 15 * 60.0
LONGEST_LINE_PAUSE = 60.0
DAY = timedelta(days=1)
"""So long a letter is tried that no case waits for."""

LONG = timedelta(minutes=30)
"""A network that has said «later», or nothing, for so long is told to a person, who carries on by hand (DESIGN rule 7)."""


def pause(attempts: int, jitter: float, least: float = 0.0) -> timedelta:
    """After so many tries: three seconds, nine, and so on up to a quarter of an hour, less up to a quarter by `jitter` (0 to 1);
    never under `least` seconds."""
    grown = min(LONGEST_PAUSE, 3.0 ** min(attempts, 8)) * (1 - 0.25 * jitter)
    return timedelta(seconds=max(least, grown))


def is_worth_trying(first_try: datetime | None, waited_for: bool, expires: datetime | None, now: datetime) -> bool:
    """`expires`: when what it says is out of date, whoever waits. Else a letter is tried for as long as a case waits for it, or
    for a day from its first try."""
    if expires is not None:
        return now < expires
    return waited_for or first_try is None or now < first_try + DAY


@dataclass
class Line:
    """The way to the messenger. While nothing leaves this machine (a dead proxy, no network) one letter at a time is tried,
    after pauses that grow to a minute; that is no try of the letter's. Seconds of a monotonic clock."""

    _failures: int = 0
    _until: float = 0.0

    @property
    def is_down(self) -> bool:
        return self._failures > 0

    def may_try(self, now: float, others_on_their_way: bool) -> bool:
        """Whether a letter may be sent now."""
        return not self.is_down or (now >= self._until and not others_on_their_way)

    def broke(self, now: float) -> bool:
        """A letter did not leave. True if the line was well until then; those on their way besides tell nothing new."""
        was_well = not self.is_down
        if now >= self._until:
            self._failures += 1
            self._until = now + min(LONGEST_LINE_PAUSE, 2.0 ** min(self._failures, 10))
        return was_well

    def carried(self) -> bool:
        """A letter has left, whatever came of it. True if the line was down until then."""
        was_down = self.is_down
        self._failures, self._until = 0, 0.0
        return was_down
