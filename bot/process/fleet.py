"""The bots of one process, one for each municipality, running side by side. After a reload of the configuration a bot
is replaced by its successor.

A reload wires the successor completely from the files as they are now before the old bot stops: a wrong file, key or
right leaves the old one at work and is reported in words. The successor starts like any start, so it finds a changed
calendar and an amended regulation itself (decision 0037).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Coroutine, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import structlog

from bot.beats import STUCK, Beats
from bot.clock import WallClock
from bot.notices.alerts import tell_broken_files
from bot.process import stopping
from bot.process.app import Municipal
from config.yamlfile import BrokenConfiguration
from storage.books import Watch
from storage.failures import is_of_storage

log = structlog.get_logger()

READ_ANEW = "configuration read anew"
START_AGAIN_SECONDS = 5.0
ABSENT_AGAIN_SECONDS = 60.0
BUILT_AT_ONCE = 8
"""How many bots are wired at the same time: most of that time is spent waiting for the messenger to tell the bot's
name."""
ABSENT = "absent"


class NotWired(Exception):  # noqa: N818 - the files are wrong, not the program
    """A bot cannot be wired from the files as they are now; `problems` are Russian sentences, each saying what is
    wrong and where."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(problems)
        self.problems = tuple(problems)


class NotYet(NotWired):
    """A bot cannot be wired now because the messenger or the database does not answer; the same files may do later."""


Build = Callable[[str], Awaitable[Municipal]]
"""Wires the municipality's bot from the files as they are now, or raises NotWired."""
Tell = Callable[[str], Awaitable[None]]


async def _nobody(key: str) -> None:
    pass


