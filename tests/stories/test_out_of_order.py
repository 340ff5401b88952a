"""VK keeps no order: an edit or a deletion may come before the comment itself, and what is known then is known for good."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from sandbox.vk import shapes
from sandbox.vk.model import Comment
from tests.stories.moderators import INSULT, TownWith
from tests.stories.test_finding import COMPLAINT, THANKS
from tests.stories.town import KEY, Town
from workflow.case import State

LATER = "Воды нет уже на всей улице Школьной"


@dataclass
class Late:
    """A comment whose own event VK still owes the bot."""

    town: Town
    comment: Comment
    body: dict[str, Any]

    @staticmethod
    async def of(town: Town, text: str) -> Late:
        comment = await town.resident_writes_unnoticed(text)
        return Late(town, comment, dict(shapes.comment_event(comment, town.players.town.vk.base_url)))

    async def comes(self) -> None:
        self.town.players.town.vk.put("wall_reply_new", self.town.players.community, self.body)
        await self.town.settles()

    async def is_edited(self, text: str) -> None:
        self.town.players.town.vk.edit_comment(self.comment, text)
        await self.town.settles()

    async def is_deleted(self) -> None:
        self.town.players.town.vk.delete_comment(self.comment)
        await self.town.settles()

    async def comes_back(self) -> None:
        self.town.players.town.vk.restore_comment(self.comment)
        await self.town.settles()


async def left_alone(town: Town) -> list[str]:
    async with town.books.write(KEY) as tx:
        return [one.text for one in await tx.seen.left(10)]


async def test_a_comment_deleted_before_it_came_is_offered_with_the_mark(town: Town) -> None:
    late = await Late.of(town, COMPLAINT)
    await late.is_deleted()
    town.curator.hears_nothing()
    await late.comes()
    offer = town.curator.sees("Новое сообщение № 1")
    assert "⚠️ Житель удалил сообщение" in offer.text
    assert offer.buttons[0][0].text == "Закрыть без ответа"
    town.curator.hears_nothing()
    assert [line[0] for line in await town.journal()] == ["detect", "author_deleted"]
    await late.comes()
    town.curator.hears_nothing()


async def test_what_is_deleted_and_no_incident_leaves_no_trace(town: Town) -> None:
    late = await Late.of(town, THANKS)
    await late.is_deleted()
    await late.comes()
    assert (await town.cases(), await left_alone(town)) == (0, [])


async def test_what_is_deleted_is_handed_to_nobody_by_itself(town_with: TownWith) -> None:
    town = await town_with(settings="\ntriage: auto\n")
    late = await Late.of(town, COMPLAINT)
    await late.is_deleted()
    await late.comes()
    assert (await town.case()).state is State.NEW
    town.looks_around()


async def test_a_comment_that_came_back_before_it_came_is_as_any_other(town: Town) -> None:
    late = await Late.of(town, COMPLAINT)
    await late.is_deleted()
    await late.comes_back()
    await late.comes()
    town.curator.sees("Новое сообщение № 1")
    assert (await town.case()).deleted_at is None


async def test_an_edit_that_comes_first_leaves_both_wordings(town: Town) -> None:
    late = await Late.of(town, COMPLAINT)
    await late.is_edited(LATER)
    offer = town.curator.sees("Новое сообщение № 1")
    assert "Житель изменил" not in offer.text
    await late.comes()
    assert f"Житель изменил текст: «{LATER}»" in offer.text
    case = await town.case()
    assert (case.appeal.text, [one.text for one in case.rewritten]) == (COMPLAINT, [LATER])
    await late.comes()
    assert (await town.case()).version == case.version


@pytest.mark.parametrize("edit_first", [True, False])
async def test_edited_and_deleted_before_it_came_is_both(town: Town, edit_first: bool) -> None:
    late = await Late.of(town, COMPLAINT)
    if edit_first:
        await late.is_edited(LATER)
        await late.is_deleted()
    else:
        await late.is_deleted()
        await late.is_edited(LATER)
    await late.comes()
    case = await town.case()
    assert case.deleted_at is not None
    assert (case.appeal.text, [one.text for one in case.rewritten]) == (COMPLAINT, [LATER])
    town.looks_around()


async def test_what_was_put_in_order_before_it_came_is_proposed_to_nobody(akhtarsk: Town) -> None:
    town = akhtarsk
    late = await Late.of(town, INSULT)
    await late.is_edited(THANKS)
    await late.comes()
    gone = await Late.of(town, INSULT)
    await gone.is_deleted()
    await gone.comes()
    town.person("adviser").hears_nothing()
    town.curator.sees("⚠️ Житель удалил сообщение")
    assert await left_alone(town) == [THANKS]
