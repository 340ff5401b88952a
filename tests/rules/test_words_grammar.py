"""Numbers, moments, spans and names as people say them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.clauses import clause_words
from config.russian.words import (
    ACCUSATIVE,
    DATIVE,
    GENITIVE,
    When,
    as_post,
    count,
    declined,
    difference,
    genitive,
    minutes_and_hours,
    plural,
    span,
    to_post,
)

MOSCOW = ZoneInfo("Europe/Moscow")
OMSK = ZoneInfo("Asia/Omsk")
MESSAGES = "сообщение|сообщения|сообщений"


def at(day: int, hour: int, minute: int = 0, *, month: int = 3, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=MOSCOW)


NOW = at(13, 11, 40)
"""A Friday."""


@pytest.mark.parametrize(
    ("n", "words"),
    [
        (0, "0 сообщений"),
        (1, "1 сообщение"),
        (2, "2 сообщения"),
        (4, "4 сообщения"),
        (5, "5 сообщений"),
        (11, "11 сообщений"),
        (14, "14 сообщений"),
        (21, "21 сообщение"),
        (22, "22 сообщения"),
        (111, "111 сообщений"),
        (1001, "1001 сообщение"),
    ],
)
def test_numbers_agree(n: int, words: str) -> None:
    assert count(n, MESSAGES) == words


@given(st.integers(0, 10**9))
def test_a_hundred_more_changes_no_form_and_the_teens_are_many(n: int) -> None:
    assert plural(n, MESSAGES) == plural(n + 100, MESSAGES)
    if n // 10 % 10 != 1:
        assert plural(n, MESSAGES) == plural(n % 10, MESSAGES)
    else:
        assert plural(n, MESSAGES) == "сообщений"


@pytest.mark.parametrize(
    ("moment", "until", "said", "short"),
    [
        (at(13, 14, 30), "сегодня до 14:30", "сегодня в 14:30", "14:30"),
        (at(14, 10), "завтра до 10:00", "завтра в 10:00", "завтра, 10:00"),
        (at(12, 9, 5), "вчера до 9:05", "вчера в 9:05", "вчера, 9:05"),
        (at(16, 9), "пн 16 марта до 9:00", "пн 16 марта, 9:00", "пн 16 марта, 9:00"),
        (
            at(15, 0, 1, month=1, year=2027),
            "пт 15 января 2027 года до 0:01",
            "пт 15 января 2027 года, 0:01",
            "пт 15 января 2027 года, 0:01",
        ),
    ],
)
def test_moments(moment: datetime, until: str, said: str, short: str) -> None:
    when = When(NOW, MOSCOW)
    assert (when.until(moment), when.at(moment), when.short(moment)) == (until, said, short)


def test_a_moment_is_said_in_the_municipalitys_zone_whatever_zone_it_came_in() -> None:
    late = datetime(2026, 3, 13, 19, 30, tzinfo=UTC)
    assert When(NOW, MOSCOW).at(late) == "сегодня в 22:30"
    assert When(NOW, OMSK).at(late) == "завтра в 1:30"


def test_only_today_goes_without_saying() -> None:
    when = When(NOW, MOSCOW)
    assert [when.by(at(13, 14)), when.by(at(16, 9))] == ["до 14:00", "пн 16 марта до 9:00"]
    assert [when.past(at(13, 9)), when.past(at(12, 9))] == ["в 9:00", "вчера в 9:00"]
    assert [when.since(at(13, 9)), when.since(at(11, 9))] == ["с 9:00", "с 9:00 (ср 11 марта)"]
    assert when.long(at(13, 18, 10)) == "18:10 пятницы 13 марта"


def test_a_message_redrawn_on_a_later_day_names_the_date() -> None:
    """«Завтра» under a card of yesterday would be today."""
    when = When(NOW, MOSCOW, shown_since=at(12, 17))
    assert when.until(at(13, 14, 30)) == "пт 13 марта до 14:30"
    assert when.until(at(14, 10)) == "сб 14 марта до 10:00"
    assert When(NOW, MOSCOW, shown_since=at(13, 0, 1)).until(at(14, 10)) == "завтра до 10:00"


@pytest.mark.parametrize(
    ("length", "short", "whole"),
    [
        (timedelta(seconds=59), "меньше минуты", ""),
        (timedelta(minutes=1), "1 мин", "1 минуту"),
        (timedelta(minutes=15), "15 мин", "15 минут"),
        (timedelta(hours=1), "1 ч", "1 час"),
        (timedelta(hours=2, minutes=43), "2 ч 43 мин", "2 часа 43 минуты"),
        (timedelta(days=3, hours=2, minutes=9), "3 дня 2 ч", "3 дня 2 часа"),
        (timedelta(days=21), "21 день", "21 день"),
    ],
)
def test_spans(length: timedelta, short: str, whole: str) -> None:
    assert (span(length), minutes_and_hours(length)) == (short, whole)


@pytest.mark.parametrize(
    ("name", "genitive", "dative", "accusative"),
    [
        ("Отдел ЖКХ", "Отдела ЖКХ", "Отделу ЖКХ", "Отдел ЖКХ"),
        ("Финансовый отдел", "Финансового отдела", "Финансовому отделу", "Финансовый отдел"),
        ("Общий отдел", "Общего отдела", "Общему отделу", "Общий отдел"),
        ("Городская служба", "Городской службы", "Городской службе", "Городскую службу"),
        (
            "Территориальное управление села Ясное",
            "Территориального управления села Ясное",
            "Территориальному управлению села Ясное",
            "Территориальное управление села Ясное",
        ),
        ("МКУ «Дорожник»", "МКУ «Дорожник»", "МКУ «Дорожник»", "МКУ «Дорожник»"),
        ("Хозяйство", "подразделения «Хозяйство»", "подразделению «Хозяйство»", "подразделение «Хозяйство»"),
    ],
)
def test_departments_decline_or_stand_in_quotes(name: str, genitive: str, dative: str, accusative: str) -> None:
    assert declined(name, GENITIVE) == genitive
    assert declined(name, DATIVE) == dative
    assert declined(name, ACCUSATIVE) == accusative


@pytest.mark.parametrize(
    ("name", "of"),
    [
        ("Степной муниципальный округ", "Степного муниципального округа"),
        ("Приморско-Ахтарский район", "Приморско-Ахтарского района"),
        ("Город Степной", "города Степной"),
        ("Муниципальное образование город Степной", "муниципального образования город Степной"),
        ("Степноград", None),
        ("МО «Степь»", None),
    ],
)
def test_a_municipality_is_named_after_the_word_administration(name: str, of: str | None) -> None:
    assert genitive(name) == of


def test_a_post_is_small_within_a_sentence_and_a_name_is_not() -> None:
    assert [as_post(name) for name in ("Начальник отдела ЖКХ", "Куратор", "Анна", "ЖЭУ", "Анна Петровна")] == [
        "начальник отдела ЖКХ",
        "куратор",
        "Анна",
        "ЖЭУ",
        "Анна Петровна",
    ]


def test_a_paper_is_written_to_a_post_in_the_dative() -> None:
    assert [to_post(name) for name in ("Глава района", "Исполняющий обязанности главы", "Врио главы", "Анна")] == [
        "Главе района",
        "Исполняющему обязанности главы",
        "Врио главы",
        "Анна",
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("Вода будет в ближайшее время.", "Вода будет сегодня до 20:00.", "«в ближайшее время» → «сегодня до 20:00»"),
        ("Яму заделаем.", "Яму заделаем до пятницы.", "добавлено «до пятницы»"),
        ("Яму скоро заделаем.", "Яму заделаем.", "убрано «скоро»"),
        ("Одно и то же.", "Одно  и то\nже.", ""),
        ("Работы ведутся.", "Извините, бригада приедет завтра утром", "текст переписан"),
        ("слово " * 2000, "слово " * 2000 + "ещё", "текст переписан"),
    ],
)
def test_a_difference_is_what_a_reader_would_say(old: str, new: str, said: str) -> None:
    assert difference(old, new) == said


def test_many_differences_are_counted() -> None:
    old = "один а б в два г д е три ж з и четыре к л м пять"
    new = "1 а б в 2 г д е 3 ж з и 4 к л м 5"
    assert difference(old, new) == "«один» → «1»; «два» → «2»; «три» → «3»; и ещё 2 правки"


@given(st.text(max_size=400), st.text(max_size=400))
def test_a_difference_is_short_whatever_was_written(old: str, new: str) -> None:
    assert len(difference(old, new)) < 600


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("9", "пункт 9"),
        ("6.1", "пункт 6.1"),
        ("8, подпункт 2", "пункт 8, подпункт 2"),
        ("18, абзац первый", "пункт 18, абзац первый"),
        ("12, 13", "пункты 12, 13"),
        ("1.4, 3.1", "пункты 1.4, 3.1"),
        ("прил. 2, 10", "прил. 2, пункт 10"),
        ("прил. 2, 3, 12", "прил. 2, пункты 3, 12"),
        ("прил. 2, 6, подпункт 1", "прил. 2, пункт 6, подпункт 1"),
        ("постановление, 5", "постановление, пункт 5"),
        ("второй 19", "второй пункт 19"),
    ],
)
def test_a_clause_is_called_as_people_call_it(written: str, said: str) -> None:
    assert clause_words(written) == said
