"""The interface for work on untrusted bytes outside the event loop and within limits.

The running process provides the worker and passes it to a network. Imports nothing of ours.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class NotWorkedOut:
    """The work failed or exceeded its limits. `passing`: a later retry may help; `detail` is for the log."""

    passing: bool
    detail: str


WorkOut = Callable[[bytes, Mapping[str, object]], Awaitable[object]]
"""Work on a stranger's bytes that can hold nobody up: a coroutine that gives `NotWorkedOut` or an answer of JSON, which
is a stranger's too. The mapping is what else is known of the bytes."""
