"""Intake: poll the messenger and the networks, and store what they deliver before acknowledging it (DESIGN rule 1).

Nothing is handled here; `bot.reception.batches` is woken. A stop interrupts the polling, never the storing. A crash at
any line loses nothing: a stored update is recognised by its key, any other is delivered again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

import structlog

from bot.clock import Clock
from bot.messenger import NotSeen
from bot.messenger_side import Conflict, MessengerSide, NotNow, Polled, ReadsBack, Unauthorised
from bot.notices.alerts import GapReport, Missed
from config import washing
from handlers.incoming import Kind
from networks.port import Network, PollError, RawEvent, Unread
from storage.books import Books
from storage.failures import is_of_storage
from storage.inbox import MESSENGER
from storage.transaction import Transaction

log = structlog.get_logger()

T = TypeVar("T")

READ_BACK = timedelta(days=30)
"""How far back a network is read after a gap, unless the office's file says otherwise."""
TRIES = 5
"""How many times reading back is begun if the network breaks it off; after that it is given up, so that current events
do not wait for it."""
LATE = timedelta(minutes=1)
"""If a network without a stored position answers for the first time this long after it was first asked, it is read back
to that moment."""
LOT = 200
"""How many events are stored in one transaction, so that a gap of thousands delays nobody's press."""


async def _unbroken(keeping: Coroutine[Any, Any, T]) -> T:
    """Await the work and return its result; if the caller is cancelled, the work goes on. A later failure is ignored:
    the same items are delivered again."""
    task = asyncio.ensure_future(keeping)
    task.add_done_callback(lambda done: done.cancelled() or done.exception())
    return await asyncio.shield(task)


Along = Callable[[Transaction], Awaitable[None]]
"""Something else to write in a transaction that stores items."""


async def _nothing(tx: Transaction) -> None:
    pass


AuthorOf = Callable[[str], str]
"""Returns who wrote a raw item; "" if no person did."""


def _nobody(raw: str) -> str:
    return ""


def author_in_messenger(messenger: MessengerSide) -> AuthorOf:
    """Return a function that names the account behind a press or a message. Other updates have no author: they change
    who may write at all."""

    def author_of(raw: str) -> str:
        try:
            incoming = messenger.read(raw)
        except Exception:
            return ""  # the reception parks it with the reason
        is_said = incoming.kind in (Kind.PRESS, Kind.MESSAGE, Kind.EDIT)
        return str(incoming.sender.account) if is_said and incoming.sender is not None else ""

    return author_of


def author_in_network(network: Network) -> AuthorOf:
    """Return a function that names the author of a raw event by the network's id; "" for the office's own posts."""

    def author_of(raw: str) -> str:
        try:
            found = network.read(raw)
        except Exception:
            return ""
        return washing.text(found.author_ref) if found is not None and not found.ours else ""

    return author_of


async def put_into_inbox(
    books: Books,
    municipality: str,
    source: str,
    items: Sequence[tuple[str, str]],
    now: datetime,
    along: Along = _nothing,
    author_of: AuthorOf = _nobody,
) -> None:
    """Store every (key, raw) in the inbox; park one that cannot be stored, without affecting the others. `along` is
    done in the same transaction, so that a stream's position never runs ahead of the stored items. Raises only storage
    errors."""
    try:
        await _keep(books, municipality, source, items, now, along, author_of)
        return
    except Exception as error:
        if is_of_storage(error):
            raise
        log.warning("cannot be kept together, one by one now", source=source, kind=type(error).__name__)
    for item in items:
        await _keep_alone(books, municipality, source, item, now, author_of)
    await _keep(books, municipality, source, (), now, along, author_of)


async def keep_pushed(
    books: Books,
    municipality: str,
    source: str,
    event: RawEvent,
    now: datetime,
    messenger: MessengerSide,
    networks: Mapping[str, Network],
) -> None:
    """Store an event that the messenger or a network pushed to our address; the caller may then acknowledge it. Raises
    only storage errors."""
    author_of = author_in_messenger(messenger) if source == MESSENGER else author_in_network(networks[source])
    await put_into_inbox(books, municipality, source, [(event.key, event.raw)], now, author_of=author_of)


