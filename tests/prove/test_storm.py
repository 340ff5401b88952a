"""Ten thousand VK events, each delivered twice, in random order, the process killed five times (issue of the networks): ten
thousand known, none twice, none lost.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.storm import EVENTS, KILLS, SECONDS, storm
from tests.rules.thoroughness import SEED


@pytest.mark.prove
@pytest.mark.timeout(int(SECONDS) + 300)
async def test_ten_thousand_events_survive_five_kills(tmp_path: Path) -> None:
    thrown, known, figures = await storm(tmp_path, EVENTS, KILLS, SEED)
    assert sorted([*known.cases, *known.seen]) == sorted(event.ref for event in thrown)
    assert known.detections == [1] * len(known.cases)
    assert known.parked == 0
    assert (figures["events"], figures["kills"]) == (10_000, 5)
    assert figures["deliveries"] >= 20_000
