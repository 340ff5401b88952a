"""Whether a request left this machine: what nobody has seen may be repeated, anything else may have been carried out.

The test is whether the request's headers were written, not the kind of exception: a dead SOCKS proxy raises its library's
plain exceptions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from aiohttp import ClientSession, TraceConfig


class NotAnswered(Exception):  # noqa: N818 - it is said as a fact, not as a mistake
    """No answer came. The text is the name of what went wrong and carries no address."""


class NeverSent(NotAnswered):
    """The request did not leave: the other side has seen nothing of it."""


@dataclass(slots=True, eq=False)
class Way:
    """One request's way out, its `trace_request_ctx`; `left` once its head is written."""

    left: bool = False


async def _has_left(session: ClientSession, context: Any, params: Any) -> None:
    context.trace_request_ctx.left = True


def watched() -> TraceConfig:
    """Tells each request's `Way` that it has left."""
    watch = TraceConfig()
    watch.on_request_headers_sent.append(_has_left)
    return watch


def unanswered(error: Exception, way: Way) -> NotAnswered:
    """What the failure of a request means."""
    name = type(error).__name__
    if not way.left:
        return NeverSent(name)
    return NotAnswered("timeout" if isinstance(error, TimeoutError) else name)
