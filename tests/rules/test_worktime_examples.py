"""Working time by hand: the examples a clerk would check with a calendar on the wall (CONFORMANCE, «Time»)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from config.calendars import build
from workflow.terms.worktime import Day, Why, WorkingTime

ZONE = ZoneInfo("Europe/Moscow")
HOURS = {"mon-thu": "09:00-13:00, 14:00-18:00", "fri": "09:00-13:00, 14:00-16:45"}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.fixture(scope="module")
def time() -> WorkingTime:
    return build(ZONE, HOURS, {"2026-07-08": "off", "2026-02-21": "09:00-13:00"})


def shown(time: WorkingTime, moment: datetime) -> str:
    return time.local(moment).strftime("%Y-%m-%d %H:%M:%S")


@pytest.mark.parametrize(
    ("start", "minutes", "due"),
    [
        ("2026-01-12 09:00", 540, "2026-01-13 10:00:00"),  # nine hours are a day of eight and one more
        ("2026-01-12 09:00", 240, "2026-01-12 13:00:00"),  # ends exactly with the morning: due then, not at 14:00
        ("2026-01-12 12:30", 60, "2026-01-12 14:30:00"),  # across lunch
        ("2026-01-12 13:00", 30, "2026-01-12 14:30:00"),  # at lunch counts as the end of lunch
        ("2026-01-12 13:20", 30, "2026-01-12 14:30:00"),
        ("2026-01-12 07:00", 30, "2026-01-12 09:30:00"),  # before work counts as its start
        ("2026-01-12 20:00", 30, "2026-01-13 09:30:00"),
        ("2026-01-16 16:30", 60, "2026-01-19 09:45:00"),  # a short Friday
        ("2026-01-17 12:00", 15, "2026-01-19 09:15:00"),  # a Saturday
        ("2026-04-30 16:30", 60, "2026-05-04 09:30:00"),  # the eve of 1 May is over at 17:00
        ("2026-07-07 17:30", 60, "2026-07-09 09:30:00"),  # the office's own day off; its eve is a whole day
        ("2026-02-20 16:45", 60, "2026-02-21 10:00:00"),  # the office's own Saturday
        ("2025-12-30 17:00", 120, "2026-01-12 10:00:00"),  # over the New Year holidays
    ],
)
def test_a_term_in_working_time(time: WorkingTime, start: str, minutes: int, due: str) -> None:
    assert shown(time, time.add(at(start), minutes)) == due


def test_a_term_is_exact_to_the_second(time: WorkingTime) -> None:
    assert shown(time, time.add(at("2026-01-12 12:59:59"), 1)) == "2026-01-12 14:00:59"
    assert shown(time, time.add(at("2026-01-12 12:30:01"), 30)) == "2026-01-12 14:00:01"
    assert time.between(at("2026-01-12 12:59:59"), at("2026-01-12 14:00:02")) == timedelta(seconds=3)


@pytest.mark.parametrize(
    ("moment", "minutes", "before"),
    [
        ("2026-01-13 10:00", 300, "2026-01-12 13:00:00"),  # the end of the morning, not 14:00
        ("2026-01-13 10:00", 60, "2026-01-12 18:00:00"),  # the end of Monday, not Tuesday's 09:00
        ("2026-01-13 10:00", 61, "2026-01-12 17:59:00"),
        ("2026-01-19 09:15", 30, "2026-01-16 16:30:00"),
        ("2026-01-12 20:00", 60, "2026-01-12 17:00:00"),
    ],
)
def test_no_later_than_x_before(time: WorkingTime, moment: str, minutes: int, before: str) -> None:
    assert shown(time, time.back(at(moment), minutes)) == before


@pytest.mark.parametrize(
    ("event", "n", "due"),
    [
        ("2026-01-12 15:00", 7, "2026-01-21 18:00:00"),
        ("2026-01-12 00:01", 7, "2026-01-21 18:00:00"),  # whatever the hour
        ("2026-01-12 23:59", 7, "2026-01-21 18:00:00"),
        ("2026-01-17 12:00", 7, "2026-01-27 18:00:00"),  # a Saturday is not counted either way
        ("2026-01-15 12:00", 1, "2026-01-16 16:45:00"),  # the end of a Friday
        ("2026-04-29 12:00", 1, "2026-04-30 17:00:00"),  # the end of a shortened day
        ("2026-02-20 12:00", 1, "2026-02-21 13:00:00"),  # the office's own Saturday is a working day
        ("2026-07-07 12:00", 1, "2026-07-09 18:00:00"),
    ],
)
def test_n_working_days(time: WorkingTime, event: str, n: int, due: str) -> None:
    assert shown(time, time.end_of_nth_working_day(at(event), n)) == due
    assert time.calendar.end_of_nth_working_day(at(event), n) == time.end_of_nth_working_day(at(event), n)


def test_n_working_days_count_by_the_local_date(time: WorkingTime) -> None:
    late_on_monday = datetime(2026, 1, 12, 20, 30, tzinfo=UTC)
    early_on_tuesday = datetime(2026, 1, 12, 21, 30, tzinfo=UTC)
    assert shown(time, time.end_of_nth_working_day(late_on_monday, 1)) == "2026-01-13 18:00:00"
    assert shown(time, time.end_of_nth_working_day(early_on_tuesday, 1)) == "2026-01-14 18:00:00"


def test_the_account_names_every_gap(time: WorkingTime) -> None:
    account = time.account(at("2026-04-30 12:00"), at("2026-05-04 10:00"))
    assert [
        (shown(time, piece.start)[5:16], shown(time, piece.end)[5:16], piece.why, piece.note) for piece in account
    ] == [
        ("04-30 12:00", "04-30 13:00", None, ""),
        ("04-30 13:00", "04-30 14:00", Why.BREAK, ""),
        ("04-30 14:00", "04-30 17:00", None, ""),
        ("04-30 17:00", "04-30 18:00", Why.SHORTENED, "Праздник Весны и Труда"),
        ("04-30 18:00", "05-01 00:00", Why.NIGHT, ""),
        ("05-01 00:00", "05-02 00:00", Why.HOLIDAY, "Праздник Весны и Труда"),
        ("05-02 00:00", "05-04 00:00", Why.WEEKEND, ""),
        ("05-04 00:00", "05-04 09:00", Why.NIGHT, ""),
        ("05-04 09:00", "05-04 10:00", None, ""),
    ]


def test_the_account_tells_transferred_and_own_days_off(time: WorkingTime) -> None:
    def reasons(start: str, end: str) -> list[tuple[Why | None, str]]:
        return [(piece.why, piece.note) for piece in time.account(at(start), at(end))]

    assert reasons("2026-07-08 00:00", "2026-07-09 00:00") == [(Why.OWN, "")]
    assert reasons("2025-11-03 00:00", "2025-11-04 00:00") == [(Why.TRANSFERRED, "Выходной (перенесено с 01.11.2025)")]
    assert reasons("2026-07-08 09:00", "2026-07-08 09:00") == []


def test_years_without_a_calendar_are_counted_but_not_covered(time: WorkingTime) -> None:
    assert [time.covers(at(f"{year}-06-01 12:00")) for year in (2022, 2023, 2027, 2028)] == [False, True, True, False]
    assert shown(time, time.add(at("2028-02-29 17:30"), 60)) == "2028-03-01 09:30:00"
    assert shown(time, time.add(at("2041-06-03 17:30"), 60)) == "2041-06-04 09:30:00"
    assert shown(time, time.back(at("1999-06-01 09:30"), 60)) == "1999-05-31 17:30:00"


def test_the_end_of_a_stretch_is_outside_working_time_and_its_start_inside(time: WorkingTime) -> None:
    moments = ["12 08:59:59", "12 09:00:00", "12 12:59:59", "12 13:00:00", "12 14:00:00", "12 18:00:00"]
    assert [time.is_working(at(f"2026-01-{text}")) for text in moments] == [False, True, True, False, True, False]
    assert shown(time, time.into(at("2026-01-12 13:00"))) == "2026-01-12 14:00:00"
    assert shown(time, time.add(at("2026-01-12 13:00"), 0)) == "2026-01-12 14:00:00"
    assert shown(time, time.into(at("2026-01-12 18:00"))) == "2026-01-13 09:00:00"


def test_a_table_grows_where_it_is_needed_and_answers_the_same() -> None:
    fresh = WorkingTime(ZONE, [((540, 1080),)] * 5 + [(), ()], covered=[2026])
    assert shown(fresh, fresh.add(at("2026-12-31 17:30"), 60)) == "2027-01-01 09:30:00"
    assert shown(fresh, fresh.end_of_nth_working_day(at("2029-12-31 17:30"), 2)) == "2030-01-02 18:00:00"
    fresh = WorkingTime(ZONE, [((540, 1080),)] * 5 + [(), ()], covered=[2026])
    assert shown(fresh, fresh.end_of_nth_working_day(at("2026-12-31 12:00"), 1)) == "2027-01-01 18:00:00"
    assert shown(fresh, fresh.back(at("2026-01-01 09:30"), 60)) == "2025-12-31 17:30:00"
    fresh = WorkingTime(ZONE, [((540, 1080),)] * 5 + [(), ()], covered=[2026])
    assert shown(fresh, fresh.back(at("2026-01-01 10:00"), 60)) == "2025-12-31 18:00:00"
    assert fresh.calendar.calendar == fresh.calendar
    assert fresh.working is fresh


def test_the_last_moments_of_the_known_years_are_the_municipalitys_own(time: WorkingTime) -> None:
    assert time.covers(datetime(2027, 12, 31, 20, 59, tzinfo=UTC)) is True
    assert time.covers(datetime(2027, 12, 31, 21, 0, tzinfo=UTC)) is False


@pytest.mark.parametrize("moment", ["1899-06-01 12:00", "2201-06-01 12:00"])
def test_a_moment_outside_all_reason_is_refused(time: WorkingTime, moment: str) -> None:
    with pytest.raises(ValueError, match="from 1900 to 2200"):
        time.add(at(moment), 60)


def test_terms_that_are_none_are_refused(time: WorkingTime) -> None:
    with pytest.raises(ValueError, match="negative"):
        time.add(at("2026-01-12 09:00"), -1)
    with pytest.raises(ValueError, match="negative"):
        time.calendar.back(at("2026-01-12 09:00"), timedelta(seconds=-1))
    with pytest.raises(ValueError, match="working days"):
        time.end_of_nth_working_day(at("2026-01-12 09:00"), 0)


def test_schedules_that_are_none_are_refused() -> None:
    with pytest.raises(ValueError, match="without working hours"):
        WorkingTime(ZONE, [()] * 7)
    with pytest.raises(ValueError, match="seven days"):
        WorkingTime(ZONE, [((540, 1080),)] * 5)
    with pytest.raises(ValueError, match="out of order"):
        WorkingTime(ZONE, [((540, 780), (700, 1080))] * 7)
    with pytest.raises(ValueError, match="out of order"):
        Day(((540, 1500),))


def test_clocks_that_change_skip_and_repeat_no_work() -> None:
    """Berlin: at 02:00 the clock jumps to 03:00 in March, and at 03:00 back to 02:00 in October."""
    night = WorkingTime(ZoneInfo("Europe/Berlin"), [((60, 240),)] * 7, {date(2026, 3, 28): Day(())}, range(2026, 2027))
    assert night.between(datetime(2026, 3, 29, 0, tzinfo=UTC), datetime(2026, 3, 29, 9, tzinfo=UTC)) == timedelta(
        hours=2
    )
    assert night.between(datetime(2026, 10, 24, 22, tzinfo=UTC), datetime(2026, 10, 25, 9, tzinfo=UTC)) == timedelta(
        hours=4
    )
    skipped = WorkingTime(ZoneInfo("Europe/Berlin"), [((125, 170),)] * 7, {}, range(2026, 2027))
    assert skipped.into(datetime(2026, 3, 29, 0, tzinfo=UTC)) == datetime(2026, 3, 30, 0, 5, tzinfo=UTC)
    assert skipped.is_working(datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"), fold=0)) is True
    assert skipped.is_working(datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"), fold=1)) is False
