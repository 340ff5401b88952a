"""The days off that a region adds to the Russian production calendar.

`regions.yaml` lists the regions with their days: the rule, the act that sets it, since when. Only days with a known act
count; `check` names the others. An office's own `regions.yaml` replaces single regions of ours. Why a day before such a
holiday is an hour shorter, and when a day off is moved: docs/decisions/0035. Messages are in Russian.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, field_validator, model_validator

from config.calendars import MARGIN, Production
from config.yamlfile import BrokenConfiguration, Problem, load, problems_of
from workflow.terms.worktime import Day, Why

FILE = "regions.yaml"
PACKAGED = Path(__file__).with_name(FILE)
KEY = re.compile(r"[a-z][a-z0-9_]{0,31}")
BY_DECREE = "decree"
FIRST_YEAR = 1900

_DAY = timedelta(days=1)
_FIXED = re.compile(r"(\d\d)-(\d\d)")
_EASTER = re.compile(r"easter(?:\+(\d{1,3}))?")


class RegionalDay(BaseModel):
    """A holiday of a region, as a row of the table.

    `on`: «08-30», «easter+9» (days after Orthodox Easter) or «decree», with the dates of each act in `decrees`. `law`:
    the act; `since`, `until`: first and last year. `moved`: whether a day off it coincides with is moved to the next
    working day; None if that is not known. `eve`: whether the day before is an hour shorter. `unverified`: True if no
    act was found, or the dates that have none. `optional`: the act leaves the day to each local administration.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(min_length=1)]
    on: str
    law: str = ""
    since: int = FIRST_YEAR
    until: int | None = None
    moved: bool | None = None
    eve: bool = True
    decrees: dict[str, list[date]] = {}
    unverified: bool | list[date] = False
    optional: bool = False

    @field_validator("on")
    @classmethod
    def _is_a_rule(cls, rule: str) -> str:
        fixed = _FIXED.fullmatch(rule)
        if fixed is not None:
            try:
                date(2024, int(fixed[1]), int(fixed[2]))
            except ValueError:
                raise ValueError(f"on: дня «{rule}» не бывает") from None
        elif rule != BY_DECREE and _EASTER.fullmatch(rule) is None:
            raise ValueError(f"on: «{rule}» не читается; нужно, например, 08-30, easter+9 или decree")
        return rule

    @model_validator(mode="after")
    def _has_an_act(self) -> RegionalDay:
        if not self.law and self.unverified is not True:
            raise ValueError(f"{self.name}: укажите акт (law) или unverified: true")
        if self.decrees and self.on != BY_DECREE:
            raise ValueError(f"{self.name}: decrees бывают только у on: decree")
        return self

    @property
    def counts(self) -> bool:
        """Whether the calendar treats the holiday as a day off: an act for it is known, and it is not left to each
        administration."""
        return self.unverified is not True and not self.optional

    def runs_in(self, year: int) -> bool:
        return self.since <= year and (self.until is None or year <= self.until)

    def dates(self, year: int) -> tuple[date, ...]:
        """The holiday's dates in the year, () if it has none; of a holiday by decree only the dates with an act."""
        if not self.runs_in(year):
            return ()
        if self.on == BY_DECREE:
            return tuple(sorted(on for dates in self.decrees.values() for on in dates if on.year == year))
        if (fixed := _FIXED.fullmatch(self.on)) is not None:
            month, day = int(fixed[1]), int(fixed[2])
            leap_day_missing = (month, day) == (2, 29) and year % 4 != 0
            return () if leap_day_missing else (date(year, month, day),)
        after = _EASTER.fullmatch(self.on)
        assert after is not None
        return (orthodox_easter(year) + timedelta(days=int(after[1] or 0)),)

    def without_act(self, year: int) -> tuple[date, ...]:
        """Dates of this holiday that are reported for the year but confirmed by no known act."""
        if isinstance(self.unverified, list):
            return tuple(on for on in self.unverified if on.year == year)
        return self.dates(year) if self.unverified else ()

    def awaits_act(self, year: int) -> bool:
        """Whether this holiday by decree has no date for the year in the table yet, neither with an act nor without."""
        by_decree = self.on == BY_DECREE and self.counts and self.runs_in(year)
        return by_decree and not self.dates(year) and not self.without_act(year)


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(min_length=1)]
    days: tuple[RegionalDay, ...] = ()


@dataclass(frozen=True)
class Region:
    key: str
    name: str
    days: tuple[RegionalDay, ...] = ()

    def holidays(self, year: int) -> Iterator[tuple[date, RegionalDay]]:
        """Iterate over the region's days off in the year, each with its row of the table."""
        return ((on, day) for day in self.days if day.counts for on in day.dates(year))