async def _keep(
    books: Books,
    municipality: str,
    source: str,
    items: Sequence[tuple[str, str]],
    now: datetime,
    along: Along,
    author_of: AuthorOf,
) -> None:
    authors = [author_of(raw) for _, raw in items]
    async with books.write(municipality) as tx:
        await tx.inbox.keep(source, items, now, authors)
        await along(tx)


async def _keep_alone(
    books: Books, municipality: str, source: str, item: tuple[str, str], now: datetime, author_of: AuthorOf
) -> None:
    key, raw = item
    try:
        await _keep(books, municipality, source, [item], now, _nothing, author_of)
        return
    except Exception as error:
        if is_of_storage(error):
            raise
        reason = f"cannot be kept: {type(error).__name__}"
    try:
        async with books.write(municipality) as tx:
            await tx.inbox.keep_parked(source, washing.key_of(f"{key} {raw}"), washing.text(raw), reason, now)
        log.error("update parked", source=source, reason=reason)
    except Exception as error:
        if is_of_storage(error):
            raise
        log.error("update lost, it cannot even be parked", source=source, kind=type(error).__name__)


@dataclass
class MessengerIntake:
    """Polls the office's messenger. The position read up to is stored in the same transaction as the updates, with the
    moment."""

    books: Books
    municipality: str
    messenger: MessengerSide
    clock: Clock
    wake: Callable[[], None]
    _position: int | None = field(default=None, repr=False)
    _moved_at: datetime | None = field(default=None, repr=False)
    _is_known: bool = field(default=False, repr=False)

    async def once(self, wait: int) -> int | Conflict | Unauthorised | NotNow:
        """Poll once for up to `wait` seconds; return the number of updates stored, or why there is none. Only the next
        poll acknowledges them."""
        position = await self.position()
        answer = await self.messenger.poll(position, wait)
        if not isinstance(answer, Polled):
            return answer
        if not answer.items and answer.position in (position, None):
            return 0
        now = self.clock.now()

        async def move(tx: Transaction) -> None:
            if answer.position is not None:
                await tx.connections.move(self.messenger.connection, answer.position, now)

        author_of = author_in_messenger(self.messenger)
        await _unbroken(put_into_inbox(self.books, self.municipality, MESSENGER, answer.items, now, move, author_of))
        self._position, self._moved_at = answer.position, now
        if answer.items:
            self.wake()
        if answer.pause:
            return NotNow(answer.pause, "what came cannot be acknowledged")
        return len(answer.items)

    async def read_back(self, since: datetime, places: Sequence[int]) -> bool:
        """Store what was written in these chats since `since`, while nothing reached the bot, if the messenger shows
        it; return whether every chat was read. An update stored already has the same key and is not stored twice."""
        if not isinstance(self.messenger, ReadsBack):
            return False
        author_of, is_whole = author_in_messenger(self.messenger), True
        for place in places:
            found = await self.messenger.read_back(place, since)
            if isinstance(found, NotSeen):
                is_whole = False
                log.warning("a gap could not be read back", municipality=self.municipality, detail=found.detail)
                continue
            log.info("a gap was read back", municipality=self.municipality, found=len(found))
            for start in range(0, len(found), LOT):
                items, now = found[start : start + LOT], self.clock.now()
                keeping = put_into_inbox(self.books, self.municipality, MESSENGER, items, now, author_of=author_of)
                await _unbroken(keeping)
        return is_whole

    async def position(self) -> int | None:
        """Return where to poll from; None if nothing is stored, or if it is too old to be trusted (decision 0029)."""
        if not self._is_known:
            await _unbroken(self._read_position())
        lasts = self.messenger.trusted_for
        if lasts is not None and self._moved_at is not None and self.clock.now() - self._moved_at >= lasts:
            return None
        return self._position

    async def _read_position(self) -> None:
        key = self.messenger.connection
        async with self.books.write(self.municipality) as tx:
            self._position, self._moved_at = await tx.connections.position(key), await tx.connections.moved_at(key)
        self._is_known = True


