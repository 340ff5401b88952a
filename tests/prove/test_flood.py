"""Six thousand comments wait and somebody taps 200 times a second: the curator's taps are answered at once, each of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench import flood

AT_ONCE = 300.0
"""Milliseconds of processor time, at the 95th percentile."""


@pytest.mark.prove
@pytest.mark.timeout(300)
async def test_a_flood_holds_up_no_tap_of_the_curator(tmp_path: Path) -> None:
    found = await flood.measure(tmp_path)
    assert found["without_a_toast"] == 0
    assert found["p95_ms"] <= AT_ONCE
