"""Intake: what the messenger and the networks give is kept before anything is acknowledged (DESIGN rule 1).

Nothing is carried out here; `bot.reception` is woken. A stop breaks off the asking, never the keeping. A crash at any line
loses nothing: what was kept is known by its key, what was not kept is given again.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

import structlog

from bot.clock import Clock
from bot.reception import MESSENGER
from bot.telegram import Conflict, NotNow, Polled, Telegram, Unauthorised
from networks.port import LookUpImpossible, Network, RawEvent
from storage.books import Books

log = structlog.get_logger()

T = TypeVar("T")

LONGEST_GAP = timedelta(days=3)
"""No further back than this is a network read after a gap."""

WANTED = (
    "message",
    "edited_message",
    "channel_post",
    "callback_query",
    "my_chat_member",
    "chat_member",
)
"""The kinds of update asked for; the messenger sends no others."""


async def _unbroken(keeping: Coroutine[Any, Any, T]) -> T:
    """Await the work; a cancelled caller leaves it running. If it fails after that nobody need hear: the same is given again."""
    task = asyncio.ensure_future(keeping)
    task.add_done_callback(lambda done: done.cancelled() or done.exception())
    return await asyncio.shield(task)


@dataclass
class MessengerIntake:
    books: Books
    municipality: str
    telegram: Telegram
    clock: Clock
    wake: Callable[[], None]
    offset: int = 0

    async def once(self, wait: int) -> int | Conflict | Unauthorised | NotNow:
        """One poll of up to `wait` seconds: how many updates are in the inbox now that were not, or why there is none.
        Only the next poll acknowledges them."""
        answer = await self.telegram.poll(self.offset, wait, WANTED)
        if not isinstance(answer, Polled):
            return answer
        if not answer.updates:
            return 0
        items = [(str(update["update_id"]), json.dumps(update, ensure_ascii=False)) for update in answer.updates]
        await _unbroken(self._keep(items))
        self.offset = max(int(update["update_id"]) for update in answer.updates) + 1
        self.wake()
        return len(items)

    async def _keep(self, items: Sequence[tuple[str, str]]) -> None:
        async with self.books.write(self.municipality) as page:
            await page.inbox.keep(MESSENGER, items, self.clock.now())


@dataclass
class NetworkIntake:
    """The position in a network's stream is kept in the same transaction as what it brought."""

    books: Books
    municipality: str
    network: Network
    clock: Clock
    wake: Callable[[], None]

    @property
    def _mark(self) -> str:
        return f"position:{self.network.key}"

    async def once(self) -> int:
        """One poll. Raises PollError."""
        position = await _unbroken(self._position())
        batch = await self.network.poll(position)
        events = [*await self._missed(), *batch.items] if batch.gap else batch.items
        items = [(event.key, event.raw) for event in events]
        if not items and batch.position == position:
            return 0
        await _unbroken(self._keep(items, batch.position))
        if items:
            self.wake()
        return len(items)

    async def _missed(self) -> Sequence[RawEvent]:
        """What was written while the network kept no events for us, found by reading (DESIGN rule 14). What came before too
        has the same address and makes no second case."""
        async with self.books.write(self.municipality) as page:
            seen = await page.mark(self._seen)
        since = datetime.fromisoformat(seen) if seen else self.clock.now() - LONGEST_GAP
        found = await self.network.catch_up(max(since, self.clock.now() - LONGEST_GAP))
        if isinstance(found, LookUpImpossible):
            log.warning(
                "events of a network were lost and cannot be read", network=self.network.key, detail=found.detail
            )
            return ()
        log.warning(
            "events of a network were lost, reading what was written", network=self.network.key, found=len(found)
        )
        return found

    @property
    def _seen(self) -> str:
        return f"seen:{self.network.key}"

    async def _position(self) -> str | None:
        async with self.books.write(self.municipality) as page:
            return await page.mark(self._mark)

    async def _keep(self, items: Sequence[tuple[str, str]], position: str) -> None:
        async with self.books.write(self.municipality) as page:
            await page.inbox.keep(self.network.key, items, self.clock.now())
            await page.set_mark(self._mark, position)
            await page.set_mark(self._seen, self.clock.now().isoformat())
