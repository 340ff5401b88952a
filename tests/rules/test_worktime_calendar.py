"""The production calendar, and the hours and days an office writes itself."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from config.calendars import build, load_corrections, parse_days, parse_hours, parse_week, production, shorter
from config.yamlfile import BrokenConfiguration
from workflow.terms.worktime import Stretch, Why, WorkingTime

ZONE = ZoneInfo("Europe/Moscow")
HOURS = {"mon-thu": "09:00-13:00, 14:00-18:00", "fri": "09:00-13:00, 14:00-16:45"}
MORNING = (540, 780)
FULL: tuple[Stretch, ...] = (MORNING, (840, 1080))
HOUR_LESS: tuple[Stretch, ...] = (MORNING, (840, 1020))


@pytest.fixture(scope="module")
def time() -> WorkingTime:
    return build(ZONE, HOURS)


def days_of(year: int) -> list[date]:
    return [
        date(year, 1, 1) + timedelta(days=n) for n in range(366) if (date(year, 1, 1) + timedelta(days=n)).year == year
    ]


# From the published production calendars, not from the library.
WORKING_DAYS = {2023: 247, 2024: 248, 2025: 247, 2026: 247, 2027: 247}
SHORTENED = {
    2023: ["02-22", "03-07", "11-03"],
    2024: ["02-22", "03-07", "05-08", "06-11", "11-02"],
    2025: ["03-07", "04-30", "06-11", "11-01"],
    2026: ["04-30", "05-08", "06-11", "11-03"],
    2027: ["02-20", "04-30", "06-11", "11-03"],
}
WORKING_SATURDAYS = {2023: [], 2024: ["04-27", "11-02", "12-28"], 2025: ["11-01"], 2026: [], 2027: ["02-20"]}


@pytest.mark.parametrize("year", sorted(WORKING_DAYS))
def test_the_year_has_the_published_working_days(time: WorkingTime, year: int) -> None:
    working = [on for on in days_of(year) if time.day(on).stretches]
    assert len(working) == WORKING_DAYS[year]
    assert [f"{on:%m-%d}" for on in working if on.weekday() >= 5] == WORKING_SATURDAYS[year]


@pytest.mark.parametrize("year", sorted(SHORTENED))
def test_the_year_has_the_published_shortened_days(time: WorkingTime, year: int) -> None:
    assert [f"{on:%m-%d}" for on in days_of(year) if time.day(on).ends is not None] == SHORTENED[year]


def test_january_and_november_days_off() -> None:
    time = build(ZONE, HOURS)
    off = [on.day for on in days_of(2026)[:31] if not time.day(on).stretches]
    assert off == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 17, 18, 24, 25, 31]
    november = [on.day for on in days_of(2025) if on.month == 11 and not time.day(on).stretches]
    assert november == [2, 3, 4, 8, 9, 15, 16, 22, 23, 29, 30]


def test_a_working_saturday_has_the_hours_of_the_day_it_stands_in_for() -> None:
    """1 November 2025 stands in for Monday 3 November, the eve of a holiday: Monday's hours less one."""
    time = build(ZONE, {"mon": "08:00-12:00, 13:00-17:00", "tue-fri": "09:00-13:00, 14:00-18:00"})
    assert time.day(date(2025, 11, 1)).stretches == ((480, 720), (780, 960))
    assert time.day(date(2024, 4, 27)).stretches == ((480, 720), (780, 1020))  # for Monday 29 April, no eve
    assert time.day(date(2024, 11, 2)).stretches == HOUR_LESS  # for Tuesday 30 April, the eve of 1 May


def test_a_day_before_a_holiday_is_an_hour_shorter(time: WorkingTime) -> None:
    assert time.day(date(2026, 4, 30)).stretches == HOUR_LESS
    assert time.day(date(2026, 5, 8)).stretches == (MORNING, (840, 945))  # a Friday
    assert time.day(date(2026, 12, 30)).stretches == FULL  # before a transferred day off, not before a holiday
    assert time.day(date(2026, 3, 6)).stretches == (MORNING, (840, 1005))


