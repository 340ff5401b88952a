"""Intake: poll the messenger and the networks, and store what they deliver before acknowledging it (DESIGN rule 1).

Nothing is handled here; `bot.reception.batches` is woken. A stop interrupts the polling, never the storing. A crash at
any line loses nothing: a stored update is recognised by its key, any other is delivered again.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

import structlog

from bot.clock import Clock
from bot.telegram import Conflict, NotNow, Polled, Telegram, Unauthorised
from config import washing
from networks.port import LookUpImpossible, Network, RawEvent
from storage.books import Books
from storage.failures import is_of_storage
from storage.inbox import MESSENGER

log = structlog.get_logger()

T = TypeVar("T")

LONGEST_GAP = timedelta(days=3)
"""How far back a network is read after a gap."""

WANTED = (
    "message",
    "edited_message",
    "channel_post",
    "callback_query",
    "my_chat_member",
    "chat_member",
)
"""The kinds of update requested; the messenger sends no others."""


async def _unbroken(keeping: Coroutine[Any, Any, T]) -> T:
    """Await the work; if the caller is cancelled it goes on. A later failure is ignored: the same items come again."""
    task = asyncio.ensure_future(keeping)
    task.add_done_callback(lambda done: done.cancelled() or done.exception())
    return await asyncio.shield(task)


STRANGE_SECONDS = 3.0


def key_of(written: str) -> str:
    """A key for an item without one, made from its content: equal content means the same item."""
    return f"strange:{hashlib.sha256(written.encode('utf-8', 'replace')).hexdigest()}"


def _written(update: Any) -> str:
    return json.dumps(update, ensure_ascii=False)


async def put_into_inbox(
    books: Books,
    municipality: str,
    source: str,
    items: Sequence[tuple[str, str]],
    now: datetime,
    marks: Mapping[str, str] = {},
) -> None:
    """Store every (key, raw) in the inbox; park one that cannot be stored, without affecting the others. `marks` are
    set with them, so that a stream's position never runs ahead of the stored items. Raises only storage errors."""
    try:
        await _keep(books, municipality, source, items, now, marks)
        return
    except Exception as error:
        if is_of_storage(error):
            raise
        log.warning("cannot be kept together, one by one now", source=source, kind=type(error).__name__)
    for item in items:
        await _keep_alone(books, municipality, source, item, now)
    await _keep(books, municipality, source, (), now, marks)


async def _keep(
    books: Books,
    municipality: str,
    source: str,
    items: Sequence[tuple[str, str]],
    now: datetime,
    marks: Mapping[str, str],
) -> None:
    async with books.write(municipality) as tx:
        await tx.inbox.keep(source, items, now)
        for name, value in marks.items():
            await tx.set_mark(name, value)


async def _keep_alone(books: Books, municipality: str, source: str, item: tuple[str, str], now: datetime) -> None:
    key, raw = item
    try:
        await _keep(books, municipality, source, [item], now, {})
        return
    except Exception as error:
        if is_of_storage(error):
            raise
        reason = f"cannot be kept: {type(error).__name__}"
    try:
        async with books.write(municipality) as tx:
            await tx.inbox.keep_parked(source, key_of(f"{key} {raw}"), washing.text(raw), reason, now)
        log.error("update parked", source=source, reason=reason)
    except Exception as error:
        if is_of_storage(error):
            raise
        log.error("update lost, it cannot even be parked", source=source, kind=type(error).__name__)


@dataclass
class MessengerIntake:
    books: Books
    municipality: str
    telegram: Telegram
    clock: Clock
    wake: Callable[[], None]
    offset: int = 0

    async def once(self, wait: int) -> int | Conflict | Unauthorised | NotNow:
        """Poll once for up to `wait` seconds; return the number of updates stored, or why there is none. Only the next
        poll acknowledges them."""
        answer = await self.telegram.poll(self.offset, wait, WANTED)
        if not isinstance(answer, Polled):
            return answer
        items = [(str(update["update_id"]), _written(update)) for update in answer.updates]
        items += [(key_of(written), written) for written in map(_written, answer.strange)]
        if not items:
            return 0
        await _unbroken(put_into_inbox(self.books, self.municipality, MESSENGER, items, self.clock.now()))
        self.wake()
        if not answer.updates:
            # An update without a number cannot be acknowledged. It came first, so nothing else precedes its number.
            self.offset += bool(self.offset)
            return NotNow(STRANGE_SECONDS, "an update without a number")
        self.offset = max(int(update["update_id"]) for update in answer.updates) + 1
        return len(items)


@dataclass
class NetworkIntake:
    """Polls one network. The stream's position is stored in the same transaction as the events."""

    books: Books
    municipality: str
    network: Network
    clock: Clock
    wake: Callable[[], None]

    @property
    def _mark(self) -> str:
        return f"position:{self.network.key}"

    async def once(self) -> int:
        """Poll once; return the number of events. Raises PollError."""
        position = await _unbroken(self._position())
        batch = await self.network.poll(position)
        events = [*await self._missed(), *batch.items] if batch.gap else batch.items
        items = [(event.key, event.raw) for event in events]
        if not items and batch.position == position:
            return 0
        now = self.clock.now()
        marks = {self._mark: batch.position, self._seen: now.isoformat()}
        await _unbroken(put_into_inbox(self.books, self.municipality, self.network.key, items, now, marks))
        if items:
            self.wake()
        return len(items)

    async def _missed(self) -> Sequence[RawEvent]:
        """Read what was written while the network kept no events for us (DESIGN rule 14). Items already received have
        the same address and make no second case."""
        async with self.books.write(self.municipality) as tx:
            seen = await tx.mark(self._seen)
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
        async with self.books.write(self.municipality) as tx:
            return await tx.mark(self._mark)
