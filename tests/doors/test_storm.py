"""A small storm through the Callback API: doubles, random order, one kill. The great one is behind `make prove`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.storm import storm

pytestmark = pytest.mark.xdist_group("processes")


async def test_sixty_events_come_twice_in_any_order_and_are_known_once(tmp_path: Path) -> None:
    thrown, known, figures = await storm(tmp_path, 60, 1, 7)
    assert sorted(known.refs) == sorted(event.ref for event in thrown)
    assert known.detections == [1] * len(known.cases)
    assert (known.parked, figures["deliveries"], figures["kills"]) == (0, 120, 1)
    assert min(len(known.cases), len(known.seen)) > 10
