"""How long tests wait for an answer: long, so that a slow machine does not fail them, and short only while the test
itself has ordered VK, OK or Telegram to be silent. Tests of the wires contain no other real seconds.

The wires read their limits at each call, so one object serves the whole test. The length of the short wait does not
matter: a silent stand never answers. Telegram's limits are beside this file: they import its library, which takes five
seconds.
"""

from __future__ import annotations

from typing import Any, Protocol

from networks.ok import OkLimits
from networks.vk import VkLimits

PATIENT = 60.0
IMPATIENT = 0.5
PROCESS = 300.0
"""For a process of the program's to start, to do what it is asked, or to end."""
AT_ONCE = {"too_fast_pause": 0.0, "community_pace": 0.0, "other_pace": 0.0}


class Orders(Protocol):
    """The faults ordered from a stand: `sandbox.vk`, `sandbox.ok` or `sandbox.telegram`."""

    @property
    def silence_ordered(self) -> bool: ...


class NothingOrdered:
    """For a test that ends the silence itself by stopping the stand."""

    silence_ordered = False


def seconds(orders: Orders) -> float:
    """How long a call that begins now waits for its answer."""
    return IMPATIENT if orders.silence_ordered else PATIENT


class VkPatience(VkLimits):
    """VK's limits without pauses between calls and before repeats; `more` overrides others."""

    _orders: Orders

    def __init__(self, orders: Orders, **more: Any) -> None:
        longest = {"connect": PATIENT, "call": 2 * PATIENT, "upload": 2 * PATIENT, "together": PATIENT}
        vars(self).update(longest | AT_ONCE | more, _orders=orders)

    @property
    def read(self) -> float:
        return seconds(self._orders)


class OkPatience(OkLimits):
    """OK's limits; `more` overrides others."""

    _orders: Orders

    def __init__(self, orders: Orders, **more: Any) -> None:
        vars(self).update({"connect": PATIENT, "together": PATIENT} | more, _orders=orders)

    @property
    def call(self) -> float:
        return seconds(self._orders)
