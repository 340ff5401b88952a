"""Killed at named points and at random ones, while people write, press and answer: nothing is lost, nothing is done twice."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.prove.hands import Hands
from tests.prove.lives import ANYWHERE, a_killable_town, points_of
from tests.prove.oracle import Allowed
from tests.prove.play import all_is_well, finished, some_work
from tests.rules.thoroughness import SEED, TENTH

TOWNS, KILLS = (2, 20) if TENTH else (15, 38)


@pytest.mark.prove
@pytest.mark.timeout(1800)
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # who is killed closes no file
@pytest.mark.parametrize("number", range(TOWNS))
async def test_a_town_outlives_kills_at_every_point(tmp_path: Path, number: int) -> None:
    dice = random.Random(SEED * 1000 + number)
    async with a_killable_town(tmp_path) as lives:
        hands = Hands(lives.town.players, dice)
        points = list(points_of(lives.town.bot.messenger.key))
        dice.shuffle(points)
        while (kills := sum(lives.kills.values())) < KILLS:
            await some_work(lives, hands)
            point = points[kills % len(points)] if dice.random() < 0.7 else dice.choice(points)
            lives.lay(point, dice.randint(1, 40 if point in (ANYWHERE, "after a transaction") else 3))
            await lives.waits(dice.choice((0.5, 2, 6, 31, 300)))
        lives.kill_no_more()
        await finished(lives, hands)
        assert not (wrong := await all_is_well(lives, Allowed())), f"{wrong}\n{lives.kills}"
