"""Tells the page's viewers that something has changed. It carries no content: the page fetches the state again."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Changes:
    """A counter of changes and its waiting listeners. `close()` releases them all."""

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
        """Release all listeners."""
        self.closed = True
        for listener in self._listeners:
            listener.set()

    @contextmanager
    def listening(self) -> Iterator[asyncio.Event]:
        """An event that is set at every change until the block ends; the listener clears it."""
        event = asyncio.Event()
        self._listeners.add(event)
        try:
            yield event
        finally:
            self._listeners.discard(event)
