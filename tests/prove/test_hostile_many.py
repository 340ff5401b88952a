"""Twenty thousand updates that nobody should send: mutated, doubled, out of order. Nothing is unhandled, the offset moves on,
and what people send afterwards is served within five seconds.
"""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import Any

import pytest

from bot.messenger_side import Polled
from tests.doors import hostile, hostile_max
from tests.doors.hostile import SNIPPETS, Hostile, Where, places, written
from tests.prove.hands import Hands
from tests.prove.lives import Lives, a_killable_town
from tests.prove.messengers import seen_in
from tests.prove.oracle import Allowed
from tests.prove.play import all_is_well, finished, some_work
from tests.rules.thoroughness import SEED, TENTH
from tests.stories.building import MESSENGER

TOWNS, UPDATES, AT_ONCE = (1, 2000, 100) if TENTH else (10, 2000, 100)
SOON = 5.0
ORDINARY: dict[str, tuple[tuple[dict[str, Any], ...], int, Where]] = {
    "telegram": (hostile.BASES, 8, ("callback_query", "data")),
    "max": (hostile_max.BASES, 0, ("callback", "payload")),
}
"""The updates of each messenger that are corrupted; which of them is a press, and where its data stand."""
BASES, PRESS, DATA = ORDINARY[MESSENGER]
VERBS = (
    "fw",
    "ac",
    "rt",
    "ap",
    "sb",
    "un",
    "rc",
    "cl",
    "np",
    "im",
    "mn",
    "ys",
    "no",
    "pk",
    "fp",
    "mg",
    "rp",
    "cm",
    "mo",
    "ch",
)
SUBJECTS = ("1", "2", "0", "-1", "999999999999999999", "9223372036854775808", "٣", "", "1e5", "x")
ARGUMENTS = (
    "",
    "zhkh",
    "1",
    "1.final",
    "-1",
    "departments",
    "null",
    "zhkh:roads",
    "\u0000",
    "я" * 20,
    ".",
    "2.interim",
)


def pressed(dice: random.Random) -> str:
    """A button's data that a changed client can send."""
    data = ":".join((dice.choice(VERBS), dice.choice(SUBJECTS), dice.choice(ARGUMENTS)))
    return written(BASES[PRESS], (Hostile(DATA, _quoted(data)),))


def _quoted(text: str) -> str:
    return '"' + text.replace("\u0000", "\\u0000") + '"'


def mutated(dice: random.Random) -> str:
    """An update with one to three values replaced or removed, a piece of JSON that is none, or a button never shown."""
    drawn = dice.random()
    if drawn < 0.05:
        return dice.choice(SNIPPETS)
    if drawn < 0.2:
        return pressed(dice)
    base = dice.choice(BASES)
    somewhere = list(places(base))
    wrong = [Hostile(dice.choice(somewhere), dice.choice((None, *SNIPPETS))) for _ in range(dice.randint(1, 3))]
    return written(base, tuple(wrong))


def thrown(dice: random.Random, lives: Lives, number: int) -> None:
    """So many updates into the bot's queue: some twice, some before others that are older."""
    many = [mutated(dice) for _ in range(number)]
    many += dice.choices(many, k=number // 20)
    seen_in(lives.town.players).bring(many, lives.town.clock.now(), dice)


@pytest.mark.prove
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("number", range(TOWNS))
async def test_a_town_outlives_hostile_updates(tmp_path: Path, number: int) -> None:
    dice = random.Random(SEED * 1000 + number)
    async with a_killable_town(tmp_path) as lives:
        town = lives.town
        hands = Hands(town.players, dice)
        for _ in range(UPDATES // AT_ONCE):
            thrown(dice, lives, AT_ONCE)
            await lives.settles(1000)
            before = len(town.players.private("first_deputy"))
            town.players.town.telegram.write(town.players.people["first_deputy"], town.players.bot, "/open")
            begun = time.process_time()
            await lives.settles()
            assert len(town.players.private("first_deputy")) > before, "nobody is served any more"
            assert time.process_time() - begun < SOON
            await some_work(lives, hands)
            await lives.waits(dice.choice((1, 61, 300)))
        await finished(lives, hands)
        assert isinstance(polled := await town.bot.messenger.poll(await town.bot.intake.position(), 0), Polled)
        assert polled.items == (), "the offset has not moved"
        wrong = await all_is_well(lives, Allowed(parked=True, given_up=True, open_cases=True))
        assert not wrong, wrong
