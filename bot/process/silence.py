"""Notifies people once when a loop of the bot has stopped giving its heartbeat, and once when it works again. It runs
in a loop of its own, so that it can also report the clock's."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from bot.beats import Beats
from bot.clock import Clock
from bot.notices.alerts import TroubleReport
from storage.books import Books
from storage.troubles import SILENT, Troubles

OWN = "silence"
"""The name of the loop that looks for silent loops; it never reports itself."""
LOOKS_UNTIL_TOLD = 6
"""After so many looks in a row that find a loop silent and not turning, people are notified. Looks, not seconds: a
machine that was suspended has not been silent."""
LOOKS_WHILE_TURNING = 60
"""The same number for a silent loop that still finishes its rounds: a network that answers again within minutes is no
news."""


@dataclass
class SilenceWatch:
    books: Books
    municipality: str
    beats: Beats
    report: TroubleReport
    clock: Clock
    _looks: Counter[str] = field(default_factory=Counter)
    _told: frozenset[str] | None = None
    """The loops whose silence people were notified of; None before the first look."""

    async def look(self) -> int:
        """Check all loops once; notify people of those that fell silent or work again, and return how many there were."""
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
    """The names of the loops whose silence was reported, perhaps by an earlier process, and is not over."""
    return frozenset(name.removeprefix(SILENT) for name in await troubles.lasting() if name.startswith(SILENT))
