"""The simulated Bot API over HTTP: parses requests, applies faults, writes answers. The methods are in `methods*.py`."""

import asyncio
import json
import re
from typing import Any

from aiohttp import BodyPartReader, web

from sandbox.messenger.cutting import bad_gateway, broken_off, hold, runner
from sandbox.messenger.faults import Fault
from sandbox.telegram.account import BotAccount, Verbatim
from sandbox.telegram.args import Args, Upload, flatten
from sandbox.telegram.call import ApiCall
from sandbox.telegram.memory import Memory
from sandbox.telegram.methods import carry_out, chat_id_of
from sandbox.telegram.model import Call
from sandbox.telegram.polling import ServerIsClosing, get_updates
from sandbox.telegram.refusals import (
    MALFORMED_TOKEN,
    OTHER_GET_UPDATES,
    UNAUTHORIZED,
    Refusal,
    bad_request,
    conflict,
    forbidden,
    too_many_requests,
)

REQUEST_LIMIT_BYTES = 64 * 1024 * 1024
TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")


class TelegramServer:
    """The Bot API of one simulated Telegram (`world`) on this machine. Use `async with`, or `start` and `stop`; port 0
    takes any free port.
    """

    def __init__(self, world: Memory, *, host: str = "127.0.0.1", port: int = 0) -> None:
        self.world = world
        self.host = host
        self.port = port
        self.app = web.Application(client_max_size=REQUEST_LIMIT_BYTES)
        self.app.router.add_route("GET", "/file/bot{token}/{path:.+}", self._file)
        self.app.router.add_route("*", "/bot{token}/{method}", self._method)
        self.app.router.add_route("*", "/{rest:.*}", self._nothing)
        self._runner: web.AppRunner | None = None
        self._closing = asyncio.Event()

    @property
    def url(self) -> str:
        """The address of the API, to be given to aiogram's `TelegramAPIServer.from_base`."""
        return f"http://{self.host}:{self.port}"

    async def start(self) -> None:
        """Start answering at `url`; `port` becomes the port really used."""
        self._closing.clear()
        self._runner = runner(self.app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self.host, self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Stop answering; waiting polls and delayed answers are cut off. The simulated Telegram keeps its state."""
        self._closing.set()
        for account in self.world.accounts.values():
            account.wake("closed")
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> "TelegramServer":
        await self.start()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.stop()

    async def _method(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        try:
            account = self._account(request)
        except Refusal as refusal:
            return _refused(refusal)
        call = ApiCall(self.world, account, await _read(request), method)
        chat_id = chat_id_of(call.args)
        fault = self.world.faults.take(method, chat_id, call.args.values)
        try:
            if fault is not None:
                before = await self._strike_before(fault, call, request)
                if before is not None:
                    return before
            result = await self._result(call)
        except Refusal as refusal:
            self._note(call, chat_id, refusal.code)
            return _refused(refusal)
        except ServerIsClosing:
            return broken_off(request)
        self._note(call, chat_id, None)
        if fault is not None and fault.kind == "timeout_after":
            await hold(self._closing)
            return broken_off(request)
        if fault is not None and fault.kind == "reset_after":
            return broken_off(request)
        answer = _dumps({"ok": True, "result": result})
        if fault is not None and fault.kind == "truncated":
            answer = answer[: len(answer) // 2]
        return web.Response(text=answer, content_type="application/json")

    async def _result(self, call: ApiCall) -> Any:
        return await get_updates(call) if call.method.lower() == "getupdates" else carry_out(call)

    async def _strike_before(self, fault: Fault, call: ApiCall, request: web.Request) -> web.StreamResponse | None:
        """Return the fault's answer, in which case the call must not be carried out; None if it must. Raise Refusal for
        a fault that is a refusal of the API.
        """
        fault_chat = chat_id_of(call.args)
        if fault.kind == "too_many":
            seconds = fault.how.get("retry_after", 5)
            raise too_many_requests(int(seconds)) if seconds is not None else Refusal(429, "Too Many Requests")
        if fault.kind == "forbidden":
            raise forbidden("bot was blocked by the user")
        if fault.kind == "conflict":
            raise conflict(OTHER_GET_UPDATES)
        if fault.kind == "refuses":
            raise bad_request(str(fault.how.get("description", "unknown field")))
        if fault.kind == "not_found":
            raise Refusal(404, "Not Found")
        if fault.kind == "server_error":
            raise Refusal(500, str(fault.how.get("description", "Internal Server Error")))
        if fault.kind == "bad_gateway_html":
            self._note(call, fault_chat, 502)
            return bad_gateway()
        if fault.kind == "forget_message":
            self._forget(call)
        elif fault.kind == "timeout_before":
            self._note(call, fault_chat, 0)
            await hold(self._closing)
            return broken_off(request)
        elif fault.kind == "reset_before":
            self._note(call, fault_chat, 0)
            return broken_off(request)
        return None

    def _forget(self, call: ApiCall) -> None:
        """Mark the message that this call names as unknown to Telegram, if it exists."""
        number = chat_id_of(call.args)
        key = (number or 0, call.bot.id)
        chat = self.world.chats.get(number or 0) or self.world.privates.get(key)
        message = self.world.find(chat, call.args.number("message_id")) if chat is not None else None
        if message is not None:
            message.forgotten = True

    def _account(self, request: web.Request) -> BotAccount:
        token = request.match_info["token"]
        if TOKEN.fullmatch(token) is None:
            raise Refusal(401, MALFORMED_TOKEN)
        account = self.world.by_token(token)
        if account is None:
            raise Refusal(401, UNAUTHORIZED)
        return account

    def _note(self, call: ApiCall, chat_id: int | None, error_code: int | None) -> None:
        at = self.world.clock.monotonic()
        self.world.calls.append(Call(at, call.method, chat_id, error_code is None, error_code))

    async def _file(self, request: web.Request) -> web.StreamResponse:
        try:
            self._account(request)
        except Refusal as refusal:
            return _refused(refusal)
        path = request.match_info["path"]
        stored = next((file for file in self.world.files.values() if file.path == path), None)
        if stored is None:
            return _refused(Refusal(404, "Not Found"))
        return web.Response(body=stored.data, content_type="application/octet-stream")

    async def _nothing(self, request: web.Request) -> web.StreamResponse:
        return _refused(Refusal(404, "Not Found"))


async def _read(request: web.Request) -> Args:
    """Return the call's parameters and uploads, from the address and the body together."""
    args = Args(dict(request.query))
    kind = request.content_type
    if kind == "application/json":
        body = await request.text()
        values = json.loads(body) if body.strip() else {}
        args.values |= flatten(values) if isinstance(values, dict) else {}
    elif kind.startswith("multipart/"):
        async for part in await request.multipart():
            if isinstance(part, BodyPartReader):
                await _read_part(part, args)
    elif kind == "application/x-www-form-urlencoded":
        for name, value in (await request.post()).items():
            args.values[name] = str(value)
    return args


async def _read_part(part: BodyPartReader, args: Args) -> None:
    name = part.name or ""
    if part.filename is None:
        args.values[name] = await part.text()
        return
    mime = part.headers.get("Content-Type", "application/octet-stream")
    args.files[name] = Upload(part.filename, mime, bytes(await part.read(decode=True)))


def _dumps(value: Any) -> str:
    verbatim: list[str] = []

    def place(one: Any) -> str:
        if not isinstance(one, Verbatim):
            raise TypeError(f"no JSON: {type(one).__name__}")
        verbatim.append(one.written)
        return f"VERBATIM {len(verbatim) - 1}"

    written = json.dumps(value, ensure_ascii=False, default=place)
    for number, one in enumerate(verbatim):
        written = written.replace(f'"VERBATIM {number}"', one, 1)
    return written


def _refused(refusal: Refusal) -> web.Response:
    body: dict[str, Any] = {"ok": False, "error_code": refusal.code, "description": refusal.description}
    headers = {}
    if refusal.retry_after is not None:
        body["parameters"] = {"retry_after": refusal.retry_after}
        headers["Retry-After"] = str(refusal.retry_after)
    if refusal.migrate_to is not None:
        body["parameters"] = {"migrate_to_chat_id": refusal.migrate_to}
    return web.json_response(body, status=refusal.code, headers=headers, dumps=_dumps)
