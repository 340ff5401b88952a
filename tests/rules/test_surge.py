"""How many messages on a topic are usual, and when there are too many."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.rules.offices import at
from workflow.surge import DAY, DAYS, FEWEST_DAYS, LEAST, is_surge, usual

NOW = at("2026-11-30 12:00")
LENGTH = timedelta(hours=3)


def days_of(counts: list[int], hours: float = 1) -> list:  # type: ignore[type-arg]
    """So many messages on each day back, `hours` before the hour of now."""
    return [NOW - (back * DAY) - timedelta(hours=hours) for back, n in enumerate(counts, 1) for _ in range(n)]


def test_usual_is_what_a_busy_day_has_at_the_same_hours() -> None:
    week = [2, 2, 1, 3, 2, 0, 0]
    assert usual(days_of(week * 4), NOW, LENGTH, NOW - 30 * DAY) == 2
    assert usual(days_of(week * 4, hours=4), NOW, LENGTH, NOW - 30 * DAY) == 0, "other hours"


def test_before_a_week_is_over_nothing_is_known() -> None:
    many = days_of([9] * FEWEST_DAYS)
    assert usual(many, NOW, LENGTH, NOW - FEWEST_DAYS * DAY + timedelta(minutes=1)) is None
    assert usual(many, NOW, LENGTH, NOW - FEWEST_DAYS * DAY) == 9
    assert usual([], NOW, LENGTH, None) is None


def test_fourteen_where_two_are_usual_are_a_surge_and_five_never_are() -> None:
    assert is_surge(14, 2, 3)
    assert [is_surge(LEAST - 1, 0, 3), is_surge(LEAST, 0, 3)] == [False, True]
    assert [is_surge(8, 3, 3), is_surge(9, 3, 3)] == [False, True]
    assert [is_surge(100, None, 3), is_surge(100, 1, 0)] == [False, False]


@given(st.lists(st.integers(0, 20), min_size=DAYS, max_size=DAYS))
def test_as_many_as_on_any_day_before_are_usual_at_most(counts: list[int]) -> None:
    found = usual(days_of(counts), NOW, LENGTH, NOW - 40 * DAY)
    assert found is not None
    assert min(counts) <= found <= max(counts)
