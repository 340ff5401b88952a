"""The queue behind VK's Bots Long Poll: numbered events of one community, a key, and waiting `a_check` calls.

`ts` is the number of the newest event; the last `KEEP` events are kept. This module must not know HTTP.
"""

from __future__ import annotations

import asyncio
import secrets
from typing import Any

KEEP = 5000
MAX_WAIT = 90


class LongPollQueue:
    """The events of one community in order; `put` wakes every waiting `a_check` call at once."""

    def __init__(self) -> None:
        self.key = secrets.token_hex(20)
        self.ts = 1
        self._events: list[tuple[int, dict[str, Any]]] = []
        self._first_known = 1
        self._waiters: set[asyncio.Future[None]] = set()
        self._occupied = asyncio.Event()

    async def somebody_waits(self) -> None:
        """Wait until at least one `a_check` call waits for events."""
        await self._occupied.wait()

    def put(self, event: dict[str, Any]) -> None:
        """Append the event under the next number and wake all waiting `a_check` calls."""
        self.ts += 1
        self._events.append((self.ts, event))
        if len(self._events) > KEEP:
            self._first_known = self._events.pop(0)[0]
        self.wake()

    def wake(self) -> None:
        """Make every waiting `a_check` call return now, with whatever events there are."""
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)

    def expire_key(self) -> None:
        """Replace the key; waiting calls with the old one get `failed` 2 at once."""
        self.key = secrets.token_hex(20)
        self.wake()

    def forget(self) -> None:
        """Drop all events; a call with an older `ts` gets `failed` 1."""
        self._events.clear()
        self.ts += 1
        self._first_known = self.ts
        self.wake()

    def trouble(self, key: str, ts: str) -> dict[str, Any] | None:
        """Return the `failed` answer for this key and ts; None if both are valid."""
        if key != self.key:
            return {"failed": 2}
        if not ts.isdigit() or not self._first_known <= int(ts) <= self.ts:
            return {"failed": 1, "ts": self.ts}
        return None

    def after(self, ts: int) -> list[dict[str, Any]]:
        """Return the events with a number above `ts`, oldest first."""
        return [event for number, event in self._events if number > ts]

    async def check(self, key: str, ts: str, wait: float) -> dict[str, Any]:
        """Answer one `a_check` call: at once if there are events or the key or ts is wrong, otherwise as soon as `wake`
        is called or after `wait` seconds (90 at most). Return VK's answer: `failed`, or `ts` and `updates`.
        """
        answer = self._look(key, ts)
        if "failed" in answer or answer["updates"] or wait <= 0:
            return answer
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.add(waiter)
        self._occupied.set()
        try:
            await asyncio.wait([waiter], timeout=min(wait, MAX_WAIT))
        finally:
            self._waiters.discard(waiter)
            if not self._waiters:
                self._occupied.clear()
        return self._look(key, ts)

    def _look(self, key: str, ts: str) -> dict[str, Any]:
        return self.trouble(key, ts) or {"ts": str(self.ts), "updates": self.after(int(ts))}
