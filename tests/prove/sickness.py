"""A messenger and a network that are sick by dice: each call has a chance of each fault.

Both stand before the faults that a test orders by name, which still strike.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sandbox.messenger import faults as messengers
from sandbox.vk import faults as vk
from sandbox.vk.world import VkWorld

AT_LEAST, AT_MOST = 0.01, 0.1

Fault = tuple[messengers.Kind, dict[str, object]]
OF_TELEGRAM: Mapping[str, Fault] = {
    "429": ("too_many", {"retry_after": 3}),
    "429 that does not say how long": ("too_many", {"retry_after": None}),
    "500": ("server_error", {}),
    "502, a page": ("bad_gateway_html", {}),
    "silence before": ("timeout_before", {}),
    "silence after": ("timeout_after", {}),
    "reset before": ("reset_before", {}),
    "reset after": ("reset_after", {}),
    "half an answer": ("truncated", {}),
    "400": ("refuses", {"description": "something is wrong"}),
    "403": ("forbidden", {}),
}
UPLOADED = "an upload that is not ready"
OF_MAX: Mapping[str, Fault] = {
    name: fault for name, fault in OF_TELEGRAM.items() if name != "429 that does not say how long"
} | {UPLOADED: ("not_ready", {})}
"""MAX never says how long."""
OF_MESSENGER: Mapping[str, Mapping[str, Fault]] = {"telegram": OF_TELEGRAM, "max": OF_MAX}
REFUSED = ("400", "403")
"""What the messenger refuses for good: only where something is said, and only where one of them is the worst; elsewhere all must
arrive in the end.
"""
OF_VK: Mapping[str, tuple[vk.FaultKind, int | None]] = {
    "too many": ("error", 6),
    "flood": ("error", 9),
    "inner": ("error", 10),
    "unknown": ("error", 1),
    "500": ("server_error", 500),
    "502": ("server_error", 502),
    "a page": ("html", None),
    "silence before": ("timeout_before", None),
    "silence after": ("timeout_after", None),
    "reset before": ("reset_before", None),
    "reset after": ("reset_after", None),
    "half an answer": ("truncated", None),
    "no rights": ("error", 15),
}


@dataclass
class Sickness:
    """`worst`: the fault of each that is ten times as likely as the others. `struck`: how often each fault struck."""

    dice: random.Random
    messenger: str
    worst: tuple[str, str]
    struck: Counter[str] = field(default_factory=Counter)

    @property
    def refuses(self) -> bool:
        return self.worst[0] in REFUSED

    def of_messenger(self, method: str, values: Mapping[str, str]) -> messengers.Fault | None:
        name = self._drawn(OF_MESSENGER[self.messenger], self.worst[0])
        if name is None or (name in REFUSED and not (self.refuses and method.lower().startswith(("send", "edit")))):
            return None
        if name == UPLOADED and '"token"' not in values.get("body", ""):
            return None
        self.struck[f"messenger: {name}"] += 1
        kind, how = OF_MESSENGER[self.messenger][name]
        return messengers.Fault(kind, method, None, 1, 0, dict(how))

    def of_vk(self, method: str) -> vk.Fault | None:
        name = self._drawn(OF_VK, self.worst[1])
        if name is None or (name == "no rights" and method != "wall.createComment"):
            return None
        self.struck[f"VK: {name}"] += 1
        kind, code = OF_VK[name]
        return vk.Fault(kind, method, 1, code)

    def _drawn(self, faults: Mapping[str, object], worst: str) -> str | None:
        drawn = self.dice.random()
        for name in faults:
            drawn -= AT_MOST if name == worst else AT_LEAST
            if drawn < 0:
                return name
        return None


@contextmanager
def sick(messenger: Any, network: VkWorld, sickness: Sickness) -> Iterator[None]:
    """Within, every call may meet a fault."""

    class MessengerFaults(messengers.Faults):
        silence_ordered = True

        def take(
            self, method: str, chat_id: int | None, values: Mapping[str, str] | None = None
        ) -> messengers.Fault | None:
            return sickness.of_messenger(method, values or {})

    class VkFaults(vk.Faults):
        silence_ordered = True

        def take(self, method: str) -> vk.Fault | None:
            return sickness.of_vk(method)

    messenger.faults.__class__, network.faults.__class__ = MessengerFaults, VkFaults
    try:
        yield
    finally:
        messenger.faults.__class__, network.faults.__class__ = messengers.Faults, vk.Faults
