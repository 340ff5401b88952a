"""The HTTP server of the simulated VK: API methods, long poll, uploads, files.

It looks tokens up, limits requests per second, applies faults and formats errors like VK. `methods.py`, `messaging.py`
and others hold the API methods.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from sandbox.vk import moderation, page_methods, publishing  # noqa: F401  (their methods join the table)
from sandbox.vk.errors import VkError
from sandbox.vk.faults import Fault
from sandbox.vk.messaging import METHODS
from sandbox.vk.methods import Request
from sandbox.vk.model import Call
from sandbox.vk.uploads import Uploads
from sandbox.vk.world import Identity, VkWorld

HTML = "<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>"
REFUSED_KIND = {"group": 27, "service": 28, "user": 15}


class VkServer:
    """The HTTP server of one simulated VK (`world`): it answers at `url` between `start()` and `stop()`."""

    def __init__(self, world: VkWorld, host: str = "127.0.0.1", port: int = 0) -> None:
        self.world = world
        self.host = host
        self.port = port
        self.uploads = Uploads()
        self._stopping = asyncio.Event()
        self._recent: dict[str, deque[float]] = {}
        app = web.Application(client_max_size=300 * 1024 * 1024)
        app.router.add_route("*", "/method/{name}", self._method)
        app.router.add_get("/longpoll/{group}", self._longpoll)
        app.router.add_post("/upload/{ticket}", self._upload)
        app.router.add_get("/files/{ref}", self._file)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)

    @property
    def url(self) -> str:
        """The server's address, without a slash at the end."""
        return f"http://{self.host}:{self.port}"

    async def start(self) -> None:
        """Start answering; with port 0, on a free port, which is then in `port`."""
        await self._runner.setup()
        site = web.TCPSite(self._runner, self.host, self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self.world.base_url = self.url

    async def stop(self) -> None:
        """Stop answering and end all calls that wait."""
        self._stopping.set()
        for queue in self.world.queues.values():
            queue.wake()
        await self._runner.cleanup()

    # --- methods

    async def _method(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        params = await _parameters(request)
        token = params.pop("access_token", "")
        fault = self.world.faults.take(name)
        early = await self._suffer(request, fault, "before")
        if early is not None:
            return early
        return await self._answered(request, self._answer(name, token, params, fault), fault)

    async def _answered(self, request: web.Request, answer: dict[str, Any], fault: Fault | None) -> web.StreamResponse:
        suffered = await self._suffer(request, fault, "after")
        if suffered is not None:
            return suffered
        said = json.dumps(answer)
        cut = fault is not None and fault.kind == "truncated"
        return web.Response(text=said[: len(said) // 2] if cut else said, content_type="application/json")

    def _answer(self, name: str, token: str, params: dict[str, str], fault: Fault | None) -> dict[str, Any]:
        who = self.world.identities.get(token)
        code: int | None = None
        try:
            if fault is not None and fault.kind == "error":
                raise VkError(fault.code or 1)
            body = self._call(name, token, who, params)
        except VkError as error:
            code = error.code
            return {"error": _error(error, name, params)}
        else:
            return {"response": body}
        finally:
            self.world.calls.append(
                Call(
                    self.world.clock.monotonic(),
                    name,
                    who.kind if who else None,
                    who.community.id if who else None,
                    code is None,
                    code,
                    params,
                )
            )

    def _call(self, name: str, token: str, who: Identity | None, params: Mapping[str, str]) -> Any:
        if name not in METHODS:
            raise VkError(3)
        if not token:
            raise VkError(5, "no access_token passed.")
        if who is None:
            raise VkError(5)
        if not params.get("v"):
            raise VkError(8, "v (version) is required")
        if self.world.limits_on and self._too_many(token, who):
            raise VkError(6)
        kinds, method = METHODS[name]
        if who.kind not in kinds:
            raise VkError(REFUSED_KIND[who.kind])
        return method(Request(self.world, self.uploads, who, params))

    def _too_many(self, token: str, who: Identity) -> bool:
        now, recent = self.world.clock.monotonic(), self._recent.setdefault(token, deque())
        while recent and recent[0] <= now - 1:
            recent.popleft()
        if len(recent) >= who.per_second:
            return True
        recent.append(now)
        return False

    # --- faults

    async def _suffer(self, request: web.Request, fault: Fault | None, when: str) -> web.StreamResponse | None:
        """Return the answer that the fault gives at this point, "before" or "after" the call is carried out; None if it
        gives none here.
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

    # --- long poll, files

    async def _longpoll(self, request: web.Request) -> web.StreamResponse:
        group, asked = request.match_info["group"], request.query
        queue = self.world.queues.get(int(group)) if group.isdigit() else None
        if queue is None or asked.get("act") != "a_check":
            return web.json_response({"failed": 2})
        fault = self.world.faults.take("longpoll")
        early = await self._suffer(request, fault, "before")
        if early is not None:
            return early
        if fault is not None and fault.kind == "longpoll_failed":
            if fault.code in (2, 3):
                queue.expire_key()
            if fault.code in (1, 3):
                queue.forget()
            return web.json_response({"failed": fault.code} | ({"ts": queue.ts} if fault.code == 1 else {}))
        if fault is not None and fault.kind == "ts_lost":
            queue.forget()
        wait = 0.0 if self._stopping.is_set() else float(asked.get("wait") or 25)
        return await self._answered(request, await queue.check(asked.get("key", ""), asked.get("ts", ""), wait), fault)

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        fault = self.world.faults.take("upload")
        early = await self._suffer(request, fault, "before")
        if early is not None:
            return early
        parts = [(field, part) for field, part in (await request.post()).items() if isinstance(part, web.FileField)]
        files = [(field, part.filename, part.file.read()) for field, part in parts]
        answer = self.uploads.arrive(request.match_info["ticket"], files)
        return await self._suffer(request, fault, "after") or web.json_response(answer)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        file = self.world.files.get(request.match_info["ref"])
        if file is None:
            raise web.HTTPNotFound
        kind = "image/jpeg" if file.kind == "photo" else "application/octet-stream"
        return web.Response(body=file.data, content_type=kind)


async def _parameters(request: web.Request) -> dict[str, str]:
    """Return the parameters of the query and the form; a name in both has the form's value."""
    form = await request.post() if request.method == "POST" else {}
    return {**request.query, **{key: str(value) for key, value in form.items()}}


def _error(error: VkError, method: str, params: Mapping[str, str]) -> dict[str, Any]:
    passed = {"method": method, "oauth": "1", **params}
    body: dict[str, Any] = {
        "error_code": error.code,
        "error_msg": str(error),
        "request_params": [{"key": key, "value": value} for key, value in passed.items()],
    }
    if error.code == 14:
        body |= {
            "captcha_sid": "239633676097",
            "captcha_img": "https://api.vk.ru/captcha.php?sid=239633676097&s=1",
        }
    return body


def _cut(request: web.Request) -> web.StreamResponse:
    """Cut the connection; the returned response reaches nobody."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
