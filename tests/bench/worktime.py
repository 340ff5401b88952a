"""Additions of working time per second: ours compared with popular libraries, in one run, on the same inputs.

Every library gets the same moments, the same terms, and as much of the schedule as it can express; `CANNOT` lists the
rest, which the page repeats. Results are comparable if no day that the library sees differently lies between the moment
and our result; all comparable ones must agree. A missing library is left out with one line on stderr.
"""

from __future__ import annotations

import importlib.util
import random
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as wall
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from config.calendars import build
from workflow.terms.worktime import WorkingTime

ZONE = ZoneInfo("Europe/Moscow")
HOURS = {"mon-thu": "09:00-13:00, 14:00-18:00", "fri": "09:00-13:00, 14:00-16:45"}
FIRST, LAST = date(2024, 1, 1), date(2027, 12, 31)
TERMS = (1, 2, 4, 9)
"""Hours: whole ones, since pandas counts in no others."""

INPUTS = 400
ROUNDS = 5
ROUND_SECONDS = 0.4
WANTED = 5.0

CANNOT = {
    "timegrid": "time zones (naive moments of the wall clock)",
    "businesstimedelta": "working Saturdays, shortened days, zoneinfo",
    "pandas": "shorter Fridays, working Saturdays, shortened days, terms of no whole hours",
}
Add = Callable[[int], datetime]
"""The moment number so many plus its term, as an aware moment."""


@dataclass(frozen=True)
class Entrant:
    """`add` is timed; `sees_otherwise` are the working days on which its schedule differs from ours."""

    name: str
    add: Callable[[int], Any]
    aware: Callable[[Any], datetime]
    sees_otherwise: frozenset[date]


@dataclass(frozen=True)
class Schedule:
    """The municipality's working time with its exceptional days, and the inputs."""

    working: WorkingTime
    off: tuple[date, ...]
    extra: tuple[date, ...]
    shortened: tuple[date, ...]
    moments: tuple[datetime, ...]
    terms: tuple[int, ...]


def schedule() -> Schedule:
    working = build(ZONE, HOURS)
    days = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
    known = {on: working.day(on) for on in days}
    dice = random.Random(2026)
    span = int(timedelta(days=4 * 365 - 30).total_seconds())
    start = datetime(2024, 1, 9, tzinfo=UTC)
    return Schedule(
        working,
        off=tuple(on for on in days if on.weekday() < 5 and not known[on].stretches),
        extra=tuple(on for on in days if on.weekday() >= 5 and known[on].stretches),
        shortened=tuple(on for on in days if on.weekday() < 5 and known[on].ends is not None),
        moments=tuple(start + timedelta(seconds=dice.randrange(span)) for _ in range(INPUTS)),
        terms=tuple(dice.choice(TERMS) for _ in range(INPUTS)),
    )


# --- who takes part ---------------------------------------------------------------------------------------------------


def ours(given: Schedule) -> Entrant:
    minutes = tuple(hours * 60 for hours in given.terms)
    return Entrant(
        "ours", lambda i: given.working.add(given.moments[i], minutes[i]), lambda at: at.astimezone(UTC), frozenset()
    )


def by_timegrid(given: Schedule) -> Entrant:
    import timegrid

    calendar = timegrid.TimeGridCalendar.create()
    for day in range(1, 6):  # Sunday is 0 there
        calendar = calendar.add_open_rule(day, wall(9), wall(13))
        calendar = calendar.add_open_rule(day, wall(14), wall(18) if day < 5 else wall(16, 45))
    for on in given.off:
        calendar = calendar.set_closed_window(f"off {on}", *_bounds(on))
    for on in given.shortened:
        midnight, tomorrow = _bounds(on)
        end = midnight + timedelta(minutes=given.working.day(on).stretches[-1][1])
        calendar = calendar.set_closed_window(f"short {on}", end, tomorrow)
    for on in given.extra:
        midnight, _ = _bounds(on)
        for start, end in given.working.day(on).stretches:
            hours = midnight + timedelta(minutes=start), midnight + timedelta(minutes=end)
            calendar = calendar.set_open_window(f"on {on} {start}", *hours)
    naive = tuple(at.astimezone(ZONE).replace(tzinfo=None) for at in given.moments)
    lengths = tuple(timegrid.hours(hours) for hours in given.terms)
    return Entrant(
        "timegrid",
        lambda i: calendar.add_work_duration(naive[i], lengths[i]),
        lambda at: at.replace(tzinfo=ZONE).astimezone(UTC),
        frozenset(),
    )


def _bounds(on: date) -> tuple[datetime, datetime]:
    return datetime.combine(on, wall()), datetime.combine(on + timedelta(days=1), wall())


