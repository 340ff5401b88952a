"""Killed at named points and at random ones, while people write, press and answer: nothing is lost, nothing is done twice."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.prove.hands import Hands
from tests.prove.lives import POINTS, Lives, a_killable_town
from tests.prove.oracle import Allowed, findings
from tests.rules.thoroughness import SEED, TENTH
from workflow.case import State

TOWNS, KILLS = (2, 20) if TENTH else (15, 38)
AT_WORK = (*(state for state in State if state not in (State.CLOSED, State.MERGED)),)


async def some_work(lives: Lives, hands: Hands, eagerness: float) -> int:
    async with lives.reading() as tx:
        cases = await tx.cases_in(AT_WORK)
    if len(cases) < 4:
        hands.complain()
    return hands.act(cases, eagerness)


async def to_the_end(lives: Lives, hands: Hands) -> None:
    """Everybody finishes what is begun, and the bot comes to rest."""
    idle = 0
    while idle < 3:
        async with lives.reading() as tx:
            cases = await tx.cases_in(AT_WORK)
        idle = 0 if hands.act(cases) else idle + 1
        await lives.waits(40)
    for _ in range(6):
        await lives.waits(400)


@pytest.mark.prove
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("number", range(TOWNS))
async def test_a_town_outlives_kills_at_every_point(tmp_path: Path, number: int) -> None:
    dice = random.Random(SEED * 1000 + number)
    async with a_killable_town(tmp_path) as lives:
        hands = Hands(lives.town.players, dice)
        points = list(POINTS)
        dice.shuffle(points)
        while sum(lives.kills.values()) < KILLS:
            await some_work(lives, hands, 0.6)
            point = points[sum(lives.kills.values()) % len(points)] if dice.random() < 0.7 else dice.choice(points)
            lives.lay(point, dice.randint(1, 40 if point in ("anywhere", "after a transaction") else 3))
            await lives.waits(dice.choice((0.5, 2, 6, 31, 300)))
        lives.lay("anywhere", 10**9)
        await to_the_end(lives, hands)
        print(lives.kills)
        async with lives.reading() as tx:
            found = await findings(lives.file, lives.town.bot, tx, lives.town.players, Allowed(unheard=True))
            still = [f"№ {case.number} is left {case.state}" for case in await tx.cases_in(AT_WORK)]
        assert not (wrong := found + still), "\n".join([*wrong, str(lives.kills)])
