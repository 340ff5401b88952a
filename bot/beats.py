"""Heartbeats: each loop of the process stamps its own after useful work or a good empty answer, never by a timer beside
it. `/healthz`, the metrics, the watchdog and what people are told read this one table.

Every round also counts as a turn, whether it went well or not: a network that is out of reach leaves its loop turning,
and a restart would not help.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

from bot.clock import Clock

T = TypeVar("T")

ALLOWED = 60.0
"""Seconds without a stamp after which a loop is silent, unless it is allowed more."""
STUCK = 300.0
"""Seconds without a turn after which only a restart helps. More than ALLOWED: reading back after a gap takes minutes, and
a restart would begin it again."""


@dataclass
class _Beat:
    allowed: float
    well: float
    turned: float
    is_new: bool = True


@dataclass
class Beats:
    """The beats of one municipality's bot, or of the process, by loop. Seconds of the monotonic clock. Loops of one kind
    are told apart by what follows a `#`, which nobody is shown: it may be a person's account."""

    clock: Clock
    _beats: dict[str, _Beat] = field(default_factory=dict)

    def expect(self, loop: str, allowed: float = ALLOWED) -> None:
        """The loop begins now. It is silent once `allowed` seconds pass without a stamp."""
        now = self.clock.monotonic()
        self._beats[loop] = _Beat(allowed, now, now)

    def beat(self, loop: str) -> None:
        """The loop did its work, or found that there was none."""
        if loop not in self._beats:
            self.expect(loop)
        beat = self._beats[loop]
        beat.well, beat.is_new = self.clock.monotonic(), False
        beat.turned = beat.well

    def turned(self, loop: str) -> None:
        """The loop came round, but did not do its work."""
        if loop not in self._beats:
            self.expect(loop)
        self._beats[loop].turned = self.clock.monotonic()

    def rest(self, loop: str) -> None:
        """The loop has nothing to do, or is over: no stamp is expected."""
        self._beats.pop(loop, None)

    async def of(self, loop: str, work: Callable[[], Awaitable[T]]) -> T:
        """Do one round of the loop and stamp it; a round that raises is only a turn."""
        try:
            done = await work()
        except Exception:
            self.turned(loop)
            raise
        self.beat(loop)
        return done

    def ages(self) -> dict[str, float]:
        """Seconds since each loop's last stamp; of several of one kind, the longest."""
        now, ages = self.clock.monotonic(), dict[str, float]()
        for loop, beat in sorted(self._beats.items()):
            shown = _shown(loop)
            ages[shown] = max(now - beat.well, ages.get(shown, 0.0))
        return ages

    def silent(self) -> list[str]:
        """The loops whose stamp is older than allowed."""
        now = self.clock.monotonic()
        return sorted({_shown(loop) for loop, beat in self._beats.items() if now - beat.well > beat.allowed})

    def still(self, seconds: float = ALLOWED) -> list[str]:
        """The loops that have not come round at all for so many seconds, or for as long as each is allowed."""
        now = self.clock.monotonic()
        still = (loop for loop, beat in self._beats.items() if now - beat.turned > max(seconds, beat.allowed))
        return sorted({_shown(loop) for loop in still})

    def new(self) -> set[str]:
        """The loops that have not stamped once since they began."""
        return {_shown(loop) for loop, beat in self._beats.items() if beat.is_new}


def _shown(loop: str) -> str:
    return loop.partition("#")[0]
