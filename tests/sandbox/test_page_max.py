"""The page of a town whose officials are in MAX: the same chats, one message for several pictures, presses without words."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import aiohttp

from sandbox.clock import SandboxClock
from sandbox.max import Chat, User
from sandbox.town import Town
from tests.sandbox.max_town import TOKEN, button, keyboard
from tests.sandbox.page_town import PICTURE

MORNING = datetime(2026, 1, 12, 6, 20, tzinfo=UTC)


@dataclass
class Stand:
    """A town with a curator, the working group, the bot in it, and the office's channel."""

    town: Town
    http: aiohttp.ClientSession
    bot: User
    curator: User
    group: Chat

    async def state(self, role: str = "curator") -> dict[str, Any]:
        async with self.http.get(f"{self.town.page_url}/api/state", params={"as": role}) as response:
            return dict(await response.json())

    async def acts(self, do: str, role: str = "curator", files: int = 0, **more: Any) -> dict[str, Any]:
        """The answer to an action; `files` pictures go with it."""
        url, body = f"{self.town.page_url}/api/act", {"as": role, "do": do, **more}
        if not files:
            async with self.http.post(url, json=body) as response:
                return dict(await response.json())
        form = aiohttp.FormData()
        form.add_field("act", aiohttp.JsonPayload(body))
        for number in range(files):
            form.add_field("files", PICTURE, filename=f"{number}.png")
        async with self.http.post(url, data=form, headers={"Origin": self.town.page_url}) as response:
            return dict(await response.json())

    async def bot_sends(self, **body: Any) -> None:
        url = f"{self.town.max_url}/messages"
        headers, query = {"Authorization": TOKEN}, {"chat_id": str(self.group.id)}
        async with self.http.post(url, json=body, headers=headers, params=query) as response:
            assert response.status == 200, await response.text()


@asynccontextmanager
async def a_stand() -> AsyncIterator[Stand]:
    async with Town(SandboxClock(frozen_at=MORNING), page_port=0, messenger="max") as town:
        world = town.max
        bot = world.add_bot(token=TOKEN, name="Дежурный", username="dezhurny_bot")
        curator = world.add_person("Куратор")
        group = world.add_group("Инцидент-менеджмент", owner=curator)
        world.add_bot_to_group(bot, group, by=curator)
        town.add_role("curator", "Куратор", curator, kind="curator")
        community = town.vk.add_community("Администрация округа", group_id=1001, community_token="vk1.a.c")
        town.add_role("press", "Пресс-служба", None, community.admin, kind="press")
        async with aiohttp.ClientSession() as http:
            yield Stand(town, http, bot, curator, group)


async def test_the_chats_are_those_of_max() -> None:
    async with a_stand() as stand:
        state = await stand.state()
        shown = state["messenger"]
        assert (state["messenger_name"], [chat["key"] for chat in shown["chats"]]) == ("MAX", ["group", "bot"])
        assert [chat["can_start"] for chat in shown["chats"]] == [False, True]
        await stand.acts("start", payload="invite_1")
        assert stand.town.max.private(stand.curator, stand.bot).person is stand.curator
        url = f"{stand.town.max_url}/me"
        commands = {"commands": [{"name": "help", "description": "Что умеет бот"}]}
        async with stand.http.patch(url, json=commands, headers={"Authorization": TOKEN}) as response:
            assert response.status == 200
        group, private = (await stand.state())["messenger"]["chats"]
        assert (group["commands"], private["commands"]) == ([], [{"command": "help", "description": "Что умеет бот"}])


async def test_several_pictures_are_one_message() -> None:
    async with a_stand() as stand:
        await stand.acts("write", files=3, chat="group", text="Смотрите")
        last = (await stand.state())["messenger"]["chats"][0]["messages"][-1]
        assert (last["text"], [one["kind"] for one in last["media"]], last["album"]) == (
            "Смотрите",
            ["photo"] * 3,
            None,
        )
        refused = await stand.acts("write", chat="group", text="я" * 4001)
        assert refused == {"error": "Слишком длинно: здесь помещается не больше 4000 знаков."}


async def test_what_a_forwarded_message_shows() -> None:
    async with a_stand() as stand:
        await stand.acts("start")
        said = stand.town.max.write(stand.curator, stand.group, "Нет воды")
        await stand.acts("forward", message=f"{said.chat.id}_{said.id}")
        last = (await stand.state())["messenger"]["chats"][1]["messages"][-1]
        assert (last["text"], last["forward"], last["editable"]) == ("Нет воды", {"name": "Куратор"}, False)


async def test_a_press_that_is_followed_by_an_edit_is_settled() -> None:
    async with a_stand() as stand:
        await stand.bot_sends(text="Кнопка", attachments=keyboard([button("Дальше", intent="positive")]))
        message = stand.town.max.messages(stand.group)[-1]
        shown = (await stand.state())["messenger"]["chats"][0]["messages"][-1]
        assert shown["buttons"][0][0] | {"text": "Дальше", "style": "success"} == shown["buttons"][0][0]
        press = stand.town.max.press(stand.curator, message, "Дальше")
        assert (press.settled, press.answered) == (False, False)
        url = f"{stand.town.max_url}/messages"
        headers, query = {"Authorization": TOKEN}, {"message_id": message.mid}
        async with stand.http.put(url, json={"text": "Дальше"}, headers=headers, params=query) as response:
            assert response.status == 200
        assert (press.settled, press.answered, press.toast) == (True, False, None)


async def test_the_channel_stands_beside_the_wall() -> None:
    async with a_stand() as stand:
        channel = stand.town.max.add_channel("Администрация округа", owner=stand.curator, username="okrug_admin")
        for text in ("Мост открыт", "Ярмарка"):
            await stand.acts("channel_post", role="press", text=text)
        shown = (await stand.state("press"))["vk"]["channel"]
        posts = stand.town.max.messages(channel)
        assert (shown["messenger"], shown["address"]) == ("MAX", "max.ru/okrug_admin")
        assert [(one["id"], one["text"]) for one in shown["posts"]] == [(m.place, m.text) for m in reversed(posts)]
        assert posts[0].url == f"https://max.ru/okrug_admin/{posts[0].place}"
