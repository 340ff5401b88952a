"""The one clock of the program (DESIGN rule 9). Everything else takes `now`.

`now` is the wall clock, aware, in UTC; `monotonic` counts seconds for pacing and is no time of day.
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
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class ShiftedClock(WallClock):
    """The machine's clock moved by `shift`; for the demo, whose visitor can move the time."""

    def __init__(self) -> None:
        self.shift = timedelta()

    def now(self) -> datetime:
        return super().now() + self.shift


class HeldClock:
    """A clock that stands still until it is moved; for stories and `simulate`. Sleeping moves `monotonic` and takes no
    time.
    """

    def __init__(self, at: datetime) -> None:
        self._now = at.astimezone(UTC)
        self._monotonic = 0.0

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic

    def set(self, at: datetime) -> None:
        """Move to `at`; never backwards, because events that have happened stay."""
        if at < self._now:
            raise ValueError("a clock is not turned back")
        self._now = at.astimezone(UTC)

    async def sleep(self, seconds: float) -> None:
        self._monotonic += seconds
        await asyncio.sleep(0)
