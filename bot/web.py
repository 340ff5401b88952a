"""The bot's own web port, on this machine only: `/healthz` (is it alive and working) and `/metrics` say nothing about
people; the page (`bot.page`) shows the cases to those who signed in.
"""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, Gauge, generate_latest

from bot.app import Municipal
from bot.page.server import add_page
from bot.page.session import HERE, Entrance

log = structlog.get_logger()

SHUTTING_SECONDS = 1.0
"""So long whoever is being answered is waited for when the port closes, twice: a browser that went to sleep with the page open
takes nothing and never goes."""

WAITING = Gauge("dezhurny_outbox_waiting", "Letters that wait to be sent", ["municipality"])
PARKED = Gauge("dezhurny_inbox_parked", "Updates that could not be carried out", ["municipality"])


def application(bots: Sequence[Municipal], public_url: str = HERE, every: float = 1.0) -> web.Application:
    """`every`: seconds between the page's looks for changes."""

    async def healthz(request: web.Request) -> web.Response:
        """200 while the database answers and each messenger was heard within two minutes; else 503 and which is not."""
        silent = [bot.key for bot in bots if bot.seconds_since_poll() > 120]
        for bot in bots:
            async with bot.books.write(bot.key) as page:
                await page.outbox.depth()
        body = {"status": "silent" if silent else "ok", "silent": silent}
        return web.json_response(body, status=503 if silent else 200)

    async def metrics(request: web.Request) -> web.Response:
        for bot in bots:
            async with bot.books.write(bot.key) as page:
                WAITING.labels(bot.key).set(await page.outbox.depth())
                PARKED.labels(bot.key).set(len(await page.inbox.parked()))
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    app = web.Application()
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/metrics", metrics)
    for bot in bots:
        for path, door in bot.doors:
            app.router.add_post(path, door)
    add_page(app, bots, Entrance(public_url), every)
    return app


async def serve(bots: Sequence[Municipal], port: int, public_url: str = HERE) -> web.AppRunner | None:
    """The port is served until the runner is cleaned up; a taken port is said and does not stop the bot."""
    runner = web.AppRunner(application(bots, public_url), access_log=None, shutdown_timeout=SHUTTING_SECONDS)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
    except OSError as error:
        log.warning("web port is taken, no /healthz", port=port, error=error.strerror)
        await runner.cleanup()
        return None
    return runner
