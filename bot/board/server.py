"""The board over HTTP: routes, the session cookie, headers. It writes only sessions and a line of the audit for each
sign-in and each case opened.

Everything is rendered here and self-contained: no inline scripts or styles, nothing from other origins, nothing
cached.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import structlog
from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from bot.beats import Beats
from bot.board import charts, session
from bot.board.changes import Changes
from bot.board.session import SESSION_LASTS, Visitor
from bot.board.shown import Shown
from bot.board.views import Context, Desk
from bot.people.entrance import Entrance
from bot.process.app import Municipal
from bot.process.standby import Standby, Standbys
from config.russian.words import clean, count
from storage.books import Books

log = structlog.get_logger()

COOKIE = "dezhurny"
BEAT_SECONDS = 15.0
STATIC = Path(__file__).parent / "static"
FROM_ELSEWHERE = (
    "Запрос пришёл с другого сайта. Откройте страницу по ссылке от бота и нажмите здесь, на самой странице."
)
PART = "X-Part"
"""The header with which a page requests only its part that may have changed."""

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",  # with no-referrer browsers would hide the origin of our own forms, too
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "X-Robots-Tag": "noindex",
}

Answer = Callable[[web.Request, Visitor], Awaitable[web.StreamResponse]]


def add_page(
    app: web.Application,
    bots: Sequence[Municipal],
    books: Books,
    entrance: Entrance,
    beats: Beats,
    every: float = 1.0,
    standbys: Standbys | None = None,
) -> None:
    """Add the board's routes to the application. `bots` may change while it runs; municipalities without a bot here
    are shown from `standbys`. `every`: seconds between checks for changes."""
    Server(bots, books.beside(), entrance, beats, every, standbys).join(app)


class Server:
    def __init__(
        self,
        bots: Sequence[Municipal],
        books: Books,
        entrance: Entrance,
        beats: Beats,
        every: float,
        standbys: Standbys | None,
    ) -> None:
        self._live, self._standbys = bots, standbys
        self._desks: dict[str, Desk] = {}
        self._books, self._clock = books, beats.clock
        self._entrance = entrance
        self._changes = Changes(self._books, beats, every)
        self._environment = _environment(entrance)

    def join(self, app: web.Application) -> None:
        app.router.add_get("/", self._signed_in(self._cases))
        app.router.add_get("/board", self._signed_in(self._board))
        app.router.add_get("/month", self._signed_in(self._month))
        app.router.add_get("/months", self._signed_in(self._months))
        app.router.add_get(r"/case/{number:\d{1,9}}", self._signed_in(self._case))
        app.router.add_get("/changes", self._signed_in(self._tell_changes))
        app.router.add_get(r"/enter/{code:[\w-]{20,80}}", self._door)
        app.router.add_post(r"/enter/{code:[\w-]{20,80}}", self._enter)
        app.router.add_post("/leave", self._leave)
        for file in sorted(STATIC.iterdir()):
            app.router.add_get(f"/static/{file.name}", _static(file))
        app.on_response_prepare.append(_with_headers)
        app.on_startup.append(self._start)
        app.on_shutdown.append(self._stop)

    async def _start(self, app: web.Application) -> None:
        await self._changes.start()
        self._warming = asyncio.create_task(self._warm())

    async def _stop(self, app: web.Application) -> None:
        self._warming.cancel()
        await asyncio.gather(self._warming, return_exceptions=True)
        await self._changes.stop()

    async def _warm(self) -> None:
        """Read the open cases into memory before anybody asks for them, yielding to the event loop after each: a
        thousand take about a second."""
        for bot in tuple(self._live):
            try:
                await self._desk_of(self._of(bot)).shelf.open()
            except Exception as error:
                log.warning("the page could not read ahead", municipality=bot.key, kind=type(error).__name__)

    # --- who is there ------------------------------------------------------------------------------------------------

    def _signed_in(self, answer: Answer) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """Require a session; everyone else gets a page explaining how to sign in."""

        async def guarded(request: web.Request) -> web.StreamResponse:
            who = await self._visitor(request)
            if who is None:
                return self._said("closed.html", 401, link_was_bad=False)
            return await answer(request, who)

        return guarded

    async def _visitor(self, request: web.Request) -> Visitor | None:
        code = request.cookies.get(COOKIE)
        return await session.visitor(self._books, self._find, code, self._clock.now()) if code else None

    async def _find(self, key: str) -> Shown | None:
        bot = next((bot for bot in self._live if bot.key == key), None)
        if bot is not None:
            return self._of(bot)
        standby = await self._standbys.of(key) if self._standbys is not None else None
        if standby is not None:
            await standby.freshen()
        return self._of(standby) if standby is not None else None

    def _of(self, bot: Municipal | Standby) -> Shown:
        """The municipality with the board's own access to the database, which also works once another process serves
        it."""
        return Shown(bot.key, self._books, bot.offices, bot.clock)

    async def _door(self, request: web.Request) -> web.Response:
        """Show the page with the button to sign in; 403 and an explanation if the link was used or has expired.
        Opening a link does not use it up, because messengers and browsers prefetch links."""
        fresh = await session.is_fresh(self._books, request.match_info["code"], self._clock.now())
        return self._said("enter.html") if fresh else self._said("closed.html", 403, link_was_bad=True)

    async def _enter(self, request: web.Request) -> web.Response:
        self._refuse_others_pages(request)
        code = await session.begin(self._books, request.match_info["code"], self._clock.now())
        if code is None:
            return self._said("closed.html", 403, link_was_bad=True)
        answer = self._to("/")
        answer.set_cookie(
            COOKIE,
            code,
            max_age=int(SESSION_LASTS.total_seconds()),
            path=self._entrance.root or "/",
            secure=self._entrance.is_https,
            httponly=True,
            samesite="Lax",
        )
        return answer

    def _refuse_others_pages(self, request: web.Request) -> None:
        """Refuse a request that another site's page made the browser send. Browsers always state where a POST comes
        from; a client that states nothing is no browser and holds no cookie but its own."""
        came_from, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
        is_ours = origin is None or origin in (f"{request.scheme}://{request.host}", self._entrance.origin)
        if came_from not in (None, "same-origin", "none") or not is_ours:
            raise web.HTTPForbidden(text=FROM_ELSEWHERE)

    async def _leave(self, request: web.Request) -> web.Response:
        self._refuse_others_pages(request)
        if code := request.cookies.get(COOKIE):
            await session.end(self._books, code)
        answer = self._to("/")
        answer.del_cookie(COOKIE, path=self._entrance.root or "/")
        return answer

    def _to(self, path: str) -> web.Response:
        return web.Response(
            status=303, headers={"Location": f"{self._entrance.root}{path}", "Cache-Control": "no-store"}
        )

    # --- what is shown -----------------------------------------------------------------------------------------------

    async def _cases(self, request: web.Request, who: Visitor) -> web.Response:
        await self._noted(request, who, "cases")
        return self._shown(request, who, "cases.html", await self._desk(who).cases(who, request.query))

    async def _board(self, request: web.Request, who: Visitor) -> web.Response:
        await self._noted(request, who, "board")
        return self._shown(request, who, "board.html", await self._desk(who).board(who))

    async def _month(self, request: web.Request, who: Visitor) -> web.Response:
        return self._shown(request, who, "month.html", await self._desk(who).month(who, request.query))

    async def _months(self, request: web.Request, who: Visitor) -> web.Response:
        return self._shown(request, who, "months.html", await self._desk(who).months_beside(who, request.query))

    async def _case(self, request: web.Request, who: Visitor) -> web.Response:
        number = int(request.match_info["number"])
        found = await self._desk(who).case(who, number)
        if found is None:
            return self._shown(request, who, "nothing.html", {"number": request.match_info["number"]}, 404)
        await self._noted(request, who, "page", case=str(number))
        return self._shown(request, who, "case.html", found)

    async def _noted(self, request: web.Request, who: Visitor, kind: str, **about: str) -> None:
        """Note in the audit that the visitor opened the page; when the open page refreshes itself, nobody has asked for more."""
        if not request.headers.get(PART):
            async with self._books.write(who.bot.key) as tx:
                await tx.audit.note("looked", {"kind": kind, **about}, who.bot.clock.now(), who.key)

    def _desk(self, who: Visitor) -> Desk:
        return self._desk_of(who.bot)

    def _desk_of(self, bot: Shown) -> Desk:
        """The desk of the municipality's present office; a new one after a reload has replaced the office."""
        desk = self._desks.get(bot.key)
        if desk is None or desk.bot.offices is not bot.offices:
            desk = self._desks[bot.key] = Desk(bot)
        return desk

    def _shown(
        self, request: web.Request, who: Visitor, template: str, context: Context, status: int = 200
    ) -> web.Response:
        desk = self._desk(who)
        layout = "part.html" if request.headers.get(PART) else "page.html"
        said = {"who": who.name, "office": desk.office.name, "at": desk.when().clock(desk.when().now)}
        return self._said(template, status, layout=layout, **said, **context)

    def _said(self, template: str, status: int = 200, **context: Any) -> web.Response:
        text = self._environment.get_template(template).render(context)
        return web.Response(
            text=text, status=status, content_type="text/html", headers={"Cache-Control": "no-store", "Vary": PART}
        )

    # --- changes -----------------------------------------------------------------------------------------------------

    async def _tell_changes(self, request: web.Request, who: Visitor) -> web.StreamResponse:
        """Send the event «changed» to the page at every change, until the session ends or the program stops."""
        event = self._changes.join()
        if event is None:
            return web.Response(status=503, headers={"Retry-After": "30"})
        stream = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        )
        try:
            await stream.prepare(request)
            await stream.write(b"retry: 5000\n\n")
            while not self._changes.is_over and await self._tell(request, stream, event):
                pass
        except ConnectionResetError:
            pass
        finally:
            self._changes.leave(event)
        return stream

    async def _tell(self, request: web.Request, stream: web.StreamResponse, event: asyncio.Event) -> bool:
        """Send one change, or a heartbeat if there is none for 15 seconds; return False once the session is over."""
        with suppress(TimeoutError):
            await asyncio.wait_for(event.wait(), BEAT_SECONDS)
        if await self._visitor(request) is None:
            await stream.write(b"event: over\ndata: over\n\n")
            return False
        await stream.write(b"data: changed\n\n" if event.is_set() else b": still here\n\n")
        event.clear()
        return True


def _environment(entrance: Entrance) -> Environment:
    environment = Environment(
        loader=PackageLoader("bot.board"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_visible,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(root=entrance.root, count=count, columns_chart=charts.columns)
    return environment


def _visible(value: object) -> object:
    """The value for the template: text without invisible and bidi characters; markup unchanged."""
    return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value


async def _with_headers(request: web.Request, response: web.StreamResponse) -> None:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)


def _static(file: Path) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def given(request: web.Request) -> web.StreamResponse:
        return web.FileResponse(file, headers={"Cache-Control": "no-cache"})

    return given
