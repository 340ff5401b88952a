"""How long tests wait for an answer: for anything long enough for a machine that stops for breath, and shortly only for the
silence a test itself ordered of the pretended VK, OK or Telegram. No other real seconds stand in tests of the wires.

The wires look at their limits at each call, so one object serves the whole test. Once the stand is silent nothing hangs on
the length of the short wait: no answer would ever come.
"""

from __future__ import annotations

from typing import Any, Protocol

from bot.telegram.wire import Limits as TelegramLimits
from networks.ok import Limits as OkLimits
from networks.vk import Limits as VkLimits

PATIENT = 60.0
IMPATIENT = 1.0
PROCESS = 300.0
"""For a process of the program's to start, to do what it is asked, or to end."""
AT_ONCE = {"too_fast_pause": 0.0, "community_pace": 0.0, "other_pace": 0.0}


class Orders(Protocol):
    """What a stand is told to do wrong: the faults of `sandbox.vk`, `sandbox.ok` or `sandbox.telegram`."""

    @property
    def silence_ordered(self) -> bool: ...


class NothingOrdered:
    """For a test that ends the silence itself, by stopping the stand."""

    silence_ordered = False


def seconds(orders: Orders) -> float:
    """How long the call that begins now waits for its answer."""
    return IMPATIENT if orders.silence_ordered else PATIENT


class VkPatience(VkLimits):
    """VK's limits; calls follow one another and are repeated at once, `more` are others of them."""

    _orders: Orders

    def __init__(self, orders: Orders, **more: Any) -> None:
        longest = {"connect": PATIENT, "call": 2 * PATIENT, "upload": 2 * PATIENT, "together": PATIENT}
        vars(self).update(longest | AT_ONCE | more, _orders=orders)

    @property
    def read(self) -> float:
        return seconds(self._orders)


class OkPatience(OkLimits):
    """OK's limits; `more` are others of them."""

    _orders: Orders

    def __init__(self, orders: Orders, **more: Any) -> None:
        vars(self).update({"connect": PATIENT, "together": PATIENT} | more, _orders=orders)

    @property
    def call(self) -> float:
        return seconds(self._orders)


class TelegramPatience(TelegramLimits):
    """Telegram's limits; a call with files takes no longer than another."""

    _orders: Orders

    def __init__(self, orders: Orders) -> None:
        vars(self).update(connect=PATIENT, upload_times=1, _orders=orders)

    @property
    def call(self) -> float:
        return seconds(self._orders)
