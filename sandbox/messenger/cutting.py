"""Bad behaviour of a server, on purpose: keeping silent, cutting the connection, answering with another program's page."""

import asyncio
from contextlib import suppress

from aiohttp import web

HOLD_SECONDS = 60.0
BAD_GATEWAY = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>nginx</body>\r\n</html>\r\n"


async def hold(closing: asyncio.Event) -> None:
    """Keep silent until the client gives up (which cancels this), the server stops, or a minute passes."""
    with suppress(TimeoutError):
        async with asyncio.timeout(HOLD_SECONDS):
            await closing.wait()


def broken_off(request: web.Request) -> web.Response:
    """Cut the connection before an answer; the returned response goes nowhere."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def bad_gateway() -> web.Response:
    """Return a gateway's 502 in HTML, where JSON was expected."""
    return web.Response(status=502, text=BAD_GATEWAY, content_type="text/html")


def runner(app: web.Application) -> web.AppRunner:
    """Return a runner whose handlers are cancelled when the client disconnects; a held connection notices it that way."""
    return web.AppRunner(app, handler_cancellation=True, access_log=None, shutdown_timeout=1.0)
