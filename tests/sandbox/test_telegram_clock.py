"""The sandbox's clock: two hands, moved apart."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from sandbox.clock import SandboxClock

NINE = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)


def test_a_frozen_clock_stands_until_moved() -> None:
    clock = SandboxClock(frozen_at=NINE.astimezone(timezone(timedelta(hours=3))))
    assert (clock.now(), clock.now().tzinfo, clock.monotonic()) == (NINE, UTC, 0.0)
    clock.advance(timedelta(minutes=50))
    assert (clock.now(), clock.monotonic()) == (NINE + timedelta(minutes=50), 0.0)
    clock.advance_monotonic(2.5)
    assert (clock.now(), clock.monotonic()) == (NINE + timedelta(minutes=50), 2.5)


def test_a_running_clock_runs_ahead_by_what_it_was_moved() -> None:
    clock = SandboxClock()
    before, stopwatch = clock.now(), clock.monotonic()
    clock.advance(timedelta(days=1))
    clock.advance_monotonic(60)
    assert timedelta(days=1) <= clock.now() - before < timedelta(days=1, minutes=1)
    assert 60 <= clock.monotonic() - stopwatch < 120


def test_what_a_clock_does_not_take() -> None:
    with pytest.raises(ValueError, match="time zone"):
        SandboxClock(frozen_at=NINE.replace(tzinfo=None))
    with pytest.raises(ValueError, match="does not go back"):
        SandboxClock(frozen_at=NINE).advance_monotonic(-1)
