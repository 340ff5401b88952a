"""Working time against a slow oracle: a walk through every minute, which knows no tables and no bisection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.rules.thoroughness import examples
from workflow.terms.worktime import CalendarTime, Day, Stretch, Why, WorkingTime

MINUTE = timedelta(minutes=1)
ZONES = ("Europe/Moscow", "Europe/Berlin", "Asia/Omsk", "Asia/Barnaul", "UTC")
BEFORE, AFTER = 30, 45
"""Days the oracle walks around the moment."""

SLOW = settings(max_examples=examples(40), suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])


@dataclass
class Oracle:
    """For each minute from `first` on, whether somebody works in it."""

    first: datetime
    works: list[bool]
    dates: list[date]

    @classmethod
    def walk(cls, time: WorkingTime, around: datetime) -> Oracle:
        """A minute is worked if the latest the wall clock has shown that date lies in a stretch of the date."""
        first = (around - timedelta(days=BEFORE)).replace(minute=0, second=0, microsecond=0)
        works, dates = [], []
        on, shown = date.min, -1
        stretches: tuple[Stretch, ...] = ()
        for hour in range((BEFORE + AFTER) * 24):  # no zone here changes its clocks within an hour of UTC
            wall = (first + timedelta(hours=hour)).astimezone(time.zone)
            if wall.date() != on:
                on, shown, stretches = wall.date(), -1, time.day(wall.date()).stretches
            for minute in range(wall.hour * 60 + wall.minute, wall.hour * 60 + wall.minute + 60):
                shown = max(shown, minute)
                works.append(any(start <= shown < end for start, end in stretches))
                dates.append(on)
        return cls(first, works, dates)

    def index(self, moment: datetime) -> int:
        return (moment - self.first) // MINUTE

    def moment(self, index: int) -> datetime:
        return self.first + index * MINUTE

    def into(self, index: int) -> int:
        while not self.works[index]:
            index += 1
        return index

    def add(self, index: int, minutes: int) -> int:
        if not minutes:
            return self.into(index)
        while minutes:
            minutes -= self.works[index]
            index += 1
        return index

    def back(self, index: int, minutes: int) -> int:
        while minutes:
            index -= 1
            minutes -= self.works[index]
        while not self.works[index - 1]:
            index -= 1
        return index

    def end_of_nth_working_day(self, index: int, n: int) -> int:
        today, seen = self.dates[index], set[date]()
        while True:
            if self.works[index] and self.dates[index] > today:
                seen.add(self.dates[index])
            if len(seen) == n:
                break
            index += 1
        last = self.dates[index]
        return max(i for i in range(index, index + 1600) if self.works[i] and self.dates[i] == last) + 1


def _stretches(cuts: Sequence[int]) -> tuple[Stretch, ...]:
    edges = sorted(set(cuts))
    return tuple(zip(edges[0::2], edges[1::2], strict=False))


hours = st.lists(st.integers(0, 288).map(lambda fives: fives * 5), max_size=6).map(_stretches)
office_hours = st.sampled_from([((540, 780), (840, 1080)), ((540, 780), (840, 1005)), ((0, 1440),), ()])
moments = st.one_of(
    st.datetimes(datetime(2024, 1, 1), datetime(2027, 12, 31)),
    st.builds(
        lambda day, minute: datetime.fromisoformat(day) + minute * MINUTE,
        st.sampled_from(["2024-03-29", "2024-10-25", "2026-03-28", "2026-10-24", "2027-03-27"]),
        st.integers(0, 4 * 24 * 60),
    ),
).map(lambda naive: naive.replace(second=0, microsecond=0, tzinfo=UTC))


@st.composite
def schedules(draw: st.DrawFn, around: datetime) -> WorkingTime:
    week = draw(st.lists(st.one_of(office_hours, hours), min_size=7, max_size=7))
    assume(sum(end - start for day in week for start, end in day) >= 600)
    days = draw(st.dictionaries(st.integers(-10, 20), st.one_of(st.just(()), hours), max_size=5))
    special = {around.date() + timedelta(days=away): Day(day, Why.OWN) for away, day in days.items()}
    return WorkingTime(ZoneInfo(draw(st.sampled_from(ZONES))), week, special, covered=range(2024, 2028))


@SLOW
@given(st.data(), moments, st.integers(0, 480), st.integers(1, 4))
def test_arithmetic_agrees_with_a_walk_through_every_minute(
    data: st.DataObject, moment: datetime, minutes: int, n: int
) -> None:
    time = data.draw(schedules(moment))
    oracle = Oracle.walk(time, moment)
    i = oracle.index(moment)
    assert time.into(moment) == oracle.moment(oracle.into(i))
    assert time.is_working(moment) is oracle.works[i]
    assert time.add(moment, minutes) == oracle.moment(oracle.add(i, minutes))
    assert time.back(moment, minutes) == oracle.moment(oracle.back(i, minutes))
    later = moment + timedelta(minutes=minutes * 7)
    assert time.between(moment, later) == sum(oracle.works[i : oracle.index(later)]) * MINUTE
    assert time.end_of_nth_working_day(moment, n) == oracle.moment(oracle.end_of_nth_working_day(i, n))


@SLOW
@given(st.data(), moments, st.integers(1, 6000))
def test_an_account_has_no_hole_and_counts_exactly_the_work(
    data: st.DataObject, moment: datetime, minutes: int
) -> None:
    time = data.draw(schedules(moment))
    until = moment + minutes * MINUTE
    pieces = time.account(moment, until)
    assert [piece.end for piece in pieces[:-1]] == [piece.start for piece in pieces[1:]]
    assert (pieces[0].start, pieces[-1].end) == (moment, until)
    counted = sum((piece.length for piece in pieces if piece.why is None), timedelta(0))
    assert counted == time.between(moment, until)


seconds = st.integers(1, 40 * 3600).map(lambda count: timedelta(seconds=count))
exact = st.datetimes(datetime(2024, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))


def _end_rather_than_start(time: WorkingTime, moment: datetime) -> datetime:
    """Of moments with the same work behind them, the earliest: the end of the stretch before."""
    return time.back(moment, 0)


@settings(max_examples=examples(150))
@given(st.data(), exact, seconds, seconds)
def test_working_time_adds_up(data: st.DataObject, moment: datetime, term: timedelta, more: timedelta) -> None:
    time = data.draw(schedules(moment))
    due = time.add(moment, term)
    assert time.between(moment, due) == term
    assert time.add(due, more) == time.add(moment, term + more)
    assert time.add(moment, more) < time.add(moment, term) or more >= term
    assert time.back(due, term) == _end_rather_than_start(time, time.into(moment))
    assert time.between(due, moment) == -term
    assert time.add(time.into(moment), term) == due
    assert time.back(time.back(due, term), more) == time.back(due, term + more)


@settings(max_examples=examples(100))
@given(st.data(), exact, st.timedeltas(timedelta(0), timedelta(days=30)))
def test_working_time_is_monotone(data: st.DataObject, moment: datetime, gap: timedelta) -> None:
    time = data.draw(schedules(moment))
    later = moment + gap
    assert time.into(moment) <= time.into(later)
    assert time.add(moment, 90) <= time.add(later, 90)
    assert time.back(moment, 90) <= time.back(later, 90)
    assert time.between(moment, later) >= timedelta(0)
    assert time.end_of_nth_working_day(moment, 2) <= time.end_of_nth_working_day(later, 2)


@given(exact, seconds)
def test_calendar_time_is_plain_time(moment: datetime, term: timedelta) -> None:
    time = CalendarTime(WorkingTime(ZoneInfo("Asia/Omsk"), [((540, 1080),)] * 5 + [(), ()], covered=[2026]))
    assert time.add(moment, term) == moment + term
    assert time.back(moment, term) == moment - term
    assert time.between(moment, moment + term) == term
    assert time.into(moment) == moment
    assert (time.is_working(moment), time.covers(moment)) == (True, True)
    assert [(p.start, p.end, p.why) for p in time.account(moment, moment + term)] == [(moment, moment + term, None)]
    assert time.end_of_nth_working_day(moment, 3) == time.working.end_of_nth_working_day(moment, 3)


@pytest.mark.parametrize("operation", ["into", "is_working", "covers", "local"])
def test_a_naive_moment_is_refused(operation: str) -> None:
    time = WorkingTime(ZoneInfo("Europe/Moscow"), [((540, 1080),)] * 7)
    for clock in (time, time.calendar):
        with pytest.raises(ValueError, match="without a time zone"):
            getattr(clock, operation)(datetime(2026, 1, 12, 9))


@pytest.mark.parametrize("operation", ["add", "back", "end_of_nth_working_day"])
def test_a_naive_moment_is_refused_with_a_term(operation: str) -> None:
    time = WorkingTime(ZoneInfo("Europe/Moscow"), [((540, 1080),)] * 7)
    for clock in (time, time.calendar):
        with pytest.raises(ValueError, match="without a time zone"):
            getattr(clock, operation)(datetime(2026, 1, 12, 9), 1)


@pytest.mark.parametrize("operation", ["between", "account"])
def test_two_naive_moments_are_refused(operation: str) -> None:
    time = WorkingTime(ZoneInfo("Europe/Moscow"), [((540, 1080),)] * 7)
    aware, naive = datetime(2026, 1, 12, 9, tzinfo=UTC), datetime(2026, 1, 12, 9)
    for clock in (time, time.calendar):
        for pair in ((aware, naive), (naive, aware)):
            with pytest.raises(ValueError, match="without a time zone"):
                getattr(clock, operation)(*pair)
