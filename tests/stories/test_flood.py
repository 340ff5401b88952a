"""A flood of one person in the head's discussion group: few cases, and nothing lost to moderation and to the list of the seen."""

from __future__ import annotations

import asyncio

import pytest

from tests.stories.building import TownClock
from tests.stories.moderators import INSULT, TownWith, town_of
from tests.stories.test_citizens_in_telegram import SQUARE, Square
from tests.stories.town import Town


@pytest.mark.telegrams_own("a discussion group")
async def test_of_a_flood_of_comments_nothing_is_lost_to_the_list_and_to_moderation(town_with: TownWith) -> None:
    town = await town_of(town_with, "primorsko-akhtarsky", **SQUARE)
    square, zhitel = await Square.of(town), town.newcomer("zhitel", "Житель")
    for number in range(1, 21):
        await square.comments(zhitel, f"Не вывозят мусор на Садовой, {number}")
    town.looks_around()
    cases = await town.cases()
    late = await square.comments(zhitel, "Не вывозят мусор и на Школьной, 7")
    assert await town.cases() == cases
    town.curator.hears_nothing()
    await square.comments(zhitel, INSULT)
    town.person("adviser").sees("Похоже на: оскорбление")
    assert await town.cases() == cases
    await town.curator.writes("/seen")
    listed = town.curator.sees("Не вывозят мусор и на Школьной, 7")
    assert "много комментариев одного человека за час" in listed.text
    assert square.said() == []
    await zhitel.edits(late, f"{INSULT}, мусор вывезите")
    town.person("adviser").sees("Похоже на: оскорбление")
    await square.comments(zhitel, "На Садовой пахнет газом, в подъезде утечка газа")
    assert await town.cases() == cases + 1
    await town.curator.writes("/seen")
    town.curator.looks_at_everything()
    await town.waits(minutes=61)
    await square.comments(zhitel, "Час прошёл, на Лесной нет света")
    assert await town.cases() == cases + 2
    town.looks_around()


class Ticking(TownClock):
    """A twentieth of a second passes whenever somebody looks at the stopwatch: as a batch begins, and after each comment."""

    looks = 0

    def monotonic(self) -> float:
        self.looks += 1
        self._clock.advance_monotonic(0.05)
        return super().monotonic()


async def test_comments_are_taken_together_until_somebody_waits_for_the_books(town: Town) -> None:
    for number in range(1, 7):
        words = f"Не вывозят мусор на улице Лесной, {number}"
        town.players.town.vk.comment(town.players.resident, town.players.post, words)
    for network in town.bot.networks:
        await town.bot.watch_once(network)
    town.bot.reception.clock = clock = Ticking(town.clock)

    async def comes_later() -> int:
        while clock.looks < 3:  # noqa: ASYNC110 - the batch runs in this loop
            await asyncio.sleep(0)
        return await town.cases()

    somebody = asyncio.create_task(comes_later())
    await town.bot.reception.drain()
    assert (await somebody, await town.cases()) == (3, 6)
    await town.settles()
    town.looks_around()
