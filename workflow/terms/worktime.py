"""Working time of a municipality, and arithmetic on it (CONFORMANCE, «Time»).

`WorkingTime` is a table of stretches of work, each with the total work up to its end, searched by bisection. Internally
moments are timedeltas since the epoch, because converting one to a number costs more than the search. `CalendarTime` is
plain time. Both are exact, accept only aware datetimes (a naive one raises ValueError) and return UTC, because
subtracting or comparing two moments of one zone ignores a change of its offset. `local` converts a moment to the
municipality's zone for display.

Pure: reads no files and no wall clock, and takes the production calendar as a table of days.
"""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from itertools import accumulate
from typing import Protocol
from zoneinfo import ZoneInfo

Stretch = tuple[int, int]
"""A stretch of working time: start and end, in minutes of the wall clock since local midnight, from 0 to 1440."""

DAY_MINUTES = 24 * 60
YEARS = (1900, 2200)
"""Arithmetic outside these years raises ValueError: such a moment is a typing error."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
_NOTHING = timedelta(0)
_MINUTE = timedelta(minutes=1)


class Why(StrEnum):
    """Why a stretch of time does not count as working time. OWN: the municipality's own day off."""

    NIGHT = "night"
    BREAK = "break"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    TRANSFERRED = "transferred"
    SHORTENED = "shortened"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Day:
    """One local date. Without stretches it is a day off; `why` is the reason, and `note` names the holiday.

    `ends` is the usual end of a shortened day, in minutes since local midnight; None if the day is not shortened.
    """

    stretches: tuple[Stretch, ...]
    why: Why = Why.WEEKEND
    note: str = ""
    ends: int | None = None

    def __post_init__(self) -> None:
        check_stretches(self.stretches)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of time, in UTC, that a term counts (`why` is None) or leaves out for the reason `why`; `note` names the
    holiday."""

    start: datetime
    end: datetime
    why: Why | None = None
    note: str = ""

    @property
    def length(self) -> timedelta:
        return self.end - self.start


class Clock(Hashable, Protocol):
    """Adds and measures terms, in working time or in plain time. Every returned moment is in UTC, except from `local`."""

    @property
    def working(self) -> WorkingTime:
        """The municipality's working time; terms of N working days are counted on it for either clock."""

    @property
    def calendar(self) -> CalendarTime: ...

    def add(self, moment: datetime, term: timedelta | int) -> datetime:
        """Return the moment, in UTC, at which this clock has counted `term` since `moment`: working time on
        WorkingTime, plain time on CalendarTime. An int is that many minutes of the same."""

    def back(self, moment: datetime, term: timedelta | int) -> datetime:
        """Return the moment from which `term` (an int: minutes) is left on this clock until `moment`."""

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Return the time that this clock counts from `start` to `end`; negative if `end` is earlier."""

    def into(self, moment: datetime) -> datetime:
        """Return the moment itself if the clock runs then, else the next moment at which it starts to run."""

    def is_working(self, moment: datetime) -> bool: ...

    def covers(self, moment: datetime) -> bool:
        """Whether the production calendar of that date is known. If not, a due moment there is shown as «предварительно»."""

    def end_of_nth_working_day(self, moment: datetime, n: int) -> datetime: ...

    def account(self, start: datetime, end: datetime) -> tuple[Piece, ...]: ...

    def local(self, moment: datetime) -> datetime: ...


def _stretches(written: Sequence[Sequence[int]]) -> tuple[Stretch, ...]:
    return tuple((start, end) for start, end in written)


def check_stretches(stretches: Sequence[Stretch]) -> None:
    """Raises ValueError unless the stretches are in order, do not overlap and lie within one day."""
    last = 0
    for start, end in stretches:
        if not last <= start < end <= DAY_MINUTES:
            raise ValueError(f"stretches of work out of order: {list(stretches)}")
        last = end


def _since(moment: datetime) -> timedelta:
    """Return the time since the epoch (1970, UTC). Raises ValueError for a moment without a time zone."""
    try:
        return moment - _EPOCH
    except TypeError:
        raise ValueError(f"a moment without a time zone: {moment.isoformat()}") from None


def _term(term: timedelta | int) -> timedelta:
    length = term * _MINUTE if isinstance(term, int) else term
    if length < _NOTHING:
        raise ValueError(f"a negative term: {term}")
    return length


class _Table:
    """The stretches of working time of whole years: starts, ends, and the total work up to each end. Immutable.

    `idle` is the time from the epoch to each stretch that is not work: a moment in the stretch minus its position.
    """

    __slots__ = ("done", "ends", "idle", "last", "starts", "working_days", "years")

    def __init__(self, years: tuple[int, int], of_years: Sequence[_Year]) -> None:
        self.years = years
        self.starts = [start for year in of_years for start, _ in year.stretches]
        self.ends = [end for year in of_years for _, end in year.stretches]
        self.done = list(accumulate(end - start for start, end in zip(self.starts, self.ends, strict=True)))
        self.idle = [end - done for end, done in zip(self.ends, self.done, strict=True)]
        self.working_days = [entry for year in of_years for entry in year.working_days]
        self.last = self.done[-1] if self.done else _NOTHING

    def position(self, since: timedelta) -> timedelta:
        """Return the working time from the beginning of the table to the moment (since the epoch), which must lie before the
        table's last end."""
        i = bisect_right(self.ends, since)
        start = self.starts[i]
        return (since if since > start else start) - self.idle[i]

    def days_until(self, on: date) -> int:
        """Return the number of working days in the table up to and including the date."""
        return bisect_right(self.working_days, on, key=lambda entry: entry[0])

    def at(self, position: timedelta) -> timedelta:
        """Return the earliest moment (since the epoch) at which this much working time has passed since the beginning of the
        table: the end of a stretch rather than the start of the next one."""
        return position + self.idle[bisect_left(self.done, position)]


