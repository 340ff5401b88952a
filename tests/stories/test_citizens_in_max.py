"""Citizens in MAX: comments under the posts of the office's channel, private messages, and what was missed in a gap."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from sandbox.max import Chat, MaxWorld, Message
from tests.stories.moderators import TownWith
from tests.stories.test_a_day import COMPLAINT, DRAFT, forwarded
from tests.stories.test_citizens_in_telegram import RECEIPT, answered, posted
from tests.stories.town import Person, Town
from workflow.case import State
from workflow.regulation import Source

CHANNEL = -70900000000001
THERE: dict[str, Any] = {
    "messenger": "max",
    "networks": f"  max: {{channel: {CHANNEL}, address: okrug_max, private: true}}\n",
    "settings": "formal_appeals: Рощино, ул. Мира 1, https://okrug.example/priem\n",
}


@dataclass
class Square:
    """The office's channel, the bot its administrator, one post with comments open."""

    town: Town
    world: MaxWorld
    channel: Chat
    post: Message

    @classmethod
    async def of(cls, town: Town, *rights: str) -> Square:
        world: Any = town.players.town.telegram
        head = world.add_person("Глава")
        channel = world.add_channel("Администрация округа", owner=head, username="okrug_max", id=CHANNEL)
        world.add_bot_to_channel(town.players.bot, channel, by=head)
        if rights:
            world.revoke(town.players.bot, channel)
            world.grant(town.players.bot, channel, *rights)
        post = world.publish(head, channel, "График приёма граждан")
        await town.settles()
        return cls(town, world, channel, post)

    async def comments(self, person: Person, text: str, to: Message | None = None) -> Message:
        author: Any = person.user
        sent = self.world.comment(author, self.post, text, reply_to=to)
        await self.town.settles()
        return sent

    def said(self) -> list[str]:
        bot: Any = self.town.players.bot
        return [one.text for one in self.world.comments(self.post) if one.sender is bot]


async def test_a_comment_under_a_post_becomes_a_case_and_its_answer_stands_under_it(town_with: TownWith) -> None:
    town = await town_with(**THERE)
    square = await Square.of(town)
    zhitel = town.newcomer("zhitel", "Житель")
    comment = await square.comments(zhitel, COMPLAINT)
    appeal = (await town.case()).appeal
    assert (appeal.source, appeal.network, appeal.kind, appeal.text) == (Source.MAX, "max", "comment", COMPLAINT)
    assert appeal.ref == f"{CHANNEL}:{comment.id}/{square.post.id}"
    assert appeal.link.startswith("https://max.ru/okrug_max/")
    await answered(town)
    posted(town)
    assert square.said() == [DRAFT]
    assert (await town.case()).state is State.CLOSED
    town.zhkh.sees("№ 1 · передано вам")
    town.looks_around()


async def test_a_reply_to_a_comment_is_a_comment_too(town_with: TownWith) -> None:
    town = await town_with(**THERE)
    square = await Square.of(town)
    first, second = town.newcomer("first", "Житель"), town.newcomer("second", "Соседка")
    one = await square.comments(first, COMPLAINT)
    town.curator.sees("Третий день")
    await square.comments(second, "А на Садовой яма у школы, машины объезжают", to=one)
    town.curator.sees("А на Садовой")
    assert (await town.case(2)).appeal.author == "Соседка"


async def test_an_answer_of_which_nobody_knows_is_looked_up_and_stands_once(town_with: TownWith) -> None:
    town = await town_with(**THERE)
    square = await Square.of(town)
    await square.comments(town.newcomer("zhitel", "Житель"), COMPLAINT)
    square.world.faults.add("reset_after", "sendComment")
    await answered(town)
    await town.waits(minutes=16)
    posted(town)
    assert square.said() == [DRAFT]
    assert (await town.case()).state is State.CLOSED
    town.looks_around()


async def test_an_answer_the_bot_may_not_post_is_handed_over(town_with: TownWith) -> None:
    town = await town_with(**THERE)
    square = await Square.of(town, "read_all_messages")
    zhitel = town.newcomer("zhitel", "Житель")
    await square.comments(zhitel, COMPLAINT)
    await answered(town)
    assert square.said() == []
    assert (await town.case()).state is State.NOT_POSTED
    town.looks_around()