def test_the_hour_is_taken_across_the_lunch_break() -> None:
    assert shorter((MORNING, (840, 870))) == ((540, 750),)
    assert shorter((MORNING, (840, 900))) == (MORNING,)
    assert shorter(((540, 570),)) == ()
    short_fridays = build(ZONE, {"mon-thu": "09:00-13:00, 14:00-18:00", "fri": "09:00-13:00, 14:00-14:30"})
    assert short_fridays.day(date(2026, 5, 8)).stretches == ((540, 750),)


def test_own_exceptions_win_whole() -> None:
    time = build(
        ZONE,
        HOURS,
        {
            "2026-04-30": "09:00-13:00, 14:00-18:00",  # the eve of a holiday: no hour off
            "2026-05-01": "10:00-12:00",  # a holiday on which they work
            "2026-07-08": False,  # YAML 1.1 reads off as false
            "2026-11-03": "off",  # an own day off; Monday before it stays whole
            date(2026, 2, 21): "09:00-13:00",
        },
    )
    days = {on: time.day(date.fromisoformat(on)).stretches for on in ("2026-04-30", "2026-05-01", "2026-07-08")}
    assert days == {"2026-04-30": FULL, "2026-05-01": ((600, 720),), "2026-07-08": ()}
    assert (time.day(date(2026, 7, 7)).stretches, time.day(date(2026, 11, 2)).stretches) == (FULL, FULL)
    assert time.day(date(2026, 11, 3)).why is Why.OWN
    assert time.day(date(2026, 2, 21)).stretches == (MORNING,)


def test_an_office_that_works_on_saturdays_keeps_them() -> None:
    time = build(ZONE, {"tue-fri": "09:00-18:00", "sat": "10:00-14:00"})
    assert time.day(date(2026, 1, 17)).stretches == ((600, 840),)
    assert time.day(date(2026, 6, 13)).stretches == ((600, 840),)
    assert time.day(date(2025, 11, 1)).stretches == ((600, 840),)  # Mondays are free here: nothing to stand in for
    assert time.day(date(2026, 1, 3)).stretches == ()


def test_beyond_the_known_years_holidays_of_the_law_stay_and_the_day_is_not_covered(time: WorkingTime) -> None:
    assert [time.day(date(2028, 1, day)).stretches for day in (7, 10)] == [(), FULL]
    assert time.covered == frozenset({2023, 2024, 2025, 2026, 2027})
    assert build(ZONE, HOURS, years=[2026, 2031]).covered == frozenset({2026})


@pytest.mark.parametrize(
    ("text", "stretches"),
    [
        ("09:00-13:00, 14:00-18:00", FULL),
        ("9:00–13:00,14:00 - 18:00", FULL),
        ("00:00-24:00", ((0, 1440),)),
        ("off", ()),
        ("выходной", ()),
        (False, ()),
        (None, ()),
    ],
)
def test_hours_are_read(text: object, stretches: tuple[Stretch, ...]) -> None:
    assert parse_hours(text) == stretches


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("с девяти", "часы «с девяти» не читаются; нужно, например, 09:00-13:00, 14:00-18:00 или off"),
        ("", "часы «» не читаются; нужно, например, 09:00-13:00, 14:00-18:00 или off"),
        (True, "часы «True» не читаются; нужно, например, 09:00-13:00, 14:00-18:00 или off"),
        ("09:00-25:00", "времени 25:00 не бывает"),
        ("09:70-12:00", "времени 09:70 не бывает"),
        ("18:00-09:00", "«18:00-09:00»: конец раньше начала; часы через полночь разделите на два дня"),
        ("18:00-00:00", "«18:00-00:00»: конец раньше начала; полночь в конце дня пишется 24:00"),
        ("09:00-13:00, 12:00-18:00", "«12:00-18:00» начинается раньше, чем кончилось предыдущее"),
    ],
)
def test_hours_that_are_none_are_refused_in_words(text: object, words: str) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - the words are compared below
        parse_hours(text)
    assert str(refused.value) == words


