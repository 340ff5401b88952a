"""The figures of the current month for the board, as in the report; recomputed only after something has changed.

A month is read through `bot.leadership.reporting`, like every report, so the board, the chat and the files show the
same figures.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import timedelta

from bot.leadership import reporting
from bot.process.app import Municipal
from reports.figures import Figures, Place, figures
from reports.period import Month
from reports.reading import Report
from storage import board

GOOD_FOR = timedelta(minutes=1)
"""Figures are recomputed at most this often, whatever happens."""

AT_MOST = timedelta(minutes=10)
"""Figures are recomputed at least this often, because open cases fall due with time."""


@dataclass
class Months:
    """One municipality's figures. `current` returns the same figures to the same kind of visitor until something
    changes."""

    bot: Municipal
    _kept: dict[frozenset[str] | None, tuple[int, Figures]] = field(default_factory=dict)
    _reckoning: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def current(self, departments: frozenset[str] | None) -> Figures | None:
        """The figures of these departments' cases, or of all (None); None if the books hold no settings of the
        municipality."""
        async with self._reckoning:
            now = self.bot.clock.now()
            async with self.bot.books.write(self.bot.key) as tx:
                newest = await board.newest_line(tx)
            line, known = self._kept.get(departments, (-1, None))
            if known is not None and known.month == Month.of(now, known.zone):
                age = now - known.as_of
                if age < GOOD_FOR or (line == newest and age < AT_MOST):
                    return known
            month = Month.of(now, self.bot.offices.municipality.zone)
            report = await reporting.monthly(self.bot.books, self.bot.key, month, now)
            if report is None:
                return None
            found = report.figures if departments is None else _of(report, departments)
            self._kept[departments] = (newest, found)
            return found


def _of(report: Report, departments: frozenset[str]) -> Figures:
    """The figures of only those cases that were given to one of the departments."""
    whole = report.figures
    rows = [row for row in report.rows if any(handed.department in departments for handed in row.handed)]
    own = [replace(row, handed=tuple(h for h in row.handed if h.department in departments)) for row in rows]
    names = {d.key: d.name for d in whole.departments if d.key in departments}
    return figures(
        own, Place(whole.municipality, whole.name, whole.zone, names, whole.name_of), whole.month, whole.as_of
    )
