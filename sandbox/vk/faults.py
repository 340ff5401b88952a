"""Faults of the simulated VK that a test orders: which method fails, in which way, and how many times."""

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
    """One ordered fault for the next `left` calls; `method` is an API method, "longpoll" or "upload", `code` its error
    code.
    """

    kind: FaultKind
    method: str
    left: int
    code: int | None


class Faults:
    """The ordered faults that are not used up. The oldest order for a method is used first."""

    def __init__(self) -> None:
        self._orders: list[Fault] = []

    def add(self, kind: FaultKind, method: str = "wall.createComment", times: int = 1, code: int | None = None) -> None:
        """Make the next `times` calls of `method` ("longpoll" and "upload" are methods too) fail in this way.

        `timeout_before`, `timeout_after`: no answer, without or after carrying the call out; `reset_before`,
        `reset_after`: the same with the connection cut. `server_error`: HTTP `code` (500); `html`: HTTP 200 with a
        page; `truncated`: carried out, and half of the answer arrives; `error`: the API error `code`.
        `longpoll_failed`: `failed` 1, 2 or 3 in `code`; `ts_lost`: all events are dropped before the `a_check` call,
        which then answers `failed` 1. The last two need no `method`.
        """
        if kind not in get_args(FaultKind):
            raise ValueError(f"no such fault: {kind}")
        if kind == "error" and code is None:
            raise ValueError("which error code?")
        if kind == "longpoll_failed" and code not in (1, 2, 3):
            raise ValueError("failed is 1, 2 or 3")
        self._orders.append(Fault(kind, "longpoll" if kind in LONGPOLL_ONLY else method, times, code))

    def take(self, method: str) -> Fault | None:
        """Return the fault for this call and use it up by one; None if the call must succeed."""
        for order in self._orders:
            if order.method == method:
                order.left -= 1
                if not order.left:
                    self._orders.remove(order)
                return order
        return None

    @property
    def silence_ordered(self) -> bool:
        """Whether some future call will get no answer (a timeout is ordered)."""
        return any(order.kind.startswith("timeout_") for order in self._orders)

    def clear(self) -> None:
        """Drop all orders: later calls succeed."""
        self._orders.clear()
