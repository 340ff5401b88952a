"""Days off of the regions: what the table says, and what the calendar makes of it.

Easter is worked out here from the golden number and the week, as the Church's tables do it; the figures of Tatarstan and
Bashkortostan are those their ministries published.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from config.calendars import Production, build, production
from config.municipality import Municipality, build_office, parse
from config.regions import KEY, PACKAGED, Region, RegionalDay, find, load_regions, orthodox_easter, table, with_region
from config.yamlfile import BrokenConfiguration
from workflow.regulation import Event
from workflow.terms.deadlines import Facts, Happening, contract_due, deadlines
from workflow.terms.worktime import Why, WorkingTime

ZONE = ZoneInfo("Europe/Moscow")
HOURS = {"mon-thu": "09:00-13:00, 14:00-18:00", "fri": "09:00-13:00, 14:00-16:45"}
DAY = timedelta(days=1)

TOWN = """
name: Округ
timezone: Europe/Moscow
regulation: kursky
work_hours: {mon-thu: "09:00-13:00, 14:00-18:00", fri: "09:00-13:00, 14:00-16:45"}
departments: {zhkh: {name: Отдел ЖКХ}}
people: {curator: {role: curator, name: Куратор}, zhkh_head: {role: executor, department: zhkh, name: Начальник}}
"""


def town(extra: str = "", *folders: Path) -> Municipality:
    return parse(TOWN + extra, Path("okrug/municipality.yaml"), folders)


def working_time(region: str) -> WorkingTime:
    return build(ZONE, HOURS, calendar=with_region(production(), table()[region]))


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + n * DAY for n in range((date(year + 1, 1, 1) - first).days)]


# --- Easter ---------------------------------------------------------------------------------------------


def easter_by_the_churchs_tables(year: int) -> date:
    """The Sunday after the paschal full moon of the golden number; in 13 days' difference of the calendars."""
    full_moons = [
        36,
        25,
        44,
        33,
        22,
        41,
        30,
        49,
        38,
        27,
        46,
        35,
        24,
        43,
        32,
        21,
        40,
        29,
        48,
    ]  # days of March, old style
    moon = date(year, 3, 1) + (full_moons[year % 19] - 1 + 13) * DAY
    return next(moon + n * DAY for n in range(1, 8) if (moon + n * DAY).isoweekday() == 7)


def test_easter_is_that_of_the_churchs_tables() -> None:
    years = range(1901, 2100)
    assert [orthodox_easter(year) for year in years] == [easter_by_the_churchs_tables(year) for year in years]


def test_radonitsa_is_the_ninth_day_after_easter() -> None:
    (day,) = table()["stavropol"].days
    found = {year: [f"{on:%d.%m}" for on in day.dates(year)] for year in range(2024, 2029)}
    assert found == {2024: ["14.05"], 2025: ["29.04"], 2026: ["21.04"], 2027: ["11.05"], 2028: ["25.04"]}
    assert {on.isoweekday() for year in range(2017, 2050) for on in day.dates(year)} == {2}
    assert day.dates(2016) == ()  # the law is in force since 2017


# --- the calendar ---------------------------------------------------------------------------------------


def test_a_regional_day_off_is_no_working_time_and_the_day_before_is_an_hour_shorter() -> None:
    time = working_time("stavropol")
    day, eve = time.day(date(2026, 4, 21)), time.day(date(2026, 4, 20))
    assert (day.stretches, day.why, day.note) == ((), Why.HOLIDAY, "Радоница")
    assert (eve.stretches, eve.ends, eve.note) == (((540, 780), (840, 1020)), 1080, "Радоница")
    federal = build(ZONE, HOURS)
    changed = {str(on) for on in days_of(2026) if time.day(on) != federal.day(on)}
    assert changed == {"2026-04-20", "2026-04-21"}


# From the production calendars that the ministries of labour published for 2026.
@pytest.mark.parametrize(
    ("region", "working", "short"),
    [
        ("tatarstan", 244, ["03-19", "04-30", "05-08", "05-26", "06-11", "11-03", "11-05"]),
        ("bashkortostan", 244, None),
    ],
)
def test_the_year_has_the_regions_published_days(region: str, working: int, short: list[str] | None) -> None:
    time = working_time(region)
    worked = [on for on in days_of(2026) if time.day(on).stretches]
    assert len(worked) == working
    assert short in (None, [f"{on:%m-%d}" for on in worked if time.day(on).ends is not None])


