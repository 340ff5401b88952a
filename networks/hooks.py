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
"""Parse a request with its body: return the event to store, a word to answer at once, or None for an event nobody
needs. Raises WrongSecretError or NotAnEventError."""
Door = Callable[[web.Request], Awaitable[web.Response]]
_under_way: set[asyncio.Future[bool]] = set()


class WrongSecretError(Exception):
    """The sender of a webhook request does not know our secret."""


class NotAnEventError(Exception):
    """The body of a webhook request is not an event of this network, or is meant for another community."""


def door(read: Read, keep: Keep, wrong_secret: tuple[int, str], learn: Learn | None = None) -> Door:
    """Make the handler of a network's webhook requests (POST).

    The handler answers 200 only after `keep` has returned, and 503 if `keep` failed or took too long, so that the
    network retries; the write is not cancelled then, but the retried event has the same key. `learn` adds data missing
    from the event, within `SECONDS_TO_LEARN`. `wrong_secret`: the status and text for a sender who does not know the
    secret."""

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
    """Parse the body of a webhook request as a JSON object. Raises NotAnEventError if it is not one."""
    try:
        event = washing.loads(body)
    except ValueError:
        event = None
    if not isinstance(event, dict):
        raise NotAnEventError
    return event


async def body_of(request: web.Request) -> bytes:
    """Read the body of a webhook request; b"" if it is longer than `LONGEST_BODY` bytes."""
    read = bytearray()
    async for piece in request.content.iter_chunked(64 * 1024):
        read += piece
        if len(read) > LONGEST_BODY:
            return b""
    return bytes(read)


async def kept(keep: Keep, event: RawEvent, seconds: float) -> bool:
    """Store the event and return True; False if that failed or took longer than `seconds` (the write then continues in
    the background)."""

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
