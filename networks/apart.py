"""The interface through which a network has untrusted bytes processed outside the event loop and within limits.

The running process provides the worker and passes it to a network. Imports nothing of ours.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class NotWorkedOut:
    """The result of work that failed or exceeded its limits. `passing`: a later retry may succeed; `detail` is for the
    log."""

    passing: bool
    detail: str


WorkOut = Callable[[bytes, Mapping[str, object]], Awaitable[object]]
"""A coroutine function that processes untrusted bytes without blocking anyone else; the mapping holds further facts
about the bytes. It returns `NotWorkedOut`, or the answer as JSON values, which are untrusted too."""
