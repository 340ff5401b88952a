"""The bot's own web port, on this machine only: `/healthz` (whether the bot is alive and working) and `/metrics`,
which say nothing about people; `/hooks/…` for events pushed by networks and messengers; and the board (`bot.board`)
for signed-in people.

A reverse proxy may expose the port to the whole world, and all its requests come from this machine. So `/metrics`
requires METRICS_TOKEN; without a token, and if the board has no public address, it answers requests from this machine
only.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from types import MappingProxyType

import structlog
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, Gauge, generate_latest
from pydantic import SecretStr

from bot.beats import Beats
from bot.board.server import add_page
from bot.clock import WallClock
from bot.people.entrance import HERE, Entrance
from bot.process.app import Door, Municipal
from bot.process.standby import Standby, Standbys
from storage.books import Books
from storage.troubles import SILENT

log = structlog.get_logger()

SHUTTING_SECONDS = 1.0
"""Seconds for which a request being answered may continue when the port closes (waited for twice): a sleeping browser
with the board open neither reads nor disconnects."""

NOT_RUNNING = "not_running"
"""The name, in `/healthz`, of the trouble that a municipality's bot could not be wired."""

WAITING = Gauge("dezhurny_outbox_waiting", "Letters that wait to be sent", ["municipality"])
OLDEST = Gauge(
    "dezhurny_outbox_oldest_seconds",
    "How long the letter waits that waits longest; 0 where none does",
    ["municipality"],
)
GIVEN_UP = Gauge("dezhurny_outbox_given_up", "Letters of the last week that were given up", ["municipality"])
BEAT = Gauge(
    "dezhurny_beat_age_seconds",
    "Since the loop last did its work, or found none; a network's loop is network:…",
    ["municipality", "loop"],
)
PARKED = Gauge("dezhurny_inbox_parked", "Updates that could not be carried out", ["municipality"])


OWN_HOST = re.compile(r"(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?")
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Via")
YEAR = 365 * 24 * 3600


def application(
    bots: Sequence[Municipal],
    public_url: str = HERE,
    every: float = 1.0,
    metrics_token: SecretStr | None = None,
    absent: Mapping[str, object] = MappingProxyType({}),
    beats: Beats | None = None,
    books: Books | None = None,
    standbys: Standbys | None = None,
) -> web.Application:
    """The web application with all routes of the port. `bots` may be empty at first if `books` are given. `standbys`:
    the municipalities without a bot here. `every`: seconds between the board's checks for changes; `absent`:
    municipalities whose bot does not run, read at each request; `beats`: the heartbeats of the process itself."""
    entrance, own = Entrance(public_url), beats or Beats(bots[0].clock if bots else WallClock())

    async def healthz(request: web.Request) -> web.Response:
        """200 if every loop's heartbeat is fresh and no trouble waits for a person; otherwise 503 with the silent
        loops and the troubles. Reads the memory only, so that a stuck database is reported and not waited for."""
        silent = [f"{key}{loop}" for key, beating in _beating(bots, own) for loop in beating.silent()]
        troubles = {key: [NOT_RUNNING] for key in absent}
        for bot in bots:
            if lasting := [name for name in bot.silence.report.lasting if not name.startswith(SILENT)]:
                troubles[bot.key] = lasting
        status = "silent" if silent else "trouble" if troubles else "ok"
        body = {"status": status, "silent": silent, "troubles": troubles}
        return web.json_response(body, status=200 if status == "ok" else 503)

    async def metrics(request: web.Request) -> web.Response:
        """The metrics in Prometheus's format, from memory only: the queues' lengths are those of the clock's last
        round. 404 if the request may not read them."""
        if not _may_measure(request, entrance, metrics_token):
            raise web.HTTPNotFound
        _measure_beats(bots, own)
        for bot in bots:
            queues, now = bot.queues, bot.clock.now()
            WAITING.labels(bot.key).set(queues.waiting)
            OLDEST.labels(bot.key).set((now - queues.oldest).total_seconds() if queues.oldest is not None else 0)
            GIVEN_UP.labels(bot.key).set(queues.given_up)
            PARKED.labels(bot.key).set(queues.parked)
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    app = web.Application()
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/metrics", metrics)
    app.router.add_post("/hooks/{rest:.*}", _door(bots, standbys))
    if kept := books or next((bot.books for bot in bots), None):
        add_page(app, bots, kept, entrance, own, every, standbys)
    app.on_response_prepare.append(_nameless(entrance))
    return app


def _beating(bots: Sequence[Municipal], own: Beats) -> list[tuple[str, Beats]]:
    """The heartbeat tables of the process and of each bot, each with the prefix for the names of its loops."""
    return [("", own), *((f"{bot.key}/", bot.beats) for bot in bots)]


def _measure_beats(bots: Sequence[Municipal], own: Beats) -> None:
    BEAT.clear()
    for key, beating in _beating(bots, own):
        for loop, age in beating.ages().items():
            BEAT.labels(key.removesuffix("/"), loop).set(age)


def _door(bots: Sequence[Municipal], standbys: Standbys | None) -> Door:
    """Make the handler for `/hooks/<key>/…`: it passes the request to the present bot of the municipality (a reload
    may have replaced it) or to its standby; 404 if neither has this path."""

    async def open_door(request: web.Request) -> web.StreamResponse:
        key = request.path.split("/")[2]
        of: Municipal | Standby | None = next((bot for bot in bots if bot.key == key), None)
        if of is None and standbys is not None:
            of = await standbys.of(key)
        door = next((door for at, door in of.doors if _leads(at, request.path)), None) if of is not None else None
        if door is None:
            raise web.HTTPNotFound
        return await door(request)

    return open_door


def _leads(at: str, path: str) -> bool:
    """Whether the path belongs to the handler at `at`. In place of `{secret}` the last part may be anything: the
    handler compares it."""
    begin, comes, _ = at.partition("{secret}")
    return path.startswith(begin) and "/" not in path[len(begin) :] if comes else path == at


def _may_measure(request: web.Request, entrance: Entrance, token: SecretStr | None) -> bool:
    if token is not None:
        said = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(said.encode(), token.get_secret_value().encode())
    if not entrance.is_local or any(name in request.headers for name in FORWARDED):
        return False
    return request.remote in ("127.0.0.1", "::1") and OWN_HOST.fullmatch(request.host) is not None


def _nameless(entrance: Entrance) -> Callable[[web.Request, web.StreamResponse], Awaitable[None]]:
    """Make a hook that puts `dezhurny` in place of the HTTP library's name and version into every response; behind
    https it also sets HSTS."""

    async def prepared(request: web.Request, response: web.StreamResponse) -> None:
        response.headers["Server"] = "dezhurny"
        if entrance.is_https:
            response.headers["Strict-Transport-Security"] = f"max-age={YEAR}"

    return prepared


async def serve(
    bots: Sequence[Municipal],
    books: Books,
    port: int,
    public_url: str = HERE,
    metrics_token: SecretStr | None = None,
    absent: Mapping[str, object] = MappingProxyType({}),
    beats: Beats | None = None,
    standbys: Standbys | None = None,
) -> web.AppRunner | None:
    """Serve the web port until the returned runner is cleaned up; if the port is taken, log that and return None."""
    app = application(bots, public_url, 1.0, metrics_token, absent, beats, books, standbys)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTTING_SECONDS)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
    except OSError as error:
        log.warning("web port is taken, no /healthz", port=port, error=error.strerror)
        await runner.cleanup()
        return None
    return runner
