"""How long tests wait for MAX (see `tests.patience`)."""

from __future__ import annotations

from bot.max.wire import Limits
from tests.patience import PATIENT, Orders, seconds


class MaxPatience(Limits):
    """MAX's limits; a call with a file takes no longer than another."""

    _orders: Orders

    def __init__(self, orders: Orders) -> None:
        vars(self).update(connect=PATIENT, upload_times=1, _orders=orders)

    @property
    def call(self) -> float:
        return seconds(self._orders)
