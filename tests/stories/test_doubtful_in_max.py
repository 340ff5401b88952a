"""Messages whose fate nobody knows, in MAX: the bot looks for what it sent, even after the case has gone on, and nothing
comes twice.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.stories.moderators import TownWith
from tests.stories.test_a_day import COMPLAINT, DRAFT
from tests.stories.town import Person, Town
from workflow.case import State

MARK = "повтор, могло уже прийти"


def world_of(town: Town) -> Any:
    return town.players.town.telegram


def about(town: Town, person: Person, words: str) -> list[str]:
    return [m.text for m in person.private if m.sender.id == town.players.bot.id and words in m.text]


async def to_the_head(town: Town) -> None:
    await town.resident_writes(COMPLAINT)
    town.curator.sees("Третий день")
    await town.curator.presses("Направить в Отдел ЖКХ")


async def test_a_card_that_was_acted_on_before_the_bot_knew_of_it_is_found_and_shows_what_is_so(
    town_with: TownWith,
) -> None:
    town = await town_with(messenger="max")
    world_of(town).faults.add("reset_after", "sendMessage", town.players.group)
    await to_the_head(town)
    await town.zhkh.presses("Принять", next(m for m in reversed(town.in_group()) if "№ 1" in m.text))
    assert (await town.case()).state is State.IN_WORK
    for _ in range(6):
        await town.waits(minutes=1)
    cards = [m for m in town.in_group() if "Третий день" in m.text]
    assert len(cards) == 1
    assert "Принять" not in [b.text for row in cards[0].buttons for b in row]
    assert MARK not in cards[0].text
    town.looks_around()


async def test_work_that_was_begun_before_the_bot_knew_it_had_been_given_is_shown_as_begun(town_with: TownWith) -> None:
    """The repeat has nothing to say any more; the message that arrived is still brought up to date."""
    town = await town_with(messenger="max")
    world_of(town).faults.add("reset_after", "sendMessage", town.zhkh.user.id)
    await to_the_head(town)
    await town.zhkh.presses("Принять", town.card())
    await town.zhkh.replies(town.card(), DRAFT)
    for _ in range(6):
        await town.waits(minutes=1)
    given = [m for m in town.zhkh.private if "№ 1" in m.text and "Третий день" in m.text]
    assert len(given) == 1
    assert "Принять" not in [b.text for row in given[0].buttons for b in row]
    town.looks_around()


@pytest.mark.parametrize("kind", ["server_error", "too_many", "reset_before", "bad_gateway_html"])
async def test_where_max_does_not_show_its_messages_just_now_it_is_asked_again(town_with: TownWith, kind: str) -> None:
    town = await town_with(messenger="max")
    world_of(town).faults.add("reset_after", "sendMessage", town.curator.user.id)
    world_of(town).faults.add(kind, "getMessages", times=2)
    await town.resident_writes(COMPLAINT)
    for _ in range(6):
        await town.waits(minutes=1)
    offers = about(town, town.curator, "Третий день")
    assert len(offers) == 1
    assert MARK not in offers[0]
    town.looks_around()


@pytest.mark.parametrize("kind", ["forbidden", "server_error"])
async def test_where_max_never_shows_them_the_repeat_says_so(town_with: TownWith, kind: str) -> None:
    """At once where it refuses, after half an hour where it does not answer."""
    town = await town_with(messenger="max")
    world_of(town).faults.add("reset_after", "sendMessage", town.curator.user.id)
    world_of(town).faults.add(kind, "getMessages", times=200)
    await town.resident_writes(COMPLAINT)
    came: dict[int, set[str]] = {}
    for minute in range(40):
        await town.waits(minutes=1)
        offers = about(town, town.curator, "Третий день")
        came.setdefault(len(offers), {str(minute)}).update(offers)
    assert list(came) == ([2] if kind == "forbidden" else [1, 2])
    assert any(offer.startswith(MARK) for offer in came[2])
    town.looks_around()


async def test_who_deletes_his_question_is_answered_all_the_same_and_the_group_stays_reachable(
    town_with: TownWith,
) -> None:
    town = await town_with(messenger="max")
    world = world_of(town)
    asked = world.write(town.curator.user, town.players.group, "/open")
    world.delete(town.curator.user, asked)
    await town.settles()
    answer = town.sees_in_group("Открытых сообщений нет")
    assert answer.reply_to is None
    await to_the_head(town)
    town.sees_in_group("№ 1")
    town.looks_around()
    await town.waits(minutes=11)
    town.looks_around()
    assert not [m for m in town.curator.private if "не может писать" in m.text]
