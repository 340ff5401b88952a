"""Delivery to a citizens' network, against the local VK: posted once, looked up when in doubt, reported in the same
transaction. Never a double comment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from bot.delivery import Failed
from networks.port import Answer, Posted
from networks.vk import VkAccess, VkNetwork
from sandbox.vk.model import Comment, Community
from sandbox.vk.server import VkServer
from sandbox.vk.world import VkWorld
from tests.doors.sorting_room import AGAIN, Room, a_room
from tests.patience import PATIENT, NothingOrdered, Orders, VkPatience
from workflow.ports import Letter, network_lane

TOKEN, SERVICE = "vk1.a.community", "service-token"
TEXT = "Подвоз воды сегодня до 20:00"


@dataclass
class Town:
    room: Room
    vk: VkWorld
    server: VkServer
    community: Community
    comment: Comment

    async def connect(self, service: str | None = SERVICE, orders: Orders | None = None) -> None:
        for old in self.room.networks.values():
            await old.close()
        limits = VkPatience(orders or self.vk.faults)
        access = VkAccess(1001, "Администрация", TOKEN, service, api_url=self.server.url, limits=limits)
        self.room.networks["vk"] = VkNetwork(access)

    async def post(self) -> None:
        ref = f"wall-1001_{self.comment.post.id}?reply={self.comment.id}"
        self.room.words.answers[1] = Answer(ref, "comment", TEXT, (), "")
        await self.room.put(Letter("post", network_lane("vk"), 0, 1, body={"version": 1}))

    def answers(self) -> list[str]:
        return [c.text for c in self.vk.comments(self.comment.post) if c.author is self.community]

    def posted(self) -> list[tuple[int, Posted | Failed]]:
        (made,) = [c for c in self.vk.comments(self.comment.post) if c.author is self.community]
        ref = f"wall-1001_{made.post.id}?reply={made.id}"
        return [(1, Posted(ref, made.url))]


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with a_room(tmp_path, cases=2) as room:
        vk = VkWorld(room.clock.sandbox)
        community = vk.add_community("Администрация", 1001, TOKEN, SERVICE)
        comment = vk.comment(vk.add_person("Житель", "Округа"), vk.post(community, "График"), "Нет воды")
        server = VkServer(vk)
        await server.start()
        town = Town(room, vk, server, community, comment)
        await town.connect()
        yield town
        for network in room.networks.values():
            await network.close()
        await server.stop()


async def test_an_answer_is_posted_and_told(town: Town):
    await town.post()
    assert await town.room.sent() == 1
    assert (town.answers(), town.room.told.outcomes) == ([TEXT], town.posted())
    assert await town.room.letters() == [("post", "sent")]


async def test_what_the_network_refuses_is_told_with_its_reason(town: Town):
    town.vk.close_comments(town.comment.post)
    await town.post()
    assert await town.room.sent() == 1
    ((case, outcome),) = town.room.told.outcomes
    assert isinstance(outcome, Failed)
    assert (case, outcome.reason, await town.room.letters()) == (1, "comments_closed", [("post", "failed")])


async def test_a_network_nobody_posts_to_is_left_to_the_curator(town: Town):
    await town.room.networks.pop("vk").close()
    await town.post()
    await town.room.sent()
    assert town.room.told.outcomes == [(1, Failed("by_hand"))]


@pytest.mark.parametrize("fault", ["timeout_after", "reset_after"])
async def test_a_doubtful_answer_is_found_and_not_repeated(town: Town, fault: str):
    town.vk.faults.add(fault, "wall.createComment")
    await town.post()
    await town.room.sent()
    assert (town.answers(), town.room.told.outcomes) == ([TEXT], town.posted())


@pytest.mark.parametrize("fault", ["timeout_before", "reset_before"])
async def test_a_doubtful_answer_that_is_not_there_is_posted_once_more(town: Town, fault: str):
    town.vk.faults.add(fault, "wall.createComment")
    await town.post()
    await town.room.sent()
    assert (town.answers(), town.room.told.outcomes) == ([], [])
    town.room.later(30)
    await town.room.sent()
    assert (town.answers(), town.room.told.outcomes) == ([TEXT], town.posted())
    assert (await town.room.journal(1))[1:] == [("post_repeated", {})]


async def test_however_often_in_doubt_it_is_looked_up_and_posted_once(town: Town):
    town.vk.faults.add("timeout_before", "wall.createComment", times=3)
    await town.post()
    for _ in range(4):
        await town.room.sent()
        town.room.later(60)
    assert (town.answers(), town.room.told.outcomes) == ([TEXT], town.posted())
    assert (await town.room.journal(1))[1:] == [("post_repeated", {})] * 3


async def test_what_could_not_be_looked_up_just_then_is_looked_up_later(town: Town):
    town.vk.faults.add("timeout_after", "wall.createComment")
    town.vk.faults.add("reset_before", "wall.getComments", times=2)
    await town.post()
    for _ in range(3):
        await town.room.sent()
        town.room.later(60)
    assert (town.answers(), town.room.told.outcomes) == ([TEXT], town.posted())
    assert (await town.room.journal(1))[1:] == []


async def test_a_network_that_is_away_for_minutes_gets_the_answer_when_it_is_back(town: Town):
    await town.server.stop()
    await town.post()
    await town.room.tries(minutes=25)
    assert (town.room.told.outcomes, await town.room.letters()) == ([], [("post", "waiting")])
    await town.server.start()
    await town.room.tries(minutes=6)
    assert (town.answers(), town.room.told.outcomes) == ([TEXT], town.posted())


async def test_while_nobody_can_be_told_the_answer_is_not_left_to_the_curator(town: Town):
    """Nothing leaves the machine, for VK nor for the messenger: when the line is back the answer goes by itself."""
    await town.server.stop()
    await town.room.server.stop()
    await town.room.say("лично", to=town.room.anna)
    await town.post()
    await town.room.tries(minutes=120)
    assert (town.room.told.outcomes, town.room.texts(town.room.anna)) == ([], [])
    await town.server.start()
    await town.room.server.start()
    await town.room.tries(minutes=16)
    assert (town.answers(), town.room.told.outcomes) == ([TEXT], town.posted())
    assert town.room.texts(town.room.anna) == ["лично"]


async def test_where_it_cannot_be_looked_up_a_person_is_asked(town: Town):
    await town.connect(service=None)
    town.vk.faults.add("timeout_after", "wall.createComment")
    await town.post()
    for _ in range(3):
        await town.room.sent()
        town.room.later(60)
    ((_, outcome),) = town.room.told.outcomes
    assert isinstance(outcome, Failed)
    assert (outcome.reason, town.answers()) == ("ambiguous", [TEXT])


async def test_killed_while_posting_it_is_looked_up_first(town: Town):
    await town.post()
    await town.room.sent()
    town.room.told.outcomes.clear()
    async with town.room.books.write("kursky") as tx:
        await tx.outbox.change(1, state="sending", sent_at=None)
    await town.room.deliver_with().drain()
    assert (town.answers(), town.room.told.outcomes) == ([TEXT], town.posted())


async def test_killed_before_posting_it_is_posted(town: Town):
    await town.post()
    await town.room.mark_sending()
    await town.room.deliver_with().drain()
    assert (town.answers(), town.room.told.outcomes) == ([TEXT], town.posted())


async def test_an_outcome_that_could_not_be_told_is_told_later_and_nothing_is_posted_again(town: Town):
    town.room.told.failures = 2
    await town.post()
    for _ in range(3):
        await town.room.sent()
        town.room.later(60)
    assert (town.answers(), town.room.told.outcomes) == ([TEXT], town.posted())
    assert await town.room.letters() == [("post", "sent")]


async def test_a_network_that_is_away_for_half_an_hour_is_left_to_the_curator_once(town: Town):
    await town.server.stop()
    await town.post()
    await town.room.tries(minutes=29)
    assert town.room.told.outcomes == []
    await town.room.tries(minutes=2)
    ((_, outcome),) = town.room.told.outcomes
    assert isinstance(outcome, Failed)
    assert (outcome.reason, await town.room.letters()) == ("network_down", [("post", "failed")])
    await town.server.start()
    await town.room.tries(minutes=60)
    assert (len(town.room.told.outcomes), town.answers()) == (1, [])


async def test_a_slow_network_holds_no_letter_of_the_messenger(town: Town):
    await town.connect(orders=NothingOrdered())
    town.vk.faults.add("timeout_before", "wall.createComment")
    await town.post()
    await town.room.say("раз", "два")
    draining = asyncio.create_task(town.room.sent())
    async with asyncio.timeout(PATIENT):
        await town.room.hears("раз", "два")
    assert (draining.done(), town.room.told.outcomes) == (False, [])
    await town.server.stop()
    await draining


# --- after a restore --------------------------------------------------------------------------------------------------


async def test_what_went_out_after_the_copy_is_found_and_not_posted_twice(town: Town):
    await town.post()
    await town.room.say("лично", to=town.room.anna)
    copy, moment = town.room.copied(), town.room.clock.now()
    await town.room.sent()
    town.room.later(3600)
    await town.room.restored(copy, moment)
    town.room.told.outcomes.clear()
    await town.room.sent()
    assert (town.answers(), town.room.told.outcomes) == ([TEXT], town.posted())
    assert town.room.texts(town.room.anna) == ["лично", f"{AGAIN}\nлично"]


async def test_what_waited_in_the_copy_and_never_went_out_is_posted(town: Town):
    await town.post()
    copy, moment = town.room.copied(), town.room.clock.now()
    town.room.later(3600)
    await town.room.restored(copy, moment)
    await town.room.sent()
    assert (town.answers(), town.room.told.outcomes) == ([TEXT], town.posted())


@pytest.mark.parametrize(("minutes", "answers"), [(-1, 1), (1, 2)])
async def test_an_answer_approved_before_the_copy_is_looked_up_though_its_letter_came_after(
    town: Town, minutes: int, answers: int
):
    copy, moment = town.room.copied(), town.room.clock.now()
    town.room.words.decided = moment + timedelta(minutes=minutes)
    town.room.later(120)
    await town.post()
    await town.room.sent()
    town.room.later(3600)
    await town.room.restored(copy, moment)
    await town.post()
    await town.room.sent()
    assert town.answers() == [TEXT] * answers
