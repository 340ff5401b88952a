"""The sandbox's own time: what hour it is in the simulated messengers and networks.

The only place in `sandbox` that reads the wall clock. It must not sleep, and nothing outside it may keep time itself.
"""

import time
from datetime import UTC, datetime, timedelta


class SandboxClock:
    """Two clocks that move separately: the calendar (`now`, aware, UTC) and the stopwatch (`monotonic`, seconds).

    `SandboxClock()` follows the wall clock plus the time it was advanced by. `SandboxClock(frozen_at=...)` stands still
    until it is moved.
    """

    def __init__(self, frozen_at: datetime | None = None) -> None:
        if frozen_at is not None and frozen_at.tzinfo is None:
            raise ValueError("frozen_at must be aware: give it a time zone")
        self._frozen_at = frozen_at.astimezone(UTC) if frozen_at is not None else None
        self._shift = timedelta()
        self._monotonic_shift = 0.0

    @property
    def frozen(self) -> bool:
        """Whether the clock stands still until it is moved by hand."""
        return self._frozen_at is not None

    def now(self) -> datetime:
        """Return the calendar time, aware, in UTC."""
        base = self._frozen_at if self._frozen_at is not None else datetime.now(UTC)
        return base + self._shift

    def monotonic(self) -> float:
        """Seconds of a stopwatch with an arbitrary zero; moving the calendar does not move it."""
        base = 0.0 if self._frozen_at is not None else time.monotonic()
        return base + self._monotonic_shift

    def advance(self, delta: timedelta) -> None:
        """Move `now()` by `delta` (back if it is negative); `monotonic()` stays."""
        self._shift += delta

    def advance_monotonic(self, seconds: float) -> None:
        """Move `monotonic()` forward by `seconds`; `now()` stays. ValueError for a negative number."""
        if seconds < 0:
            raise ValueError("a monotonic clock does not go back")
        self._monotonic_shift += seconds
