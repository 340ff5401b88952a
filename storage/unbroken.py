"""Waits for work to finish even if the waiting task is cancelled, because a commit must not be left half done."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")


async def to_the_end(work: Awaitable[T]) -> T:
    """Await the work and return its result. A cancelled caller still waits until the work has ended; then the cancellation is
    raised, or the work's error if it failed."""
    working = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(working)
    except asyncio.CancelledError:
        while not working.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait([working])
        working.result()
        raise
