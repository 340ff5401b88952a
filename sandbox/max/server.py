"""The Bot API of MAX over HTTP: parse requests, apply faults, write answers. The methods are in `methods*.py`."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from sandbox.max.account import BotAccount
from sandbox.max.call import ApiCall
from sandbox.max.groups import Groups
from sandbox.max.methods import ROUTES, Route, chat_of
from sandbox.max.model import Call
from sandbox.max.polling import ServerIsClosing, get_updates
from sandbox.max.refusals import SUSPENDED, Refusal, bad_payload, not_found, too_many_requests, unauthorized
from sandbox.max.uploads import take_upload
from sandbox.max.webhook import Webhooks
from sandbox.max.wire import Json
from sandbox.messenger.cutting import bad_gateway, broken_off, hold, runner
from sandbox.messenger.faults import Fault

REQUEST_LIMIT_BYTES = 64 * 1024 * 1024
UPLOAD = "upload"
#: Faults that are a refusal: status, code, words.
REFUSALS = {
    "too_many": (429, "too.many.requests", "Too many requests"),
    "forbidden": (403, "chat.denied", SUSPENDED),
    "conflict": (405, "method.not.allowed", "The bot is subscribed to a webhook"),
    "not_found": (404, "not.found", "Not found"),
    "not_ready": (400, "attachment.not.ready", ""),
    "server_error": (503, "service.unavailable", "Try later"),
    "refuses": (400, "proto.payload", "?"),
}


@dataclass(frozen=True)
class Exchange:
    """One request and its answer, or one update sent to a webhook (`path` is then «webhook»), so that a test can check
    them against the schema. `path`: the address in the schema.
    """

    verb: str
    path: str
    method: str
    query: Mapping[str, str]
    body: Any
    status: int
    answer: Any


class MaxServer:
    """The Bot API of one simulated MAX on 127.0.0.1. Use `async with`, or `start` and `stop`; port 0 takes any free
    one.

    `inspect` is called with every Exchange. Webhooks are called by `deliver()`, or all the time with `delivers`.
    """

    def __init__(
        self,
        world: Groups,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        inspect: Callable[[Exchange], None] | None = None,
        delivers: bool = False,
    ) -> None:
        self.world = world
        self.host = host
        self.port = port
        self.inspect = inspect
        self.webhooks = Webhooks(world, self._told)
        self._delivers = delivers
        self._delivering: asyncio.Task[None] | None = None
        self._closing = asyncio.Event()
        self.app = web.Application(client_max_size=REQUEST_LIMIT_BYTES)
        for route in ROUTES:
            self.app.router.add_route(route.verb, route.path, self._handler(route))
        self.app.router.add_post("/upload/{ticket}", self._upload)
        self.app.router.add_get("/files/{path:.+}", self._file)
        self.app.router.add_route("*", "/{rest:.*}", self._nothing)
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """The base address of the API and of files."""
        return f"http://{self.host}:{self.port}"

    async def start(self) -> None:
        """Start answering at `url`; `port` becomes the real one."""
        self._closing.clear()
        self._runner = runner(self.app)
        await self._runner.setup()
        await web.TCPSite(self._runner, self.host, self.port).start()
        self.port = self._runner.addresses[0][1]
        self.world.base = self.url
        if self._delivers:
            self._delivering = asyncio.create_task(self.webhooks.keep_delivering())

    async def stop(self) -> None:
        """Stop answering; waiting polls and held connections are cut. The simulated state stays as it is."""
        self._closing.set()
        if self._delivering is not None:
            self._delivering.cancel()
            await asyncio.gather(self._delivering, return_exceptions=True)
        for account in self.world.accounts.values():
            account.wake("closed")
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> MaxServer:
        await self.start()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.stop()

    async def deliver(self) -> list[int]:
        """Send the updates that are due to the webhooks once; return the statuses (0: no answer)."""
        return await self.webhooks.deliver()

    def _handler(self, route: Route) -> Callable[[web.Request], Any]:
        async def handle(request: web.Request) -> web.StreamResponse:
            return await self._answer(route, request)

        return handle

    async def _answer(self, route: Route, request: web.Request) -> web.StreamResponse:
        try:
            call = await self._read(route, request)
        except Refusal as refusal:
            return _refused(refusal)
        chat_id = chat_of(self.world, call)
        fault = self.world.faults.take(route.method, chat_id, _words(call))
        try:
            if fault is not None:
                before = await self._strike_before(fault, call, request, chat_id)
                if before is not None:
                    return before
            self._count(call, chat_id)
            answer = await get_updates(call) if route.carry_out is None else route.carry_out(call)
        except Refusal as refusal:
            self._note(call, chat_id, refusal.status)
            self._inspected(route, call, refusal.status, _refusal_json(refusal))
            return _refused(refusal)
        except ServerIsClosing:
            return broken_off(request)
        self._note(call, chat_id, None)
        self._inspected(route, call, 200, answer)
        return await self._sent(answer, fault, request)

    async def _sent(self, answer: Json, fault: Fault | None, request: web.Request) -> web.StreamResponse:
        if fault is not None and fault.kind == "timeout_after":
            await hold(self._closing)
            return broken_off(request)
        if fault is not None and fault.kind == "reset_after":
            return broken_off(request)
        text = _written(answer)
        if fault is not None and fault.kind == "truncated":
            text = text[: len(text) // 2]
        return web.Response(text=text, content_type="application/json")

    async def _read(self, route: Route, request: web.Request) -> ApiCall:
        account = self._account(request)
        body: Any = None
        if request.can_read_body:
            try:
                body = json.loads(await request.text())
            except ValueError:
                raise bad_payload("Body is no JSON") from None
        return ApiCall(self.world, account, route.method, request.match_info, request.query, body)

    def _account(self, request: web.Request) -> BotAccount:
        """Return the bot whose token stands in the header, without any word before it. A token in the address is
        refused.
        """
        account = self.world.by_token(request.headers.get("Authorization", ""))
        if account is None or "access_token" in request.query:
            raise unauthorized()
        return account

    def _count(self, call: ApiCall, chat_id: int | None) -> None:
        if self.world.limits_on and not call.account.limits.take(call.method, chat_id, self.world.clock.monotonic()):
            raise too_many_requests()

    async def _strike_before(
        self, fault: Fault, call: ApiCall, request: web.Request, chat_id: int | None
    ) -> web.StreamResponse | None:
        """Return the fault's answer in place of the call; None if the call is carried out first."""
        if fault.kind in REFUSALS:
            raise _refusal_of(fault)
        if fault.kind == "bad_gateway_html":
            self._note(call, chat_id, 502)
            return bad_gateway()
        if fault.kind == "forget_message":
            message = self.world.find(call.query.get("message_id", ""))
            if message is not None:
                message.forgotten = True
        elif fault.kind in ("timeout_before", "reset_before"):
            self._note(call, chat_id, 0)
            if fault.kind == "timeout_before":
                await hold(self._closing)
            return broken_off(request)
        return None

    def _note(self, call: ApiCall, chat_id: int | None, error_code: int | None) -> None:
        at = self.world.clock.monotonic()
        self.world.calls.append(Call(at, call.method, chat_id, error_code is None, error_code))

    def _inspected(self, route: Route, call: ApiCall, status: int, answer: Json) -> None:
        if self.inspect is not None:
            self.inspect(Exchange(route.verb, route.path, route.method, call.query, call.body, status, answer))

    def _told(self, update: Json) -> None:
        if self.inspect is not None:
            self.inspect(Exchange("POST", "webhook", "webhook", {}, update, 200, None))

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        fault = self.world.faults.take(UPLOAD, None, {})
        if fault is not None and fault.kind.endswith("_before"):
            return broken_off(request)
        if fault is not None and not fault.kind.endswith("_after"):
            return bad_gateway()
        try:
            answer = await take_upload(self.world, request)
        except Refusal as refusal:
            return _refused(refusal)
        return broken_off(request) if fault is not None else answer

    async def _file(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        fault = self.world.faults.take("getFile", None, {})
        stored = next((file for file in self.world.files.values() if file.path == path), None)
        if fault is not None:
            return await self._withheld(fault, request)
        if stored is None:
            return _refused(not_found("No such file"))
        return web.Response(body=stored.data, content_type="application/octet-stream")

    async def _withheld(self, fault: Fault, request: web.Request) -> web.StreamResponse:
        """Return the answer that a fault gives in place of a file."""
        if fault.kind.startswith("timeout_"):
            await hold(self._closing)
        if fault.kind.startswith(("timeout_", "reset_")):
            return broken_off(request)
        return _refused(_refusal_of(fault)) if fault.kind in REFUSALS else bad_gateway()

    async def _nothing(self, request: web.Request) -> web.StreamResponse:
        try:
            self._account(request)
        except Refusal as refusal:
            return _refused(refusal)
        known = any(route.path == f"/{request.match_info['rest']}" for route in ROUTES)
        return _refused(
            Refusal(405, "method.not.allowed", "Method is not allowed") if known else not_found("Unknown path")
        )


def _refusal_of(fault: Fault) -> Refusal:
    """Return the refusal that this fault stands for, with the words given to it."""
    status, code, words = REFUSALS[fault.kind]
    return Refusal(status, str(fault.how.get("code", code)), str(fault.how.get("description", words)))


def _words(call: ApiCall) -> Mapping[str, str]:
    """Return the parameters and the body in which a fault with `having` looks for its word."""
    written = json.dumps(call.body, ensure_ascii=False) if call.body is not None else ""
    return {**call.query, "body": written}


def _written(answer: Json) -> str:
    """Return the answer as JSON text; an update to be sent verbatim stands in it unchanged."""
    verbatim = {f"VERBATIM {n}": one for n, one in enumerate(answer.get("updates", ())) if isinstance(one, str)}
    if verbatim:
        updates = [f"VERBATIM {n}" if isinstance(one, str) else one for n, one in enumerate(answer["updates"])]
        answer = answer | {"updates": updates}
    text = json.dumps(answer, ensure_ascii=False)
    for name, one in verbatim.items():
        text = text.replace(f'"{name}"', one, 1)
    return text


def _refusal_json(refusal: Refusal) -> Json:
    body: Json = {"code": refusal.code, "message": refusal.message}
    return body | ({"success": False} if refusal.status == 200 else {})


def _refused(refusal: Refusal) -> web.Response:
    return web.json_response(_refusal_json(refusal), status=refusal.status)
