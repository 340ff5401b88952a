"""The bots of one process, a bot for each municipality: they run side by side, and a bot makes room for its successor when the
configuration is read anew.

A reload wires the successor from the files as they are now, completely, before the old bot stops: a file, a key or a
right that is wrong leaves the old one at work and is said in words. The successor starts like any start, so it finds a
changed calendar and an amended regulation itself (decision 0037).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog

from bot.beats import STUCK, Beats
from bot.clock import WallClock
from bot.notices.alerts import tell_broken_files
from bot.process.app import Municipal
from storage.books import Watch
from storage.failures import is_of_storage

log = structlog.get_logger()

START_AGAIN_SECONDS = 5.0
ABSENT_AGAIN_SECONDS = 60.0
ABSENT = "absent"


class NotWired(Exception):  # noqa: N818 - the files are wrong, not the program
    """A bot cannot be wired from the files as they are now; `problems` say what is wrong and where."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(problems)
        self.problems = tuple(problems)


class NotYet(NotWired):
    """The messenger does not answer: the same files may do later."""


Build = Callable[[str], Awaitable[Municipal]]
"""Wires the municipality's bot from the files as they are now, or raises NotWired."""


@dataclass
class Fleet:
    """`bots` is read by the web port while it changes: each place keeps its municipality. `absent`: the municipalities
    whose bot cannot run, and why; they are tried again every minute and at a reload, and stop nobody. `beats`: of the
    loops that belong to no bot. `share`: runs beside the bots where several processes share the municipalities, which
    then come and go; `serves`: whether a municipality is this process's now. `watch`: is told how the bots' writing goes."""

    bots: list[Municipal]
    build: Build | None = None
    absent: dict[str, tuple[str, ...]] = field(default_factory=dict)
    beats: Beats = field(default_factory=lambda: Beats(WallClock()))
    share: Callable[[], Coroutine[Any, Any, None]] | None = None
    serves: Callable[[str], bool] = lambda key: True
    watch: Watch | None = None
    _not_yet: set[str] = field(default_factory=set)
    _running: set[asyncio.Task[None]] = field(default_factory=set)
    _successors: dict[str, Municipal] = field(default_factory=dict)
    _leaving: dict[str, asyncio.Event] = field(default_factory=dict)
    _stopped: asyncio.Event = field(default_factory=asyncio.Event)
    _reloads: set[asyncio.Task[None]] = field(default_factory=set)
    _one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def wire_absent(self) -> list[Municipal]:
        """Wire the bots that could not be wired before; `absent` says why the others still cannot. Each reason is logged
        once, with its municipality."""
        found: list[Municipal] = []
        for key in list(self.absent) if self.build is not None else ():
            assert self.build is not None
            try:
                found.append(await self.build(key))
            except NotWired as wrong:
                if self.absent[key] != wrong.problems:
                    log.error("municipality does not run, the others do", municipality=key, problems=wrong.problems)
                self.absent[key] = wrong.problems
                (self._not_yet.add if isinstance(wrong, NotYet) else self._not_yet.discard)(key)
            else:
                del self.absent[key]
        return found

    @property
    def is_hopeless(self) -> bool:
        """Whether no bot can run before somebody mends its files."""
        return not self.bots and not self._not_yet & self.absent.keys()

    async def run(self) -> None:
        """Run every bot, and after a reload its successor, until `stop`."""
        for bot in self.bots:
            self._running.add(asyncio.create_task(self._run_on(bot)))
        beside = [asyncio.create_task(self._take_in_for_ever(), name="absent municipalities")]
        if self.share is not None:
            beside.append(asyncio.create_task(self.share(), name="leases"))
            self._running.add(asyncio.create_task(self._until_stopped()))
        try:
            while self._running:
                done, _ = await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)
                self._running -= done
                for task in done:
                    task.result()
        finally:
            beside.extend(self._reloads)
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)

    async def _until_stopped(self) -> None:
        """A process may have no municipality for a while, and waits for one."""
        await self._stopped.wait()

    async def _take_in_for_ever(self) -> None:
        self.beats.expect(ABSENT, 3 * ABSENT_AGAIN_SECONDS)
        while True:
            await asyncio.sleep(ABSENT_AGAIN_SECONDS)
            try:
                await self.beats.of(ABSENT, self._take_in_now)
            except Exception as error:
                log.error("job failed", job="absent municipalities", kind=type(error).__name__)

    async def take_in(self, keys: Iterable[str]) -> None:
        """Serve these municipalities from now on."""
        self.absent.update(dict.fromkeys(keys, ()))
        await self._take_in_now()

    async def let_go(self, key: str, *, at_once: bool) -> None:
        """Serve the municipality no longer; return when its bot has stopped. `at_once`: another serves it already."""
        self.absent.pop(key, None)
        bot = next((bot for bot in self.bots if bot.key == key), None)
        if bot is not None:
            if at_once:
                bot.patience = 0.0
            over = self._leaving.setdefault(key, asyncio.Event())
            bot.stop()
            await over.wait()

    async def _take_in_now(self) -> None:
        async with self._one_at_a_time:
            await self._take_in()

    async def _take_in(self) -> None:
        """Start the bots that can run by now."""
        if self._stopped.is_set():
            return
        for bot in await self.wire_absent():
            await self._start(bot, "municipality runs now")
            if not self.serves(bot.key):  # another process took it meanwhile
                await close(bot)
                continue
            self.bots.append(bot)
            self._running.add(asyncio.create_task(self._run_on(bot)))

    def is_stuck(self) -> bool:
        """Whether some loop has not come round for so long that only a restart helps."""
        return any(beats.still(STUCK) for beats in (self.beats, *(bot.beats for bot in self.bots)))

    @property
    def is_stopping(self) -> bool:
        return self._stopped.is_set()

    def stop(self) -> None:
        self._stopped.set()
        for bot in self.bots:
            bot.stop()

    def reload_soon(self) -> None:
        """Reload beside the running work; a signal asks for it."""
        reload = asyncio.create_task(self.reload(), name="reload")
        self._reloads.add(reload)
        reload.add_done_callback(self._reloads.discard)

    async def reload(self) -> None:
        """Read every municipality's files anew. A municipality whose files are wrong keeps its bot, whatever the others do."""
        async with self._one_at_a_time:
            for bot in list(self.bots):
                await self._reload(bot)
            await self._take_in()

    async def _reload(self, bot: Municipal) -> None:
        if self.build is None or self._stopped.is_set():
            return
        try:
            successor = await self.build(bot.key)
        except NotWired as wrong:
            await self._refused(bot, wrong.problems)
        except Exception as error:
            if is_of_storage(error):
                raise
            log.error("configuration not read, the old one stays", municipality=bot.key, kind=type(error).__name__)
        else:
            if (waiting := self._successors.pop(bot.key, None)) is not None:
                await close(waiting)
            self._successors[bot.key] = successor
            bot.stop()

    async def _refused(self, bot: Municipal, problems: Sequence[str]) -> None:
        """Report the problems in the log and to the curators. The old configuration stays in force."""
        log.error("configuration is wrong, the old one stays", municipality=bot.key, problems=problems)
        async with bot.books.write(bot.key) as tx:
            told = await tell_broken_files(tx, bot.offices.today(bot.key), problems, bot.clock.now())
        if told:
            bot.delivery.wake()

    async def _run_on(self, bot: Municipal) -> None:
        """Run the bot and each of its successors in its place; let go, it makes room."""
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
            await self._start(successor, "configuration read anew")
            bot = successor
        if (over := self._leaving.pop(bot.key, None)) is not None:
            self.bots.remove(bot)
            await close(bot)
            over.set()

    async def _start(self, bot: Municipal, said: str) -> None:
        """Start the bot, again if the database does not answer at once."""
        while not self._stopped.is_set() and self.serves(bot.key):
            try:
                await bot.start()
            except Exception as error:
                log.error("not started yet", municipality=bot.key, kind=type(error).__name__)
                await bot.clock.sleep(START_AGAIN_SECONDS)
                continue
            log.info(said, municipality=bot.key)
            return


async def close(bot: Municipal) -> None:
    """Close the bot's connections; its work is over."""
    await bot.messenger.close()
    for network in bot.networks:
        await network.network.close()