def test_weeks_are_read() -> None:
    assert parse_week(HOURS) == (FULL, FULL, FULL, FULL, (MORNING, (840, 1005)), (), ())
    day = ((540, 1080),)
    assert parse_week({"mon, wed-thu": "09:00-18:00"}) == (day, (), day, day, (), (), ())
    assert parse_week({"sat-mon": "09:00-18:00"}) == (day, (), (), (), (), day, day)
    assert parse_week({"Mon": "09:00-18:00", "tue": False}) == (day, (), (), (), (), (), ())


@pytest.mark.parametrize(
    ("week", "words"),
    [
        ({"mno": "09:00-18:00"}, "нет такого дня недели «mno», возможно «mon»?"),
        ({"mon-thu": "09:00-18:00", "wed": "09:00-12:00"}, "день wed назван дважды"),
        ({"mon": "off"}, "нет ни одного рабочего часа; нужно, например, mon-fri: 09:00-13:00, 14:00-18:00"),
        ({}, "нет ни одного рабочего часа; нужно, например, mon-fri: 09:00-13:00, 14:00-18:00"),
        ({"fri": "9-18"}, "fri: часы «9-18» не читаются; нужно, например, 09:00-13:00, 14:00-18:00 или off"),
    ],
)
def test_weeks_that_are_none_are_refused_in_words(week: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - the words are compared below
        parse_week(week)
    assert str(refused.value) == words


def test_own_days_are_refused_in_words() -> None:
    with pytest.raises(ValueError, match=r"^дата «8 июля» не читается; нужна вида 2026-07-08$"):
        parse_days({"8 июля": "off"})
    with pytest.raises(ValueError, match=r"^2026-07-08: времени 30:00 не бывает$"):
        parse_days({"2026-07-08": "09:00-30:00"})


def test_corrections_are_one_line_of_data(tmp_path: Path) -> None:
    path = tmp_path / "calendars.yaml"
    path.write_text(
        "covered: [2026, 2028]\n"
        "days_off: {2028-05-08: Перенос с субботы 6 мая}\n"
        "working: {2028-02-19: 2028-02-22}\n"
        "shortened: [2026-07-08]\n"
        "full: [2026-04-30]\n",
        encoding="utf-8",
    )
    time = build(ZONE, HOURS, calendar=production(load_corrections(path)))
    assert time.covered == frozenset({2026, 2028})
    assert (time.day(date(2028, 5, 8)).stretches, time.day(date(2028, 5, 8)).note) == ((), "Перенос с субботы 6 мая")
    assert time.day(date(2028, 2, 19)).stretches == HOUR_LESS  # for Tuesday, the eve of 23 February
    assert time.day(date(2028, 2, 22)).stretches == ()
    assert time.day(date(2026, 7, 8)).stretches == HOUR_LESS
    assert time.day(date(2026, 4, 30)).stretches == FULL


def test_bad_corrections_name_the_line(tmp_path: Path) -> None:
    path = tmp_path / "calendars.yaml"
    path.write_text("covered: []\ndays_of: {}\nworking:\n  2028-02-19: среда\nfull: 2026\n", encoding="utf-8")
    with pytest.raises(BrokenConfiguration) as refused:
        load_corrections(path)
    assert [str(problem) for problem in refused.value.problems] == [
        "calendars.yaml, строка 1: covered: нужен список годов, например [2026, 2027]",
        "calendars.yaml, строка 2: неизвестный ключ «days_of», возможно «days_off»?",
        "calendars.yaml, строка 4: дата «среда» не читается; нужна вида 2026-07-08",
        "calendars.yaml, строка 5: full: нужен список дат",
    ]


def test_nothing_is_worked_after_the_last_working_day_of_the_known_years(time: WorkingTime) -> None:
    since, evening = (datetime(2027, 12, day, hour, tzinfo=ZONE) for day, hour in ((30, 10), (31, 23)))
    assert time.between(since, evening) == time.between(since, evening + timedelta(minutes=30)) > timedelta(0)
