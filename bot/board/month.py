"""The monthly reports for the board, kept in memory and computed again only after something has changed.

A month is read through `bot.leadership`, like every report, so the board, the chat and the files show the same
figures: a month whose report was sent is shown as it was sent.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.board.shown import Shown
from bot.leadership import reporting
from bot.leadership.sent import without_words
from reports.figure_cases import cases_of
from reports.figures import Figures, Place, figures
from reports.period import Month
from reports.reading import Report
from reports.rows import CaseRow
from storage import board

GOOD_FOR = timedelta(minutes=1)
"""The shortest time between two computations of the same month, whatever changes."""

AT_MOST = timedelta(minutes=10)
"""The longest time figures of a month with open cases are shown without being computed again: those fall due with time."""

MOST = 6
"""How many months are kept in memory."""

Departments = frozenset[str] | None


@dataclass(frozen=True)
class Counted:
    """A month's figures with the cases they count. `sent`: whether they are those of the report that was sent on
    `figures.as_of`."""

    figures: Figures
    rows: tuple[CaseRow, ...]
    sent: bool

    def cases_of(self, figure: str, of: str) -> list[int]:
        """The numbers of the cases that the figure counts, the newest first. `of`: the topic, department or day that
        restricts the figure; "" for none."""
        return sorted((row.number for row in cases_of(self.rows, figure, of, self.figures.zone)), reverse=True)


@dataclass
class _Read:
    """`newest`: the journal was looked at up to this line; `touched`: a case of the month has changed since it was read."""

    newest: int
    whole: Counted
    touched: bool = False
    parts: dict[frozenset[str], Counted] = field(default_factory=dict)


@dataclass
class Months:
    """One municipality's months. Visitors who see the same departments get the same result until something changes."""

    bot: Shown
    _kept: OrderedDict[Month, _Read] = field(default_factory=OrderedDict)
    _reckoning: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def current(self) -> Month:
        return Month.of(self.bot.clock.now(), self.bot.offices.municipality.zone)

    async def of(self, month: Month, departments: Departments) -> Counted | None:
        """The month's figures, for all departments (None) or only what concerns these; None if the database holds no
        settings of the municipality."""
        async with self._reckoning:
            read = await self._read(month)
            if read is None or departments is None:
                return read.whole if read is not None else None
            if departments not in read.parts:
                read.parts[departments] = _of(read.whole, departments)
            return read.parts[departments]

    async def _read(self, month: Month) -> _Read | None:
        now = self.bot.clock.now()
        known, bounds = self._kept.get(month), month.bounds(self.bot.offices.municipality.zone)
        async with self.bot.books.write(self.bot.key) as tx:
            newest = await board.newest_line(tx)
            if known is not None and not known.touched:
                known.touched = await board.is_touched(tx, known.newest, *bounds)
                known.newest = newest
        if known is not None and (known.whole.sent or _is_good(known, now)):
            return known
        sent = await without_words(self.bot.books, self.bot.key, month)
        report = sent or await reporting.monthly(self.bot.books, self.bot.key, month, now)
        if report is None:
            return None
        read = self._kept[month] = _Read(newest, _bare(report, sent is not None))
        self._kept.move_to_end(month)
        if len(self._kept) > MOST:
            self._kept.popitem(last=False)
        return read

    async def first(self) -> Month | None:
        """The month in which the first case was detected; None if there is no case."""
        zone = self.bot.offices.municipality.zone
        async with self.bot.books.write(self.bot.key) as tx:
            detected = await board.first_detected(tx)
        return Month.of(detected, zone) if detected is not None else None

    async def beside(self, month: Month) -> tuple[Month | None, Month | None]:
        """The nearest earlier and the nearest later month with cases; None for one that does not exist."""
        zone = self.bot.offices.municipality.zone
        async with self.bot.books.write(self.bot.key) as tx:
            earlier, later = await board.detected_beside(tx, *month.bounds(zone))
        return Month.of(earlier, zone) if earlier else None, Month.of(later, zone) if later else None


def _is_good(known: _Read, now: datetime) -> bool:
    """A month whose cases are over does not grow old."""
    age = now - known.whole.figures.as_of
    return age < GOOD_FOR or (not known.touched and (age < AT_MOST or not known.whole.figures.totals.open))


def _bare(report: Report, sent: bool) -> Counted:
    """The report's figures and cases without the cases' texts, which the board reads from the cases. `sent`: as in
    `Counted`."""
    return Counted(report.figures, tuple(replace(row, text="") for row in report.rows), sent)


def _of(whole: Counted, departments: frozenset[str]) -> Counted:
    """The figures of only those cases that were given to one of the departments, and only what concerns these
    departments."""
    own = [_own(row, departments) for row in whole.rows if any(h.department in departments for h in row.handed)]
    found = whole.figures
    names = {d.key: d.name for d in found.departments if d.key in departments}
    place = Place(found.municipality, found.name, found.zone, names, found.name_of, found.measures)
    return Counted(figures(own, place, found.month, found.as_of), tuple(own), whole.sent)


def _own(row: CaseRow, departments: frozenset[str]) -> CaseRow:
    return replace(
        row,
        handed=tuple(one for one in row.handed if one.department in departments),
        missed=tuple(one for one in row.missed if one.who in departments),
    )
