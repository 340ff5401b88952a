"""How long tests wait for Telegram (see `tests.patience`)."""

from __future__ import annotations

from bot.telegram.wire import Limits
from tests.patience import PATIENT, Orders, seconds


class TelegramPatience(Limits):
    """Telegram's limits; a call with files takes no longer than another."""

    _orders: Orders

    def __init__(self, orders: Orders) -> None:
        vars(self).update(connect=PATIENT, upload_times=1, _orders=orders)

    @property
    def call(self) -> float:
        return seconds(self._orders)