def test_a_day_off_that_coincides_is_moved_only_where_the_region_moves_it() -> None:
    """11 October 2026 is a Sunday in Bashkortostan, 30 August in Tatarstan; 24 June 2023 a Saturday in Chuvashia."""
    moved, stays, saturday = working_time("bashkortostan"), working_time("tatarstan"), working_time("chuvashia")
    assert moved.day(date(2026, 10, 12)).stretches == ()
    assert moved.day(date(2026, 10, 12)).note == "День Республики, выходной перенесён с 11.10.2026"
    assert moved.day(date(2026, 10, 9)).ends is None  # Friday is not the day before a Sunday
    assert stays.day(date(2026, 8, 31)).stretches != ()
    assert (saturday.day(date(2023, 6, 26)).stretches != (), saturday.day(date(2023, 6, 23)).ends) == (True, 1005)


def test_a_day_that_is_free_already_is_moved_past_the_days_off_and_not_twice() -> None:
    """3 May 2022 was free by the federal calendar: Penza worked neither then nor on the 4th, Stavropol on the 4th.

    Of three days from 1 May 2025, the first is a federal holiday, which moves nothing; the next two are moved apart.
    """
    calendar = production()
    assert not build(ZONE, HOURS, calendar=with_region(calendar, table()["penza"])).day(date(2022, 5, 4)).stretches
    assert build(ZONE, HOURS, calendar=with_region(calendar, table()["stavropol"])).day(date(2022, 5, 4)).stretches
    three = RegionalDay(name="Три дня", on="decree", law="Указ", moved=True, decrees={"Указ": _days("2025-05-01", 3)})
    time = build(ZONE, HOURS, calendar=with_region(calendar, Region("r", "Р", (three,))))
    assert [on.day for on in days_of(2025) if on.month == 5 and on.day < 13 and time.day(on).stretches] == [7, 12]


def _days(first: str, count: int) -> list[date]:
    return [date.fromisoformat(first) + n * DAY for n in range(count)]


def test_a_full_day_before_a_day_off_is_a_field_of_the_table() -> None:
    day = RegionalDay(name="День", on="04-21", law="Указ", eve=False)
    time = build(ZONE, HOURS, calendar=with_region(production(), Region("r", "Р", (day,))))
    assert (time.day(date(2026, 4, 20)).ends, time.day(date(2026, 4, 21)).stretches) == (None, ())


def test_what_has_no_act_and_what_the_office_decides_does_not_count() -> None:
    federal = build(ZONE, HOURS)
    for key in ("sakha", "sevastopol", "rostov", "moscow"):
        assert working_time(key).fingerprint == federal.fingerprint, key


# --- a municipality -------------------------------------------------------------------------------------


def test_without_a_region_the_calendar_is_the_federal_one() -> None:
    assert town().working_time.fingerprint == build(ZONE, HOURS).fingerprint
    assert town().region is None


def test_the_hash_of_the_calendar_changes_with_the_regions_days(tmp_path: Path) -> None:
    ours = town("region: stavropol\n")
    own = tmp_path / "regions.yaml"
    own.write_text("stavropol: {name: Ставропольский край}\n", encoding="utf-8")
    assert len({town().working_time.fingerprint, ours.working_time.fingerprint}) == 2
    assert town("region: stavropol\n", tmp_path).working_time.fingerprint == town().working_time.fingerprint


def test_own_days_win_over_the_region() -> None:
    worked = town('region: stavropol\ndays: {2026-04-21: "09:00-12:00", 2026-04-20: "09:00-13:00, 14:00-18:00"}\n')
    assert worked.working_time.day(date(2026, 4, 21)).stretches == ((540, 720),)
    assert worked.working_time.day(date(2026, 4, 20)).stretches == ((540, 780), (840, 1080))


def test_an_offices_table_replaces_its_regions_and_leaves_the_others(tmp_path: Path) -> None:
    (tmp_path / "regions.yaml").write_text(
        "omsk:\n  name: Омская область\n  days:\n"
        "    - {name: Радоница, on: easter+9, law: Закон Омской области № 1, since: 2027}\n",
        encoding="utf-8",
    )
    omsk, stavropol = (town(f"region: {key}\n", tmp_path).working_time for key in ("omsk", "stavropol"))
    assert (omsk.day(date(2027, 5, 11)).note, omsk.day(date(2026, 4, 21)).stretches != ()) == ("Радоница", True)
    assert stavropol.day(date(2026, 4, 21)).note == "Радоница"


