"""Channels with a discussion group, as a bot that is an administrator of the group hears them (Bot API, Message)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from sandbox.clock import SandboxClock
from sandbox.telegram import TelegramWorld
from sandbox.telegram.args import Args
from sandbox.telegram.call import ApiCall
from sandbox.telegram.methods import carry_out
from sandbox.telegram.model import CHANNEL_BOT_ID, TELEGRAM_ID, Chat, Message, User
from sandbox.telegram.refusals import Refusal


@pytest.fixture
def world() -> TelegramWorld:
    return TelegramWorld(SandboxClock(frozen_at=datetime(2026, 1, 12, 6, tzinfo=UTC)))


def square(world: TelegramWorld) -> tuple[User, Chat, Chat, Message]:
    """The owner, the channel, its discussion group with a bot in it, a post."""
    owner = world.add_person("Глава")
    group = world.add_group("Обсуждение", owner=owner)
    bot = world.add_bot(token="1:a", name="Бот", username="okrug_bot")
    world.add_bot_to_group(bot, group, by=owner)
    channel = world.add_channel("Глава округа", owner=owner, username="glava", discussion=group)
    return owner, channel, group, world.publish(owner, channel, "График")


def heard(world: TelegramWorld) -> list[dict[str, Any]]:
    return [update.body for update in world.accounts[1].queue if update.kind == "message" and "text" in update.body]


def test_a_post_stands_in_the_discussion_group_too(world: TelegramWorld) -> None:
    _, channel, group, post = square(world)
    assert [m.text for m in world.messages(channel)] == ["График"]
    assert (post.chat, post.automatic) == (group, True)
    [body] = heard(world)
    assert (body["from"]["id"], body["sender_chat"]["id"], body["is_automatic_forward"]) == (
        TELEGRAM_ID,
        channel.id,
        True,
    )
    assert (body["forward_origin"]["type"], body["forward_origin"]["message_id"]) == ("channel", 1)


def test_a_comment_is_a_reply_in_the_posts_thread_and_so_is_a_reply_to_it(world: TelegramWorld) -> None:
    owner, _, group, post = square(world)
    zhitel = world.add_person("Житель")
    world.join(zhitel, group)
    comment = world.write(zhitel, group, "Нет воды", reply_to=post)
    nested = world.write(owner, group, "Где?", reply_to=comment)
    aside = world.write(zhitel, group, "Просто так")
    assert [m.thread for m in (comment, nested, aside)] == [post, post, None]
    assert [body.get("message_thread_id") for body in heard(world)] == [None, post.id, post.id, None]


def test_only_its_administrator_speaks_for_a_channel(world: TelegramWorld) -> None:
    _, channel, group, post = square(world)
    zhitel = world.add_person("Житель")
    world.join(zhitel, group)
    with pytest.raises(PermissionError):
        world.publish(zhitel, channel, "Я глава")
    with pytest.raises(PermissionError):
        world.write_as(zhitel, channel, post, "Я глава")
    own = world.add_channel("Своё", owner=zhitel)
    assert world.write_as(zhitel, own, post, "Нет воды").voice is own
    body = heard(world)[-1]
    assert (body["from"]["id"], body["from"]["is_bot"], body["sender_chat"]["title"]) == (CHANNEL_BOT_ID, True, "Своё")


def test_a_plain_group_is_no_discussion_group(world: TelegramWorld) -> None:
    owner = world.add_person("Глава")
    with pytest.raises(ValueError, match="supergroup"):
        world.add_channel("Канал", owner=owner, discussion=world.add_group("Старая", owner=owner, basic=True))


@pytest.mark.parametrize("appointed", [True, False])
def test_a_bot_posts_in_a_channel_only_as_its_administrator(world: TelegramWorld, appointed: bool) -> None:
    owner = world.add_person("Глава")
    bot = world.add_bot(token="2:b", name="Бот", username="news_bot")
    group = world.add_group("Обсуждение", owner=owner)
    channel = world.add_channel("Новости", owner=owner, username="news", discussion=group)
    world.appoint(bot, channel)
    if not appointed:
        world.demote(bot, channel)
    call = ApiCall(world, world.accounts[2], Args({"chat_id": "@news", "text": "Мост открыт"}, {}), "sendMessage")
    if appointed:
        body = carry_out(call)
        assert (body["chat"]["id"], body["sender_chat"]["id"]) == (channel.id, channel.id)
        assert [(m.text, m.automatic) for m in world.messages(group)] == [("Мост открыт", True)]
    else:
        with pytest.raises(Refusal) as refused:
            carry_out(call)
        assert refused.value.description == "Bad Request: need administrator rights in the channel chat"
    assert [m.text for m in world.messages(channel)] == ["Мост открыт"] * appointed
