"""The program's clocks: the only code that reads the time (DESIGN rule 9). All other code takes `now` as an argument.

`now` is the date and time, aware, in UTC; `monotonic` counts seconds for measuring intervals and is no time of day.
"""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime: ...

    def monotonic(self) -> float: ...

    async def sleep(self, seconds: float) -> None: ...


class WallClock:
    """The real time of the machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class ShiftedClock(WallClock):
    """The machine's time moved by `shift`; the demo uses it, because its visitor can move the time."""

    def __init__(self) -> None:
        self.shift = timedelta()

    def now(self) -> datetime:
        return super().now() + self.shift


class HeldClock:
    """A clock that stands still until it is moved; tests and `simulate` use it. `sleep` moves `monotonic` at once and
    does not wait."""

    def __init__(self, at: datetime) -> None:
        self._now = at.astimezone(UTC)
        self._monotonic = 0.0

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic

    def set(self, at: datetime) -> None:
        """Move the clock to `at`. Raises ValueError if that is earlier than now: events that have happened cannot be
        undone."""
        if at < self._now:
            raise ValueError("a clock is not turned back")
        self._now = at.astimezone(UTC)

    async def sleep(self, seconds: float) -> None:
        self._monotonic += seconds
        await asyncio.sleep(0)
