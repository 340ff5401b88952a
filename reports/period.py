"""A month of the municipality's calendar: which moments lie in it. Pure."""

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
        """«2026-10»; ValueError for anything that is not a month."""
        found = re.fullmatch(r"([0-9]{4})-([0-9]{2})", text)
        if found is None or not 1 <= int(found[2]) <= 12 or not 1970 <= int(found[1]) <= 9998:
            raise ValueError(f"not a month: {text!r}")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, moment: datetime, zone: ZoneInfo) -> Month:
        """The month the moment lies in, by the zone's calendar."""
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
