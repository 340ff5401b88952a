"""Every term of every regulation, 2024–2027, against an oracle that knows no library of holidays, no tables and no bisection.

The production calendar stands here day by day as it was published; the oracle walks through it minute by minute.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import groupby
from zoneinfo import ZoneInfo

import pytest

from config.calendars import build, production
from config.regions import table, with_region
from tests.rules.thoroughness import examples
from tests.rules.towns import regulation
from workflow.regulation import ClockKind, Event, Importance, Source, Step, StepRule, Term, Unit
from workflow.terms.deadlines import Facts, Happening, deadlines
from workflow.terms.worktime import WorkingTime

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
BEGIN = datetime(2023, 12, 20, tzinfo=UTC)
FIRST, LAST = date(2024, 1, 1), date(2027, 12, 31)

OFF = {  # weekdays off, from the published production calendars
    2024: "01-01 01-02 01-03 01-04 01-05 01-08 02-23 03-08 04-29 04-30 05-01 05-09 05-10 06-12 11-04 12-30 12-31",
    2025: "01-01 01-02 01-03 01-06 01-07 01-08 05-01 05-02 05-08 05-09 06-12 06-13 11-03 11-04 12-31",
    2026: "01-01 01-02 01-05 01-06 01-07 01-08 01-09 02-23 03-09 05-01 05-11 06-12 11-04 12-31",
    2027: "01-01 01-04 01-05 01-06 01-07 01-08 02-22 02-23 03-08 05-03 05-10 06-14 11-04 11-05 12-31",
}
SATURDAYS = {  # working Saturdays, and the weekday each stands in for
    "2024-04-27": "2024-04-29",
    "2024-11-02": "2024-04-30",
    "2024-12-28": "2024-12-30",
    "2025-11-01": "2025-11-03",
    "2027-02-20": "2027-02-22",
}
SHORT = """2024-02-22 2024-03-07 2024-05-08 2024-06-11 2024-11-02 2025-03-07 2025-04-30 2025-06-11 2025-11-01
           2026-04-30 2026-05-08 2026-06-11 2026-11-03 2027-02-20 2027-04-30 2027-06-11 2027-11-03"""

COMMON = "09:00-13:00, 14:00-18:00"
PLACES: dict[str, tuple[str, dict[str, str], dict[str, str]]] = {
    "izobilnensky": ("Europe/Moscow", {"mon-thu": COMMON, "fri": "09:00-13:00, 14:00-16:45"}, {}),
    "moskalensky": ("Asia/Omsk", {"mon-thu": "08:30-12:30, 13:30-17:45", "fri": "08:30-12:30, 13:30-16:30"}, {}),
    "slavgorod": ("Asia/Barnaul", {"mon-fri": "08:00-12:00, 12:48-17:00"}, {"2026-04-21": "off"}),
    "kursky": ("Europe/Moscow", {"mon": "08:00-17:00", "tue-thu": COMMON, "fri": "09:00-12:00"}, {
        "2026-07-08": "off", "2025-04-30": COMMON, "2026-02-21": "09:00-13:00", "2026-05-01": "10:00-12:00",
    }),
    "primorsko-akhtarsky": ("Europe/Moscow", {"mon-fri": COMMON}, {}),
}  # fmt: skip
"""Zone, hours and own days of each municipality."""

RADONITSA = "2024-05-14 2025-04-29 2026-04-21 2027-05-11"
REGIONS = {  # the region of each, and its days off as they were announced
    "izobilnensky": ("stavropol", RADONITSA),
    "moskalensky": ("omsk", "2026-04-21"),
    "slavgorod": ("altai_krai", ""),
    "kursky": ("stavropol", RADONITSA),
    "primorsko-akhtarsky": ("krasnodar", RADONITSA),
}

SUMMER_TIME = "Europe/Berlin"
"""Clocks go forward and back there on nights between a Friday's message and a Monday's term."""


@dataclass(frozen=True)
class Oracle:
    """`works[i]`: whether minute number i from `BEGIN` is worked; `ends`: when work ends on each working date."""

    works: bytearray
    ends: tuple[tuple[date, datetime], ...]
    zone: ZoneInfo

    def add(self, moment: datetime, seconds: int) -> datetime:
        while True:
            minute, into = divmod(int((moment - BEGIN).total_seconds()), 60)
            if self.works[minute]:
                if seconds <= 60 - into:
                    return moment + timedelta(seconds=seconds)
                seconds -= 60 - into
                moment += timedelta(seconds=60 - into)
            else:
                moment = BEGIN + self.works.index(1, minute) * MINUTE

    def back(self, moment: datetime, seconds: int) -> datetime:
        """Among moments with so much work left the earliest: hence a second more is never worked just before it."""
        while True:
            minute, into = divmod(int((moment - BEGIN).total_seconds()) - 1, 60)
            into += 1
            if self.works[minute]:
                if seconds < into:
                    return moment - timedelta(seconds=seconds)
                seconds -= into
            moment -= timedelta(seconds=into)
            if not seconds and self.works[minute]:
                return self._earliest(moment)

    def _earliest(self, moment: datetime) -> datetime:
        minute = (moment - BEGIN) // MINUTE
        return moment if self.works[minute - 1] else moment - (minute - 1 - self.works.rindex(1, 0, minute)) * MINUTE

    def between(self, start: datetime, end: datetime) -> timedelta:
        (first, into), (last, beyond) = (divmod(int((at - BEGIN).total_seconds()), 60) for at in (start, end))
        whole = self.works.count(1, first, last) * 60
        return timedelta(seconds=whole - into * self.works[first] + beyond * self.works[last])

    def end_of_nth_working_day(self, moment: datetime, n: int) -> datetime:
        today = moment.astimezone(self.zone).date()
        return [end for on, end in self.ends if on > today][n - 1]


def _hours(town: str, on: date) -> list[tuple[int, int]]:
    """Minutes worked on the date, read off the published calendar."""
    (_, week, own), (_, regional) = PLACES[town], REGIONS[town]
    if str(on) in own:
        return _read(own[str(on)])
    if str(on) in regional:
        return []
    model = date.fromisoformat(SATURDAYS.get(str(on), str(on)))
    if model == on and f"{on:%m-%d}" in OFF.get(on.year, ""):
        return []
    days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    hours = next((_read(text) for key, text in week.items() if _covers(key, days, model.weekday())), [])
    if (str(on) in SHORT or str(on + DAY) in regional) and hours:
        worked = [minute for start, end in hours for minute in range(start, end)][:-60]
        return [(minute, minute + 1) for minute in worked]
    return hours


def _covers(key: str, days: tuple[str, ...], weekday: int) -> bool:
    first, _, last = key.partition("-")
    return days.index(first) <= weekday <= days.index(last or first)


def _read(text: str) -> list[tuple[int, int]]:
    if text == "off":
        return []
    pairs = [[time.fromisoformat(at) for at in piece.strip().split("-")] for piece in text.split(",")]
    return [(a.hour * 60 + a.minute, b.hour * 60 + b.minute) for a, b in pairs]


@cache
def oracle(town: str, zone: str) -> Oracle:
    works = bytearray(int((datetime(2028, 3, 1, tzinfo=UTC) - BEGIN) / MINUTE))
    ends = []
    on, here = FIRST - 9 * DAY, ZoneInfo(zone)
    while on <= LAST + 50 * DAY:
        if minutes := [minute for start, end in _hours(town, on) for minute in range(start, end)]:
            midnight = datetime.combine(on, time(), here)
            for hour, worked in groupby(minutes, lambda minute: minute // 60):  # clocks are changed on the hour
                at = ((midnight + hour * 60 * MINUTE).astimezone(UTC) - BEGIN) // MINUTE
                for minute in worked:
                    works[at + minute % 60] = 1
            ends.append((on, (midnight + (minutes[-1] + 1) * MINUTE).astimezone(UTC)))
        on += DAY
    return Oracle(works, tuple(ends), here)


@cache
def clock(town: str, zone: str) -> WorkingTime:
    _, week, own = PLACES[town]
    return build(ZoneInfo(zone), week, own, calendar=with_region(production(), table()[REGIONS[town][0]]))


TRIED = [(town, zone) for town, (own_zone, _, _) in PLACES.items() for zone in (own_zone, SUMMER_TIME)]


def moments(seed: str, count: int) -> Iterator[datetime]:
    """To the second, all over the four years; every fourth of them in the days around a change of the clocks or holidays."""
    dice = random.Random(seed)
    edges = [
        "2024-03-29",
        "2024-04-26",
        "2024-10-25",
        "2025-10-31",
        "2026-03-27",
        "2026-04-17",
        "2026-04-29",
        "2026-10-23",
        "2027-02-19",
    ]
    for number in range(count):
        if number % 4:
            start, span = datetime(2024, 1, 9, tzinfo=UTC), (LAST - FIRST).days * 86_400 - 40 * 86_400
        else:
            start, span = datetime.fromisoformat(dice.choice(edges)).replace(tzinfo=UTC), 4 * 86_400
        yield start + timedelta(seconds=dice.randrange(span))


@pytest.mark.parametrize(("town", "zone"), TRIED)
def test_every_day_of_four_years_has_the_published_hours(town: str, zone: str) -> None:
    time_ = clock(town, zone)
    on = FIRST
    while on <= LAST:
        minutes = [m for start, end in time_.day(on).stretches for m in range(start, end)]
        assert minutes == [m for start, end in _hours(town, on) for m in range(start, end)], on
        on += DAY


@pytest.mark.parametrize(("town", "zone"), TRIED)
def test_working_time_is_exact_to_the_second_in_every_municipality(town: str, zone: str) -> None:
    """`add`, `back` and `between` are the oracle's; they undo each other; terms add up and keep their order."""
    time_, slow, dice = clock(town, zone), oracle(town, zone), random.Random(zone)
    for moment in moments(town + zone, examples(60)):
        seconds, more = dice.randrange(1, 12 * 3600), dice.randrange(1, 3 * 3600)
        term, rest = timedelta(seconds=seconds), timedelta(seconds=more)
        due = time_.add(moment, term)
        assert due == slow.add(moment, seconds), moment
        assert time_.back(moment, term) == slow.back(moment, seconds), moment
        assert time_.between(moment, due + rest) == slow.between(moment, due + rest), moment
        assert time_.between(moment, due) == term
        assert time_.add(due, rest) == time_.add(moment, term + rest)
        assert time_.add(moment + rest, term) >= due
        assert time_.back(due, term) == time_.back(time_.into(moment), 0)


