"""The page's server: both simulations as a role sees them, actions, the clock, files, and a signal on every change.

It listens on the loopback only and stores little of its own: read marks and the completed steps of the guide.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from aiohttp import BodyPartReader, web

from sandbox.messenger.model import Press
from sandbox.messenger.model import WorldEvent as MessengerEvent
from sandbox.page.acts import Acts, BadAct, Upload
from sandbox.page.cast import Role
from sandbox.page.changes import Changes
from sandbox.page.community_view import CommunityView
from sandbox.page.guard import guard
from sandbox.page.guide import Guide
from sandbox.page.messenger_view import MessengerView
from sandbox.page.samples import COMMENTS, SAMPLES
from sandbox.page.shelf import Shelf
from sandbox.page.stage import BOT, GROUP, Stage
from sandbox.page.unread import Unread
from sandbox.vk.model import WorldEvent as VkEvent

if TYPE_CHECKING:
    from sandbox.clock import SandboxClock

Json = dict[str, Any]

STATIC = Path(__file__).parent / "static"
HOST = "127.0.0.1"
#: Set explicitly: a machine's own registry of these extensions may keep a browser from running the page.
STATIC_TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}
BODY_BYTES_AT_MOST = 50 * 1024 * 1024
ADVANCE_MINUTES_AT_MOST = 60 * 24 * 62
HEARTBEAT_SECONDS = 15.0
NOT_YET = "Стенд ещё готовится. Подождите несколько секунд и попробуйте снова."
LOOKING = frozenset({"read", "read_letters"})
"""Actions that change nothing in the simulations."""


class PageServer:
    """Serves the page: between `start()` and `stop()` it answers at `url`."""

    def __init__(self, stage: Stage, clock: SandboxClock, utc_offset: timedelta, port: int = 0) -> None:
        self.stage = stage
        self.port = port
        self.utc_offset = utc_offset
        self.open = True
        self.changes = Changes()
        self.unread = Unread()
        self.guide = Guide(stage)
        self._clock = clock
        self._shelf = Shelf()
        self._messenger = MessengerView(stage, self._shelf, self.unread)
        self._community = CommunityView(stage, self._shelf)
        self._acts = Acts(stage, self.unread, self._community, self.changes.tell, self._answered)
        self._presses: dict[str, asyncio.Event] = {}
        self._note: Json | None = None
        self._runner = web.AppRunner(self._application(), access_log=None, shutdown_timeout=1.0)
        stage.messenger.subscribe(self._on_messenger)
        stage.vk.subscribe(self._on_vk)

    @property
    def url(self) -> str:
        """The server's address, without a trailing slash."""
        return f"http://{HOST}:{self.port}"

    async def start(self) -> None:
        """Start listening. With port 0 a free port is taken, which is then in `port`. OSError if the port is taken."""
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, self.port).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Stop listening and end all requests that wait for changes."""
        self.changes.close()
        await self._runner.cleanup()

    def read_everything(self) -> None:
        """Mark everything so far as read for every role."""
        for role in self.stage.cast:
            self.has_read(role)
        self.changes.tell()

    def has_read(self, role: Role) -> None:
        """Mark everything so far as read for this role."""
        for key in (GROUP, BOT):
            chat = self.stage.chat(role, key)
            if chat is not None:
                self.unread.read(role.key, self.stage.history(chat))
        self._community.read_letters(role)

    def say(self, words: str, *, trouble: bool = False) -> None:
        """Show one line at the top of the page to everybody; empty words remove it."""
        self._note = {"words": words, "trouble": trouble} if words else None
        self.changes.tell()

    def _application(self) -> web.Application:
        app = web.Application(middlewares=[guard], client_max_size=BODY_BYTES_AT_MOST)
        app.router.add_get("/", self._index)
        app.router.add_get("/static/{name}", self._static)
        app.router.add_get("/api/state", self._state)
        app.router.add_get("/api/events", self._events)
        app.router.add_post("/api/act", self._act)
        app.router.add_get("/api/clock", self._time)
        app.router.add_post("/api/clock", self._move)
        app.router.add_get("/api/files/{id}", self._file)
        return app

    # --- what happens in the worlds

    def _on_messenger(self, event: MessengerEvent) -> None:
        self.guide.on_messenger(event)
        if event.kind == "toast" and event.press is not None and event.press.id in self._presses:
            self._presses[event.press.id].set()
        self.changes.tell()

    def _on_vk(self, event: VkEvent) -> None:
        self.guide.on_vk(event)
        self.changes.tell()

    async def _answered(self, press: Press, within_seconds: float) -> None:
        """Wait until the bot has answered the press, at most `within_seconds`."""
        answered = self._presses.setdefault(press.id, asyncio.Event())
        try:
            if not press.settled:
                await asyncio.wait_for(answered.wait(), within_seconds)
        except TimeoutError:
            pass
        finally:
            self._presses.pop(press.id, None)

    # --- the page and its files

    async def _index(self, request: web.Request) -> web.StreamResponse:
        return web.FileResponse(STATIC / "index.html", headers={"Cache-Control": "no-cache"})

    async def _static(self, request: web.Request) -> web.StreamResponse:
        path = STATIC / request.match_info["name"]
        if path.parent != STATIC or path.suffix not in STATIC_TYPES or not path.is_file():
            raise web.HTTPNotFound
        headers = {"Cache-Control": "no-cache", "Content-Type": STATIC_TYPES[path.suffix]}
        return web.FileResponse(path, headers=headers)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        kept = self._shelf.get(request.match_info["id"])
        if kept is None:
            return _error("Этого файла здесь нет.", 404)
        place = "inline" if kept.is_picture else "attachment"
        return web.Response(
            body=kept.data,
            headers={
                "Content-Type": kept.content_type,
                "Content-Disposition": f"{place}; filename*=UTF-8''{quote(kept.name, safe='')}",
                "Cache-Control": "private, max-age=31536000, immutable",
            },
        )

    # --- the state

    async def _state(self, request: web.Request) -> web.Response:
        cast = self.stage.cast
        wanted, other = request.query.get("as"), request.query.get("with")
        if len(cast) == 0:
            return _error("Участников пока нет: стенд ещё готовится.", 400)
        if wanted is not None and wanted not in cast:
            return _error("Такого участника здесь нет.", 400)
        role = cast[wanted] if wanted is not None else next(iter(cast))
        second = cast[other] if other is not None and other in cast else None
        return web.json_response(self._seen_by(role, second))

    def _seen_by(self, role: Role, second: Role | None) -> Json:
        """Return both simulations as the two roles see them: the messenger through the role with an account there, VK
        through the one with a VK account.
        """
        roles = [one for one in (role, second) if one is not None]
        official = next((one for one in roles if one.person is not None), None)
        citizen = next((one for one in roles if one.vk_user is not None), None) or self.stage.cast.first("citizen")
        if citizen is not None and citizen.vk_user is None:
            citizen = None
        return {
            "seq": self.changes.seq,
            "as": role.key,
            "official": official.key if official is not None else None,
            "citizen": citizen.key if citizen is not None else None,
            "messenger_name": self.stage.messenger.name,
            "cast": [self._cast_entry(one) for one in self.stage.cast],
            "clock": self._clock_json(),
            "note": self._note,
            "guide": self.guide.as_json(),
            "samples": [
                {"key": one.key, "label": one.label, "comment": one in COMMENTS} for one in (*SAMPLES, *COMMENTS)
            ],
            "messenger": self._messenger.of(official) if official is not None else None,
            "vk": self._community.of(citizen),
        }

    def _cast_entry(self, role: Role) -> Json:
        return {
            "key": role.key,
            "title": role.title,
            "kind": role.kind,
            "messenger": role.person is not None,
            "vk": role.vk_user is not None,
            "unread": self._messenger.unread(role),
        }

    async def _events(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        with self.changes.listening() as changed:
            changed.set()
            try:
                await response.write(b"retry: 1000\n\n")
                while not self.changes.closed:
                    await self._say_when_changed(response, changed)
            except (ConnectionResetError, asyncio.CancelledError):
                return response
        return response

    async def _say_when_changed(self, response: web.StreamResponse, changed: asyncio.Event) -> None:
        try:
            await asyncio.wait_for(changed.wait(), HEARTBEAT_SECONDS)
        except TimeoutError:
            await response.write(b": still here\n\n")
            return
        changed.clear()
        if not self.changes.closed:
            body = json.dumps({"seq": self.changes.seq})
            await response.write(f"event: change\nid: {self.changes.seq}\ndata: {body}\n\n".encode())

    # --- acts and the clock

    async def _act(self, request: web.Request) -> web.Response:
        try:
            body, files = await _read_act(request)
            self._must_be_open(body)
            return web.json_response(await self._acts.do(body, files))
        except BadAct as bad:
            return _error(str(bad), 400)

    async def _time(self, request: web.Request) -> web.Response:
        return web.json_response(self._clock_json())

    async def _move(self, request: web.Request) -> web.Response:
        try:
            body = await _json_body(request)
            self._must_be_open(body)
            delta = _distance(body, self._clock.now())
        except BadAct as bad:
            return _error(str(bad), 400)
        self._clock.advance(delta)
        self.changes.tell()
        return web.json_response(self._clock_json())

    def _must_be_open(self, body: Json) -> None:
        if not self.open and body.get("do") not in LOOKING:
            raise BadAct(NOT_YET)

    def _clock_json(self) -> Json:
        return {
            "now": self._clock.now().isoformat(),
            "offset_minutes": int(self.utc_offset.total_seconds() // 60),
            "running": not self._clock.frozen,
        }


def _distance(body: Json, now: datetime) -> timedelta:
    """Return how far to move the clock: only forward, and at most two months at once. Raises BadAct."""
    minutes, to = body.get("advance_minutes"), body.get("to")
    if (minutes is None) == (to is None):
        raise BadAct("Скажите, на сколько минут перевести часы (advance_minutes) или до какого времени (to).")
    if to is not None:
        delta = _moment(to) - now
    elif isinstance(minutes, bool) or not isinstance(minutes, int | float) or not abs(minutes) < 1e9:
        raise BadAct("На сколько минут перевести часы, пишется числом.")
    else:
        delta = timedelta(minutes=minutes)
    if delta <= timedelta(0):
        raise BadAct("Часы переводятся только вперёд.")
    if delta > timedelta(minutes=ADVANCE_MINUTES_AT_MOST):
        raise BadAct("Слишком далеко: за один раз не больше двух месяцев.")
    return delta


def _moment(value: object) -> datetime:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise BadAct("Время пишется с часовым поясом, например 2026-01-13T09:00:00+03:00.")
    return moment


async def _read_act(request: web.Request) -> tuple[Json, list[Upload]]:
    if not request.content_type.startswith("multipart/"):
        return await _json_body(request), []
    try:
        parts = [part async for part in _parts(request)]
    except ValueError as error:
        raise BadAct("Стенд не понял, что ему прислали.") from error
    body = next((data for name, _, data in parts if name == "act"), b"")
    return _json_object(body), [Upload(file, data) for name, file, data in parts if name == "files" and data]


async def _parts(request: web.Request) -> AsyncIterator[tuple[str, str, bytes]]:
    """Yield the name, file name and bytes of each part of a form; the total size is checked while reading."""
    room = BODY_BYTES_AT_MOST
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            raise BadAct("Стенд не понял, что ему прислали.")
        data = bytearray()
        while chunk := await part.read_chunk(size=65536):
            room -= len(chunk)
            if room < 0:
                raise BadAct("Файлы слишком большие: вместе не больше 50 МБ.")
            data += chunk
        yield part.name or "", part.filename or "file", bytes(data)


async def _json_body(request: web.Request) -> Json:
    return _json_object(await request.read())


def _json_object(data: bytes) -> Json:
    try:
        body = json.loads(data)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise BadAct("Стенд не понял, что сделать.")
    return body


def _error(words: str, status: int) -> web.Response:
    return web.json_response({"error": words}, status=status)
