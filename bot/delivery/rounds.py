"""Schedule the sending. A lane is the queue of letters to one chat or network: lanes run in parallel, letters within a
lane one by one, the urgent first.

A slow network delays no letter to the messenger, a paused group no private chat. An error in one letter never stops the
rest.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

import structlog

from bot.beats import Beats
from bot.clock import Clock
from bot.delivery.carrier import Carrier
from bot.delivery.known import EDITED_IN_PLACE, known_message
from bot.delivery.ledger import Ledger, doubts
from bot.delivery.limits import AHEAD, HAIR, Pace
from bot.delivery.moderating import Moderator
from bot.delivery.ports import Renderer, Report
from bot.delivery.posting import Poster
from bot.delivery.trying import Lines
from bot.failures import place_of
from bot.messenger import Messenger
from networks.port import Network
from storage.books import Books
from storage.failures import StorageError, is_of_storage
from storage.transaction import Transaction
from workflow.ports import GROUP_LANE, NETWORK, Letter, account_of

log = structlog.get_logger()

LOOP = "delivery"
IDLE_SECONDS = 5.0
"""The loop checks the outbox again after so many seconds even if `wake` was not called."""

LANE_SECONDS = 180.0
"""How many seconds sending one letter (queued message) may take, with a report to render and several pieces, before its
lane (queue of one chat) counts as hung."""
MODERATE = "moderate"
TRIES_OF_BROKEN = 5


class Delivery:
    """Sends all letters (queued messages) of one municipality; nothing else does. Call `wake` after every transaction
    that put letters into the outbox."""

    def __init__(
        self,
        books: Books,
        municipality: str,
        messenger: Messenger,
        networks: Mapping[str, Network],
        render: Renderer,
        report: Report,
        pace: Pace,
        clock: Clock,
        jitter: Callable[[], float] = random.random,
        beats: Beats | None = None,
    ) -> None:
        self._ledger = Ledger(books, municipality, clock, jitter)
        self._beats = beats or Beats(clock)
        self._lines = Lines()
        self._manners = messenger.manners
        self._carrier = Carrier(self._ledger, messenger, render, pace, self._lines, self._hold, self._let_go)
        self._poster = Poster(self._ledger, networks, render, report, self._can_tell)
        self._moderator = Moderator(self._ledger, networks, render, report, self._can_tell)
        self._pace = pace
        self._clock = clock
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._uncounted: set[str] = set()
        self._held: dict[str, float] = {}
        self._own: set[int] = set()
        self._stranded = True
        self._awake = asyncio.Event()
        self._stopping = False

    async def drain(self, patient: bool = False) -> int:
        """Send every letter that may be sent now; return how many were finished. With `patient`, also wait for the
        limits, but not for letters scheduled for a later moment."""
        before = self._ledger.ended
        while True:
            wait = await self._start()
            if self._busy:
                await asyncio.wait(self._busy.values(), return_when=asyncio.FIRST_COMPLETED)
            elif wait is None or not patient:
                return self._ledger.ended - before
            else:
                await self._clock.sleep(wait)

    async def run(self) -> None:
        """Send letters until `stop` is called; finish the letters already begun, also when cancelled."""
        try:
            while not self._stopping:
                self._awake.clear()
                try:
                    wait = await self._start()
                    pause = await self._next_pause(wait)
                except Exception as error:
                    log.error("delivery could not look into the outbox", error=place_of(error))
                    pause = IDLE_SECONDS
                if pause > 0 and not self._stopping:
                    await self._sleep_or_wake(pause)
        finally:
            if self._busy:
                await asyncio.wait(self._busy.values())

    def wake(self) -> None:
        """Make the loop check the outbox at once: there may be something new to send."""
        self._awake.set()

    def stop(self) -> None:
        """Begin no new letters; `run` ends when those begun are finished."""
        self._stopping = True
        self.wake()

    @property
    def under_way(self) -> tuple[asyncio.Task[None], ...]:
        """The tasks that send letters now. If one is cancelled, the next process finds its letter marked `sending`."""
        return tuple(self._busy.values())

    # --- what may go -------------------------------------------------------------------------------------------------

    async def _start(self) -> float | None:
        """Start every lane (queue of one chat or network) that may send; return the seconds until the limits allow a
        further one, None if the limits hold none back."""
        return await self._beats.of(LOOP, self._start_lanes)

    async def _start_lanes(self) -> float | None:
        if self._stranded:
            await self._recover()
        now, seconds = self._clock.now(), self._clock.monotonic()
        async with self._ledger.write() as tx:
            heads = await tx.outbox.heads(now)
            group = await tx.people.working_group()
        waits: list[float] = []
        for letter in heads:
            if letter.lane in self._busy or (letter.not_before is not None and letter.not_before > now):
                continue
            chat = 0 if letter.lane.startswith(NETWORK) else self._chat_of(letter.lane, group)
            if chat is None:
                continue
            if chat != 0 and not self._lines.may_try(letter.lane, seconds, self._messenger_is_busy()):
                continue
            wait = self._wait_for(letter, chat, seconds)
            if wait > AHEAD + HAIR:
                waits.append(wait - AHEAD)
            elif chat == 0:
                self._begin(letter, chat)
            elif len(self._uncounted) < self._pace.room(seconds + AHEAD + HAIR):
                self._uncounted.add(letter.lane)
                self._begin(letter, chat)
        return min(waits, default=None)

    def _chat_of(self, lane: str, group: tuple[int, str] | None) -> int | None:
        """Return the chat to which this lane's (queue's) letters go; None if there is no working group yet (letters to
        it wait)."""
        if lane == GROUP_LANE:
            return group[0] if group is not None else None
        account = account_of(lane)
        return self._carrier.messenger.chat_of(account) if account is not None else int(lane.removeprefix("chat:"))

    def _begin(self, letter: Letter, chat: int) -> None:
        name = f"letter {letter.id} ({letter.kind})"
        self._beats.expect(_beat_of(letter.lane), LANE_SECONDS)
        self._busy[letter.lane] = asyncio.create_task(self._go(letter, chat), name=name)

    def _messenger_is_busy(self) -> bool:
        return any(not lane.startswith(NETWORK) for lane in self._busy)

    def _can_tell(self) -> bool:
        """Whether the messenger can be reached, so that a person can be notified that something is left to them."""
        return not self._lines.messenger.is_down

    def _wait_for(self, letter: Letter, chat: int, seconds: float) -> float:
        """Return the seconds for which the limits make this letter and its lane (queue of one chat) wait. An edit may
        go to another chat; the carrier checks that one."""
        held = max(0.0, self._held.get(letter.lane, 0.0) - seconds)
        if chat == 0:
            return held
        if letter.kind == "edit":
            return max(held, self._pace.wait_for_room(seconds))
        return max(held, self._pace.wait_for(chat, self._manners.is_group(chat), seconds))

    def _let_go(self, lane: str) -> None:
        """Stop reserving room for the letter of this lane (queue of one chat): the limits count its messages now, and
        only the messenger's answer is pending."""
        self._uncounted.discard(lane)

    def _hold(self, lane: str, seconds: float) -> None:
        self._held[lane] = self._clock.monotonic() + seconds

    async def _go(self, letter: Letter, chat: int) -> None:
        """Try to send one letter once; no exception leaves this method."""
        self._held.pop(letter.lane, None)
        self._own.add(letter.id)
        try:
            if chat == 0:
                await (self._moderator if letter.kind == MODERATE else self._poster).carry(letter.id)
            else:
                taken = await self._carrier.take(letter, chat)
                if taken is not None:
                    await self._carrier.carry(taken)
        except Exception as error:
            await self._broke(letter, error)
        finally:
            self._own.discard(letter.id)
            self._uncounted.discard(letter.lane)
            del self._busy[letter.lane]
            self._beats.rest(_beat_of(letter.lane))
            self._awake.set()

    async def _broke(self, letter: Letter, error: Exception) -> None:
        """Handle an exception from sending a letter. Log only its name and place: its text may hold a citizen's words.
        A storage failure uses up no try. If nothing can be recorded, the lane pauses for five seconds."""
        log.error("letter broke", letter=letter.id, kind=letter.kind, error=place_of(error))
        if isinstance(error, StorageError) or not await self._noted(letter, error):
            self._stranded = True
            self._hold(letter.lane, IDLE_SECONDS)

    async def _noted(self, letter: Letter, error: Exception) -> bool:
        """After a letter broke, queue it for another try, or, if its posting was under way, for a recovery. Return
        False if this cannot be recorded."""
        try:
            async with self._ledger.write() as tx:
                current = await tx.outbox.get(letter.id)
            if current is not None and (current.state == "waiting" or not current.lane.startswith(NETWORK)):
                await self._ledger.broken(_doubted(current), type(error).__name__, TRIES_OF_BROKEN)
            elif current is not None:
                self._stranded = True
            return True
        except Exception as second:
            log.error("letter left as it was", letter=letter.id, error=place_of(second))
            return False

    # --- what a kill left --------------------------------------------------------------------------------------------

    async def _recover(self) -> None:
        """Recover letters marked `sending` that this process is not sending: repeat edits, resend messages with a
        repeat mark, look postings up."""
        async with self._ledger.write() as tx:
            for letter in await tx.outbox.left_sending():
                if letter.id not in self._own:
                    await self._found_or_failed(tx, letter)
        self._stranded = False

    async def _found_or_failed(self, tx: Transaction, letter: Letter) -> None:
        """Recover one letter left marked `sending`; mark it as failed if that raises, so that it blocks no other."""
        try:
            async with tx.savepoint():
                await self._found_sending(tx, letter)
        except Exception as error:
            if is_of_storage(error):
                raise
            await self._ledger.failed(tx, letter, "broken", place_of(error))

    async def _found_sending(self, tx: Transaction, letter: Letter) -> None:
        log.warning("found on its way", letter=letter.id, kind=letter.kind, case=letter.case_id)
        if letter.lane.startswith(NETWORK):
            body = {**letter.body, "doubts": doubts(letter) + 1}
            await tx.outbox.change(letter.id, body=json.dumps(body, ensure_ascii=False))
            await tx.outbox.reopen(letter, None, letter.attempts + 1, "found sending")
        elif await self._was_edit(tx, letter):
            await tx.outbox.reopen(letter, None, letter.attempts, "found sending")
        else:
            await self._ledger.doubt(tx, letter, "found sending")

    async def _was_edit(self, tx: Transaction, letter: Letter) -> bool:
        if letter.kind == "edit":
            return not letter.body.get("anew")
        if letter.kind not in EDITED_IN_PLACE or letter.progress:
            return False
        chat = self._chat_of(letter.lane, await tx.people.working_group())
        return chat is not None and await known_message(tx, letter, chat) is not None

    # --- waiting -----------------------------------------------------------------------------------------------------

    async def _next_pause(self, wait: float | None) -> float:
        """Return how many seconds to sleep if nobody wakes the loop: until the next letter is due, at most
        `IDLE_SECONDS`."""
        now = self._clock.now()
        async with self._ledger.write() as tx:
            moment = await tx.outbox.next_moment(now)
        until = (moment - now) / timedelta(seconds=1) if moment is not None else IDLE_SECONDS
        return min(IDLE_SECONDS, until, IDLE_SECONDS if wait is None else wait)

    async def _sleep_or_wake(self, seconds: float) -> None:
        waiting = {asyncio.ensure_future(self._awake.wait()), asyncio.ensure_future(self._clock.sleep(seconds))}
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in waiting:
                one.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)


def _doubted(letter: Letter) -> Letter:
    """Return the letter; if it broke while `sending`, with one more doubtful try counted, since it may have arrived."""
    if letter.state != "sending":
        return letter
    return replace(letter, body={**letter.body, "doubts": doubts(letter) + 1})


def _beat_of(lane: str) -> str:
    """Return the name under which the lane (queue of one chat) gives signs of life; private chats show no account,
    because `/healthz` says nothing about people."""
    return f"{LOOP}:{lane}" if lane == GROUP_LANE or lane.startswith(NETWORK) else f"{LOOP}:private#{lane}"
