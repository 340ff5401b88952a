"""The list pinned in the working group: one message that stays true."""

from __future__ import annotations

import pytest

from sandbox.telegram.model import Message
from storage.pins import Pins
from tests.stories.moderators import TownWith
from tests.stories.test_a_day import COMPLAINT, DRAFT, IN_EITHER
from tests.stories.town import KEY, Town

LISTED = "pinned_list: true\n"
RIGHT = frozenset({"can_pin_messages"})


def lists(town: Town) -> list[str]:
    """The texts of the lists in the group, the oldest first."""
    return [m.text for m in town.players.in_group() if m.text.startswith(("Открыт", "Этот список"))]


def the_list(town: Town) -> Message:
    return next(m for m in reversed(town.players.in_group()) if m.text.startswith("Открыт"))


async def a_minute(town: Town) -> None:
    await town.waits(seconds=75)


async def test_one_message_stays_true_and_is_posted_anew_where_it_is_gone(town_with: TownWith) -> None:
    town = await town_with(settings=LISTED)
    telegram, group = town.players.town.telegram, town.players.group
    await a_minute(town)
    assert lists(town) == []
    await town.resident_writes(COMPLAINT)
    await town.resident_writes("Яма на Мира, 7")
    before = town.group_writes()
    await a_minute(town)
    assert telegram.pinned(group) is the_list(town)
    assert town.group_writes() == before + 1
    assert the_list(town).text.split("\n")[:2] == [
        "Открыто 2 сообщения: новых 2, в работе 0, на согласовании 0",
        "Куратор: направить 2 · раньше всех № 1, пн 12.01 до 10:01",
    ]
    await town.curator.presses("ЖКХ", town.curator.sees("Третий день"))
    await town.zhkh.presses("Принять", town.card())
    await town.zhkh.replies(town.card(), DRAFT)
    await a_minute(town)
    assert lists(town) == [the_list(town).text]
    assert "Куратор: согласовать 1, направить 1" in the_list(town).text
    await a_minute(town)
    telegram.delete(town.curator.user, the_list(town))
    await town.to("2026-01-12 11:00")
    await a_minute(town)
    assert "⚠️ Куратор" in the_list(town).text
    assert telegram.pinned(group) is the_list(town)
    town.looks_around()


async def test_without_the_right_to_pin_it_stands_unpinned_and_the_curator_is_told_once(town_with: TownWith) -> None:
    town = await town_with(settings=LISTED)
    telegram, group, bot = town.players.town.telegram, town.players.group, town.players.bot
    telegram.promote(bot, group, lacks=RIGHT)
    await town.resident_writes(COMPLAINT)
    await a_minute(town)
    assert telegram.pinned(group) is None
    town.curator.sees("не закрепился")
    await town.resident_writes("Яма на Мира, 7")
    await a_minute(town)
    assert "Открыто 2" in the_list(town).text
    assert [m.text for m in town.curator.private if "не закрепился" in m.text and town.is_unseen(m)] == []
    telegram.promote(bot, group)
    await town.resident_writes("Не горит фонарь на Мира, 7")
    await a_minute(town)
    assert telegram.pinned(group) is the_list(town)
    town.looks_around()


@pytest.mark.telegrams_own("a plain group becomes a supergroup")
async def test_a_group_that_became_another_chat_gets_a_list_of_its_own(town_with: TownWith) -> None:
    town = await town_with(settings=LISTED)
    telegram = town.players.town.telegram
    town.players.group.type = "group"
    await town.resident_writes(COMPLAINT)
    await a_minute(town)
    old = lists(town)
    town.players.group = telegram.migrate(town.players.group)
    await town.settles()
    await a_minute(town)
    assert lists(town) == old
    assert telegram.pinned(town.players.group) is the_list(town)
    town.looks_around()


@IN_EITHER
async def test_any_messenger_pins_it(town_with: TownWith, messenger: str) -> None:
    town = await town_with(settings=LISTED, messenger=messenger)
    await town.resident_writes(COMPLAINT)
    await a_minute(town)
    async with town.books.write(KEY) as tx:
        (known,) = await tx.messages.shown("pinned")
        assert not await Pins(tx).is_wanted(known.chat_id, known.message_id)
    town.looks_around()


async def test_switched_off_the_old_list_says_that_it_is_kept_no_more(town_with: TownWith) -> None:
    town = await town_with(settings=LISTED)
    await town.resident_writes(COMPLAINT)
    await a_minute(town)
    object.__setattr__(town.municipality, "pinned_list", False)
    await town.bot.start()
    await a_minute(town)
    assert [text[:11] for text in lists(town)] == ["Этот список"]
    town.looks_around()
