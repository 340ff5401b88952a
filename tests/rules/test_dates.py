"""Dates in people's words: a table of phrases on Wednesday, 11 March 2026, ten in the morning; None is asked again."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.russian import dates
from tests.rules.towns import clock

MOSCOW = ZoneInfo("Europe/Moscow")
NOW = datetime(2026, 3, 11, 10, 0, tzinfo=MOSCOW)
TOWN = "kursky"

MOMENTS = {
    "завтра": "2026-03-12 18:00",
    "  Завтра. ": "2026-03-12 18:00",
    "послезавтра": "2026-03-13 16:45",
    "16 марта": "2026-03-16 18:00",
    "до 16 марта": "2026-03-16 18:00",
    "16 мар.": "2026-03-16 18:00",
    "16.03": "2026-03-16 18:00",
    "16/03": "2026-03-16 18:00",
    "16-го": "2026-03-16 18:00",
    "16 числа": "2026-03-16 18:00",
    "10-го": "2026-04-10 16:45",
    "16.03.2026 14:00": "2026-03-16 14:00",
    "16.03.26": "2026-03-16 18:00",
    "2026-03-16": "2026-03-16 18:00",
    "16 марта 2026 года в 9:05": "2026-03-16 09:05",
    "16 марта в 14": "2026-03-16 14:00",
    "завтра до 14.30": "2026-03-12 14:30",
    "в 14:00 завтра": "2026-03-12 14:00",
    "завтра в 9 утра": "2026-03-12 09:00",
    "сегодня в 5 вечера": "2026-03-11 17:00",
    "сегодня до 15:30": "2026-03-11 15:30",
    "15:30": "2026-03-11 15:30",
    "до 16 часов": "2026-03-11 16:00",
    "в пятницу": "2026-03-13 16:45",
    "к пятнице": "2026-03-13 16:45",
    "до пятницы": "2026-03-13 16:45",
    "пт": "2026-03-13 16:45",
    "в среду": "2026-03-18 18:00",
    "в следующий понедельник": "2026-03-16 18:00",
    "в среду на следующей неделе": "2026-03-18 18:00",
    "в воскресенье": "2026-03-15 23:59",
    "через 2 дня": "2026-03-13 16:45",
    "через два дня": "2026-03-13 16:45",
    "через неделю": "2026-03-18 18:00",
    "через месяц": "2026-04-11 23:59",
    "через 3 рабочих дня": "2026-03-16 18:00",
    "через 2 часа": "2026-03-11 12:00",
    "через полчаса": "2026-03-11 10:30",
    "до конца дня": "2026-03-11 18:00",
    "до конца недели": "2026-03-13 16:45",
    "до конца месяца": "2026-03-31 18:00",
    "вчера": "2026-03-10 18:00",
    "10 марта": "2026-03-10 18:00",
    "12 сентября": "2026-09-12 23:59",
}
NO_MOMENTS = (
    "", "привет", "да", "5", "марта", "31.02", "99.99", "до 25:00", "29 февраля", "через 0 рабочих дней",
    "через 999 рабочих дней", "3 месяца назад", "16.03.2126", "01.01.0001", "с 12 по 25 января", "²³", "٣٢.١٣", "1" * 300,
)  # fmt: skip


@pytest.mark.parametrize("words", MOMENTS)
def test_words_are_a_moment(words: str) -> None:
    found = dates.moment(words, NOW, clock(TOWN))
    assert found == datetime.fromisoformat(MOMENTS[words]).replace(tzinfo=MOSCOW)


@pytest.mark.parametrize("words", NO_MOMENTS)
def test_words_that_are_no_moment(words: str) -> None:
    assert dates.moment(words, NOW, clock(TOWN)) is None


def test_a_date_is_the_end_of_the_day_where_that_is_asked() -> None:
    found = dates.moment("16 марта", NOW, clock(TOWN), end_of_day=True)
    assert found == datetime(2026, 3, 16, 23, 59, tzinfo=MOSCOW)


@pytest.mark.parametrize(
    ("now", "words", "meant"),
    [
        ("2026-11-20", "12 января", "2027-01-12"),
        ("2026-07-20", "12 января", "2027-01-12"),
        ("2026-07-10", "12 января", "2026-01-12"),
        ("2026-01-20", "12 января", "2026-01-12"),
        ("2027-09-10", "29 февраля", "2028-02-29"),
    ],
)
def test_a_past_day_without_a_year_is_next_years_only_if_more_than_half_a_year_past(
    now: str, words: str, meant: str
) -> None:
    found = dates.moment(words, datetime.fromisoformat(now).replace(hour=10, tzinfo=MOSCOW), clock(TOWN))
    assert found is not None
    assert found.date().isoformat() == meant


SPANS = {
    "сегодня": ("2026-03-11", "2026-03-11"),
    "завтра": ("2026-03-12", "2026-03-12"),
    "в пятницу": ("2026-03-13", "2026-03-13"),
    "16 марта": ("2026-03-16", "2026-03-16"),
    "с 12 по 25 января": ("2026-01-12", "2026-01-25"),
    "12.01–25.01": ("2026-01-12", "2026-01-25"),
    "12-25.03": ("2026-03-12", "2026-03-25"),
    "12–25 марта включительно": ("2026-03-12", "2026-03-25"),
    "отпуск с 12 по 25 марта": ("2026-03-12", "2026-03-25"),
    "меня не будет завтра": ("2026-03-12", "2026-03-12"),
    "с 12.03 по 25.03.2026": ("2026-03-12", "2026-03-25"),
    "с 12 марта по 1 апреля 2026 г.": ("2026-03-12", "2026-04-01"),
    "16.03.2026-20.03.2026": ("2026-03-16", "2026-03-20"),
    "2026-03-16 - 2026-03-20": ("2026-03-16", "2026-03-20"),
    "с 16-го по 20-е": ("2026-03-16", "2026-03-20"),
    "с 28 декабря по 10 января": ("2026-12-28", "2027-01-10"),
    "с 28.12 по 10.01.2027": ("2026-12-28", "2027-01-10"),
    "до пятницы": ("2026-03-11", "2026-03-13"),
    "по 1 апреля": ("2026-03-11", "2026-04-01"),
    "до конца недели": ("2026-03-11", "2026-03-15"),
    "с завтра до пятницы": ("2026-03-12", "2026-03-13"),
    "с понедельника по среду": ("2026-03-16", "2026-03-18"),
    "на неделю": ("2026-03-11", "2026-03-17"),
    "3 дня": ("2026-03-11", "2026-03-13"),
    "с 16 марта на две недели": ("2026-03-16", "2026-03-29"),
    "на 10 дней с понедельника": ("2026-03-16", "2026-03-25"),
    "эта неделя": ("2026-03-11", "2026-03-15"),
    "на следующей неделе": ("2026-03-16", "2026-03-22"),
}
NO_SPANS = (
    "", "привет", "с завтра", "с 16 марта", "с 12 по 25", "с 14 до 18", "с 20 по 12 марта", "с 31 февраля по 3 марта",
    "с 12.03.2026 по 10.03.2026", "на 0 дней", "с 01.01.1900 по 01.01.2100", "Третий день нет воды на Школьной, 5",
    "не раньше пятницы, когда вернусь",
)  # fmt: skip


@pytest.mark.parametrize("words", SPANS)
def test_words_are_whole_days(words: str) -> None:
    first, last = (datetime.fromisoformat(day).replace(tzinfo=MOSCOW) for day in SPANS[words])
    assert dates.span(words, NOW, MOSCOW) == (first, last + timedelta(days=1))


@pytest.mark.parametrize("words", NO_SPANS)
def test_words_that_are_no_days(words: str) -> None:
    assert dates.span(words, NOW, MOSCOW) is None


def test_a_leave_over_new_year_began_in_the_year_before() -> None:
    now = datetime(2026, 1, 5, 10, tzinfo=MOSCOW)
    assert dates.span("с 28 декабря по 10 января", now, MOSCOW) == (
        datetime(2025, 12, 28, tzinfo=MOSCOW),
        datetime(2026, 1, 11, tzinfo=MOSCOW),
    )


def test_every_shortcut_is_days() -> None:
    assert [dates.span(words, NOW, MOSCOW) is not None for words in dates.SHORTCUTS.values()] == [True] * 3


WORDS = st.lists(
    st.sampled_from([*"0123456789", "12", "31", " ", ".", "-", "–", ":", "с ", "по ", "до ", "в ", "через ", "на ", "марта",
                     "фев", "мая", "пятницу", "среде", "завтра", "недели", "неделю", "дней", "рабочих ", "часов", "года"]),
    max_size=9,
).map("".join)  # fmt: skip


@given(WORDS, st.datetimes(datetime(2025, 1, 1), datetime(2030, 1, 1)))
def test_whatever_is_typed_is_understood_or_asked_again(words: str, local: datetime) -> None:
    now = local.replace(tzinfo=MOSCOW)
    found, days = dates.moment(words, now, clock(TOWN)), dates.span(words, now, MOSCOW)
    assert found is None or found.utcoffset() is not None
    assert days is None or (days[0] < days[1] and {d.time().isoformat() for d in days} == {"00:00:00"})
