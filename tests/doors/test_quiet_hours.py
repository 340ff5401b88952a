"""`/notify`: one's own quiet hours and «тихо: ✅», chosen by a button or typed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from handlers.callbacks import Callback, Verb
from handlers.notices import asked, chose, quiet_hours
from handlers.wishes import Hush, Refuse, Say, Toast
from tests.doors.door_view import Sight
from tests.doors.screens_office import MOSCOW
from tests.rules.offices import ZHKH
from workflow.outcomes import Reason
from workflow.ports import Binding


@pytest.mark.parametrize(
    ("words", "hours"),
    [
        ("22-7", "22:00-07:00"),
        (" 22:00 – 7:30 ", "22:00-07:30"),
        ("с 21 до 8.15", "21:00-08:15"),
        ("24-6", "00:00-06:00"),
        ("22", None),
        ("22-22", None),
        ("25-7", None),
        ("22:70-7", None),
        ("ночью", None),
    ],
)
def test_hours_are_read_as_people_write_them(words: str, hours: str | None) -> None:
    assert quiet_hours(words) == hours
    assert asked(words) == ([Hush(hours)] if hours else [Say("how_notify")])


def test_without_hours_the_buttons_are_shown() -> None:
    assert asked("  ") == [Say("notify")]


@pytest.mark.parametrize(
    ("argument", "wish"),
    [
        ("late", Hush("22:00-07:00")),
        ("usual", Hush("")),
        ("evening", Hush(posted_at_once=False)),
        ("чужое", Toast("unknown_button")),
    ],
)
def test_a_button_sets_them(argument: str, wish: object) -> None:
    assert chose(Callback(Verb.HEAR, 0, argument), Sight(actor=ZHKH)) == [wish]


def test_a_stranger_sets_nothing() -> None:
    stranger = Sight(actor=replace(ZHKH, people=(), standing="stranger"))
    assert chose(Callback(Verb.HEAR, 0, "late"), stranger) == [Refuse(Reason.STRANGER)]


@pytest.mark.parametrize(
    ("quiet", "clock", "silent"),
    [
        ("22:00-07:00", "21:59", False),
        ("22:00-07:00", "22:00", True),
        ("22:00-07:00", "06:59", True),
        ("22:00-07:00", "07:00", False),
        ("13:00-14:00", "13:30", True),
        ("13:00-14:00", "14:00", False),
        ("", "03:00", False),
    ],
)
def test_the_hours_may_cross_midnight(quiet: str, clock: str, silent: bool) -> None:
    now = datetime.fromisoformat(f"2026-01-12T{clock}").replace(tzinfo=MOSCOW)
    assert Binding("zhkh_head", 2, "Имя", True, True, quiet=quiet).is_quiet(now, MOSCOW) is silent
