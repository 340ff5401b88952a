"""Tell whether a failed request left this machine: one that did not may be repeated, one that did may have been
carried out.

The test is whether the request's headers were written, not the kind of exception: a dead SOCKS proxy raises its
library's plain exceptions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from aiohttp import ClientSession, TraceConfig


class NotAnswered(Exception):  # noqa: N818 - it is said as a fact, not as a mistake
    """A request got no answer, and the other side may have carried it out. The text names the kind of failure and
    carries no address."""


class NeverSent(NotAnswered):
    """A request did not leave this machine: the other side has seen nothing of it, so that it may be repeated."""


@dataclass(slots=True, eq=False)
class Way:
    """Whether one request left this machine; passed to aiohttp as its `trace_request_ctx`. `left` becomes True once
    the request's headers are written."""

    left: bool = False


async def _has_left(session: ClientSession, context: Any, params: Any) -> None:
    context.trace_request_ctx.left = True


def watched() -> TraceConfig:
    """An aiohttp trace for a session: it sets `left` in the `Way` of each request whose headers were written."""
    watch = TraceConfig()
    watch.on_request_headers_sent.append(_has_left)
    return watch


def unanswered(error: Exception, way: Way) -> NotAnswered:
    """The exception to raise for a request that failed: NeverSent if it did not leave this machine, otherwise
    NotAnswered."""
    name = type(error).__name__
    if not way.left:
        return NeverSent(name)
    return NotAnswered("timeout" if isinstance(error, TimeoutError) else name)
