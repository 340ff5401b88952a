"""The clock's entry point: rings the due alarms in order, each once, even after the bot was off for a night.

It decides nothing: each alarm goes through the desk. Several notices to one person become one letter.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog

from bot.answering.accounts import OPEN_STATES
from bot.clock import Clock
from bot.notices.gathering import Gathering
from bot.process import tidying
from bot.reception.stumbles import Stumbles
from storage.books import Books
from storage.failures import is_of_storage
from storage.transaction import Transaction
from workflow.desk import Desk
from workflow.effects import Priority
from workflow.ports import GROUP_LANE, Letter
from workflow.terms.alarms import Alarm, AlarmKind

if TYPE_CHECKING:  # a process that only plays a scenario does not need them
    from bot.cases.reckoning import Reckoning
    from bot.daily import DailyRound
    from bot.notices.alerts import ParkedReport, PinReport, TroubleReport
    from bot.people.handing_over import HandingOver
    from bot.process.queues import Queues

log = structlog.get_logger()

BATCH = 100
SLICE_SECONDS = 0.05
"""Seconds after which a slice of alarms ends, whatever is left; it ends sooner if a button press waits for the
database."""
HELD = timedelta(minutes=1)
"""How long a notice waits at most for other notices due at the same time, to become one letter with them."""
LAST_SEEN = "last_seen"


@dataclass
class Ticker:
    books: Books
    municipality: str
    desk: Desk
    clock: Clock
    wake_delivery: Callable[[], None]
    handing_over: HandingOver | None = None
    keep_seen: timedelta = timedelta(days=30)
    daily: DailyRound | None = None
    folding: bool = True
    pinned: bool = False
    reports: tuple[ParkedReport | TroubleReport | PinReport | Queues, ...] = ()
    reckoning: Reckoning | None = None
    lost_after: timedelta | None = None
    beat: Callable[[], None] = lambda: None
    _stumbles: Stumbles = field(default_factory=Stumbles)
    _one_by_one: bool = False

    async def tick(self) -> int:
        """Ring every due alarm, so that reminders and notices are sent, and return their number. Works in slices, so
        that a button press in between waits for one slice at most; the notices of all slices to one person become one
        message, sent last."""
        rung, held = 0, self.clock.now() + HELD
        while (count := await self._slice(held, last=rung > 0)) > 0:
            rung += count
            self.beat()
            await asyncio.sleep(0)
        if rung:
            self.wake_delivery()
        return rung

    async def _slice(self, held: datetime, *, last: bool) -> int:
        """Ring one slice of alarms and return their number. After a failure alarms are rung one by one; an alarm that
        fails three times in the same way is dropped, so that it does not stop the others."""
        try:
            rung = await self._one_slice(held, last=last)
        except Exception as error:
            if is_of_storage(error):
                raise
            third = self._stumbles.is_third(error) and self._one_by_one
            self._one_by_one = True
            if not third:
                raise
            async with self.books.write(self.municipality) as tx:
                head = await tx.drop_head_alarm(self.clock.now())
            log.error("alarm given up", alarm=head, kind=type(error).__name__)
            return 1
        self._stumbles.went_on()
        self._one_by_one = self._one_by_one and rung > 0
        return rung

    async def _one_slice(self, held: datetime, *, last: bool) -> int:
        """Ring one slice of alarms in one transaction and return their number. If none is due: with `last` release the
        letters that earlier slices held, and do the periodic work that has no alarms."""
        async with self.books.write(self.municipality) as tx:
            rung = await self.ring_due(tx, held)
            told = False
            if not rung and last:
                await tx.outbox.release(held)
            if not rung:
                told = await self._others(tx)
        if told:
            self.wake_delivery()
        return rung

    async def _others(self, tx: Transaction) -> bool:
        """Do the periodic work that has no alarms: handing over to substitutes, the daily round, the reports. Return
        whether a letter was put into the outbox. A failure here is logged and stops no alarm."""
        told = False
        for watch in (self.handing_over, self.daily, *self.reports):
            try:
                async with tx.savepoint():
                    told = (watch is not None and await watch.look(tx, self.clock.now())) or told
            except Exception as error:
                if is_of_storage(error):
                    raise
                log.error(f"{type(watch).__name__} failed", kind=type(error).__name__)
        return told

    async def ring_due(self, tx: Transaction, held: datetime | None = None) -> int:
        """Ring a slice of the due alarms within the caller's transaction and return their number. `held`: the
        resulting letters wait until then, or until they are released; None: they may be sent at once."""
        now, begun = self.clock.now(), self.clock.monotonic()
        gathering = Gathering(folding=self.folding, pinned=self.pinned)
        telling = replace(self.desk, postroom=gathering)
        due = await tx.due_alarms(now, 1 if self._one_by_one else BATCH)
        rung: list[tuple[int, Alarm]] = []
        for row_id, alarm in due:
            rung.append((row_id, alarm))
            desk = self.desk if alarm.kind is AlarmKind.RELEASE else telling
            try:
                async with tx.savepoint():
                    await desk.ring(tx, alarm, now, self.municipality)
            except Exception as error:
                if is_of_storage(error):
                    raise
                log.error("alarm failed", case=alarm.case, step=alarm.step, kind=type(error).__name__)
                await self._given_up(tx, alarm, now)
            if self.clock.monotonic() - begun > SLICE_SECONDS or (held is not None and self.books.is_wanted):
                break
        await tx.drop_alarms(rung)
        await gathering.close(tx, now, held)
        return len(rung)

    async def _given_up(self, tx: Transaction, alarm: Alarm, now: datetime) -> None:
        """Record in the case's journal that its alarm failed, so that this is visible."""
        try:
            async with tx.savepoint():
                await tx.journal_line(alarm.case, "alarm_failed", {"step": alarm.step}, now)
        except Exception as error:
            log.error("alarm failed without a trace", case=alarm.case, kind=type(error).__name__)

    async def lost_since(self) -> datetime | None:
        """Since when the messenger may have dropped updates, because the bot was off for longer than `lost_after`;
        None if it was not."""
        async with self.books.write(self.municipality) as tx:
            seen = await tx.mark(LAST_SEEN)
        since = datetime.fromisoformat(seen) if seen else None
        return since if since is not None and self._were_lost(self.clock.now() - since) else None

    async def wake_up(self, *, read_back: bool = False) -> None:
        """At start: recalculate terms that moved or passed while the bot was off. After an outage in which the
        messenger may have dropped updates, report it to the group with the numbers of the open cases (DESIGN rule 14).
        Then record that the bot is running. `read_back`: what was written meanwhile has been read, so that only button
        presses are lost."""
        now = self.clock.now()
        async with self.books.write(self.municipality) as tx:
            seen = await tx.mark(LAST_SEEN)
        since = datetime.fromisoformat(seen) if seen else None
        if self.reckoning is not None:
            await self.reckoning.look(now, since)
        async with self.books.write(self.municipality) as tx:
            if since is not None and self._were_lost(now - since) and await tx.people.working_group() is not None:
                await self._tell_gap(tx, since, now, read_back=read_back)
            await tx.set_mark(LAST_SEEN, now.isoformat())

    def _were_lost(self, away: timedelta) -> bool:
        return self.lost_after is not None and away > self.lost_after

    async def _tell_gap(self, tx: Transaction, since: datetime, now: datetime, *, read_back: bool) -> None:
        cases = await tx.cases_in(OPEN_STATES)
        facts = {
            "since": since.isoformat(),
            "until": now.isoformat(),
            "numbers": [case.number for case in cases],
            "read_back": read_back,
        }
        body = json.loads(json.dumps({"key": "gap", "facts": facts, "roles": [], "reply_to": None}))
        await tx.outbox.put([Letter("say", GROUP_LANE, Priority.DEADLINE, body=body)], now)

    async def note_presence(self) -> None:
        """Record that the bot is running now; called once a minute."""
        async with self.books.write(self.municipality) as tx:
            await tx.set_mark(LAST_SEEN, self.clock.now().isoformat())

    async def tidy(self) -> None:
        """Delete finished data past its term; called daily (see `bot.process.tidying`). Journal, cases and drafts stay."""
        await tidying.tidy(self.books, self.municipality, self.clock.now(), self.keep_seen)