# --- terms of regulations -------------------------------------------------------------------------------------------

STARTS = (
    Event.DETECTED, Event.FORWARDED, Event.CONTRIBUTED, Event.DRAFTED, Event.SENT_BACK, Event.APPROVED,
    Event.INTERIM_POSTED,
)  # fmt: skip


@dataclass(frozen=True)
class Expected:
    """What is due when, worked out by the oracle from the regulation's words."""

    town: str
    slow: Oracle
    at: dict[Event, datetime]
    facts: Facts

    def after(self, moment: datetime, term: Term) -> datetime:
        if term.unit is Unit.WORKING_DAYS:
            return self.slow.end_of_nth_working_day(moment, term.amount)
        if term.clock is ClockKind.CALENDAR:
            return moment + term.amount * MINUTE
        return self.slow.add(moment, term.amount * 60)

    def due(self, rule: StepRule) -> datetime | None:
        term = rule.within_for(self.facts.importance, self.facts.source).term
        if term.unit is Unit.NAMED:
            return None
        if rule.before is not None:
            whole = self.of(rule.before)
            assert whole is not None
            start, due = self.at[Event.DETECTED], self.slow.back(whole, term.amount * 60)
        else:
            assert rule.runs_from is not None
            start = self.at[rule.runs_from]
            due = self.after(start, term)
        if rule.not_after is not None and (cap := self.of(rule.not_after)) is not None:
            due = min(due, cap)
        return max(due, start)

    def of(self, step: Step) -> datetime | None:
        rule = regulation(self.town).rule(step)
        return self.due(rule) if rule is not None else None


@pytest.mark.parametrize("importance", list(Importance))
@pytest.mark.parametrize("source", [Source.VK, Source.TELEGRAM_GOVERNOR])
@pytest.mark.parametrize(("town", "zone"), TRIED)
def test_every_term_of_every_regulation_is_the_oracles(
    town: str, zone: str, source: Source, importance: Importance
) -> None:
    facts, dice = Facts(importance, source, several=True), random.Random(town)
    for detected in moments(f"{town} {source} {importance}", examples(25)):
        gaps = [0, *(dice.randrange(1, 5 * 3600) for _ in STARTS[1:])]
        at = {event: detected + timedelta(seconds=sum(gaps[: n + 1])) for n, event in enumerate(STARTS)}
        history = [Happening(event, moment) for event, moment in at.items()]
        found = deadlines(history, facts, regulation(town), clock(town, zone))
        expected = Expected(town, oracle(town, zone), at, facts)
        wanted = {rule.step: due for rule in regulation(town).steps if (due := expected.due(rule)) is not None}
        assert {step: deadline.due_at for step, deadline in found.items()} == wanted, (detected, at)
