"""The working calendar of a municipality: its week, the Russian production calendar, its own exceptions.

`build` makes the `WorkingTime` that counts deadlines. Holidays, transferred days and working Saturdays come from the
`holidays` library, corrected by `calendars.yaml`. Shortened days follow from a rule, since the library does not list
them. The library also answers for years without a decree, so the file lists the years that count as known. Error
messages are in Russian: they are about what people wrote.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, lru_cache
from operator import itemgetter
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import holidays

from config.yamlfile import BrokenConfiguration, Lines, Problem, load, suggestion
from workflow.terms.worktime import DAY_MINUTES, Day, Stretch, Why, WorkingTime

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SHORTER_BY = 60
"""How many minutes shorter the working day before a holiday is (Labour Code, article 95)."""

MARGIN = 5
"""For how many years before and after the known ones the holidays fixed by law are used, without transferred days
off."""

PACKAGED = Path(__file__).with_name("calendars.yaml")

_TRANSFERRED = re.compile(r"перенесено с (\d\d)\.(\d\d)\.(\d{4})")
_OBSERVED = re.compile(r"\(выходной\)$")
_STRETCH = re.compile(r"(\d{1,2}):(\d\d)\s*[-–—]\s*(\d{1,2}):(\d\d)")
_OFF = ("off", "выходной", "нет", "no")


@dataclass(frozen=True)
class Production:
    """The Russian production calendar of several years.

    `off`: days off that the weekday schedule would not show (`Day.why` and `note` give the reason). `stands_in`:
    working weekends, each with the weekday it replaces. `eves`: days before a holiday, an hour shorter (and a working
    weekend that replaces such a day), each with the holiday's name, except the days in `full`. `covered`: years with a
    decree.
    """

    off: Mapping[date, Day]
    stands_in: Mapping[date, date]
    eves: Mapping[date, str]
    full: frozenset[date]
    covered: frozenset[int]


@dataclass(frozen=True)
class Corrections:
    """The corrections that `calendars.yaml` makes to the `holidays` library, and the years that count as known
    (`covered`)."""

    covered: frozenset[int]
    days_off: Mapping[date, str] = field(default_factory=dict)
    working: Mapping[date, date] = field(default_factory=dict)
    shortened: frozenset[date] = frozenset()
    full: frozenset[date] = frozenset()


# --- hours and days as people write them ----------------------------------------------------------


def parse_hours(text: object) -> tuple[Stretch, ...]:
    """Parse «09:00-13:00, 14:00-18:00» into stretches; «off» (or YAML 1.1's false) gives (). ValueError in Russian."""
    if text is False or text is None or str(text).strip().lower() in _OFF:
        return ()
    found: list[Stretch] = []
    for piece in str(text).split(","):
        match = _STRETCH.fullmatch(piece.strip())
        if match is None:
            raise ValueError(f"часы «{piece.strip()}» не читаются; нужно, например, 09:00-13:00, 14:00-18:00 или off")
        start, end = _minute(match[1], match[2]), _minute(match[3], match[4])
        if end <= start:
            hint = "; часы через полночь разделите на два дня" if end else "; полночь в конце дня пишется 24:00"
            raise ValueError(f"«{piece.strip()}»: конец раньше начала{hint}")
        if found and start < found[-1][1]:
            raise ValueError(f"«{piece.strip()}» начинается раньше, чем кончилось предыдущее")
        found.append((start, end))
    return tuple(found)


def parse_week(hours: Mapping[str, object]) -> tuple[tuple[Stretch, ...], ...]:
    """Parse a municipality's `work_hours` into the hours of seven days from Monday; a day not named is a day off.
    ValueError in Russian.
    """
    week: dict[int, tuple[Stretch, ...]] = {}
    for key, text in hours.items():
        stretches = _about(str(key), text)
        for weekday in _weekdays(str(key)):
            if weekday in week:
                raise ValueError(f"день {WEEKDAYS[weekday]} назван дважды")
            week[weekday] = stretches
    if not any(week.values()):
        raise ValueError("нет ни одного рабочего часа; нужно, например, mon-fri: 09:00-13:00, 14:00-18:00")
    return tuple(week.get(weekday, ()) for weekday in range(7))


def parse_days(days: Mapping[Any, object]) -> dict[date, tuple[Stretch, ...]]:
    """Parse a municipality's `days` into each date's own hours; () for «off». ValueError in Russian."""
    return {_date(key): _about(str(key), text) for key, text in days.items()}


def _about(key: str, text: object) -> tuple[Stretch, ...]:
    try:
        return parse_hours(text)
    except ValueError as error:
        raise ValueError(f"{key}: {error}") from None


def _minute(hours: str, minutes: str) -> int:
    minute = int(hours) * 60 + int(minutes)
    if int(minutes) > 59 or minute > DAY_MINUTES:
        raise ValueError(f"времени {hours}:{minutes} не бывает")
    return minute


def _weekdays(key: str) -> Iterable[int]:
    """The weekday numbers (Monday is 0) of «mon-thu», «fri», «mon, wed-fri»; «sat-mon» wraps around the end of the
    week. ValueError in Russian."""
    for piece in key.lower().split(","):
        first, dash, last = (part.strip() for part in piece.partition("-"))
        start = _weekday(first)
        end = _weekday(last) if dash else start
        yield from ((start + step) % 7 for step in range((end - start) % 7 + 1))


def _weekday(word: str) -> int:
    if word not in WEEKDAYS:
        raise ValueError(f"нет такого дня недели «{word}»{suggestion(word, WEEKDAYS)}")
    return WEEKDAYS.index(word)


def _date(key: object) -> date:
    if isinstance(key, date):
        return key
    try:
        return date.fromisoformat(str(key))
    except ValueError:
        raise ValueError(f"дата «{key}» не читается; нужна вида 2026-07-08") from None


# --- the production calendar ----------------------------------------------------------------------


def load_corrections(path: Path = PACKAGED) -> Corrections:
    """Read the file of corrections to the calendar. BrokenConfiguration names the line of each error."""
    data, lines = load(path)
    known = {"covered", "days_off", "working", "shortened", "full"}
    problems = [
        Problem(path.name, lines.of((key,)), f"неизвестный ключ «{key}»{suggestion(str(key), sorted(known))}")
        for key in data
        if key not in known
    ]
    dates = _Dates(path.name, lines, problems)
    covered = data.get("covered")
    if not isinstance(covered, list) or not covered or not all(type(year) is int for year in covered):
        problems.append(
            Problem(path.name, lines.of(("covered",)), "covered: нужен список годов, например [2026, 2027]")
        )
        covered = []
    corrections = Corrections(
        covered=frozenset(covered),
        days_off={day: str(name) for day, name in dates.mapping(data, "days_off").items()},
        working={day: dates.one(other, ("working", str(day))) for day, other in dates.mapping(data, "working").items()},
        shortened=frozenset(dates.several(data, "shortened")),
        full=frozenset(dates.several(data, "full")),
    )
    if problems:
        raise BrokenConfiguration(sorted(problems, key=lambda problem: problem.line or 0))
    return corrections


@dataclass(frozen=True)
class _Dates:
    """Reads the dates of the corrections file and adds an error to `problems` for each that cannot be read."""

    file: str
    lines: Lines
    problems: list[Problem]

    def one(self, value: object, where: tuple[str | int, ...]) -> date:
        try:
            return _date(value)
        except ValueError as error:
            self.problems.append(Problem(self.file, self.lines.of(where), str(error)))
            return date.min

    def mapping(self, data: Mapping[str, Any], key: str) -> dict[date, Any]:
        value = data.get(key) or {}
        if not isinstance(value, dict):
            self.problems.append(Problem(self.file, self.lines.of((key,)), f"{key}: нужны строки «дата: значение»"))
            return {}
        return {self.one(day, (key, str(day))): item for day, item in value.items()}

    def several(self, data: Mapping[str, Any], key: str) -> list[date]:
        value = data.get(key) or []
        if not isinstance(value, list):
            self.problems.append(Problem(self.file, self.lines.of((key,)), f"{key}: нужен список дат"))
            return []
        return [self.one(day, (key, index)) for index, day in enumerate(value)]


def production(corrections: Corrections | None = None) -> Production:
    """The production calendar of the known years (of the packaged file by default); for `MARGIN` years around them,
    only the holidays fixed by law."""
    if corrections is None:
        return _packaged()
    first, last = min(corrections.covered) - MARGIN, max(corrections.covered) + MARGIN
    library = holidays.country_holidays("RU", years=range(first, last + 1), language="ru")
    off: dict[date, Day] = {}
    stands_in: dict[date, date] = {}
    named: dict[date, str] = {}
    for on, name in sorted(library.items()):
        transferred = _TRANSFERRED.search(name)
        if transferred is not None:
            off[on] = Day((), Why.TRANSFERRED, name)
            freed = date(int(transferred[3]), int(transferred[2]), int(transferred[1]))
            if library.is_working_day(freed):
                stands_in[freed] = on
        elif _OBSERVED.search(name):
            off[on] = Day((), Why.TRANSFERRED, name)
        else:
            off[on] = Day((), Why.HOLIDAY, name)
            named[on] = name
    off |= {on: Day((), Why.TRANSFERRED, name) for on, name in corrections.days_off.items()}
    stands_in |= corrections.working
    for worked, freed in corrections.working.items():
        off.pop(worked, None)
        off.setdefault(freed, Day((), Why.TRANSFERRED, f"Выходной (перенесено с {worked:%d.%m.%Y})"))
    day = timedelta(days=1)
    eves = {on - day: name for on, name in named.items()}
    eves |= dict.fromkeys(corrections.shortened, "")
    return Production(off, stands_in, eves, corrections.full, corrections.covered)


@cache
def _packaged() -> Production:
    return production(load_corrections())


# --- a municipality's own -------------------------------------------------------------------------


def build(
    zone: ZoneInfo,
    work_hours: Mapping[str, object],
    days: Mapping[Any, object] | None = None,
    years: Collection[int] | None = None,
    calendar: Production | None = None,
) -> WorkingTime:
    """The working time of a municipality. ValueError in Russian for hours that cannot be read.

    The municipality's own `days` override the calendar completely: their hours stand as written, and an own day off
    does not shorten the day before it. `years` narrows the known years. Outside the known years the week continues with
    the holidays fixed by law, and `covers` is False.
    """
    calendar = calendar or production()
    week = parse_week(work_hours)
    special = {on: day for on in _special_dates(calendar) if (day := _day(on, week, calendar)) is not None}
    special |= {on: Day(stretches, Why.OWN) for on, stretches in parse_days(days or {}).items()}
    covered = calendar.covered if years is None else calendar.covered & frozenset(years)
    return _working_time(zone, week, tuple(sorted(special.items(), key=itemgetter(0))), covered)


@lru_cache(maxsize=8)
def _working_time(
    zone: ZoneInfo,
    week: tuple[tuple[Stretch, ...], ...],
    special: tuple[tuple[date, Day], ...],
    covered: frozenset[int],
) -> WorkingTime:
    """The working time, cached by calendar: laying out five years of days is slow, and each edition of a regulation
    asks."""
    return WorkingTime(zone, week, dict(special), covered)


def _special_dates(calendar: Production) -> set[date]:
    return {*calendar.off, *calendar.stands_in, *calendar.eves}


def _day(on: date, week: tuple[tuple[Stretch, ...], ...], calendar: Production) -> Day | None:
    """The date's hours under the production calendar, for a municipality with this week; None if the calendar changes
    nothing."""
    if on in calendar.off:
        return calendar.off[on]
    freed = calendar.stands_in.get(on)
    model = freed if freed is not None and week[freed.weekday()] else on
    hours = week[model.weekday()]
    eve_of = calendar.eves.get(on, calendar.eves.get(model))
    if hours and eve_of is not None and on not in calendar.full:
        return Day(shorter(hours), Why.HOLIDAY, eve_of, ends=hours[-1][1])
    return Day(hours) if hours else None


def shorter(hours: tuple[Stretch, ...], by: int = SHORTER_BY) -> tuple[Stretch, ...]:
    """The working hours without their last `by` minutes, across the lunch break if necessary."""
    left = list(hours)
    while left and by:
        start, end = left.pop()
        cut = min(by, end - start)
        by -= cut
        if start < end - cut:
            left.append((start, end - cut))
    return tuple(left)