async def test_a_private_message_becomes_a_case_and_is_answered_there(town_with: TownWith) -> None:
    town = await town_with(**THERE)
    zhitel = town.newcomer("zhitel", "Житель")
    world: Any = town.players.town.telegram
    world.start(zhitel.user, town.players.bot)
    await town.settles()
    zhitel.sees("Здравствуйте. Напишите сюда")
    await zhitel.writes(COMPLAINT)
    zhitel.sees(RECEIPT)
    await answered(town)
    posted(town)
    zhitel.sees(DRAFT)
    town.zhkh.sees("№ 1 · передано вам")


async def test_what_was_written_while_the_bot_was_away_is_read_back_and_taps_are_asked_for(town_with: TownWith) -> None:
    town = await town_with(**THERE)
    square = await Square.of(town)
    await forwarded(town)
    await town.zhkh.presses("Принять")
    card = town.card()
    await town.bot.ticker.note_presence()
    world: Any = town.players.town.telegram
    world.write(town.zhkh.user, town.players.group, DRAFT, reply_to=card)
    zhitel: Any = town.newcomer("zhitel", "Житель").user
    world.comment(zhitel, square.post, "А на Садовой яма у школы, машины объезжают")
    world.account(town.players.bot).updates.clear()  # older than a day: MAX keeps them no longer
    town.clock.advance(timedelta(hours=30))
    await town.bot.start()
    await town.settles()
    town.sees_in_group("Сообщения за это время бот прочитал, а нажатия могли пропасть")
    assert (await town.case()).state is State.ON_APPROVAL
    assert (await town.case(2)).appeal.text == "А на Садовой яма у школы, машины объезжают"
    town.looks_around()


async def test_a_doubtful_message_is_looked_up_and_not_sent_twice(town_with: TownWith) -> None:
    town = await town_with(messenger="max")
    world: Any = town.players.town.telegram
    world.faults.add("reset_after", "sendMessage", times=3)
    await town.resident_writes(COMPLAINT)
    for _ in range(6):
        await town.waits(minutes=1)
    offers = [m.text for m in town.curator.private if "Третий день" in m.text]
    assert len(offers) == 1
    assert "повтор" not in offers[0]
    town.looks_around()


@pytest.mark.parametrize("kind", ["reset_before", "bad_gateway_html"])
async def test_a_message_that_did_not_arrive_comes_unmarked(town_with: TownWith, kind: str) -> None:
    town = await town_with(messenger="max")
    world: Any = town.players.town.telegram
    world.faults.add(kind, "sendMessage", times=2)
    await town.resident_writes(COMPLAINT)
    for _ in range(6):
        await town.waits(minutes=1)
    offers = [m.text for m in town.curator.private if "Третий день" in m.text]
    assert len(offers) == 1
    assert "повтор" not in offers[0]
    town.looks_around()


async def test_rights_taken_from_the_bot_are_noticed_within_ten_minutes_and_given_back_too(town_with: TownWith) -> None:
    town = await town_with(messenger="max")
    world: Any = town.players.town.telegram
    await town.settles()
    world.revoke(town.players.bot, town.players.group)
    for _ in range(3):
        await town.waits(minutes=5)
    town.curator.sees("Бот больше не администратор рабочей группы")
    town.deputy.sees("Бот больше не администратор рабочей группы")
    world.grant(town.players.bot, town.players.group, "read_all_messages", "write", "pin_message")
    for _ in range(3):
        await town.waits(minutes=5)
    town.curator.sees("снова администратор")
    town.looks_around()


async def test_what_max_sends_and_nobody_understands_is_parked_and_stops_nothing(town_with: TownWith) -> None:
    town = await town_with(messenger="max")
    world: Any = town.players.town.telegram
    account, now = world.account(town.players.bot), town.clock.now()
    account.push({"update_type": "message_created", "timestamp": 1, "message": {"body": {"mid": "mid.strange"}}}, now)
    account.push({"update_type": "message_reacted", "timestamp": 2}, now)
    await forwarded(town)
    await town.zhkh.presses("Принять")
    assert (await town.case()).state is State.IN_WORK
    async with town.books.write("okrug") as tx:
        assert len(await tx.inbox.parked()) == 1
    town.looks_around()
