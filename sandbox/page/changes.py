"""Who looks at the page hears here that something has changed. It carries no content: the page asks for the state again."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Changes:
    """A counter of changes and those who wait for it to grow. `close()` lets everybody go."""

    def __init__(self) -> None:
        self.seq = 0
        self.closed = False
        self._listeners: set[asyncio.Event] = set()

    def tell(self) -> None:
        """One more change; everybody who listens wakes up."""
        self.seq += 1
        for listener in self._listeners:
            listener.set()

    def close(self) -> None:
        """Nobody waits any longer."""
        self.closed = True
        for listener in self._listeners:
            listener.set()

    @contextmanager
    def listening(self) -> Iterator[asyncio.Event]:
        """An event that is set at every change until the block is left; the listener clears it."""
        event = asyncio.Event()
        self._listeners.add(event)
        try:
            yield event
        finally:
            self._listeners.discard(event)
