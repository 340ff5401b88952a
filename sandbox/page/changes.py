"""Tell the open pages that something has changed, without saying what: a page then fetches the state again."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Changes:
    """Counts changes and wakes the listeners that wait for one. `close()` ends them all."""

    def __init__(self) -> None:
        self.seq = 0
        self.closed = False
        self._listeners: set[asyncio.Event] = set()

    def tell(self) -> None:
        """Count a change and wake every listener."""
        self.seq += 1
        for listener in self._listeners:
            listener.set()

    def close(self) -> None:
        """End all listeners: they see `closed`."""
        self.closed = True
        for listener in self._listeners:
            listener.set()

    @contextmanager
    def listening(self) -> Iterator[asyncio.Event]:
        """Give the block an event that is set at every change until the block ends; the listener clears it."""
        event = asyncio.Event()
        self._listeners.add(event)
        try:
            yield event
        finally:
            self._listeners.discard(event)
