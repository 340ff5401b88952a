"""A channel: its posts, and comments under them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest

from sandbox.max import Chat, Message
from tests.sandbox.max_town import Office, an_office, kinds

PAYLOAD, DENIED = (400, "proto.payload"), (403, "access.denied")


@dataclass
class Square:
    """The office's channel with one post."""

    office: Office
    channel: Chat
    post: Message

    @property
    def path(self) -> str:
        return f"/messages/{self.post.mid}/comments"


@asynccontextmanager
async def a_square() -> AsyncIterator[Square]:
    async with an_office() as office:
        world = office.world
        channel = world.add_channel("Администрация округа", owner=office.anna, username="okrug")
        world.add_bot_to_channel(office.bot, channel, by=office.anna)
        post = world.publish(office.anna, channel, "Ремонт водопровода")
        await office.hears()
        yield Square(office, channel, post)


async def test_a_post_is_the_channels_own() -> None:
    async with a_square() as square:
        square.office.world.publish(square.office.anna, square.channel, "Ещё")
        (told,) = await square.office.hears()
        assert (told["update_type"], "sender" in told["message"]) == ("message_created", False)
        assert told["message"]["recipient"] == {"chat_id": square.channel.id, "chat_type": "channel"}
        assert told["message"]["url"].startswith("https://max.ru/okrug/")
        sent = await square.office.send("От бота", chat_id=square.channel.id)
        assert "sender" not in sent
        quiet = {"text": "Тихо", "notify": False}
        assert await square.office.refused("POST", "/messages", quiet, chat_id=square.channel.id) == PAYLOAD


async def test_a_comment_is_told_with_its_post() -> None:
    async with a_square() as square:
        world, boris = square.office.world, square.office.boris
        said = world.comment(boris, square.post, "Нет воды")
        world.edit(boris, said, "Нет воды третий день")
        world.delete(boris, said)
        created, edited, removed = await square.office.hears()
        assert kinds([created, edited, removed]) == ["comment_created", "comment_edited", "comment_removed"]
        assert created["message"]["recipient"]["post_id"] == square.post.mid
        assert edited["message"]["body"]["text"] == "Нет воды третий день"
        assert {name: removed[name] for name in ("message_id", "post_id", "user_id", "chat_id")} == {
            "message_id": said.mid,
            "post_id": square.post.mid,
            "user_id": boris.id,
            "chat_id": square.channel.id,
        }


async def test_an_answer_under_a_comment_is_not_told_back() -> None:
    async with a_square() as square:
        office = square.office
        said = office.world.comment(office.boris, square.post, "Нет воды")
        body = {"text": "Вода будет к 12:00", "link": {"type": "reply", "mid": said.mid}}
        made = (await office.done("POST", square.path, body))["message"]
        assert made["link"]["message"]["mid"] == said.mid
        assert kinds(await office.hears()) == ["comment_created"]
        listed = (await office.done("GET", square.path))["messages"]
        assert [one["body"]["text"] for one in listed] == ["Вода будет к 12:00", "Нет воды"]
        chosen = (await office.done("GET", square.path, comment_ids=said.mid))["messages"]
        assert [one["body"]["mid"] for one in chosen] == [said.mid]
        alone = await office.done("GET", f"{square.path}/{said.mid}")
        assert alone["body"]["text"] == "Нет воды"
        assert [one.text for one in office.world.comments(square.post)] == ["Нет воды", "Вода будет к 12:00"]


async def test_an_own_comment_is_edited_for_26_hours() -> None:
    async with a_square() as square:
        office = square.office
        made = (await office.done("POST", square.path, {"text": "Раз"}))["message"]["body"]["mid"]
        office.clock.advance(timedelta(hours=26))
        assert await office.done("PUT", square.path, {"text": "Два"}, comment_id=made) == {"success": True}
        office.clock.advance(timedelta(seconds=1))
        late = await office.refused("PUT", square.path, {"text": "Три"}, comment_id=made)
        assert late == (422, "comments.timeout_exceeded")
        theirs = office.world.comment(office.boris, square.post, "Чужое")
        assert await office.refused("PUT", square.path, {"text": "Моё"}, comment_id=theirs.mid) == DENIED


@pytest.mark.parametrize(
    "body",
    [
        {"text": ""},
        {"text": "я" * 4001},
        {"text": "Вот", "attachments": []},
        {"text": "Смотрите https://example.org"},
        {"text": '<a href="https://example.org">Смотрите</a>', "format": "html"},
    ],
)
async def test_a_comment_is_plain_text(body: dict[str, object]) -> None:
    async with a_square() as square:
        assert await square.office.refused("POST", square.path, body) == PAYLOAD
        assert square.office.world.comments(square.post) == []


async def test_links_may_be_let_through() -> None:
    async with a_square() as square:
        square.office.world.comments_take_links = True
        await square.office.done("POST", square.path, {"text": "Смотрите https://example.org"})


async def test_rights_in_the_channel() -> None:
    async with a_square() as square:
        office, world = square.office, square.office.world
        said = world.comment(office.boris, square.post, "Реклама")
        world.revoke(office.bot, square.channel, "delete", "read_all_messages", "write")
        assert await office.refused("GET", square.path) == DENIED
        assert await office.refused("POST", square.path, {"text": "Нет"}) == DENIED
        assert await office.refused("DELETE", square.path, comment_id=said.mid) == DENIED
        assert await office.refused("POST", "/messages", {"text": "Нет"}, chat_id=square.channel.id) == DENIED
        world.grant(office.bot, square.channel, "delete")
        await office.done("DELETE", square.path, comment_id=said.mid)
        assert await office.refused("DELETE", square.path, comment_id=said.mid) == (404, "not.found")


async def test_closed_comments_answer_200_without_success() -> None:
    async with a_square() as square:
        square.post.comments_open = False
        status, answer = await square.office.call("POST", square.path, {"text": "Слово"})
        assert (status, answer["success"], answer["code"]) == (200, False, "comments.disabled")
        with pytest.raises(PermissionError):
            square.office.world.comment(square.office.boris, square.post, "Слово")


async def test_nothing_stands_under_a_group_message() -> None:
    async with a_square() as square:
        said = square.office.world.write(square.office.boris, square.office.group, "Слово")
        assert await square.office.refused("GET", f"/messages/{said.mid}/comments") == (404, "not.found")
        assert await square.office.refused("GET", "/messages/mid.ffff/comments") == (404, "not.found")