@pytest.mark.parametrize(
    ("word", "rest"),
    [
        ("stavropolsky", ", возможно stavropol (Ставропольский край)?"),
        ("Ставропольский край", ", возможно stavropol (Ставропольский край)?"),
        ("altai", ", возможно altai_krai (Алтайский край) или altai_republic (Республика Алтай)?"),
        ("Башкирия", ", возможно bashkortostan (Республика Башкортостан)?"),
        ("якутия", ", возможно sakha (Республика Саха (Якутия))?"),
        ("атлантида", "; ключи всех регионов перечислены в regions.yaml"),
    ],
)
def test_an_unknown_region_is_refused_in_one_sentence_with_those_like_it(word: str, rest: str) -> None:
    with pytest.raises(BrokenConfiguration) as refused:
        town(f"region: {word}\n")
    assert [str(problem) for problem in refused.value.problems] == [
        f"okrug/municipality.yaml, строка 8: region: нет региона «{word}»{rest}"
    ]


def test_ku_10_a_term_over_radonitsa_ends_a_day_and_an_hour_later_in_stavropol() -> None:
    """Nine working hours from Monday 20 April, 15:00. With the region: two hours on Monday, none on Tuesday."""
    happened = [Happening(Event.DETECTED, datetime(2026, 4, 20, 12, 0, tzinfo=UTC))]
    ends = {}
    for region in ("", "moscow", "stavropol", "krasnodar"):
        office = build_office(town(f"region: {region}\n" if region else ""))
        ends[region] = contract_due(deadlines(happened, Facts(), office.regulation, office.clock), office.clock)[
            "answer"
        ]
    federal, regional = "2026-04-21T16:00:00+03:00", "2026-04-22T17:00:00+03:00"
    assert ends == {"": federal, "moscow": federal, "stavropol": regional, "krasnodar": regional}


# --- the table ------------------------------------------------------------------------------------------


def test_every_region_of_the_country_is_in_the_table_once() -> None:
    regions = table()
    assert len(regions) == 89
    assert len({region.name for region in regions.values()}) == 89
    assert [key for key in regions if KEY.fullmatch(key) is None] == []


def test_every_act_names_its_number_or_who_issued_it_and_when() -> None:
    acts = {
        act
        for region in table().values()
        for day in region.days
        for act in (*day.decrees, *([day.law] if day.law else []))
    }
    nameless = [act for act in acts if "№" not in act and "сообщение печати" not in act]
    assert sorted(nameless) == [
        "Закон Забайкальского края 2015 года «О празднике Белого месяца „Сагаалган“»",
        "Указ Президиума Верховного Совета Дагестанской АССР от 05.03.1991",
    ]


def test_dates_of_decrees_are_unique_and_in_years_the_table_covers() -> None:
    for region in table().values():
        for day in region.days:
            dates = [on for several in day.decrees.values() for on in several]
            assert len(dates) == len(set(dates)), (region.key, day.name)
            assert {on.year for on in dates} <= set(range(2024, 2029)), (region.key, day.name)


def test_a_bad_table_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "regions.yaml"
    path.write_text(
        "omsk:\n"
        "  name: Омская область\n"
        "  days:\n"
        "    - {name: Радоница, on: пасха, law: Закон № 1}\n"
        "    - {name: Без акта, on: 04-01}\n"
        "    - {name: Тридцатое, on: 02-30, law: Закон № 1}\n"
        "    - {name: Лишнее, on: 04-01, law: Закон № 1, decrees: {Указ № 1: [2026-04-01]}}\n"
        "    - {name: Опечатка, on: 04-01, law: Закон № 1, sinse: 2020}\n"
        "Tomsk: {name: Томская область}\n",
        encoding="utf-8",
    )
    with pytest.raises(BrokenConfiguration) as refused:
        load_regions(path)
    assert [str(problem) for problem in refused.value.problems] == [
        "regions.yaml, строка 9: ключ «Tomsk»: нужны строчные латинские буквы, цифры и _, до 32 знаков",
        "regions.yaml, строка 4: on: «пасха» не читается; нужно, например, 08-30, easter+9 или decree",
        "regions.yaml, строка 5: Без акта: укажите акт (law) или unverified: true",
        "regions.yaml, строка 6: on: дня «02-30» не бывает",
        "regions.yaml, строка 7: Лишнее: decrees бывают только у on: decree",
        "regions.yaml, строка 8: неизвестный ключ «sinse»",
    ]
    with pytest.raises(BrokenConfiguration):
        town("region: omsk\n", tmp_path)


def test_the_packaged_table_is_read_once_and_found_by_key() -> None:
    assert table() is table()
    assert find("omsk", table()) == load_regions(PACKAGED)["omsk"]


def test_a_production_calendar_is_never_changed_by_a_region() -> None:
    before = production()
    kept = Production(dict(before.off), dict(before.stands_in), dict(before.eves), before.full, before.covered)
    for region in table().values():
        with_region(before, region)
    assert production() == kept
