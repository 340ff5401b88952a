"""Tells people of the loops of one bot whose beat has stopped, once, and when it is over. A loop of its own, so that it
also tells of the clock.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from bot.beats import Beats
from bot.clock import Clock
from bot.notices.alerts import TroubleReport
from storage.books import Books
from storage.troubles import SILENT, Troubles

OWN = "silence"
"""The loop that looks: while it does, it is not silent."""
LOOKS_UNTIL_TOLD = 6
"""After so many looks in a row at a loop that stands still people are told. Looks, not seconds: a machine that was
suspended has not been silent."""
LOOKS_WHILE_TURNING = 60
"""The same for a loop that turns in vain: a network that answers again within minutes is no news."""


@dataclass
class SilenceWatch:
    books: Books
    municipality: str
    beats: Beats
    report: TroubleReport
    clock: Clock
    _looks: Counter[str] = field(default_factory=Counter)
    _told: frozenset[str] | None = None
    """The loops whose silence was told; None before the first look."""

    async def look(self) -> int:
        """Look once; return how many loops people are now told of: as silent, or as heard again."""
        if self._told is None:
            async with self.books.write(self.municipality) as tx:
                self._told = await _lasting(Troubles(tx))
        silent, still = [loop for loop in self.beats.silent() if loop != OWN], self.beats.still()
        self._looks = Counter({loop: self._looks[loop] + 1 for loop in silent})
        new = {
            loop for loop in silent if self._looks[loop] >= (LOOKS_UNTIL_TOLD if loop in still else LOOKS_WHILE_TURNING)
        }
        told = new | {loop for loop in self._told if loop in silent or loop in self.beats.new()}
        if told == self._told:
            return 0
        async with self.books.write(self.municipality) as tx:
            troubles = Troubles(tx)
            for loop in told - self._told:
                await troubles.begin(SILENT + loop)
            for loop in self._told - told:
                await troubles.over(SILENT + loop)
            await self.report.look(tx, self.clock.now())
        changed, self._told = told ^ self._told, frozenset(told)
        return len(changed)


async def _lasting(troubles: Troubles) -> frozenset[str]:
    """The loops that people were told of, perhaps by an earlier process."""
    return frozenset(name.removeprefix(SILENT) for name in await troubles.lasting() if name.startswith(SILENT))
