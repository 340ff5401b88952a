"""When a citizen is asked whether the answer helped. Days and sentences of our own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from config.russian.judging.promised import promised_day
from tests.rules.offices import at, office
from workflow.helped import asks_at, daytime

MOSCOW = ZoneInfo("Europe/Moscow")
WRITTEN = datetime(2026, 1, 12, 9, 0, tzinfo=MOSCOW)
OFFICE = office("kursky")


@pytest.mark.parametrize(
    ("answer", "day"),
    [
        ("Кран на Школьной заменим до 16 января.", date(2026, 1, 16)),
        ("Снег уберём завтра, яму засыплем до 20.01.2026.", date(2026, 1, 20)),
        ("Бригада приедет до пятницы.", date(2026, 1, 16)),
        ("Бригада приедет через 2 дня.", date(2026, 1, 14)),
        ("Дорогу расчистим к 5.02, песок завезём до 14.01.", date(2026, 2, 5)),
        ("Трубу заменят через неделю.", date(2026, 1, 19)),
        ("Приём граждан 20 января.", None),
        ("Воду подключили 11 января.", None),
        ("Дорогу отремонтируют до 1 июля 2027 года.", None),
        ("Ваше сообщение передано специалистам.", None),
    ],
)
def test_the_last_day_an_answer_promises(answer: str, day: date | None) -> None:
    assert promised_day(answer, WRITTEN, MOSCOW) == day


@pytest.mark.parametrize(
    ("posted", "promised", "asked"),
    [
        ("2026-01-12 09:00", None, "2026-01-15 09:00"),
        ("2026-01-12 23:40", None, "2026-01-16 08:00"),
        ("2026-01-12 06:10", None, "2026-01-15 08:00"),
        ("2026-01-12 09:00", date(2026, 1, 16), "2026-01-17 10:00"),
    ],
)
def test_the_day_after_the_promised_one_or_after_three_days_by_day(
    posted: str, promised: date | None, asked: str
) -> None:
    assert asks_at(at(posted), promised, OFFICE) == at(asked)


def test_the_office_s_quiet_hours_count_too() -> None:
    late = replace(OFFICE, quiet_hours=(18 * 60, 11 * 60))
    assert daytime(at("2026-01-12 19:00"), late) == at("2026-01-13 11:00")
    assert daytime(at("2026-01-12 12:34"), late) == at("2026-01-12 12:34")
