"""Render the list pinned in the working group from the cases open at the moment of sending."""

from __future__ import annotations

from dataclasses import dataclass

from bot.delivery.ports import Show
from bot.delivery.wanted import Makers, Wanted
from bot.notices import pinned_screens as words
from bot.offices import Offices
from config.texts import Texts

KIND = "pinned"
MOST_CASES = 500
"""How many cases are read for the rows, the earliest due first; the counts in the heading are of all open cases."""


@dataclass(frozen=True)
class PinnedRendering:
    texts: Texts
    offices: Offices

    @property
    def makers(self) -> Makers:
        return Makers(letters={KIND: self._list})

    async def _list(self, wanted: Wanted) -> Show | None:
        """Return the pinned list. None if nothing is open (or the list is switched off) and there is no message to
        edit: none is sent just to say so."""
        tx = wanted.tx
        if not self.offices.municipality.pinned_list:
            return Show(words.no_longer(self.texts), KIND) if wanted.known is not None else None
        states = await tx.lists.states()
        if not states and wanted.known is None:
            return None
        cases = await tx.lists.open(MOST_CASES, 0)
        lived = [(case, self.offices.at(tx.municipality, case.regulation)) for case in cases]
        rows = words.rows_of(lived, wanted.now)
        return Show(words.pinned(self.texts, states, rows, wanted.office, wanted.now), KIND, pin=True)
