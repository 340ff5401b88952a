"""Stops a bot that could not write to the database for five minutes, so that the service manager restarts it: from
outside, a process that stores nothing looks alive.

The time runs from the first failure, by the monotonic clock, and is checked at each further failure. The loops write
at least once a minute, so no timer is needed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import structlog

from bot.clock import Clock
from storage.failures import StorageError

log = structlog.get_logger()

PATIENCE = 300.0
GIVEN_UP = "пять минут не удаётся записать в базу данных, бот останавливается; проверьте место на диске и права"


@dataclass
class StorageWatch:
    """Watches the writes to the database (implements `storage.books.Watch`) and calls `give_up` once after five
    minutes of failures."""

    clock: Clock
    give_up: Callable[[], None]
    has_given_up: bool = False
    _failing_since: float | None = None

    def wrote(self) -> None:
        """Record that a transaction with changes was committed: the failures are over."""
        if self._failing_since is not None:
            log.warning("storage works again", after=round(self.clock.monotonic() - self._failing_since))
        self._failing_since = None

    def failed(self, error: StorageError) -> None:
        """Record that a transaction failed and nothing of it was stored; after five minutes without a success call
        `give_up`."""
        now = self.clock.monotonic()
        if self._failing_since is None:
            self._failing_since = now
            log.error("storage failed, nothing is kept", reason=str(error))
        if now - self._failing_since >= PATIENCE and not self.has_given_up:
            self.has_given_up = True
            log.critical(GIVEN_UP, reason=str(error))
            self.give_up()
