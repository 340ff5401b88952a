"""Reception: take waiting updates from the inbox, let the doors (`handlers`) say what they ask for, and do it.

One batch is one transaction; if an update in it fails, each update is retried in its own transaction. An update that
needs the network (files, a link, an administrator's standing) is prepared beside the batches (`bot.reception.aside`)
and handled in a later one; toasts go out after the transaction. No update can block the others: it is retried, then
parked (set aside for the curators to hear of), and skipped if it cannot even be parked. If the storage itself fails, no
update is blamed and everything waits.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

import structlog

from bot.answering.answered import Answered
from bot.answering.saying import write_late_refusal
from bot.answering.view import Look, case_of
from bot.clock import Clock
from bot.files import FileStore
from bot.found.long_texts import LongTexts
from bot.messenger_side import MessengerSide
from bot.official.publications.watch import seen_in
from bot.reception import pictures
from bot.reception.aside import Aside
from bot.reception.choosing import chosen, waiting_in_lines
from bot.reception.granting import Granting
from bot.reception.preparing import Prepared, Preparing, TryAgain
from bot.reception.stumbles import Stumbles
from config import washing
from handlers.door import open_door
from handlers.incoming import Incoming, UnreadableError
from handlers.public import Citizens
from networks.apart import WorkOut
from networks.port import Network
from networks.port import UnreadableError as UnreadableEvent
from storage.books import Books
from storage.failures import StorageError, is_of_storage
from storage.inbox import MESSENGER, Arrival
from storage.transaction import Transaction

log = structlog.get_logger()

T = TypeVar("T")

TRIES = 5
"""After so many failed tries an update is parked; one waiting for its files has a separate count
(`bot.reception.preparing`)."""
LONGEST_PAUSE = timedelta(minutes=1)
ALBUM_PAUSE = timedelta(seconds=3)
"""An album has no end marker: it is complete when none of its items has arrived for this long."""
HOLDS = timedelta(minutes=10)
"""How long a parked update (set aside because handling it failed) makes later updates about its case wait (DESIGN rule
1)."""
PASSED_OVER = timedelta(minutes=5)
"""How long a row of the inbox that cannot even be parked is skipped."""
FOR_STORAGE = timedelta(seconds=5)
SLICE_SECONDS, LONGEST_SLICE = 0.03, 0.3
"""How many seconds of a batch may go to updates that are not urgent (comments, or more than an author's share):
SLICE_SECONDS while somebody else waits for the database, LONGEST_SLICE otherwise, so that a press never waits long for
them. At least one is handled."""

UNREADABLE = (UnreadableError, UnreadableEvent, json.JSONDecodeError, KeyError)


class _Elsewhere:
    """Marks a row that needs nothing more in this batch: it is handled with the first row of its album, or prepared
    aside."""


def _nobody() -> None:
    pass


@dataclass
class Reception:
    books: Books
    municipality: str
    granting: Granting
    messenger: MessengerSide
    networks: Mapping[str, Network]
    files: FileStore
    clock: Clock
    citizens: Citizens = field(default_factory=Citizens)
    beat: Callable[[], None] = lambda: None
    texts: LongTexts = field(default_factory=LongTexts)
    bare: WorkOut = pictures.here
    wake: Callable[[], None] = _nobody
    is_idle: bool = False
    """Nothing waits in the inbox, not even for its moment, as far as the last batch saw."""
    _toasts: set[asyncio.Task[None]] = field(default_factory=set)
    _passed_over: dict[int, datetime] = field(default_factory=dict)
    _stumbles: Stumbles = field(default_factory=Stumbles)

    def __post_init__(self) -> None:
        around = (self.messenger, self.networks, self.files, self.clock, self.citizens, self.texts, self.bare)
        self._preparing = Preparing(self.books, self.municipality, self.granting, *around)
        self._aside = Aside(lambda: self.wake())

    async def drain(self) -> int:
        """Handle all waiting updates, wait for what they need from outside and for their toasts; return the number of
        updates."""
        done = await self.work()
        while self.under_way:
            await asyncio.wait(self.under_way, return_when=asyncio.FIRST_COMPLETED)
            done += await self.work()
        return done

    async def work(self) -> int:
        """Handle all updates that can be handled now; return their number. Toasts and updates prepared aside may go on
        afterwards."""
        done = 0
        while (handled := await self._round()) > 0:
            done += handled
            self.beat()
        return done

    @property
    def under_way(self) -> tuple[asyncio.Task[Any], ...]:
        """The tasks that go on: toasts being sent (cancelling one does not undo its press), and updates being prepared
        aside."""
        return (*self._toasts, *self._aside.under_way)

    async def _round(self) -> int:
        """Handle one batch and return the number of updates. If batches fail three times in a row in the same way, park
        (set aside) the first row of the inbox unread."""
        try:
            handled = await self._batch()
        except Exception as error:
            if is_of_storage(error) or not self._stumbles.is_third(error):
                raise
            await self._park_head(type(error).__name__)
            return 1
        self._stumbles.went_on()
        return handled

    async def _park_head(self, error: str) -> None:
        async with self.books.write(self.municipality) as tx:
            head = await tx.inbox.park_head(error, self.clock.now())
        log.error("update parked", row=head, reason=f"stopped the reception: {error}")

    async def _batch(self) -> int:
        now = self.clock.now()
        self._passed_over = {row: until for row, until in self._passed_over.items() if until > now}
        prepared, failures = self._aside.taken()
        skipped = {*self._passed_over, *self._aside.rows}
        async with self.books.write(self.municipality) as tx:
            await tx.inbox.release(now)
            bound = {b.account for b in await tx.people.all()}
            lines = await waiting_in_lines(tx.inbox, now, bound, self._aside.people, len(skipped))
        self.is_idle = not lines.others
        skipped |= {row.id for item in prepared for row in item.rows}
        at_once, in_time = chosen(lines.without(skipped))
        handled, able = len(prepared), list[Prepared]()
        for row in (*at_once, *in_time):
            try:
                item = await self._prepare(row, bound)
            except Exception as error:  # only storage errors get here
                failures.append(error)
                continue
            (prepared if row in at_once else able).extend([item] if isinstance(item, Prepared) else [])
            handled += not isinstance(item, _Elsewhere)
        failures += await self._carry_out_all(prepared, able)
        self._preparing.begun |= {item.rows[0].id: sheet for item in prepared if (sheet := item.begun) is not None}
        if failures:
            raise failures[0]
        return handled

    def _say(self, heard: Sequence[Answered]) -> None:
        """Start sending the toasts without waiting for them."""
        for word in heard:
            toast = asyncio.create_task(self._toast(word), name="toast")
            self._toasts.add(toast)
            toast.add_done_callback(self._toasts.discard)

    async def _toast(self, word: Answered) -> None:
        """Send a toast. If a refusal could not be shown as one (the bot was away too long), write it to the person in
        private (FACTS §14)."""
        try:
            seen = await self.messenger.answer_press(word.press, word.text, word.alert)
            if not seen and word.refused and word.account is not None:
                async with self.books.write(self.municipality) as tx:
                    await write_late_refusal(tx, word, self.clock.now())
        except Exception as error:
            log.error("toast failed", kind=type(error).__name__)

    # --- before the transaction --------------------------------------------------------------

    async def _prepare(self, row: Arrival, bound: set[int]) -> Prepared | _Elsewhere | None:
        """Prepare the update, or have it prepared aside if it needs the network; None if it must wait (the reason is
        recorded). Raises only storage errors."""
        if row.source != MESSENGER:
            item = await self._safely([row], None, self._of_network(row))
            if item is None or not item.is_long:
                return item
            self._aside.begin([row.id], None, self._safely([row], None, self._preparing.thought_over(item)))
            return _Elsewhere()
        return await self._safely([row], None, self._of_messenger(row, bound))

    async def _of_network(self, row: Arrival) -> Prepared:
        return self._preparing.of_network(row)

    async def _of_messenger(self, row: Arrival, bound: set[int]) -> Prepared | _Elsewhere | None:
        incoming = self.messenger.read(row.raw)
        account = incoming.sender.account if incoming.sender is not None else None
        if account in self._aside.people:
            return _Elsewhere()
        if incoming.album and row.album is None:
            await self._put_into_album(row, incoming.album)
            return None
        mine = [row]
        if row.album is not None:
            mine = await self._of_album(row)
            if not mine:
                return _Elsewhere()
            incoming = _whole([self.messenger.read(item.raw) for item in mine])
        if not await self._preparing.goes_outside(mine, incoming, bound):
            return await self._safely(mine, incoming, self._preparing.of_message(mine, incoming, bound))
        ids = [item.id for item in mine]
        async with self.books.write(self.municipality) as tx:
            about = await case_of(tx, incoming)
            if about is not None and about not in await tx.inbox.blocked_cases(row.id, self.clock.now()):
                await tx.inbox.holds_case(ids, about)
        self._aside.begin(ids, account, self._safely(mine, incoming, self._preparing.of_message(mine, incoming, bound)))
        return _Elsewhere()

    async def _safely(self, rows: Sequence[Arrival], incoming: Incoming | None, preparing: Awaitable[T]) -> T | None:
        """Return the result of preparing; if that fails, schedule a retry of these rows or park them with the reason,
        and return None. Raises only storage errors."""
        try:
            return await preparing
        except StorageError:
            raise
        except TryAgain as error:
            await self._failed(rows, str(error), incoming, tries=sys.maxsize)
        except UNREADABLE as error:
            await self._failed(rows, f"cannot be read: {type(error).__name__}", None, tries=1)
        except Exception as error:
            # An error here affects one update only; the others go on. A full disk is not the update's fault.
            await self._failed(rows, type(error).__name__, incoming, counted=not is_of_storage(error))
        return None

    async def _put_into_album(self, row: Arrival, album: str) -> None:
        async with self.books.write(self.municipality) as tx:
            await tx.inbox.put_into_album(row.id, album, self.clock.now() + ALBUM_PAUSE)

    async def _of_album(self, row: Arrival) -> list[Arrival]:
        """Return all rows of a complete album if `row` is its first, otherwise []."""
        async with self.books.write(self.municipality) as tx:
            items = await tx.inbox.of_album(row.album or "")
        return items if items and items[0].id == row.id else []

    # --- the transaction ---------------------------------------------------------------------

    async def _carry_out_all(self, prepared: Sequence[Prepared], in_time: Sequence[Prepared]) -> list[Exception]:
        """Handle all updates in one transaction; if one fails, each in its own. Start the toast of every handled press.
        Updates that the storage could not record stay in the inbox unchanged; return those errors. Of `in_time` those
        beyond the first stay there too, once the time for them is used up."""
        if not prepared and not in_time:
            return []
        try:
            async with self.books.write(self.municipality) as tx:
                heard = [word for item in prepared for word in await self._carry_out(tx, item)]
                begun = self.clock.monotonic()
                for item in in_time:
                    heard += await self._carry_out(tx, item)
                    await asyncio.sleep(0)  # let the intake store a press that has arrived
                    spent = self.clock.monotonic() - begun
                    if spent > (SLICE_SECONDS if self.books.is_wanted else LONGEST_SLICE):
                        break
            self._say(heard)
            return []
        except Exception as error:
            log.warning("batch failed, one by one now", updates=len(prepared), kind=type(error).__name__)
        failures: list[Exception] = []
        for item in (*prepared, *in_time):
            try:
                self._say(await self._by_itself(item))
            except Exception as error:
                failures.append(error)
        return failures

    async def _by_itself(self, prepared: Prepared) -> list[Answered]:
        """Handle one update in a transaction of its own and return its toasts; if it fails, schedule a retry or park
        it. Raises only storage errors."""
        try:
            async with self.books.write(self.municipality) as tx:
                return await self._carry_out(tx, prepared)
        except Exception as error:
            if is_of_storage(error):
                raise
            log.error("update failed", row=prepared.rows[0].id, kind=type(error).__name__)
            await self._failed(prepared.rows, type(error).__name__, prepared.incoming)
            return []

    async def _carry_out(self, tx: Transaction, prepared: Prepared) -> list[Answered]:
        """Handle one update in the open transaction and return its toast, if any. An import with rows left stays in the
        inbox and is read again at once."""
        first, rows, taken = prepared.rows[0], [row.id for row in prepared.rows], prepared.taken
        now = self.clock.now()
        for file, remote in prepared.fetched.values():
            await tx.keep_file(remote, file.key, file.kind, file.name, file.size, now)
        if prepared.found is not None:
            await self.granting.came(tx, prepared.found, first.received_at, now)
        if prepared.published is not None:
            await self.granting.publications.saw(tx, seen_in(prepared.published), now)
        answered: Answered | None = None
        if prepared.incoming is not None:
            case_id = await case_of(tx, prepared.incoming)
            if case_id is not None and case_id in await tx.inbox.blocked_cases(first.id, now):
                await tx.inbox.wait_behind(rows, case_id)
                return []
            look = await self._look(tx, prepared, now)
            wishes = await open_door(prepared.incoming, look)
            answered = await self.granting.grant(tx, wishes, prepared.incoming, look)
        if prepared.taken == taken or prepared.begun is None:
            await tx.inbox.done(rows)
        # A press that imports a long export is handled again for each lot of rows; its toast was shown with the first.
        return [answered] if answered is not None and not taken else []

    async def _look(self, tx: Transaction, prepared: Prepared, now: datetime) -> Look:
        assert prepared.incoming is not None
        return await Look.at(
            tx,
            prepared.incoming,
            self.granting.office_today(self.municipality),
            now,
            bot_name=self.granting.bot_name,
            kept=prepared.kept,
            missing=tuple(prepared.missing),
            is_admin_here=prepared.is_admin_here,
            linked=prepared.linked,
            citizens=self.citizens,
            sheet=prepared.sheet,
            judge=self.granting.finding.is_appeal,
        )

    # --- what failed -------------------------------------------------------------------------

    async def _failed(
        self,
        rows: Sequence[Arrival],
        error: str,
        incoming: Incoming | None,
        *,
        tries: int = TRIES,
        counted: bool = True,
    ) -> None:
        """Schedule a retry of the failed update, or park it (set it aside): with its case, otherwise without one; at
        worst this process skips it for a while. `tries`: after so many it is parked; `counted`: this failure counts as
        one. Raises only storage errors."""
        for about in dict.fromkeys((incoming, None)):
            try:
                async with self.books.write(self.municipality) as tx:
                    case_id = await case_of(tx, about) if about is not None else None
                    await self._put_by(tx, rows, washing.text(error), case_id, tries=tries, counted=counted)
                return
            except Exception as failure:
                if is_of_storage(failure):
                    raise
                log.error("update could not be put by", row=rows[0].id, kind=type(failure).__name__)
        self._passed_over |= {row.id: self.clock.now() + PASSED_OVER for row in rows}

    async def _put_by(
        self, tx: Transaction, rows: Sequence[Arrival], error: str, case_id: int | None, *, tries: int, counted: bool
    ) -> None:
        """Schedule a retry of the failed update; after `tries` tries park it (set it aside) and note that in the case's
        journal (`bot.notices.alerts` then notifies the curators)."""
        now, attempts = self.clock.now(), max(row.attempts for row in rows)
        if not counted or attempts + 1 < tries:
            pause = min(timedelta(seconds=2 ** min(attempts + 1, 10)), LONGEST_PAUSE) if counted else FOR_STORAGE
            for row in rows:
                await tx.inbox.again_later(row.id, error, now + pause, case_id, counted=counted)
            return
        for row in rows:
            await tx.inbox.park(row.id, error, case_id, now + HOLDS if case_id is not None else None)
            log.error("update parked", row=row.id, source=row.source, reason=error)
        if case_id is not None:
            await tx.journal_line(case_id, "parked", {"row": str(rows[0].id)}, now)


def _whole(parts: Sequence[Incoming]) -> Incoming:
    """Merge the items of an album into one message with the captions, the files and everything else of all items."""
    first = next((part for part in parts if part.text), parts[0])
    return replace(
        first,
        text="\n\n".join(dict.fromkeys(part.text for part in parts if part.text)),
        links=tuple(link for part in parts for link in part.links),
        beside=tuple(one for part in parts for one in part.beside),
        items=tuple(part.message for part in parts if part.message != first.message),
        files=tuple(file for part in parts for file in part.files),
        reply_to=next((part.reply_to for part in parts if part.reply_to is not None), None),
    )
