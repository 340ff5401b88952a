"""A month of the municipality's calendar, or another stretch of whole days, and the moments it contains. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True, order=True)
class Month:
    year: int
    month: int

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"

    @classmethod
    def parse(cls, text: str) -> Month:
        """The month written as «2026-10»; raises ValueError for anything else."""
        found = re.fullmatch(r"([0-9]{4})-([0-9]{2})", text)
        if found is None or not 1 <= int(found[2]) <= 12 or not 1970 <= int(found[1]) <= 9998:
            raise ValueError(f"not a month: {text!r}")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, moment: datetime, zone: ZoneInfo) -> Month:
        """The month that contains the moment, in the zone's calendar."""
        local = moment.astimezone(zone)
        return cls(local.year, local.month)

    @property
    def before(self) -> Month:
        return Month(self.year, self.month - 1) if self.month > 1 else Month(self.year - 1, 12)

    @property
    def after(self) -> Month:
        return Month(self.year, self.month + 1) if self.month < 12 else Month(self.year + 1, 1)

    @property
    def days(self) -> tuple[date, ...]:
        """Every date of the month, in order."""
        first, next_first = date(self.year, self.month, 1), date(self.after.year, self.after.month, 1)
        return tuple(first + timedelta(days=n) for n in range((next_first - first).days))

    def bounds(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """The first moment of the month and the first moment after it, in UTC."""
        first = datetime(self.year, self.month, 1, tzinfo=zone)
        return first.astimezone(UTC), datetime(self.after.year, self.after.month, 1, tzinfo=zone).astimezone(UTC)


@dataclass(frozen=True, slots=True, order=True)
class Stretch:
    """A span of whole days other than a month, from `first` to `last`; `kind` is week (from Monday) or quarter."""

    first: date
    last: date
    kind: str

    def __str__(self) -> str:
        return f"{self.first}..{self.last}"

    @classmethod
    def week(cls, day: date) -> Stretch:
        monday = day - timedelta(days=day.weekday())
        return cls(monday, monday + timedelta(days=6), "week")

    @classmethod
    def quarter(cls, day: date) -> Stretch:
        month = day.month - (day.month - 1) % 3
        end = Month(day.year, month + 2).after
        return cls(date(day.year, month, 1), date(end.year, end.month, 1) - timedelta(days=1), "quarter")

    @property
    def before(self) -> Stretch:
        yesterday = self.first - timedelta(days=1)
        return Stretch.week(yesterday) if self.kind == "week" else Stretch.quarter(yesterday)

    @property
    def days(self) -> tuple[date, ...]:
        """Every date of the stretch, in order."""
        return tuple(self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1))

    def bounds(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """The first moment of the stretch and the first moment after it, in UTC."""
        after = self.last + timedelta(days=1)
        return _midnight(self.first, zone), _midnight(after, zone)


Period = Month | Stretch


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