@dataclass(frozen=True, slots=True)
class _Year:
    stretches: tuple[tuple[timedelta, timedelta], ...]
    working_days: tuple[tuple[date, timedelta], ...]
    """Each working date of the year, with the end of its work (since the epoch)."""


class WorkingTime:
    """The working time of one municipality. Callers can treat it as immutable; it builds tables of years on first use.

    `week` holds seven tuples of stretches, from Monday; special dates in `days` override it. `covered` lists the years
    with a known production calendar; in other years arithmetic still uses `days` and `week`.
    """

    def __init__(
        self,
        zone: ZoneInfo,
        week: Sequence[Sequence[Stretch]],
        days: Mapping[date, Day] | None = None,
        covered: Collection[int] = (),
    ) -> None:
        if len(week) != 7:
            raise ValueError("a week has seven days")
        self.zone = zone
        self.week = tuple(tuple(stretches) for stretches in week)
        for stretches in self.week:
            check_stretches(stretches)
        if not any(self.week):
            raise ValueError("a week without working hours")
        self.covered = frozenset(covered)
        self._days = dict(days or {})
        self._years: dict[int, _Year] = {}
        known = sorted(self.covered) or [2026]
        self._table = self._tabled(known[0], known[-1])
        self._covered_edges = self._edges(self.covered)

    @property
    def working(self) -> WorkingTime:
        return self

    @property
    def calendar(self) -> CalendarTime:
        return CalendarTime(self)

    @cached_property
    def text(self) -> str:
        """Everything the arithmetic depends on, as JSON: the zone, the week, the special days, the known years."""
        days = {on.isoformat(): day.stretches for on, day in sorted(self._days.items())}
        known = {"zone": self.zone.key, "week": self.week, "days": days, "years": sorted(self.covered)}
        return json.dumps(known)

    @cached_property
    def fingerprint(self) -> str:
        """The SHA-256 (hex) of `text`; the same for calendars that count the same."""
        return sha256(self.text.encode()).hexdigest()

    @classmethod
    def of_text(cls, text: str) -> WorkingTime:
        """Return the working time described by this JSON (see `text`). The reasons for days off are not in it."""
        known = json.loads(text)
        days = {date.fromisoformat(on): Day(_stretches(hours)) for on, hours in known["days"].items()}
        return cls(ZoneInfo(known["zone"]), [_stretches(hours) for hours in known["week"]], days, known["years"])

    def first_changed(self, text: str) -> date | None:
        """Return the first special date on which the calendar described by this JSON (see `text`) differs from this one;
        `date.max` if none does. None if its zone or week differs, so that no single date can be named."""
        ours, known = json.loads(self.text), json.loads(text)
        if (ours["zone"], ours["week"]) != (known["zone"], known["week"]):
            return None
        days, others = ours["days"], known["days"]
        found = min((on for on in {*days, *others} if days.get(on) != others.get(on)), default=None)
        return date.fromisoformat(found) if found is not None else date.max

    def day(self, on: date) -> Day:
        """Return the working hours of this local date, or why it is a day off."""
        special = self._days.get(on)
        return special if special is not None else Day(self.week[on.weekday()])

    def local(self, moment: datetime) -> datetime:
        """Return the same moment in the municipality's time zone. Raises ValueError for a moment without a zone."""
        _since(moment)
        return moment.astimezone(self.zone)

    def covers(self, moment: datetime) -> bool:
        """Whether the production calendar of the moment's local year is known."""
        return bisect_right(self._covered_edges, _since(moment)) % 2 == 1

    def add(self, moment: datetime, term: timedelta | int) -> datetime:
        """Return the end, in UTC, of a term (an int: minutes) of working time that begins at `moment`. If both the end of a
        stretch and the start of the next one fit, it is the end.

        A zero term ends at `into(moment)`.
        """
        start, need = _since(moment), _term(term)
        if not need:
            return self.into(moment)
        table = self._around(start)
        while (target := table.position(start) + need) > table.last:
            table = self._wider(later=True)
        return _EPOCH + table.at(target)

    def back(self, moment: datetime, term: timedelta | int) -> datetime:
        """Return the moment, in UTC, from which exactly `term` (an int: minutes) of working time is left until `moment`.

        If both the end of a stretch and the start of the next one fit, it is the end.
        """
        end, need = _since(moment), _term(term)
        table = self._around(end)
        while (target := table.position(end) - need) <= _NOTHING:
            table = self._wider(later=False)
        return _EPOCH + table.at(target)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Return the working time from `start` to `end`; negative if `end` is earlier."""
        first, last = _since(start), _since(end)
        self._around(first)
        table = self._around(last)
        return table.position(last) - table.position(first)

    def into(self, moment: datetime) -> datetime:
        """Return the moment itself if it is in working time, else the next start of work, in UTC. The end of a stretch is no
        longer working time."""
        since = _since(moment)
        table = self._around(since)
        return _EPOCH + max(since, table.starts[bisect_right(table.ends, since)])

    def is_working(self, moment: datetime) -> bool:
        """Whether the moment is in working time. A stretch of work includes its start and excludes its end."""
        return _since(self.into(moment)) == _since(moment)

    def end_of_nth_working_day(self, moment: datetime, n: int) -> datetime:
        """Return the end of work, in UTC, on the n-th working date after the local date of `moment`. ValueError if n < 1."""
        if n < 1:
            raise ValueError(f"not a number of working days: {n}")
        on = self.local(moment).date()
        table = self._around(_since(moment))
        while (at := table.days_until(on) + n - 1) >= len(table.working_days):
            table = self._wider(later=True)
        return _EPOCH + table.working_days[at][1]

    def account(self, start: datetime, end: datetime) -> tuple[Piece, ...]:
        """Split the time from `start` to `end` into pieces without gaps, each counted or left out for a reason; () if `end` is
        not later."""
        first, last = _since(start), _since(end)
        pieces: list[Piece] = []
        if first >= last:
            return ()
        on, until = self.local(start).date(), self.local(end).date()
        while on <= until:
            for a, b, why, note in self._parts_of(on):
                a, b = max(a, first), min(b, last)
                if a >= b:
                    continue
                if pieces and (pieces[-1].why, pieces[-1].note) == (why, note):
                    pieces[-1] = Piece(pieces[-1].start, _EPOCH + b, why, note)
                else:
                    pieces.append(Piece(_EPOCH + a, _EPOCH + b, why, note))
            on += timedelta(days=1)
        return tuple(pieces)

    def _parts_of(self, on: date) -> Iterator[tuple[timedelta, timedelta, Why | None, str]]:
        """Yield the local date from midnight to midnight in parts without gaps: (start, end, reason why it is no working
        time or None, note); moments since the epoch."""
        day = self.day(on)
        midnight, next_midnight = self._instant(on, 0), self._instant(on, DAY_MINUTES)
        if not day.stretches:
            yield midnight, next_midnight, day.why, day.note
            return
        at, why = midnight, Why.NIGHT
        for a, b in day.stretches:
            start, end = self._instant(on, a), self._instant(on, b)
            yield at, start, why, ""
            yield start, end, None, ""
            at, why = end, Why.BREAK
        if day.ends is not None:
            would_end = self._instant(on, day.ends)
            yield at, would_end, Why.SHORTENED, day.note
            at = would_end
        yield at, next_midnight, Why.NIGHT, ""

    def _around(self, since: timedelta) -> _Table:
        """Return the table, widened by years until it has working time both before and after the moment."""
        table = self._table
        while not table.starts or table.starts[0] >= since:
            table = self._wider(later=False)
        while table.ends[-1] <= since:
            table = self._wider(later=True)
        return table

    def _wider(self, *, later: bool) -> _Table:
        first, last = self._table.years
        more = last - first + 1
        wanted = (first, last + more) if later else (first - more, last)
        first, last = max(wanted[0], YEARS[0]), min(wanted[1], YEARS[1])
        if (first, last) == self._table.years:
            raise ValueError(f"working time is counted from {YEARS[0]} to {YEARS[1]} only")
        self._table = self._tabled(first, last)
        return self._table

    def _edges(self, years: Collection[int]) -> list[timedelta]:
        """Return, sorted, the starts and ends (since the epoch) of unbroken series of years. A moment after an odd number of
        them lies in one of the series."""
        firsts = [self._instant(date(year, 1, 1), 0) for year in years if year - 1 not in years]
        ends = [self._instant(date(year, 12, 31), DAY_MINUTES) for year in years if year + 1 not in years]
        return sorted([*firsts, *ends])

    def _tabled(self, first: int, last: int) -> _Table:
        for year in range(first, last + 1):
            if year not in self._years:
                self._years[year] = self._year(year)
        return _Table((first, last), [self._years[year] for year in range(first, last + 1)])

    def _year(self, year: int) -> _Year:
        stretches: list[tuple[timedelta, timedelta]] = []
        working_days: list[tuple[date, timedelta]] = []
        for ordinal in range(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1):
            on = date.fromordinal(ordinal)
            here = [(self._instant(on, a), self._instant(on, b)) for a, b in self.day(on).stretches]
            here = [(start, end) for start, end in here if start < end]  # an hour that the clocks skip is not work
            if here:
                stretches += here
                working_days.append((on, here[-1][1]))
        return _Year(tuple(stretches), tuple(working_days))

    def _instant(self, on: date, minute: int) -> timedelta:
        """Return the first moment of the local date (since the epoch) at which the wall clock shows `minute` or later."""
        wall = datetime(on.year, on.month, on.day) + timedelta(minutes=minute)
        early, late = (_since(wall.replace(tzinfo=self.zone, fold=fold)) for fold in (0, 1))
        if early <= late:
            return early
        low, high = late, early  # the wall clock never shows this time: it jumps over it somewhere in here
        while high - low > _TICK:
            middle = low + (high - low) // 2
            jumped = (_EPOCH + middle).astimezone(self.zone).replace(tzinfo=None) >= wall
            low, high = (low, middle) if jumped else (middle, high)
        return high


@dataclass(frozen=True)
class CalendarTime:
    """A clock that counts plain time, day and night. Terms in working days still use the municipality's calendar."""

    working: WorkingTime

    @property
    def calendar(self) -> CalendarTime:
        return self

    def local(self, moment: datetime) -> datetime:
        """Return the same moment in the municipality's time zone."""
        return self.working.local(moment)

    def add(self, moment: datetime, term: timedelta | int) -> datetime:
        return _EPOCH + _since(moment) + _term(term)

    def back(self, moment: datetime, term: timedelta | int) -> datetime:
        return _EPOCH + _since(moment) - _term(term)

    def between(self, start: datetime, end: datetime) -> timedelta:
        return _since(end) - _since(start)

    def into(self, moment: datetime) -> datetime:
        return _EPOCH + _since(moment)

    def is_working(self, moment: datetime) -> bool:
        """Always True: this clock never stops."""
        _since(moment)
        return True

    def covers(self, moment: datetime) -> bool:
        """Always True: plain time needs no production calendar. For «N working days» call `working.covers`."""
        _since(moment)
        return True

    def end_of_nth_working_day(self, moment: datetime, n: int) -> datetime:
        """Return the end of work, in UTC, on the n-th working date after the local date of `moment`."""
        return self.working.end_of_nth_working_day(moment, n)

    def account(self, start: datetime, end: datetime) -> tuple[Piece, ...]:
        """Return the whole time from `start` to `end` as one counted piece; () if `end` is not later."""
        first, last = _since(start), _since(end)
        return (Piece(_EPOCH + first, _EPOCH + last),) if first < last else ()