@dataclass
class Fleet:
    """The bots of this process: starts, reloads and stops them. `bots` is also read by the web port while it changes;
    a successor takes its predecessor's index. `absent`: municipalities whose bot does not run yet, with the reasons;
    they are retried and hinder no other. `beats`: the heartbeats of the loops that belong to no bot. `configured`:
    reads the keys of all municipalities from the configuration again. `anew`: called first at a reload. `watch`: is
    informed of the bots' writes.

    If several processes share the municipalities: `share` runs beside the bots; `serves`: whether a municipality is
    now this process's; `left`: called when its bot has stopped for good, `declined`: when its files are wrong here.
    """

    bots: list[Municipal]
    build: Build | None = None
    absent: dict[str, tuple[str, ...]] = field(default_factory=dict)
    beats: Beats = field(default_factory=lambda: Beats(WallClock()))
    configured: Callable[[], Collection[str]] | None = None
    share: Callable[[], Coroutine[Any, Any, None]] | None = None
    serves: Callable[[str], bool] = lambda key: True
    left: Tell = _nobody
    declined: Tell = _nobody
    anew: Callable[[], Awaitable[None]] | None = None
    watch: Watch | None = None
    _taking: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _building: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(BUILT_AT_ONCE))
    _running: set[asyncio.Task[None]] = field(default_factory=set)
    _successors: dict[str, Municipal] = field(default_factory=dict)
    _leaving: dict[str, asyncio.Event] = field(default_factory=dict)
    _stopped: asyncio.Event = field(default_factory=asyncio.Event)
    _reloads: set[asyncio.Task[None]] = field(default_factory=set)
    _one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def first(self) -> bool:
        """Wire the bot of the first municipality for which that succeeds; the others stay in `absent` and are retried
        in the background. Return False if no municipality can run before somebody corrects its files. True may come
        without a bot: a messenger did not answer and will be asked again."""
        may_later = False
        for key in list(self.absent):
            try:
                bot = await self._wired(key)
            except NotYet:
                may_later = True
            except NotWired:
                continue
            else:
                del self.absent[key]
                self.bots.append(bot)
                return True
        return may_later

    async def _wired(self, key: str) -> Municipal:
        """Wire and return the municipality's bot. Raises NotWired if that fails; each new reason is logged once, with
        its municipality."""
        assert self.build is not None
        try:
            async with self._building:
                return await self.build(key)
        except NotWired as wrong:
            problems, refused = wrong.problems, wrong
        except Exception as error:
            problems = (f"{key}: не запускается, в базе или в файлах неожиданное ({type(error).__name__})",)
            refused = NotYet(problems) if is_of_storage(error) else NotWired(problems)
        if self.absent.get(key) != problems:
            log.error("municipality does not run, the others do", municipality=key, problems=problems)
        self.absent[key] = problems
        raise refused

    async def run(self) -> None:
        """Run every bot, and after a reload its successor, until `stop`."""
        for bot in self.bots:
            self._running.add(asyncio.create_task(self._run_on(bot)))
        beside = [asyncio.create_task(self._take_in_for_ever(), name="absent municipalities")]
        if self.share is not None:
            beside.append(asyncio.create_task(self.share(), name="leases"))
        if self.build is not None:  # go on even while there is no municipality
            self._running.add(asyncio.create_task(self._until_stopped()))
        self._take_in()
        try:
            while self._running:
                done, _ = await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)
                self._running -= done
                for task in done:
                    task.result()
        finally:
            await stopping.over([*beside, *self._reloads, *self._taking.values()])

    async def _until_stopped(self) -> None:
        await self._stopped.wait()

    async def _take_in_for_ever(self) -> None:
        self.beats.expect(ABSENT, 3 * ABSENT_AGAIN_SECONDS)
        while True:
            await asyncio.sleep(ABSENT_AGAIN_SECONDS)
            self._take_in()
            self.beats.beat(ABSENT)

    def take_in(self, keys: Iterable[str]) -> None:
        """Begin to serve these municipalities, each as soon as its bot can run."""
        self.absent.update({key: self.absent.get(key, ()) for key in keys})
        self._take_in()

    async def let_go(self, key: str, *, at_once: bool) -> None:
        """Stop serving the municipality; return when its bot has stopped. `at_once`: do not wait for its work in
        progress, because another process serves it already."""
        self.absent.pop(key, None)
        bot = next((bot for bot in self.bots if bot.key == key), None)
        if bot is None:
            await self.left(key)
            return
        if at_once:
            bot.patience = 0.0
        over = self._leaving.setdefault(key, asyncio.Event())
        bot.stop()
        await over.wait()

    def _take_in(self) -> None:
        """Begin to start every absent bot, each in a task of its own, so that none waits for another."""
        for key in list(self.absent) if self.build is not None and not self.is_stopping else ():
            if key not in self._taking:
                task = self._taking[key] = asyncio.create_task(self._take(key), name=f"start of {key}")
                task.add_done_callback(partial(self._taken, key))

    def _taken(self, key: str, done: asyncio.Task[None]) -> None:
        del self._taking[key]

    async def _take(self, key: str) -> None:
        while (leaving := self._leaving.get(key)) is not None:
            await leaving.wait()
        while self.serves(key) and key in self.absent and not self.is_stopping:
            try:
                bot = await self._wired(key)
            except NotYet:
                await asyncio.sleep(START_AGAIN_SECONDS)
                continue
            except NotWired:
                await self.declined(key)
                return
            try:
                await self._start(bot, "municipality runs now")
            finally:
                begins = key in self.absent and self.serves(key) and not self.is_stopping
                if not begins:
                    await close(bot)
            if begins:
                del self.absent[key]
                self.bots.append(bot)
                self._running.add(asyncio.create_task(self._run_on(bot)))

    def is_taking(self, key: str) -> bool:
        """Whether the municipality's bot is being started."""
        return key in self._taking

    def is_stuck(self) -> bool:
        """Whether some loop has not finished a round for so long (`STUCK`) that only a restart of the process helps."""
        return any(beats.still(STUCK) for beats in (self.beats, *(bot.beats for bot in self.bots)))

    @property
    def is_stopping(self) -> bool:
        return self._stopped.is_set()

    def stop(self) -> None:
        self._stopped.set()
        for bot in self.bots:
            bot.stop()

    def reload_soon(self) -> None:
        """Start a reload in the background; called on a signal."""
        reload = asyncio.create_task(self.reload(), name="reload")
        self._reloads.add(reload)
        reload.add_done_callback(self._reloads.discard)

    async def reload(self) -> None:
        """Read every municipality's files again: added municipalities start, removed ones stop, the others get a
        successor. If a municipality's files are wrong it keeps its present bot, whatever happens to the others."""
        async with self._one_at_a_time:
            if self.anew is not None:
                await self.anew()
            await self._come_and_go()
            for bot in list(self.bots):
                try:
                    await self._reload(bot)
                except Exception as error:
                    log.error(
                        "configuration not read, the old one stays", municipality=bot.key, kind=type(error).__name__
                    )
            self._take_in()

    async def _come_and_go(self) -> None:
        if self.configured is None:
            return
        try:
            keys = set(self.configured())
        except BrokenConfiguration as broken:
            log.error("configuration is wrong, the old one stays", problems=[str(one) for one in broken.problems])
            return
        here = {bot.key for bot in self.bots} | self.absent.keys()
        for key in sorted(here - keys):
            log.info("municipality is retired", municipality=key)
            await self.let_go(key, at_once=False)
        if self.share is None:
            self.absent.update(dict.fromkeys(keys - here, ()))

    async def _reload(self, bot: Municipal) -> None:
        if self.build is None or self._stopped.is_set():
            return
        try:
            successor = await self.build(bot.key)
        except NotWired as wrong:
            await self._refused(bot, wrong.problems)
        else:
            if (waiting := self._successors.pop(bot.key, None)) is not None:
                await close(waiting)
            self._successors[bot.key] = successor
            bot.stop()

    async def _refused(self, bot: Municipal, problems: Sequence[str]) -> None:
        """Report the problems of the files in the log and to the curators. The old configuration stays in force."""
        log.error("configuration is wrong, the old one stays", municipality=bot.key, problems=problems)
        async with bot.books.write(bot.key) as tx:
            told = await tell_broken_files(tx, bot.offices.today(bot.key), problems, bot.clock.now())
        if told:
            bot.delivery.wake()

    async def _run_on(self, bot: Municipal) -> None:
        """Run the bot, then each successor in its place. When the municipality is let go, close the bot and remove it
        from `bots`."""
        bot.books.watch = self.watch
        while True:
            await bot.run()
            successor = self._successors.pop(bot.key, None)
            if successor is not None and (self._stopped.is_set() or bot.key in self._leaving):
                await close(successor)
                successor = None
            if successor is None:
                break
            self.bots[self.bots.index(bot)] = successor
            await close(bot)
            await self._start(successor, READ_ANEW)
            bot = successor
        over = self._leaving.get(bot.key)
        if over is not None:
            self.bots.remove(bot)
            await close(bot)
        await self.left(bot.key)
        if over is not None:
            del self._leaving[bot.key]
            over.set()

    async def _start(self, bot: Municipal, said: str) -> None:
        """Start the bot; if that fails, as when the database does not answer, retry every few seconds until the fleet
        stops."""
        while not self._stopped.is_set() and self.serves(bot.key):
            try:
                if said == READ_ANEW:  # its keys may be others than those that were refused
                    async with bot.books.write(bot.key) as tx:
                        await tx.outbox.let_every_repeat_go()
                await bot.start()
            except Exception as error:
                log.error("not started yet", municipality=bot.key, kind=type(error).__name__)
                await bot.clock.sleep(START_AGAIN_SECONDS)
                continue
            log.info(said, municipality=bot.key)
            return


async def close(bot: Municipal) -> None:
    """Close the connections of a bot that has stopped working."""
    await bot.messenger.close()
    for network in bot.networks:
        await network.network.close()
