"""Shared by the tests of the local MAX: a small group with a bot, served on a free port, and a bare HTTP client.

Where the official schema lies beside the tree, everything that goes over the wire is checked against it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import aiohttp

from sandbox.clock import SandboxClock
from sandbox.max import Chat, MaxServer, MaxWorld, Message, User
from tests.max_schema import Checked

TOKEN = "900001:AAsandboxToken"
MORNING = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)
BOT_ID = 900001


@dataclass
class Office:
    """A working group: the owner Anna, the member Boris, and the bot, an administrator with every right."""

    clock: SandboxClock
    world: MaxWorld
    server: MaxServer
    bot: User
    anna: User
    boris: User
    group: Chat
    http: aiohttp.ClientSession
    marker: int | None = None
    told: list[dict[str, Any]] = field(default_factory=list)

    async def call(
        self, verb: str, path: str, body: Any = None, *, token: str | None = TOKEN, **query: Any
    ) -> tuple[int, dict[str, Any]]:
        """Status and answer of a call."""
        headers = {"Authorization": token} if token is not None else {}
        params = {name: str(value) for name, value in query.items()}
        url = f"{self.server.url}{path}"
        async with self.http.request(verb, url, json=body, params=params, headers=headers) as response:
            return response.status, await response.json()

    async def refused(self, verb: str, path: str, body: Any = None, **query: Any) -> tuple[int, str]:
        """Status and code of a call that is refused."""
        status, answer = await self.call(verb, path, body, **query)
        assert set(answer) - {"success"} == {"code", "message"}, answer
        return status, answer["code"]

    async def done(self, verb: str, path: str, body: Any = None, **query: Any) -> dict[str, Any]:
        """The answer of a call that is carried out."""
        status, answer = await self.call(verb, path, body, **query)
        assert status == 200, answer
        return answer

    async def send(self, text: str | None = "Слово", *rows: list[dict[str, Any]], **query: Any) -> dict[str, Any]:
        """Send a message to the group (or to whom the query names) and return it."""
        body: dict[str, Any] = {"text": text, "attachments": keyboard(*rows) if rows else None, "link": None}
        answer = await self.done("POST", "/messages", body, **(query or {"chat_id": self.group.id}))
        return dict(answer["message"])

    async def hears(self, **query: Any) -> list[dict[str, Any]]:
        """Fetch and acknowledge the waiting updates."""
        answer = await self.done("GET", "/updates", timeout=0, marker=self.marker, **query)
        self.marker = answer["marker"]
        return list(answer["updates"])

    def found(self, sent: dict[str, Any]) -> Message:
        """The message behind the API's one."""
        message = self.world.find(sent["body"]["mid"])
        assert message is not None
        return message


def button(text: str = "Да", payload: str = "yes", **more: Any) -> dict[str, Any]:
    return {"type": "callback", "text": text, "payload": payload, **more}


def keyboard(*rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"type": "inline_keyboard", "payload": {"buttons": list(rows)}}]


def kinds(updates: list[dict[str, Any]]) -> list[str]:
    return [update["update_type"] for update in updates]


@asynccontextmanager
async def an_office(*, admin: bool = True) -> AsyncIterator[Office]:
    """An office with a frozen clock; the updates of its set-up have been read."""
    clock = SandboxClock(frozen_at=MORNING)
    world = MaxWorld(clock)
    bot = world.add_bot(token=TOKEN, name="Дежурный", username="dezhurny_bot")
    anna = world.add_person("Анна", "Округова", username="anna")
    boris = world.add_person("Борис")
    group = world.add_group("Инцидент-менеджмент", owner=anna)
    world.join(boris, group)
    world.add_bot_to_group(bot, group, by=anna, admin=admin)
    checked = Checked()
    async with MaxServer(world, inspect=checked) as server, aiohttp.ClientSession() as http:
        account = world.account(bot)
        account.updates.clear()
        yield Office(clock, world, server, bot, anna, boris, group, http, marker=account.next_position)
    assert checked.wrong == [], checked.wrong
