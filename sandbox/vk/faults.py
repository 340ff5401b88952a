"""Faults on demand: what the sandbox does wrong, where, and how many times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

FaultKind = Literal[
    "timeout_before",
    "timeout_after",
    "reset_before",
    "reset_after",
    "server_error",
    "html",
    "truncated",
    "error",
    "longpoll_failed",
    "ts_lost",
]
LONGPOLL_ONLY = ("longpoll_failed", "ts_lost")


@dataclass
class Fault:
    """One ordered fault; `method` is a method's name, "longpoll" or "upload"."""

    kind: FaultKind
    method: str
    left: int
    code: int | None


class Faults:
    """The orders still open. The oldest order for a method comes first."""

    def __init__(self) -> None:
        self._orders: list[Fault] = []

    def add(self, kind: FaultKind, method: str = "wall.createComment", times: int = 1, code: int | None = None) -> None:
        """Make the next `times` calls of `method` ("longpoll" and "upload" are methods too) fail in this way.

        `timeout_before`, `timeout_after`: no answer, with the call left out or carried out; `reset_before`,
        `reset_after`: the same with the connection cut. `server_error`: HTTP `code` (500); `html`: HTTP 200 with a
        page; `truncated`: carried out, and half of the answer arrives;
        `error`: the API error `code`. `longpoll_failed`: `failed` 1, 2 or 3 in `code`; `ts_lost`: all events are
        dropped before the check, which then answers `failed` 1. The last two need no `method`.
        """
        if kind not in get_args(FaultKind):
            raise ValueError(f"no such fault: {kind}")
        if kind == "error" and code is None:
            raise ValueError("which error code?")
        if kind == "longpoll_failed" and code not in (1, 2, 3):
            raise ValueError("failed is 1, 2 or 3")
        self._orders.append(Fault(kind, "longpoll" if kind in LONGPOLL_ONLY else method, times, code))

    def take(self, method: str) -> Fault | None:
        """The fault for this call, counted as used; None if the call succeeds."""
        for order in self._orders:
            if order.method == method:
                order.left -= 1
                if not order.left:
                    self._orders.remove(order)
                return order
        return None

    @property
    def silence_ordered(self) -> bool:
        """Whether some future call will get no answer."""
        return any(order.kind.startswith("timeout_") for order in self._orders)

    def clear(self) -> None:
        """Drop all orders."""
        self._orders.clear()
