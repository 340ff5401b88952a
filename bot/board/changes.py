"""Notifies the board's open pages that something has changed. One query a second, for the newest journal line and the
state of people's rights, serves all pages; it runs only while some page listens."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import structlog

from bot.beats import Beats
from storage import board
from storage.books import Books

log = structlog.get_logger()

MOST = 200
"""How many pages can listen at the same time; the others poll."""


LOOP = "board"


class Changes:
    def __init__(self, books: Books, beats: Beats, every: float = 1.0) -> None:
        self._books = books
        self._beats = beats
        self._every = every
        self._told: set[asyncio.Event] = set()
        self._somebody = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.is_over = False

    def join(self) -> asyncio.Event | None:
        """Register a page as a listener. Return an event that is set at each change until `leave`; None if too many
        pages listen already or the server is closing."""
        if self.is_over or len(self._told) >= MOST:
            return None
        event = asyncio.Event()
        self._told.add(event)
        self._somebody.set()
        return event

    def leave(self, event: asyncio.Event) -> None:
        self._told.discard(event)

    @property
    def listening(self) -> int:
        return len(self._told)

    async def start(self) -> None:
        self._task = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        """End the query and set every listener's event; `is_over` then tells the listeners to end."""
        self.is_over = True
        for event in self._told:
            event.set()
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _watch(self) -> None:
        pulse: tuple[object, ...] = ()
        while True:
            if not self._told:
                self._somebody.clear()
                pulse = ()
                self._beats.rest(LOOP)
                await self._somebody.wait()
                self._beats.expect(LOOP)
            found = await self._pulse(pulse)
            if pulse and pulse != found:
                for event in self._told:
                    event.set()
            pulse = found
            await asyncio.sleep(self._every)

    async def _pulse(self, before: tuple[object, ...]) -> tuple[object, ...]:
        try:
            async with self._books.write("") as tx:
                found = await board.pulse(tx)
        except Exception as error:
            self._beats.turned(LOOP)
            log.warning("the page could not look for changes", kind=type(error).__name__)
            return before
        self._beats.beat(LOOP)
        return found
