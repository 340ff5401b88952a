"""What `check` says about the region's days off: which ones count in terms, and which nobody could confirm.

Days that the municipality has settled in its own `days` are not mentioned again. Only days from today on are named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from config.municipality import Municipality
from config.regions import Region, RegionalDay
from networks.port import Finding
from workflow.terms.worktime import Why

DECEMBER = 12
Named = tuple[date, RegionalDay]


def of_the_region(municipality: Municipality, now: datetime) -> Iterator[Finding]:
    """Findings about the region's days off from today to the end of the next year; a warning if no region is set."""
    region, key = municipality.region, municipality.key
    if region is None:
        words = "регион не назван, и его выходные в сроках не учтены; впишите, например, region: stavropol"
        yield Finding("warning", f"{key}: {words}")
        return
    ahead = _Ahead(municipality, region, now.astimezone(municipality.zone).date())
    counted = ahead.dates(lambda day, year: day.dates(year) if day.counts else ())
    none = f"до конца {ahead.today.year + 1} года не учтено ни одного" if region.days else "своих не нашли"
    yield Finding("ok", f"{key}: {region.name}, выходные региона: {_listed(counted) or none}")
    for words in ahead.doubts():
        yield Finding("warning", f"{key}: {region.name}: {words}")


@dataclass(frozen=True)
class _Ahead:
    municipality: Municipality
    region: Region
    today: date

    def dates(self, of: Callable[[RegionalDay, int], Iterable[date]]) -> list[Named]:
        years = (self.today.year, self.today.year + 1)
        found = {(on, day.name): day for year in years for day in self.region.days for on in of(day, year)}
        return [(on, day) for (on, _), day in sorted(found.items(), key=lambda one: one[0]) if on >= self.today]

    def doubts(self) -> Iterator[str]:
        """The region's days that do not count or whose transfer is unknown: one Russian sentence for each reason."""
        if unconfirmed := self._open(RegionalDay.without_act):
            yield f"акта не нашли, в сроках не учтено: {_listed(unconfirmed)}; {_write(unconfirmed)}"
        if optional := self._open(lambda day, year: day.dates(year) if day.optional else ()):
            yield f"решает сама администрация, в сроках не учтено: {_listed(optional)}; {_write(optional)}"
        for year in (self.today.year, self.today.year + 1):
            names = [day.name for day in self.region.days if day.awaits_act(year)]
            if names and (year == self.today.year or self.today.month == DECEMBER):
                words = f"на {year} год нет акта, который назначает день: {', '.join(names)}"
                yield f"{words}; когда выйдет, впишите день в days ({year}-ММ-ДД: off)"
        weekends = self._open(lambda day, year: day.dates(year) if day.counts and day.moved is None else ())
        if unmoved := [(on, day) for on, day in weekends if on.weekday() >= 5]:
            words = f"не знаем, переносится ли выходной, и не переносим: {_listed(unmoved)}"
            yield f"{words}; если переносится, впишите новый день в days"

    def _open(self, of: Callable[[RegionalDay, int], Iterable[date]]) -> list[Named]:
        """The dates given by `of` that the municipality's own `days` do not settle."""
        day = self.municipality.working_time.day
        return [(on, named) for on, named in self.dates(of) if day(on).why is not Why.OWN]


def _listed(days: Iterable[Named]) -> str:
    return ", ".join(f"{on:%d.%m.%Y} {day.name}" for on, day in days)


def _write(days: list[Named]) -> str:
    return f"если у вас это выходной, впишите в days ({days[0][0]}: off)"
