"""One municipality's running bot: its parts and the loops that keep them working.

`step` runs one round of everything that can be done now, without waiting; tests and the headless demo use it. `run`
does the same in loops, until `stop`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from aiohttp import web
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.answering.letters import open_cards, pinned_letter
from bot.beats import ALLOWED, Beats
from bot.cases.afterwards import Afterwards
from bot.clock import Clock
from bot.delivery import Delivery
from bot.delivery.rounds import LOOP as DELIVERY
from bot.messenger_side import Conflict, MessengerSide, NotNow, ReadsBack, Spoken, Unauthorised
from bot.offices import Offices
from bot.official.publications.watch import PublicationCare
from bot.people.group_rights import GroupRights
from bot.people.menus import OfficeMenus
from bot.process import taking_over
from bot.process.queues import Queues
from bot.process.retention import Retention
from bot.process.silence import OWN, SilenceWatch
from bot.process.stopping import over, patience, politely
from bot.process.ticker import Ticker
from bot.reception.batches import Reception
from bot.reception.intake import MessengerIntake, NetworkIntake, keep_pushed
from config.settings import STOP_SECONDS
from networks.port import PollError, RawEvent
from storage.books import Books
from storage.troubles import Troubles
from workflow.ports import network_lane

log = structlog.get_logger()

INTAKE, RECEPTION, CLOCK, SILENCE = "intake", "reception", "clock", OWN
"""The names of the loops in the table of heartbeats; a network's loop is named by its lane, `network:vk`."""
TICK_SECONDS = 5
MINUTE, DAY = 60.0, 24 * 3600.0
POLL_SECONDS = 25
LOOK_SECONDS, QUIET_SECONDS = 1.0, 10.0
"""Between two looks of the reception that nobody woke: while something waits for its moment, and while nothing does. In a
process of many municipalities each look takes the books from the others."""
NAMED_AGAIN_SECONDS = 600.0
READ_BACK_TAKEN_OFF = timedelta(days=2)
"""How far back to read after the messenger dropped our address. Longer than a messenger keeps trying an address that
does not answer."""
TAKEN_OFF = (
    "мессенджер перестал присылать сообщения: наш адрес долго не отвечал; подписались снова и читаем пропущенное"
)
KEEP_AGAIN_SECONDS = 5.0
SECOND_COPY = "этого бота опрашивает ещё одна программа с тем же ключом; остановите её: вдвоём они теряют сообщения"


def refused(spoken: Spoken) -> str:
    """A Russian sentence for the log: the messenger does not accept the secret, and where the operator gets a new one."""
    words = f"{spoken.name} не принимает {spoken.secret}; возьмите новый у {spoken.issuer}, впишите в .env"
    return f"{words}, потом systemctl reload dezhurny"


Door = Callable[[web.Request], Awaitable[web.StreamResponse]]
"""The HTTP handler, on the web port, for the events that a network pushes."""


