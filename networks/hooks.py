"""Events a network brings to an address of ours: read within a measure, and kept before they are acknowledged (DESIGN rule 1).

What a network's event looks like and how it proves itself, its own module knows. Nothing here opens a port or stores anything.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import web

from networks.port import RawEvent

LONGEST_BODY = 1024 * 1024
Keep = Callable[[RawEvent], Awaitable[None]]
_under_way: set[asyncio.Future[bool]] = set()


class WrongSecretError(Exception):
    """Whoever calls does not know the secret."""


class NotAnEventError(Exception):
    """The body is not what the network sends, or not about us."""


async def body_of(request: web.Request) -> bytes:
    """Nothing longer than `LONGEST_BODY` is read; empty where there was more."""
    read = bytearray()
    async for piece in request.content.iter_chunked(64 * 1024):
        read += piece
        if len(read) > LONGEST_BODY:
            return b""
    return bytes(read)


async def kept(keep: Keep, event: RawEvent, seconds: float) -> bool:
    """Whether it was kept within so many seconds; the keeping is not broken off after them."""

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
