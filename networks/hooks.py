"""Receive webhooks: read a bounded body and store the event before acknowledging it (DESIGN rule 1).

Each network's module knows the form of its events and how to authenticate them. Nothing here opens a port or stores
data.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from config import washing
from networks.port import RawEvent

LONGEST_BODY = 1024 * 1024
SECONDS_TO_KEEP = 4.0
SECONDS_TO_LEARN = 2.0
Keep = Callable[[RawEvent], Awaitable[None]]
Learn = Callable[[RawEvent], Awaitable[RawEvent]]
Read = Callable[[web.Request, bytes], RawEvent | str | None]
"""(request, body): the event to be kept, a word to be answered at once, or None for what nobody reads. Raises
WrongSecretError, NotAnEventError."""
Door = Callable[[web.Request], Awaitable[web.Response]]
_under_way: set[asyncio.Future[bool]] = set()


class WrongSecretError(Exception):
    """The caller does not know the secret."""


class NotAnEventError(Exception):
    """The body is not an event of this network, or not about us."""


def door(read: Read, keep: Keep, wrong_secret: tuple[int, str], learn: Learn | None = None) -> Door:
    """Make a handler for POST.

    It answers 200 only after `keep` has returned, and 503 if `keep` failed or took too long, so that the network
    retries. The write is not cancelled then: the same event has the same key twice. `learn` adds data missing from the
    event, within `SECONDS_TO_LEARN`. `wrong_secret`: status and text for a caller who does not know the secret."""

    async def handle(request: web.Request) -> web.Response:
        try:
            event = read(request, await body_of(request))
        except WrongSecretError:
            return web.Response(status=wrong_secret[0], text=wrong_secret[1])
        except NotAnEventError:
            return web.Response(status=400, text="not an event")
        if isinstance(event, str):
            return web.Response(text=event)
        if event is not None and not await kept(keep, await _learnt(learn, event), SECONDS_TO_KEEP):
            return web.Response(status=503, text="not kept, try again")
        return web.Response(text="ok")

    return handle


async def _learnt(learn: Learn | None, event: RawEvent) -> RawEvent:
    if learn is None:
        return event
    try:
        return await asyncio.wait_for(learn(event), SECONDS_TO_LEARN)
    except Exception:
        return event


def json_of(body: bytes) -> dict[str, Any]:
    """Parse the event as JSON. Raises NotAnEventError."""
    try:
        event = washing.loads(body)
    except ValueError:
        event = None
    if not isinstance(event, dict):
        raise NotAnEventError
    return event


async def body_of(request: web.Request) -> bytes:
    """Read the body; empty if it exceeds `LONGEST_BODY`."""
    read = bytearray()
    async for piece in request.content.iter_chunked(64 * 1024):
        read += piece
        if len(read) > LONGEST_BODY:
            return b""
    return bytes(read)


async def kept(keep: Keep, event: RawEvent, seconds: float) -> bool:
    """Store the event; False if that failed or took longer than `seconds` (the write continues in the background)."""

    async def quietly() -> bool:
        try:
            await keep(event)
        except Exception:
            return False
        return True

    keeping = asyncio.ensure_future(quietly())
    _under_way.add(keeping)
    keeping.add_done_callback(_under_way.discard)
    done, _ = await asyncio.wait((keeping,), timeout=seconds)
    return bool(done) and keeping.result()
