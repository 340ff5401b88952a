"""Messages that Одноклассники brings to an address of ours: the secret in the path, kept before OK is answered.

OK waits five seconds for a 200 and repeats what got none; after eight hours without one it drops the subscription. A
wrong secret is a page that is not there. Nothing here opens a port or stores anything: `keep` does.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable

from aiohttp import web

from config import washing
from networks.hooks import Keep, NotAnEventError, WrongSecretError, body_of, kept
from networks.ok.reading import keep_message, message_id
from networks.port import RawEvent

PATH = "/webhook/ok/{secret}"
SECONDS_TO_KEEP = 4.0
LEAST_SECRET = 16


def webhook_url(public_url: str, secret: str) -> str:
    """The address OK is to be given; it holds the secret. ValueError for a secret that could be guessed or broken off."""
    if len(secret) < LEAST_SECRET or not secret.isascii() or not secret.replace("-", "").replace("_", "").isalnum():
        raise ValueError("OK_WEBHOOK_SECRET: at least 16 letters, digits, - or _")
    return public_url.rstrip("/") + PATH.format(secret=secret)


def read_webhook(body: bytes, secret_in_path: str, secret: str) -> RawEvent | None:
    """The message to be kept; None for events of other kinds. Pure. Raises WrongSecretError, NotAnEventError."""
    if not secret or not hmac.compare_digest(secret_in_path.encode(), secret.encode()):
        raise WrongSecretError
    try:
        event = washing.loads(body)
    except ValueError:
        event = None
    if not isinstance(event, dict):
        raise NotAnEventError
    return keep_message(event) if message_id(event) is not None else None


def webhook_handler(secret: str, keep: Keep) -> Callable[[web.Request], Awaitable[web.Response]]:
    """A handler for POST on `PATH`. 200 only after `keep` has returned; 503, so that OK repeats, when it failed or took
    too long; it is not broken off then, what was kept twice has the same key."""

    async def handle(request: web.Request) -> web.Response:
        try:
            event = read_webhook(await body_of(request), request.match_info["secret"], secret)
        except WrongSecretError:
            return web.Response(status=404, text="not found")
        except NotAnEventError:
            return web.Response(status=400, text="not an event")
        if event is not None and not await kept(keep, event, SECONDS_TO_KEEP):
            return web.Response(status=503, text="not kept, try again")
        return web.Response(text="ok")

    return handle
