"""Ten thousand VK events, each delivered twice, in random order, the process killed five times (issue of the networks): ten
thousand known, none twice, none lost.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.storm import EVENTS, KILLS, SECONDS, storm
from tests.doors.process_house import House
from tests.prove.houses import asked, witnessed
from tests.prove.oracle import Allowed
from tests.rules.thoroughness import SEED


async def watched(house: House) -> None:
    witnessed(house)


async def judged(house: House) -> None:
    assert await asked(house, Allowed(unsent=True)) == []


@pytest.mark.prove
@pytest.mark.timeout(int(SECONDS) + 300)
async def test_ten_thousand_events_survive_five_kills(tmp_path: Path) -> None:
    thrown, known, figures = await storm(tmp_path, EVENTS, KILLS, SEED, first=watched, last=judged)
    assert sorted(known.refs) == sorted(event.ref for event in thrown)
    assert known.detections == [1] * len(known.cases)
    assert known.parked == 0
    assert (figures["events"], figures["kills"]) == (10_000, 5)
    assert figures["deliveries"] >= 20_000
