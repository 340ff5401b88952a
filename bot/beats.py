"""Heartbeats of the process's loops. A loop stamps its own beat after useful work, or after finding that there was
none; never from a timer beside it. `/healthz`, the metrics, the watchdog and the notices about silence read this one
table.

Every round also counts as a turn, whether it succeeded or failed: a loop that cannot reach its network still turns,
and restarting the process would not help it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

from bot.clock import Clock

T = TypeVar("T")

ALLOWED = 60.0
"""Seconds without a stamp after which a loop counts as silent; a loop may be allowed more (`Beats.expect`)."""
STUCK = 300.0
"""Seconds without a single turn after which only a restart of the process helps. Longer than ALLOWED, because reading
back after an outage takes minutes and a restart would begin it again."""


@dataclass
class _Beat:
    allowed: float
    well: float
    turned: float
    is_new: bool = True


@dataclass
class Beats:
    """The heartbeats of one municipality's bot, or of the process, by the name of the loop. Times are seconds of the
    monotonic clock. What follows a `#` in a name tells loops of one kind apart and is never shown: it may be a
    person's account.
    """

    clock: Clock
    _beats: dict[str, _Beat] = field(default_factory=dict)

    def expect(self, loop: str, allowed: float = ALLOWED) -> None:
        """Begin to watch a loop that starts now. It counts as silent once `allowed` seconds pass without a stamp."""
        now = self.clock.monotonic()
        self._beats[loop] = _Beat(allowed, now, now)

    def beat(self, loop: str) -> None:
        """Stamp the loop: it did its work, or found that there was none. A loop that is not watched yet is watched
        from now on."""
        if loop not in self._beats:
            self.expect(loop)
        beat = self._beats[loop]
        beat.well, beat.is_new = self.clock.monotonic(), False
        beat.turned = beat.well

    def turned(self, loop: str) -> None:
        """Record that the loop finished a round without doing its work (the round failed). Its stamp stays as it was."""
        if loop not in self._beats:
            self.expect(loop)
        self._beats[loop].turned = self.clock.monotonic()

    def rest(self, loop: str) -> None:
        """Stop watching the loop: it has nothing to do, or has ended, so that no stamp is expected."""
        self._beats.pop(loop, None)

    async def of(self, loop: str, work: Callable[[], Awaitable[T]]) -> T:
        """Run one round of the loop (`work`), stamp the loop and return the round's result. If the round raises,
        record only a turn and let the exception through."""
        try:
            done = await work()
        except Exception:
            self.turned(loop)
            raise
        self.beat(loop)
        return done

    def ages(self) -> dict[str, float]:
        """Seconds since the last stamp, by the name of the loop; the longest if several loops share the name before
        `#`."""
        now, ages = self.clock.monotonic(), dict[str, float]()
        for loop, beat in sorted(self._beats.items()):
            shown = _shown(loop)
            ages[shown] = max(now - beat.well, ages.get(shown, 0.0))
        return ages

    def silent(self) -> list[str]:
        """The names of loops whose last stamp is older than they are allowed, sorted."""
        now = self.clock.monotonic()
        return sorted({_shown(loop) for loop, beat in self._beats.items() if now - beat.well > beat.allowed})

    def still(self, seconds: float = ALLOWED) -> list[str]:
        """The names of loops that have not finished any round, successful or failed, for more than `seconds`, or for
        more than the time they are allowed if that is longer; sorted."""
        now = self.clock.monotonic()
        still = (loop for loop, beat in self._beats.items() if now - beat.turned > max(seconds, beat.allowed))
        return sorted({_shown(loop) for loop in still})

    def new(self) -> set[str]:
        """The names of loops that have not stamped once since they began."""
        return {_shown(loop) for loop, beat in self._beats.items() if beat.is_new}


def _shown(loop: str) -> str:
    return loop.partition("#")[0]