@dataclass
class Municipal:
    """One municipality's bot with all its parts wired. `silence` notifies people of loops whose heartbeat stopped.
    `doors`: paths of the web port with their handlers. `pushed_to`: the address to which the messenger pushes updates;
    None if it is polled. `patience`: seconds a stop waits for work in progress."""

    key: str
    books: Books
    offices: Offices
    messenger: MessengerSide
    reception: Reception
    ticker: Ticker
    delivery: Delivery
    intake: MessengerIntake
    networks: Sequence[NetworkIntake]
    clock: Clock
    care: PublicationCare
    beats: Beats
    silence: SilenceWatch
    queues: Queues
    doors: Sequence[tuple[str, Door]] = ()
    pushed_to: str | None = None
    afterwards: Afterwards | None = None
    retention: Retention | None = None
    menus: OfficeMenus | None = None
    group_rights: GroupRights | None = None
    patience: float = patience(STOP_SECONDS)
    _heard: asyncio.Event = field(default_factory=asyncio.Event)
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _jobs: set[asyncio.Task[None]] = field(default_factory=set)
    _well: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.reception.wake = self.wake

    async def keep(self, source: str, event: RawEvent) -> None:
        """Store a pushed event in the inbox and wake the loop that processes it. The caller acknowledges the event
        only after this (DESIGN rule 1)."""
        await keep_pushed(
            self.books, self.key, source, event, self.clock.now(), self.messenger, self.reception.networks
        )
        self.wake()

    def wake(self) -> None:
        """Wake the loop that processes the inbox: an update waits there."""
        self._heard.set()

    async def start(self) -> None:
        """Prepare before the first message: record the bot's connection, store the editions of the regulation, set the
        working group named in the file, report an outage to the group, enter earlier cases into the register of
        violations."""
        group = self.offices.municipality.group
        async with self.books.write(self.key) as tx:
            await tx.connections.settle(self.messenger.connection)
            await self.offices.open_editions(tx, self.clock.now())
            if group is not None and await tx.people.working_group() is None:
                await tx.people.set_working_group(group, self.offices.municipality.name)
                await tx.outbox.put(await open_cards(tx), self.clock.now())
            if self.offices.municipality.pinned_list or await tx.messages.shown("pinned"):
                await tx.outbox.put([pinned_letter(self.clock.now())], self.clock.now())
        await self.ticker.wake_up(read_back=await self._read_back(await self.ticker.lost_since()))
        await taking_over.whole(self.books, self.key, self.ticker.desk, self.clock.now())

    async def _read_back(self, since: datetime | None) -> bool:
        """After an outage since `since`, read what was written in the working group, where citizens comment and to the
        bot in private, if the messenger allows. Return whether the first two were read completely; False if `since` is
        None.
        """
        if since is None:
            return False
        async with self.books.write(self.key) as tx:
            group, bound = await tx.people.working_group(), await tx.people.all()
        square = self.reception.citizens.discussion
        places = [*([group[0]] if group is not None else []), *([square] if square is not None else [])]
        is_whole = await self.intake.read_back(since, places)
        await self.intake.read_back(since, sorted({self.messenger.chat_of(one.account) for one in bound}))
        return is_whole

    async def step(self) -> int:
        """Run one round of every part without waiting; return how much was done (0: there was nothing to do)."""
        answer = await (self._poll_once(0) if self.pushed_to is None else self._named(self.pushed_to))
        done = answer if isinstance(answer, int) else 0
        for network in self.networks:
            done += await self.watch_once(network)
        done += await self.beats.of(RECEPTION, self.reception.drain)
        done += await self.beats.of(CLOCK, self.ticker.tick)
        for name, look, _ in self._watches():
            done += await self.beats.of(name, look)
        done += await self.delivery.drain(patient=True)
        done += await self.beats.of(SILENCE, self.silence.look)
        return done

    def _watches(self) -> list[tuple[str, Callable[[], Awaitable[int]], float]]:
        """The periodic jobs beside the clock's: the job's name, the function, seconds between two runs."""
        found: list[tuple[str, Callable[[], Awaitable[int]], float]] = [("publications", self.care.look, 10 * MINUTE)]
        if self.afterwards is not None:
            found.append(("afterwards", self.afterwards.look, MINUTE))
        if self.menus is not None:
            found.append(("menus", self.menus.look, TICK_SECONDS))
        if self.group_rights is not None:
            found.append(("group rights", self.group_rights.look, MINUTE))
        return found

    async def settle(self, rounds: int = 100) -> None:
        """Run rounds until one finds nothing to do. Raises RuntimeError if that does not happen within `rounds`."""
        for _ in range(rounds):
            if await self.step() == 0:
                return
        raise RuntimeError("the bot does not come to rest")

    # --- loops -------------------------------------------------------------------------------

    async def run(self) -> None:
        """Run until `stop`. Work in progress is then finished: intake stops first, then the updates received are
        processed and the letters sent; what takes longer than `patience` is cancelled and stays in the database."""
        scheduler = AsyncIOScheduler(timezone="UTC")
        self._schedule(scheduler)
        scheduler.start()
        for loop in (INTAKE, RECEPTION, DELIVERY, SILENCE, *(network_lane(one.network.key) for one in self.networks)):
            self.beats.expect(loop)
        intakes = [asyncio.create_task(self._listen()), *(asyncio.create_task(self._watch(n)) for n in self.networks)]
        intakes.append(asyncio.create_task(self._heed(), name="silence"))
        receiving = asyncio.create_task(self._receive(), name="reception")
        sending = asyncio.create_task(self.delivery.run(), name="delivery")
        try:
            await self._stopping.wait()
        finally:
            self._stopping.set()
            scheduler.shutdown(wait=False)
            await over(intakes)
            await politely(self._finish(receiving, sending), self.patience, lambda: self._begun(receiving, sending))

    def _schedule(self, scheduler: AsyncIOScheduler) -> None:
        """Add every periodic job to the scheduler, each with its own heartbeat."""
        forever = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        repeated = [
            (CLOCK, self._tick, TICK_SECONDS),
            ("presence", self.ticker.note_presence, MINUTE),
            *self._watches(),
        ]
        for name, work, seconds in repeated:
            self.beats.expect(name, max(ALLOWED, 2 * seconds))
            scheduler.add_job(self._guarded(name, work), "interval", seconds=seconds, **forever)
        self.beats.expect("tidy", 2 * DAY)
        scheduler.add_job(self._guarded("tidy", self.ticker.tidy), "cron", hour=1, **forever)
        if self.retention is not None:
            self.beats.expect("retention", 2 * DAY)
            scheduler.add_job(self._guarded("retention", self.retention.carry_out), "cron", hour=2, **forever)

    async def _finish(self, receiving: asyncio.Task[None], sending: asyncio.Task[None]) -> None:
        """Process the updates already received and send the resulting letters, before the bot stops."""
        if self._jobs:
            await asyncio.wait(self._jobs)
        self.wake()
        await receiving
        try:
            await self.reception.drain()
        except Exception as error:
            log.error("reception failed", kind=type(error).__name__)
        self.delivery.stop()
        await sending

    def _begun(self, *loops: asyncio.Task[None]) -> list[asyncio.Task[Any]]:
        return [*self._jobs, *self.reception.under_way, *self.delivery.under_way, *loops]

    def stop(self) -> None:
        self._stopping.set()

    async def _tick(self) -> None:
        await self.ticker.tick()
        self.wake()

    def _guarded(self, name: str, work: Callable[[], Awaitable[object]]) -> Callable[[], Awaitable[None]]:
        """Make a job for the scheduler. Its failure is logged and stops nothing; it runs again at its next time. When
        the bot stops, the job may finish, where the scheduler alone would cancel it."""

        async def guarded() -> None:
            try:
                await self.beats.of(name, work)
            except Exception as error:
                log.error("job failed", job=name, kind=type(error).__name__)

        async def unbroken() -> None:
            job = asyncio.create_task(guarded(), name=f"job {name}")
            self._jobs.add(job)
            job.add_done_callback(self._jobs.discard)
            await asyncio.shield(job)

        return unbroken

    async def _listen(self) -> None:
        """Receive the messenger's updates until the bot stops; after an error wait, each time longer, up to a minute."""
        pause = 1.0
        while not self._stopping.is_set():
            answer = await (self._poll() if self.pushed_to is None else self._be_pushed(self.pushed_to))
            if answer is None:
                await self.clock.sleep(KEEP_AGAIN_SECONDS)
                continue
            if isinstance(answer, int):
                pause = 1.0
                continue
            match answer:
                case Conflict(pushed=True):
                    log.warning("updates were pushed to another address, taking it off", municipality=self.key)
                    await self.messenger.stop_pushing()
                case Conflict():
                    log.error(SECOND_COPY, municipality=self.key)
                case Unauthorised():
                    log.error(refused(self.messenger.spoken), municipality=self.key)
                case NotNow():
                    log.warning("messenger is out of reach", municipality=self.key, detail=answer.detail)
                    pause = max(pause, answer.seconds)
            await self.clock.sleep(pause)
            pause = min(pause * 2, 60.0)

    async def _be_pushed(self, url: str) -> int | Unauthorised | NotNow:
        """Tell the messenger our address and return 0, or the messenger's refusal. If it had dropped the address
        because it did not answer, read back what was missed. After success wait ten minutes, so that the caller's next
        round tells it again."""
        answer = await self._named(url)
        if answer == 0 and isinstance(self.messenger, ReadsBack) and self.messenger.was_taken_off():
            log.error(TAKEN_OFF, municipality=self.key)
            await self._read_back(self.clock.now() - READ_BACK_TAKEN_OFF)
        for _ in range(int(NAMED_AGAIN_SECONDS // POLL_SECONDS) if isinstance(answer, int) else 0):
            await self.clock.sleep(POLL_SECONDS)
            self.beats.beat(INTAKE)
        return answer

    async def _named(self, url: str) -> int | Unauthorised | NotNow:
        answer = await self.messenger.start_pushing(url)
        (self.beats.beat if answer is None else self.beats.turned)(INTAKE)
        return 0 if answer is None else answer

    async def _poll(self) -> int | Conflict | Unauthorised | NotNow | None:
        """Poll the messenger once and return the number of updates or its refusal; None if the updates could not be
        stored, in which case the messenger delivers them again."""
        try:
            return await self._poll_once(POLL_SECONDS)
        except Exception as error:
            self.beats.turned(INTAKE)
            log.error("what came could not be kept, it will be asked for again", kind=type(error).__name__)
            return None

    async def _poll_once(self, wait: int) -> int | Conflict | Unauthorised | NotNow:
        answer = await self.intake.once(wait)
        (self.beats.beat if isinstance(answer, int) else self.beats.turned)(INTAKE)
        return answer

    async def _watch(self, network: NetworkIntake) -> None:
        while not self._stopping.is_set():
            seconds = 0.0
            try:
                await self.watch_once(network)
            except PollError as error:
                at = {"municipality": self.key, "network": network.network.key}
                log.warning("network is out of reach", **at, detail=error.detail)
                seconds = error.seconds
            except Exception as error:
                log.error("network failed", network=network.network.key, kind=type(error).__name__)
                seconds = 5.0
            await self.clock.sleep(seconds)

    async def watch_once(self, network: NetworkIntake) -> int:
        """Poll the network once and return the number of events found. A refusal of our key, and its end, is recorded
        as a trouble; the clock's round notifies people. Raises PollError."""
        key = network.network.key
        try:
            found = await self.beats.of(network_lane(key), network.once)
        except PollError as error:
            if error.operator_needed:
                self._well.discard(key)
                async with self.books.write(self.key) as tx:
                    await Troubles(tx).begin(network_lane(key))
            raise
        if key not in self._well:
            async with self.books.write(self.key) as tx:
                await Troubles(tx).over(network_lane(key))
            self._well.add(key)
        return found

    async def _heed(self) -> None:
        while not self._stopping.is_set():
            await self.clock.sleep(TICK_SECONDS)
            try:
                if await self.beats.of(SILENCE, self.silence.look):
                    self.delivery.wake()
            except Exception as error:
                log.error("silence could not be told", kind=type(error).__name__)

    async def _receive(self) -> None:
        """Process updates when woken; every second while an album is incomplete or something waits to be retried; otherwise when
        the clock wakes it every few seconds, since a command beside the bot may have stored something."""
        while not self._stopping.is_set():
            with suppress(asyncio.TimeoutError):
                pause = QUIET_SECONDS if self.reception.is_idle else LOOK_SECONDS
                await asyncio.wait_for(self._heard.wait(), timeout=pause)
            self._heard.clear()
            try:
                if await self.beats.of(RECEPTION, self.reception.work):
                    self.delivery.wake()
            except Exception as error:
                log.error("reception failed", kind=type(error).__name__)
                await self.clock.sleep(1.0)
