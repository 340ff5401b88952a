"""The program survives a suspended machine and a changed clock: nothing is lost, nobody is told twice, every loop recovers.

Ten minutes by the program's own clocks, an hour by the calendar alone and back; and a real process stopped (SIGSTOP).
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from tests.doors.process_house import a_house
from tests.patience import PROCESS
from tests.prove.hands import Hands
from tests.prove.houses import asked, left, witnessed
from tests.prove.lives import Lives, a_killable_town
from tests.prove.oracle import Allowed
from tests.prove.play import all_is_well, finished, some_work
from tests.prove.test_kills import Hands as HandsOfAHouse
from tests.rules.thoroughness import SEED, TENTH
from tests.stories.building import MESSENGER

TOWNS, ROUNDS = (1, 12) if TENTH else (6, 40)
STOPPED = 60.0
"""Seconds of SIGSTOP."""

pytestmark = [pytest.mark.prove, pytest.mark.timeout(1800)]


async def sleeps(lives: Lives) -> None:
    """Ten minutes pass by both clocks while nobody looks, in the middle of a round, too."""
    lives.town.clock.advance(timedelta(minutes=10))
    lives.town.clock.advance_monotonic(600)


async def is_set(lives: Lives, hours: int) -> None:
    lives.town.clock.advance(timedelta(hours=hours))


@pytest.mark.parametrize("number", range(TOWNS))
async def test_a_town_outlives_sleep_and_a_clock_that_is_set(tmp_path: Path, number: int) -> None:
    dice = random.Random(SEED * 1000 + number)
    async with a_killable_town(tmp_path) as lives:
        hands, ahead = Hands(lives.town.players, dice), 0
        for _ in range(ROUNDS):
            await some_work(lives, hands)
            drawn = dice.random()
            if drawn < 0.3:
                await sleeps(lives)
            elif drawn < 0.6:
                hours = -ahead or dice.choice((-1, 1))
                ahead += hours
                await is_set(lives, hours)
            await lives.waits(dice.choice((0.5, 2, 31)))
            assert lives.town.bot.beats.silent() == []
        await is_set(lives, -ahead)
        await finished(lives, hands)
        wrong = await all_is_well(lives, Allowed())
        assert not wrong, f"{wrong}\n{lives.town.clock.now()}"


async def silent(port: int) -> list[str]:
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/healthz") as answer:
        return list((await answer.json())["silent"])


@pytest.mark.skipif(TENTH, reason="it takes its minute")
async def test_a_process_stopped_for_a_minute_goes_on_where_it_was(tmp_path: Path) -> None:
    async with a_house(tmp_path, messenger=MESSENGER, approval_delay="0") as house:
        witnessed(house)
        hands = HandsOfAHouse(house)
        await house.start()
        await house.listening()
        hands.comment()
        await hands.act_for(1)
        assert house.process is not None
        os.kill(house.process.pid, signal.SIGSTOP)
        hands.comment()
        await hands.act_for(STOPPED)
        os.kill(house.process.pid, signal.SIGCONT)

        def all_answered() -> bool | None:
            hands.act()
            return all(hands.answers()) or None

        await house.until("все ответы", all_answered)
        async with asyncio.timeout(PROCESS):
            while await silent(house.web_port):  # noqa: ASYNC110 - asked of another process
                await asyncio.sleep(0.2)
        await house.until("всё сказано", lambda: True if left(house) == 0 else None)
        assert await house.stop() == 0
        assert hands.answers() == [1, 1]
        assert await asked(house, Allowed()) == []
