"""The HTTP server of the simulated Одноклассники (OK): `/fb.do` with its signature, `/graph/…` with its token, and
calls to webhooks.

It looks keys up, checks signatures, applies faults and formats errors like OK. `rest.py` and `graph.py` hold the
methods.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import aiohttp
from aiohttp import web

from sandbox.ok import graph, rest
from sandbox.ok.errors import OkError
from sandbox.ok.faults import Fault
from sandbox.ok.model import Call, OkGroup
from sandbox.ok.world import OkWorld

HTML = "<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>"
UNSIGNED = ("sig", "access_token", "session_key")
WEBHOOK_SECONDS = 5.0


class OkServer:
    """The server of one simulated OK: between `start()` and `stop()` it answers at `url`."""

    def __init__(self, world: OkWorld, host: str = "127.0.0.1", port: int = 0) -> None:
        self.world = world
        self.host = host
        self.port = port
        self._stopping = asyncio.Event()
        app = web.Application(client_max_size=1024 * 1024)
        app.router.add_route("*", "/fb.do", self._rest)
        app.router.add_route("*", "/graph/me/{what}", self._graph)
        app.router.add_route("*", "/graph/chat:{chat}/{what}", self._graph)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)

    @property
    def url(self) -> str:
        """The server's address, without a trailing slash."""
        return f"http://{self.host}:{self.port}"

    async def start(self) -> None:
        """Start listening. With port 0 a free port is taken, which is then in `port`."""
        await self._runner.setup()
        await web.TCPSite(self._runner, self.host, self.port).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Stop listening and end all waiting requests."""
        self._stopping.set()
        await self._runner.cleanup()

    async def deliver(self) -> list[int]:
        """Send each pending message to its webhook once and return the statuses (0: no answer within five seconds). A
        message without a 200 stays pending.
        """
        statuses = []
        waiting, self.world.undelivered = self.world.undelivered, []
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=WEBHOOK_SECONDS)) as session:
            for delivery in waiting:
                try:
                    async with session.post(
                        delivery.url, json=graph.shape(delivery.message, with_name=False)
                    ) as answer:
                        statuses.append(answer.status)
                except (aiohttp.ClientError, TimeoutError):
                    statuses.append(0)
                if statuses[-1] != 200:
                    self.world.undelivered.append(replace(delivery, tries=delivery.tries + 1))
        return statuses

    # --- REST

    async def _rest(self, request: web.Request) -> web.StreamResponse:
        form = await request.post() if request.method == "POST" else {}
        params = {**request.query, **{key: str(value) for key, value in form.items()}}
        name = params.get("method", "")
        shown = {key: value for key, value in params.items() if key not in (*UNSIGNED, "application_key")}
        return await self._answer(request, name, shown, lambda: self._rest_call(name, params))

    def _rest_call(self, name: str, params: Mapping[str, str]) -> Any:
        group = self._session(params)
        if name not in rest.METHODS:
            raise OkError(3, f"Method {name} does not exist")
        right, method = rest.METHODS[name]
        if right not in group.granted:
            raise OkError(10, f"No permission {right}")
        return method(rest.Request(self.world, group, params))

    def _session(self, params: Mapping[str, str]) -> OkGroup:
        groups = [one for one in self.world.groups if one.app_key == params.get("application_key")]
        if not groups:
            raise OkError(101, "application_key is not specified or invalid")
        if not params.get("access_token"):
            raise OkError(453, "session key is not specified")
        group = next((one for one in groups if one.access_token == params["access_token"]), None)
        if group is None:
            raise OkError(103, "invalid session key")
        if group.session_expired:
            raise OkError(102, "session expired")
        joined = "".join(f"{key}={params[key]}" for key in sorted(params) if key not in UNSIGNED)
        wanted = hashlib.md5((joined + group.session_secret).encode(), usedforsecurity=False).hexdigest()
        if not hmac.compare_digest(wanted, params.get("sig", "").lower()):
            raise OkError(
                104, f"Invalid signature {params.get('sig')}, calculated by string {joined}{group.session_secret}"
            )
        return group

    # --- the Bot API

    async def _graph(self, request: web.Request) -> web.StreamResponse:
        chat, what = request.match_info.get("chat"), request.match_info["what"]
        name = f"{request.method} {what if chat else f'me/{what}'}"
        query = {key: value for key, value in request.query.items() if key != "access_token"}
        body: Any = None
        if request.method == "POST" and request.content_type == "application/json":
            try:
                body = json.loads(await request.read())
            except ValueError:
                body = None
        token = request.query.get("access_token", "")
        return await self._answer(request, name, query, lambda: self._graph_call(name, token, query, body, chat))

    def _graph_call(self, name: str, token: str, query: Mapping[str, str], body: Any, chat: str | None) -> Any:
        group = next((one for one in self.world.groups if token and one.bot_token == token), None)
        if group is None:
            raise OkError(103 if token else 453, "access_token")
        if name not in graph.METHODS:
            raise OkError(3, "Method does not exist")
        if name.startswith("POST") and body is None:
            raise OkError(2001, "Content-Type must be application/json")
        return graph.METHODS[name](graph.GraphCall(self.world, group, query, body, chat))

    # --- both

    async def _answer(
        self, request: web.Request, name: str, params: dict[str, str], work: Callable[[], Any]
    ) -> web.StreamResponse:
        fault = self.world.faults.take(name)
        early = await self._suffer(request, fault, "before")
        if early is not None:
            return early
        code: int | None = None
        try:
            if fault is not None and fault.kind == "error":
                raise OkError(fault.code or 1)
            answer = work()
        except OkError as error:
            code = error.code
            answer = {"error_code": error.code, "error_msg": str(error), "error_data": None}
        self.world.calls.append(Call(self.world.clock.monotonic(), name, code is None, code, params))
        late = await self._suffer(request, fault, "after")
        headers = {} if code is None else {"Invocation-Error": str(code)}
        return late or web.json_response(answer, headers=headers)

    async def _suffer(self, request: web.Request, fault: Fault | None, when: str) -> web.StreamResponse | None:
        """Return the answer that the fault makes at this point (`when`: before or after the call); None if it makes
        none.
        """
        if fault is None:
            return None
        if fault.kind == f"timeout_{when}":
            await self._stopping.wait()
            return _cut(request)
        if fault.kind == f"reset_{when}":
            return _cut(request)
        if when == "before" and fault.kind == "server_error":
            return web.Response(status=fault.code or 500, text=HTML, content_type="text/html")
        if when == "before" and fault.kind == "html":
            return web.Response(text=HTML, content_type="text/html")
        return None


def _cut(request: web.Request) -> web.StreamResponse:
    """Cut the connection; the returned response reaches nobody."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
