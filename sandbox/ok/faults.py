"""Faults to order: what the pretended OK does wrong, where, and how many times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

FaultKind = Literal["timeout_before", "timeout_after", "reset_before", "reset_after", "server_error", "html", "error"]


@dataclass
class Fault:
    """One ordered fault; `method` is a REST method, or `GET me/chats`, `POST messages` and the like of the Bot API."""

    kind: FaultKind
    method: str
    left: int
    code: int | None


class Faults:
    """The orders not used up yet. The oldest order for a method is taken first."""

    def __init__(self) -> None:
        self._orders: list[Fault] = []

    def add(self, kind: FaultKind, method: str, times: int = 1, code: int | None = None) -> None:
        """The next `times` calls of `method` go wrong in this way.

        `timeout_*`: never answered; `reset_*`: the connection is cut; `_before`: nothing was done, `_after`: it was.
        `server_error`: HTTP `code` (500); `html`: HTTP 200 with a page; `error`: the API error `code`.
        """
        if kind not in get_args(FaultKind):
            raise ValueError(f"no such fault: {kind}")
        if kind == "error" and code is None:
            raise ValueError("which error code?")
        self._orders.append(Fault(kind, method, times, code))

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
