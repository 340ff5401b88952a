"""The one reader of dates: every form Russian programs print, and nothing that is only like one."""

from __future__ import annotations

from datetime import date, time
from zoneinfo import ZoneInfo

import pytest

from config.russian.stamps import moment, read, read_time, zone_named

MOSCOW = ZoneInfo("Europe/Moscow")

NINE = "2026-01-12T09:00:00+03:00"
MIDNIGHT = "2026-01-12T00:00:00+03:00"


@pytest.mark.parametrize(
    "words",
    [
        "12.01.2026 09:00", "12.01.2026 9:00:00", "12.01.2026, 9:00", "12.01.2026 в 09:00", "12.01.26 9:00", "09:00 12.01.2026",
        "12 янв. 2026 г., 9:00", "12 января 2026 года в 9 ч. 00 мин.", "9:00, 12 января 2026", "пн, 12 янв. 2026 9:00",
        "понедельник, 12 января 2026 г. 9:00", "«12» января 2026 г. 9:00", "12-янв-2026 09:00", "2026-01-12T09:00",
        "2026-01-12 09:00:00.000", "2026/01/12 9:00", "2026-01-12T06:00:00Z", "2026-01-12T09:00:00+0300",
        "2026-01-12 09:00:00+03", "Mon, 12 Jan 2026 09:00:00 +0300", "Jan 12, 2026 9:00 AM", "12.01.2026 09:00 (МСК)",
        "12.01.2026 11:00 МСК+2", "12.01.2026 06:00 UTC", "12.01.2026 09-00", "12.01.2026 9.00", "20260112T090000",
        "12.01.2026T09:00", "20260112 09:00", "20260112 09:00:00", "12.янв.2026 9:00", "12 янв.2026 9:00", "12. 01. 2026 9:00",
        "12.1.2026 9:0", "12.1.2026 9:0:0", "12.01.2026 09:00:00,000", "12.01.2026/09:00", "12.01.2026,09:00",
        "46034.375", "46034,375", "1768197600", "1768197600000", "12.01.2026\u00a009:00", "\u200b12.01.2026 09:00",
    ],
)  # fmt: skip
def test_a_moment_is_read_in_every_form(words: str) -> None:
    found = moment(words, MOSCOW)
    assert found is not None
    assert found.astimezone(MOSCOW).isoformat() == NINE


@pytest.mark.parametrize(
    "words", ["12.01.2026", "12.01.26", "12.1.2026 г.", "12/01/2026", "12-01-2026", "20260112", "46034"]
)
def test_a_day_alone_begins_at_midnight(words: str) -> None:
    found = moment(words, MOSCOW)
    assert found is not None
    assert found.isoformat() == MIDNIGHT


@pytest.mark.parametrize(
    "words",
    ["", "нет", "31.02.2026", "12.01.2026 25:00", "12 и 13 января 2026", "12.01.2026 09:00-10:00", "12345", "73051",
     "сегодня в 9:00", "вчера", "12 января", "12.01 09:00", "с 1 по 12.01.2026", "12.01.2026 кому: 9:00", "1" * 500],
)  # fmt: skip
def test_what_is_no_moment_is_none(words: str) -> None:
    assert read(words) is None


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("сегодня в 9:00", "2026-01-13T09:00:00+03:00"),
        ("вчера в 21:15", "2026-01-12T21:15:00+03:00"),
        ("12 янв в 9:00", "2026-01-12T09:00:00+03:00"),
        ("31.12 09:00", "2025-12-31T09:00:00+03:00"),
    ],
)
def test_a_day_without_a_year_means_one_only_beside_a_known_day(words: str, expected: str) -> None:
    found = read(words, near=date(2026, 1, 13))
    assert found is not None
    assert found.moment(MOSCOW).isoformat() == expected


def test_a_month_over_twelve_is_the_american_order_and_a_column_may_tell_it() -> None:
    for words, months_first in (("01/25/2026", False), ("01/02/2026", True)):
        found = read(words, months_first=months_first)
        assert found is not None
        assert found.on.month == 1


@pytest.mark.parametrize(
    "words", ["9:00", "09:00:00", "9.00", "9 ч. 00 мин.", "0.375", "9:00 AM", "1899-12-30 09:00:00"]
)
def test_a_time_of_day_is_read_alone(words: str) -> None:
    assert read_time(words) == time(9)


def test_the_name_of_a_column_may_name_the_zone() -> None:
    assert str(zone_named("Дата (МСК)")) == "UTC+03:00"
    assert zone_named("Дата и время") is None
