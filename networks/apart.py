"""Work on strangers' bytes, done apart from the event loop and within limits: what a network asks for, and gets.

Who does it is the running process's affair; a network is handed a way to it. Imports nothing of ours.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class NotWorkedOut:
    """Nothing came of a stranger's bytes within the limits of the work. `passing`: asking again later may help; `detail` is
    for the log."""

    passing: bool
    detail: str


WorkOut = Callable[[bytes, Mapping[str, object]], Awaitable[object]]
"""Work on a stranger's bytes that can hold nobody up: a coroutine that gives `NotWorkedOut` or an answer of JSON, which is a
stranger's too. The mapping is what else is known of the bytes."""
