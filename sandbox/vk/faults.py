"""Faults to order: what the sandbox does wrong, where, and how many times."""

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
    """The orders not used up yet. The oldest order for a method is taken first."""

    def __init__(self) -> None:
        self._orders: list[Fault] = []

    def add(self, kind: FaultKind, method: str = "wall.createComment", times: int = 1, code: int | None = None) -> None:
        """The next `times` calls of `method` ("longpoll" and "upload" are methods too) go wrong in this way.

        `timeout_*`: never answered; `reset_*`: the connection is cut; `_before`: nothing was done, `_after`:
        it was. `server_error`: HTTP `code` (500); `html`: HTTP 200 with a page; `error`: the API error
        `code`. `longpoll_failed`: `failed` 1, 2 or 3 in `code`; `ts_lost`: the events so far are forgotten
        before the check, which then answers `failed` 1. The last two need no `method`.
        """
        if kind not in get_args(FaultKind):
            raise ValueError(f"no such fault: {kind}")
        if kind == "error" and code is None:
            raise ValueError("which error code?")
        if kind == "longpoll_failed" and code not in (1, 2, 3):
            raise ValueError("failed is 1, 2 or 3")
        self._orders.append(Fault(kind, "longpoll" if kind in LONGPOLL_ONLY else method, times, code))

    def take(self, method: str) -> Fault | None:
        """The fault this call must suffer, counted as used; None when it may go well."""
        for order in self._orders:
            if order.method == method:
                order.left -= 1
                if not order.left:
                    self._orders.remove(order)
                return order
        return None

    @property
    def silence_ordered(self) -> bool:
        """Whether some call to come will never be answered."""
        return any(order.kind.startswith("timeout_") for order in self._orders)

    def clear(self) -> None:
        """No orders are left."""
        self._orders.clear()