def by_businesstimedelta(given: Schedule) -> Entrant:
    import businesstimedelta as lib
    import pytz

    zone = pytz.timezone("Europe/Moscow")
    off = [*given.off, *(date(year, 1, 1) for year in range(2028, 2040))]  # it fails after its last holiday
    rules = lib.Rules([
        lib.WorkDayRule(wall(9), wall(18), [0, 1, 2, 3], tz=zone),
        lib.WorkDayRule(wall(9), wall(16, 45), [4], tz=zone),
        lib.WorkDayRule(wall(13), wall(14), [0, 1, 2, 3, 4], tz=zone, time_off=True),
        lib.HolidayRule(off, tz=zone),
    ])  # fmt: skip
    moments = tuple(at.astimezone(zone) for at in given.moments)
    lengths = {hours: lib.BusinessTimeDelta(rules, hours=hours) for hours in TERMS}
    return Entrant(
        "businesstimedelta",
        lambda i: moments[i] + lengths[given.terms[i]],
        lambda at: at.astimezone(UTC),
        frozenset((*given.extra, *given.shortened)),
    )


def by_pandas(given: Schedule) -> Entrant:
    import pandas as pd
    from pandas.tseries.offsets import CustomBusinessHour

    moments = tuple(pd.Timestamp(at.astimezone(ZONE).replace(tzinfo=None)) for at in given.moments)
    offsets = {
        hours: CustomBusinessHour(n=hours, start=["09:00", "14:00"], end=["13:00", "18:00"], holidays=list(given.off))
        for hours in TERMS
    }
    days = ((FIRST + timedelta(days=n)) for n in range((LAST - FIRST).days + 1))
    return Entrant(
        "pandas",
        lambda i: moments[i] + offsets[given.terms[i]],
        lambda at: at.to_pydatetime().replace(tzinfo=ZONE).astimezone(UTC),
        frozenset((*given.extra, *given.shortened, *(on for on in days if on.weekday() == 4))),
    )


ENTRANTS: dict[str, Callable[[Schedule], Entrant]] = {
    "timegrid": by_timegrid,
    "businesstimedelta": by_businesstimedelta,
    "pandas": by_pandas,
}


# --- the measure ------------------------------------------------------------------------------------------------------


def per_second(entrant: Entrant) -> float:
    """Additions per second over the inputs, repeated for a while."""
    add, done, begun = entrant.add, 0, time.perf_counter()
    while (spent := time.perf_counter() - begun) < ROUND_SECONDS:
        for index in range(INPUTS):
            add(index)
        done += INPUTS
    return done / spent


def compared(entrant: Entrant, given: Schedule) -> tuple[int, int]:
    """How many results are comparable with ours, and how many agree. The end of a stretch and the start of the next
    count as the same moment here: pandas returns the later one.
    """
    comparable = agree = 0
    for index, moment in enumerate(given.moments):
        due = given.working.add(moment, given.terms[index] * 60)
        theirs = entrant.aware(entrant.add(index))
        if _touches(moment, max(due, theirs), entrant.sees_otherwise):
            continue
        comparable += 1
        agree += given.working.between(due, theirs) == timedelta(0)
    return comparable, agree


def _touches(start: datetime, end: datetime, days: frozenset[date]) -> bool:
    on, last = start.astimezone(ZONE).date(), end.astimezone(ZONE).date()
    while on <= last:
        if on in days:
            return True
        on += timedelta(days=1)
    return False


def installed() -> list[str]:
    """The installed libraries; a line on stderr names each missing one."""
    found = []
    for name in ENTRANTS:
        if importlib.util.find_spec(name) is None:
            sys.stderr.write(f"worktime: {name} is not installed (pip install -e '.[bench]'), measured without it\n")
        else:
            found.append(name)
    return found


async def measure(folder: Path) -> dict[str, float]:
    """Additions per second (median of alternating rounds), the number of agreeing results, ours compared with the
    fastest other.
    """
    given = schedule()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pandas warns about slow operations
        entrants = [ours(given), *(ENTRANTS[name](given) for name in installed())]
        figures: dict[str, float] = {}
        for entrant in entrants[1:]:
            comparable, agree = compared(entrant, given)
            if comparable != agree:
                raise RuntimeError(f"{entrant.name}: {comparable - agree} of {comparable} results are not ours")
            figures[f"{entrant.name}_comparable"] = comparable
        rounds = [{entrant.name: per_second(entrant) for entrant in entrants} for _ in range(ROUNDS)]
    for entrant in entrants:
        figures[f"{entrant.name}_per_second"] = statistics.median(one[entrant.name] for one in rounds)
    others = [entrant.name for entrant in entrants[1:]]
    if others:
        ratios = [one["ours"] / max(one[name] for name in others) for one in rounds]
        figures["ratio"] = statistics.median(ratios)
    return figures
