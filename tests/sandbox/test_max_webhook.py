"""Webhooks: the secret, the repeats out of order, the doubles, and the end after eight hours."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web

from tests.sandbox.max_town import Office, an_office, kinds

URL = "https://bot.okrug.example/hooks/okrug/max"
SECRET = "Sekret-_1"
PAYLOAD = (400, "proto.payload")


@dataclass
class Listener:
    """The bot's own web server: what it was told, and how it answers."""

    office: Office
    status: int = 200
    told: list[dict[str, Any]] = field(default_factory=list)
    secrets: list[str | None] = field(default_factory=list)

    async def hears(self, request: web.Request) -> web.Response:
        self.secrets.append(request.headers.get("X-Max-Bot-Api-Secret"))
        assert request.path == "/hooks/okrug/max"
        if self.status == 200:
            self.told.append(await request.json())
        return web.Response(status=self.status)

    @property
    def texts(self) -> list[str]:
        return [update["message"]["body"]["text"] for update in self.told]

    async def after(self, **passed: float) -> list[int]:
        """Let time pass and let MAX deliver."""
        self.office.clock.advance(timedelta(**passed))
        return await self.office.server.deliver()

    def says(self, text: str) -> None:
        self.office.world.write(self.office.boris, self.office.group, text)


@asynccontextmanager
async def listening(**subscription: Any) -> AsyncIterator[Listener]:
    async with an_office() as office:
        listener = Listener(office)
        app = web.Application()
        app.router.add_post("/{path:.*}", listener.hears)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        office.server.webhooks.hosts["bot.okrug.example"] = f"http://127.0.0.1:{runner.addresses[0][1]}"
        await office.done("POST", "/subscriptions", {"url": URL, "secret": SECRET, **subscription})
        try:
            yield listener
        finally:
            await runner.cleanup()


async def test_each_update_is_one_post_with_the_secret() -> None:
    async with listening() as hook:
        hook.says("раз")
        hook.says("два")
        assert await hook.office.server.deliver() == [200, 200]
        assert (hook.texts, hook.secrets) == (["раз", "два"], [SECRET, SECRET])
        assert await hook.after(hours=9) == []


async def test_what_failed_comes_after_what_happened_later() -> None:
    async with listening() as hook:
        hook.status = 500
        hook.says("раз")
        assert await hook.office.server.deliver() == [500]
        hook.status = 200
        hook.says("два")
        assert await hook.after(seconds=59) == [200]
        assert await hook.after(seconds=1) == [200]
        assert hook.texts == ["два", "раз"]


async def test_the_pauses_grow_two_and_a_half_times() -> None:
    async with listening() as hook:
        hook.status = 503
        hook.says("раз")
        assert await hook.office.server.deliver() == [503]
        for pause in (60, 150, 375):
            assert await hook.after(seconds=pause - 1) == []
            assert await hook.after(seconds=1) == [503]


async def test_an_answer_nobody_saw_doubles_the_update() -> None:
    async with listening() as hook:
        hook.office.world.faults.add("reset_after", "webhook")
        hook.says("раз")
        assert await hook.office.server.deliver() == [0]
        assert await hook.after(seconds=60) == [200]
        assert hook.texts == ["раз", "раз"]


async def test_eight_hours_without_a_200_end_the_subscription() -> None:
    async with listening() as hook:
        hook.status = 500
        hook.says("раз")
        assert await hook.office.server.deliver() == [500]
        await hook.after(hours=7, minutes=59)
        assert (await hook.office.done("GET", "/subscriptions"))["subscriptions"][0]["url"] == URL
        hook.says("два")
        await hook.after(minutes=1)
        assert await hook.office.done("GET", "/subscriptions") == {"subscriptions": []}
        hook.says("три")
        assert [update["message"]["body"]["text"] for update in await hook.office.hears()] == ["три"]


async def test_only_the_kinds_asked_for_and_rights_by_webhook_only() -> None:
    async with listening(update_types=["message_edited", "bot_admin_permissions_changed"]) as hook:
        hook.says("раз")
        hook.office.world.revoke(hook.office.bot, hook.office.group, "pin_message")
        await hook.office.server.deliver()
        assert kinds(hook.told) == ["bot_admin_permissions_changed"]
        assert hook.told[0]["bot_id"] == hook.office.bot.id
        assert "pin_message" not in hook.told[0]["permissions"]
        await hook.office.done("DELETE", "/subscriptions", url=URL)
        hook.office.world.grant(hook.office.bot, hook.office.group, "pin_message")
        assert await hook.office.hears() == []


async def test_nobody_listens() -> None:
    async with listening() as hook:
        hook.office.server.webhooks.hosts.clear()
        hook.says("раз")
        assert await hook.office.server.deliver() == [0]


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "http://bot.okrug.example/max"},
        {"url": "https://bot.okrug.example:8443/max"},
        {"url": "https:///max"},
        {"url": 5},
        {"url": URL, "secret": "four"},
        {"url": URL, "secret": "с буквами"},
        {"url": URL, "secret": "a" * 257},
        {"url": URL, "update_types": ["message"]},
    ],
)
async def test_a_wrong_subscription_is_refused(wrong: dict[str, Any]) -> None:
    async with an_office() as office:
        assert await office.refused("POST", "/subscriptions", wrong) == PAYLOAD
        assert await office.done("GET", "/subscriptions") == {"subscriptions": []}


async def test_channel_posts_may_be_kept_from_webhooks() -> None:
    async with listening() as hook:
        world = hook.office.world
        world.posts_by_webhook = False
        channel = world.add_channel("Администрация округа", owner=hook.office.anna)
        world.add_bot_to_channel(hook.office.bot, channel, by=hook.office.anna)
        world.publish(hook.office.anna, channel, "Пост")
        await hook.office.server.deliver()
        assert kinds(hook.told) == ["bot_added", "bot_admin_permissions_changed"]
