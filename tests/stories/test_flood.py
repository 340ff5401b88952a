"""A flood of one person in the head's discussion group: few cases, and nothing lost to moderation and to the list of the seen."""

from __future__ import annotations

import pytest

from tests.stories.moderators import INSULT, TownWith, town_of
from tests.stories.test_citizens_in_telegram import SQUARE, Square


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