def orthodox_easter(year: int) -> date:
    """Orthodox Easter of a year from 1900 to 2099, by the civil calendar (Meeus's Julian algorithm and thirteen
    days)."""
    moon = (19 * (year % 19) + 15) % 30
    weekday = (2 * (year % 4) + 4 * (year % 7) - moon + 34) % 7
    month, day = divmod(moon + weekday + 114, 31)
    return date(year, month, day + 1) + timedelta(days=13)


# --- the table ------------------------------------------------------------------------------------------


@lru_cache(maxsize=4)
def _packaged() -> Mapping[str, Region]:
    return load_regions(PACKAGED)


def load_regions(path: Path) -> dict[str, Region]:
    """Read a table of regions from the file, by key. BrokenConfiguration names the line of each error."""
    data, lines = load(path)
    wrong = [
        Problem(path.name, lines.of((key,)), f"ключ «{key}»: нужны строчные латинские буквы, цифры и _, до 32 знаков")
        for key in data
        if KEY.fullmatch(str(key)) is None
    ]
    try:
        entries = TypeAdapter(dict[str, _Entry]).validate_python(data)
    except ValidationError as error:
        wrong += problems_of(error, _Entry, lines, path.name)
    if wrong:
        raise BrokenConfiguration(wrong)
    return {key: Region(key, entry.name, entry.days) for key, entry in entries.items()}


def table(folders: Sequence[Path] = ()) -> Mapping[str, Region]:
    """The regions by key: ours, with those replaced that the office's own file lists (the first one found in the
    folders)."""
    own = next((folder / FILE for folder in folders if (folder / FILE).is_file()), None)
    return _packaged() if own is None else {**_packaged(), **load_regions(own)}


def find(key: str, regions: Mapping[str, Region]) -> Region:
    """The region with this key. ValueError in Russian names regions with a similar key or name."""
    if key in regions:
        return regions[key]
    raise ValueError(f"нет региона «{key}»{_similar(key, regions)}")


def _similar(word: str, regions: Mapping[str, Region]) -> str:
    word = word.casefold()
    called = {region.name.casefold(): region for region in regions.values()}
    called |= {region.key: region for region in regions.values()}
    near = _with_word(word, called) or get_close_matches(word, called, n=4, cutoff=0.6) or _with_word(word[:4], called)
    found = dict.fromkeys(f"{called[name].key} ({called[name].name})" for name in near[:4])
    return f", возможно {' или '.join(found)}?" if found else f"; ключи всех регионов перечислены в {FILE}"


def _with_word(start: str, names: Iterable[str]) -> list[str]:
    """The names in which a word begins with `start`; names that begin with it themselves come first."""
    found = [
        name
        for name in names
        if any(word.startswith(start) for word in re.split(r"[\W_]+", name)) or name.startswith(start)
    ]
    return sorted(found, key=lambda name: not name.startswith(start))


# --- the calendar ---------------------------------------------------------------------------------------


def with_region(calendar: Production, region: Region) -> Production:
    """The production calendar with the region's days off: holidays, the shorter days before them, and moved days
    off."""
    years = range(min(calendar.covered) - MARGIN, max(calendar.covered) + MARGIN + 1)
    holidays = {on: day for year in years for on, day in region.holidays(year)}
    off = {on: Day((), Why.HOLIDAY, day.name) for on, day in holidays.items()} | dict(calendar.off)
    merged = replace(calendar, off=off, eves={**_eves(holidays), **calendar.eves})
    for on, day in sorted(holidays.items()):
        if day.moved and coincides(on, calendar):
            freed = next(later for later in _days_after(on) if is_worked(later, merged))
            off[freed] = Day((), Why.TRANSFERRED, f"{day.name}, выходной перенесён с {on:%d.%m.%Y}")
    return merged


def coincides(on: date, calendar: Production) -> bool:
    """Whether the date is a day off anyway: a weekend of the five-day week or a moved day off, but not a federal
    holiday."""
    free = calendar.off.get(on)
    return not is_worked(on, calendar) and (free is None or free.why is not Why.HOLIDAY)


def is_worked(on: date, calendar: Production) -> bool:
    """Whether the date is a working day of the five-day week."""
    return on not in calendar.off and (on.weekday() < 5 or on in calendar.stands_in)


def _eves(holidays: Mapping[date, RegionalDay]) -> dict[date, str]:
    return {on - _DAY: day.name for on, day in holidays.items() if day.eve}


def _days_after(on: date) -> Iterator[date]:
    while True:
        on += _DAY
        yield on
