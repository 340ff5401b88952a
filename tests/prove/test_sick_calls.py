"""Twenty thousand calls to a messenger and a network where every fault strikes one call in a hundred, and one of them one in
ten: whatever was to be said is said, no resident is answered twice, and what the messenger refused is counted.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from bot.max import updates as of_max
from bot.telegram import updates as of_telegram
from tests import patience
from tests.prove.hands import Hands
from tests.prove.lives import a_killable_town
from tests.prove.oracle import Allowed
from tests.prove.play import all_is_well, finished, some_work
from tests.prove.sickness import OF_MESSENGER, OF_VK, Sickness, sick
from tests.rules.thoroughness import SEED, TENTH
from tests.stories.building import MESSENGER

TOWNS, CALLS = (1, 2000) if TENTH else (13, 1600)
SILENCE = 0.3


@pytest.mark.prove
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("number", range(TOWNS))
async def test_a_town_outlives_every_fault_of_both_apis(
    tmp_path: Path, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "IMPATIENT", SILENCE)
    for updates in (of_telegram, of_max):
        monkeypatch.setattr(updates, "POLL_SLACK", SILENCE)
    dice = random.Random(SEED * 1000 + number)
    turn = SEED + number
    of_messenger = list(OF_MESSENGER[MESSENGER])
    worst = of_messenger[turn % len(of_messenger)], list(OF_VK)[turn % len(OF_VK)]
    sickness = Sickness(dice, MESSENGER, worst)
    async with a_killable_town(tmp_path) as lives:
        hands = Hands(lives.town.players, dice)
        messenger, network = lives.town.players.town.telegram, lives.town.players.town.vk
        with sick(messenger, network, sickness):
            while len(messenger.calls) + len(network.calls) < CALLS:
                await some_work(lives, hands)
                await lives.waits(dice.choice((0.5, 2, 6, 31, 120)))
        await finished(lives, hands)
        allowed = Allowed(given_up=sickness.refuses, open_cases=sickness.refuses)
        assert not (wrong := await all_is_well(lives, allowed)), f"{wrong}\n{worst}, {sickness.struck}"
