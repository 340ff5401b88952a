"""Poll several feeds of one network, each with its own cursor and pace, behind one `poll`.

The cursors are stored together as one JSON string. A slow or failed feed does not block the others: it continues in the
background, and its error is raised when there is nothing to deliver. If a returned batch was lost (the next poll does
not begin at the position returned last), every feed reads again at once, so nothing is lost.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from networks.port import Batch, PollError, RawEvent

UNKNOWN_TROUBLE_SECONDS = 60.0
Part = dict[str, Any]


class Clock(Protocol):
    """A monotonic clock in seconds for pacing; not the time of day."""

    def monotonic(self) -> float: ...

    async def sleep(self, seconds: float) -> None: ...


class LoopClock:
    """The event loop's clock, as a `Clock`."""

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


@dataclass(frozen=True)
class Fresh:
    """The result of reading a feed once: events with their sort keys (milliseconds), and the feed's cursor after them.
    `gap`: some events may have been missed."""

    items: Sequence[tuple[int, RawEvent]]
    part: Part
    gap: bool = False


class Feed(Protocol):
    @property
    def name(self) -> str:
        """The feed's key in the stored position."""

    @property
    def pause(self) -> float:
        """How many seconds to wait between two readings."""

    async def read(self, part: Part | None) -> Fresh:
        """Read the events after the cursor `part`; None starts from now. Raises PollError if the network cannot be
        read."""

    def start_over(self) -> None:
        """Make the next reading complete, so that it includes what was read recently."""


@dataclass
class Listener:
    """Polls several feeds as one. `wait`: seconds after which a poll without news returns; `together`: real seconds to
    wait for other feeds after the first has answered, to deliver them in one batch."""

    feeds: Sequence[Feed]
    clock: Clock
    wait: float = 25.0
    together: float = 1.0
    _running: dict[str, asyncio.Task[Fresh]] = field(default_factory=dict)
    _due: dict[str, float] = field(default_factory=dict)
    _handed: str | None = None
    _trouble: PollError | None = None

    async def poll(self, position: str | None) -> Batch:
        """Return the events since `position` (see `Network.poll`): an empty batch if there is no news within `wait`."""
        position = position or ""
        parts = _parts(position)
        if position != self._handed or parts is None:
            self._start_over()
        self._handed = position
        self._tell_trouble()
        await self._wait_until_due()
        self._begin(parts or {})
        results = await self._finished()
        items, gap = self._take(results, known := dict(parts or {}))
        after = json.dumps(known, sort_keys=True, separators=(",", ":")) if known else ""
        if not items and after == position:
            self._tell_trouble()
        self._handed = after
        return Batch(tuple(event for _, event in items), after, gap or (parts is None and bool(known)))

    async def close(self) -> None:
        """Cancel the readings in progress and wait until they have stopped."""
        tasks = list(self._running.values())
        self._stop()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _start_over(self) -> None:
        self._stop()
        self._due.clear()
        self._trouble = None
        for feed in self.feeds:
            feed.start_over()

    def _stop(self) -> None:
        for task in self._running.values():
            task.cancel()
        self._running.clear()

    def _tell_trouble(self) -> None:
        if self._trouble is not None:
            trouble, self._trouble = self._trouble, None
            raise PollError(trouble.detail, min(trouble.seconds, self._soonest()), trouble.operator_needed)

    def _soonest(self) -> float:
        """Seconds until the next feed may be read; 0 if one may be read now, `wait` if all are being read."""
        waiting = [self._due.get(feed.name, 0.0) for feed in self.feeds if feed.name not in self._running]
        return max(0.0, min(waiting) - self.clock.monotonic()) if waiting else self.wait

    async def _wait_until_due(self) -> None:
        if not self._running and (seconds := min(self._soonest(), self.wait)) > 0:
            await self.clock.sleep(seconds)

    def _begin(self, parts: Mapping[str, Part]) -> None:
        now = self.clock.monotonic()
        for feed in self.feeds:
            if feed.name not in self._running and self._due.get(feed.name, 0.0) <= now:
                self._running[feed.name] = asyncio.create_task(feed.read(parts.get(feed.name)))

    async def _finished(self) -> list[tuple[Feed, asyncio.Task[Fresh]]]:
        tasks = list(self._running.values())
        if tasks:
            done, _ = await asyncio.wait(tasks, timeout=self.together)
            if not done:
                patience = max(min(self.wait, self._soonest()), self.together)
                await asyncio.wait(tasks, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
        ended = [(feed, self._running[feed.name]) for feed in self.feeds if feed.name in self._running]
        return [(feed, self._running.pop(feed.name)) for feed, task in ended if task.done()]

    def _take(
        self, results: Sequence[tuple[Feed, asyncio.Task[Fresh]]], parts: dict[str, Part]
    ) -> tuple[list[tuple[int, RawEvent]], bool]:
        items: list[tuple[int, RawEvent]] = []
        gap = False
        for feed, task in results:
            try:
                fresh = task.result()
            except PollError as error:
                self._fell(feed, error)
            except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
                detail = f"an answer of unknown shape: {type(error).__name__}"
                self._fell(feed, PollError(detail, UNKNOWN_TROUBLE_SECONDS))
            else:
                self._due[feed.name] = self.clock.monotonic() + feed.pause
                items += fresh.items
                parts[feed.name] = fresh.part
                gap = gap or fresh.gap
        return sorted(items, key=lambda item: item[0]), gap  # stable: each feed's own order is kept

    def _fell(self, feed: Feed, error: PollError) -> None:
        self._due[feed.name] = self.clock.monotonic() + error.seconds
        self._trouble = PollError(f"{feed.name}: {error.detail}", error.seconds, error.operator_needed)


def _parts(position: str) -> dict[str, Part] | None:
    """Parse a stored position into the feeds' cursors: {} for an empty position, None for a foreign or broken one."""
    if not position:
        return {}
    try:
        parts = json.loads(position)
    except (ValueError, RecursionError):
        return None
    if not isinstance(parts, dict) or not all(isinstance(part, dict) for part in parts.values()):
        return None
    return parts
