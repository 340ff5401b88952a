"""Faults on demand: what the simulated Одноклассники (OK) does wrong, where, and how many times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

FaultKind = Literal["timeout_before", "timeout_after", "reset_before", "reset_after", "server_error", "html", "error"]


@dataclass
class Fault:
    """One ordered fault. `method`: a REST method, or for the Bot API `GET me/chats`, `POST messages` and so on; `left`:
    how many times it will still strike.
    """

    kind: FaultKind
    method: str
    left: int
    code: int | None


class Faults:
    """The ordered faults that are not used up. The oldest order for a method strikes first."""

    def __init__(self) -> None:
        self._orders: list[Fault] = []

    def add(self, kind: FaultKind, method: str, times: int = 1, code: int | None = None) -> None:
        """Make the next `times` calls of `method` fail in this way.

        `timeout_before`, `timeout_after`: no answer, with the call left out or carried out; `reset_before`,
        `reset_after`: the same with the connection cut. `server_error`: HTTP `code` (500); `html`: HTTP 200 with a
        page; `error`: the API error `code`.
        """
        if kind not in get_args(FaultKind):
            raise ValueError(f"no such fault: {kind}")
        if kind == "error" and code is None:
            raise ValueError("which error code?")
        self._orders.append(Fault(kind, method, times, code))

    def take(self, method: str) -> Fault | None:
        """Return the fault for this call, counted as used; None if the call succeeds."""
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
        """Drop all ordered faults."""
        self._orders.clear()