@dataclass
class NetworkIntake:
    """Polls one network. The position read up to is stored in the same transaction as the events. `report` notifies the
    curators of what was read back after a gap; `beat` is called as the reading goes on."""

    books: Books
    municipality: str
    network: Network
    clock: Clock
    wake: Callable[[], None]
    report: GapReport | None = None
    read_back: timedelta = READ_BACK
    beat: Callable[[], None] = lambda: None
    _broken_off: int = 0

    @property
    def _mark(self) -> str:
        return f"position:{self.network.key}"

    async def once(self) -> int:
        """Poll once and store the events; return their number. Raises PollError."""
        position = await _unbroken(self._position())
        is_late = position is None and await _unbroken(self._is_late())
        batch = await self.network.poll(position)
        missed = await self._read_back() if batch.gap or is_late else None
        if not batch.items and batch.position == position and missed is None:
            return 0
        now = self.clock.now()

        async def move(tx: Transaction) -> None:
            await tx.set_mark(self._mark, batch.position)
            await tx.set_mark(self._seen, now.isoformat())
            if missed is not None and self.report is not None:
                await self.report.tell(tx, self.network.key, missed, now)

        for start in range(0, max(len(batch.items), 1), LOT):
            is_last = start + LOT >= len(batch.items)
            await self._keep(batch.items[start : start + LOT], move if is_last else _nothing)
        return len(batch.items) + (missed.found if missed is not None else 0)

    async def _keep(self, events: Sequence[RawEvent], along: Along = _nothing) -> None:
        items, now = [(event.key, event.raw) for event in events], self.clock.now()
        author_of, source = author_in_network(self.network), self.network.key
        await _unbroken(put_into_inbox(self.books, self.municipality, source, items, now, along, author_of))
        self.beat()
        if items:
            self.wake()

    async def _is_late(self) -> bool:
        """Whether a network without a stored position was first asked over a minute ago and has not answered until now.
        The moment of the first asking is stored at once."""
        now = self.clock.now()
        async with self.books.write(self.municipality) as tx:
            first = await tx.mark(self._seen)
            if first is None:
                await tx.set_mark(self._seen, now.isoformat())
        return first is not None and now - datetime.fromisoformat(first) >= LATE

    async def _read_back(self) -> Missed:
        """Read what was written while the network stored no events for us (DESIGN rule 14), and store it in lots;
        return what was found and what could not be read. What was received before has the same key and makes no second
        case. Raises PollError if the caller should begin again."""
        async with self.books.write(self.municipality) as tx:
            seen = await tx.mark(self._seen)
        now, network = self.clock.now(), self.network.key
        earliest = now - self.read_back
        begun = datetime.fromisoformat(seen) if seen else earliest
        since, unread, found, lot = max(begun, earliest), set[Unread](), 0, list[RawEvent]()
        log.warning("events of a network were lost, reading what was written", network=network, since=str(since))
        try:
            async for one in self.network.catch_up(since, since - self.read_back):
                self.beat()
                unread |= {one} if isinstance(one, Unread) else set()
                lot += [one] if isinstance(one, RawEvent) else []
                if len(lot) == LOT:
                    await self._keep(lot)
                    found, lot = found + self._said(lot), []
                    log.info("events of a network are being kept", network=network, kept=found)
        except PollError as error:
            await self._keep(lot)
            found, lot, self._broken_off = found + self._said(lot), [], self._broken_off + 1
            if self._broken_off < TRIES:
                raise
            log.warning("events of a network were lost and cannot be read", network=network, detail=error.detail)
            unread.add(Unread.NOT_NOW)
        await self._keep(lot)
        self._broken_off = 0
        unread |= {Unread.TOO_LONG_AGO} if begun < since else set()
        return Missed(begun, now, found + self._said(lot), tuple(sorted(unread)), self.read_back)

    def _said(self, events: Sequence[RawEvent]) -> int:
        """Return how many of the events were written by somebody outside the office."""
        author_of = author_in_network(self.network)
        return sum(author_of(event.raw) != "" for event in events)

    @property
    def _seen(self) -> str:
        return f"seen:{self.network.key}"

    async def _position(self) -> str | None:
        async with self.books.write(self.municipality) as tx:
            return await tx.mark(self._mark)
