"""MAX's server as the adapter's wire sees it: it says what a test tells it to, and judges every request by the official
schema. For what a well-behaved server never does; whole conversations are played with `sandbox.max`.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.max.messenger import Max
from bot.max.mids import mid_of
from bot.max.wire import Limits
from tests import max_schema

TOKEN = "f9LHodD0cOLmaxmaxmaxmaxmaxmax"
ME, ANNA, GROUP = 229229229, 123456789, -70801090403050
NOON = 1_768_208_400_000
"""In milliseconds, 2026-01-12 09:00 UTC."""
BODIES = {
    "/messages": "NewMessageBody",
    "/answers": "CallbackAnswer",
    "/me": "BotPatch",
    "/subscriptions": "SubscriptionRequestBody",
}


def seq_of(n: int) -> int:
    return (NOON + n) << 16


def message(chat: int, n: int, text: str = "", sender: int = ME, **more: Any) -> dict[str, Any]:
    """A message as MAX answers it; `chat` is MAX's own number."""
    kind = (
        {"chat_type": "chat", "chat_id": chat}
        if chat < 0
        else {"chat_type": "dialog", "chat_id": chat, "user_id": ANNA}
    )
    user = {"user_id": sender, "first_name": "Кто-то", "is_bot": sender == ME, "last_activity_time": NOON}
    body = {"mid": mid_of(chat, seq_of(n)), "seq": 7, "text": text, "attachments": None}
    return {"recipient": kind, "timestamp": NOON + n, "sender": user, "body": {**body, **more}}


@dataclass(frozen=True)
class Call:
    method: str
    path: str
    query: dict[str, str]
    body: Any


Answer = Callable[[Call], Any]
"""A JSON object for a 200; (status, object); bytes as they are; None breaks the line."""


@dataclass
class Stand:
    """`wrong`: what the schema has against the requests that came."""

    max: Max = field(init=False)
    url: str = ""
    calls: list[Call] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    says: dict[str, Answer] = field(default_factory=dict)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        if request.path == "/upload":
            await request.read()
            return _json(self.says["/upload"](Call("POST", "/upload", {}, None)))
        if request.headers.get("Authorization") != TOKEN:
            return _json((401, {"code": "verify.token", "message": "Invalid access_token"}))
        content = await request.read()
        call = Call(request.method, request.path, dict(request.query), json.loads(content) if content else None)
        self.calls.append(call)
        name = BODIES.get(call.path)
        if name is not None and call.body is not None and max_schema.is_there():
            self.wrong += max_schema.official().faults(name, call.body)
        answer = self.says.get(f"{call.method} {call.path}") or self.says.get(call.path)
        made = answer(call) if answer is not None else (404, {"code": "not.found", "message": ""})
        if made is None:
            assert request.transport is not None
            request.transport.close()
        return _json(made)

    def asked(self, method: str, path: str) -> list[Call]:
        return [call for call in self.calls if (call.method, call.path) == (method, path)]

    @property
    def sent(self) -> list[Any]:
        return [call.body for call in self.asked("POST", "/messages")]


def _json(made: Any) -> web.Response:
    if isinstance(made, bytes):
        return web.Response(body=made, content_type="text/html")
    status, body = made if isinstance(made, tuple) else (200, made)
    return web.json_response(body, status=status)


@asynccontextmanager
async def a_stand(**more: Any) -> AsyncIterator[Stand]:
    """The stand with the adapter before it; at the end no request was wrong."""
    stand = Stand()
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", stand.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    assert runner.addresses
    stand.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    stand.max = Max(TOKEN, stand.url, limits=Limits(connect=60, call=60), hook_secret="a-secret-of-the-hook", **more)
    stand.max.me = ME
    counted = iter(range(1, 1000))
    stand.says["POST /messages"] = lambda call: {
        "message": message(int(call.query.get("chat_id", 0)) or ME ^ int(call.query["user_id"]), next(counted), "x")
    }
    try:
        yield stand
    finally:
        await stand.max.close()
        await runner.cleanup()
    assert stand.wrong == []
