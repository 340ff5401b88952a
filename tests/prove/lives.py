"""A town whose bot is killed at any point, and begun anew on its file as the kill left it.

A kill in one process: at the point, before anything else can happen, the database's file and log are copied as they stand on
the disk; from then on the old bot can neither say nor keep anything, its tasks are cancelled, and a fresh bot opens the
copy. A request that is on its way to a network when the kill comes still arrives there.
"""

from __future__ import annotations

import asyncio
import contextvars
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.process.app import Municipal
from networks.port import PollError
from storage.books import Books
from storage.failures import StorageError
from storage.transaction import Transaction
from tests.prove.oracle import witness
from tests.shelf import put_back, take
from tests.stories.building import bot_of, side_in
from tests.stories.morning import a_morning
from tests.stories.town import Town

SETTINGS = "\ndetection: {list_after: 100, wave: {authors: 100}}\napproval_delay: 5\n"
"""Every comment is a case of its own."""
_living: contextvars.ContextVar[Lives | None] = contextvars.ContextVar("the life a task belongs to", default=None)
ANYWHERE = "anywhere"

CALLS = ("send", "send_files", "edit", "answer_press", "poll", "fetch", "look_up")
POINTS: dict[str, tuple[str, ...]] = {
    "what came is kept, the messenger does not know yet": ("after intake",),
    "events of VK are kept, VK does not know yet": ("after watch",),
    "carried out, the toasts not shown": ("before say",),
    "before a toast": ("before answer_press",),
    "marked as being sent, before the send": ("before send", "before send_files"),
    "sent, not marked as sent": ("after send", "after send_files"),
    "before an edit": ("before edit",),
    "edited, not marked": ("after edit",),
    "an album comes in": ("after album",),
    "an album goes out": ("before send_files", "after send_files"),
    "a file is fetched": ("before fetch", "after fetch"),
    "before a posting": ("before post",),
    "posted, not marked": ("after post",),
    "the clock has rung, nothing is kept yet": ("after ring",),
    "the clock's slice is kept": ("after slice",),
    "before a transaction": ("before write",),
    "in a transaction, before it is kept": ("within write",),
    "after a transaction": ("after write",),
    "anywhere": (ANYWHERE,),
}
"""The named points, with the passages they stand for."""
LOOKED_UP = {"a doubtful message is looked up": ("before look_up", "after look_up")}
NO_ALBUMS = "an album comes in"


def points_of(messenger: str) -> dict[str, tuple[str, ...]]:
    """The points that a bot in this messenger comes by. In MAX it looks up what it may have sent, and no album comes."""
    if messenger != "max":
        return POINTS
    return {name: passages for name, passages in (POINTS | LOOKED_UP).items() if name != NO_ALBUMS}


class Killed(BaseException):
    """Nothing of the bot may go on."""


class Lives:
    """`town` is always the present life's. `kills`: how many there were at each named point."""

    def __init__(self, town: Town, folder: Path) -> None:
        self.town = town
        self.kills: dict[str, int] = {}
        self.torn = b""
        """What a kill leaves behind the end of the log: a write it came into."""
        self._folder = folder
        self._point, self._wanted, self._left = "", (), 0
        self._tasks: set[asyncio.Task[Any]] = set()
        self._on_their_way: set[asyncio.Task[Any]] = set()
        self._outside = contextvars.copy_context()
        self._begun(town.bot, town.books)

    # --- the points ----------------------------------------------------------------------------------------------

    def lay(self, point: str, passages: int) -> None:
        """Kill the bot when it comes by this point for the so manieth time."""
        self._point, self._wanted, self._left = point, (POINTS | LOOKED_UP)[point], passages

    def kill_no_more(self) -> None:
        self._wanted = ()

    def _begun(self, bot: Municipal, books: Books) -> None:
        self._dead = asyncio.Event()
        self._kept = self._watch_books(books)
        for name in CALLS:
            if hasattr(bot.messenger, name):
                self._around(bot.messenger, name, name)
        self._around(bot.networks[0].network, "post", "post", arrives=True)
        self._around(bot.networks[0], "once", "watch")
        self._around(bot.intake, "once", "intake")
        self._around(bot.reception, "_put_into_album", "album")
        self._around(bot.ticker, "ring_due", "ring")
        self._around(bot.ticker, "_one_slice", "slice")
        say = bot.reception._say

        def passes_and_says(heard: Any) -> None:
            self._pass("before say")
            say(heard)

        bot.reception._say = passes_and_says  # type: ignore[method-assign]

    def _around(self, of: Any, method: str, name: str, *, arrives: bool = False) -> None:
        original = getattr(of, method)

        async def around(*given: Any, **named: Any) -> Any:
            self._pass(f"before {name}")
            done = await (self._arriving(original(*given, **named)) if arrives else original(*given, **named))
            self._pass(f"after {name}")
            return done

        setattr(of, method, around)

    async def _arriving(self, call: Coroutine[Any, Any, Any]) -> Any:
        """The request goes on when its sender is killed."""
        task = self._outside.run(asyncio.get_running_loop().create_task, call)
        self._on_their_way.add(task)
        return await asyncio.shield(task)

    def _watch_books(self, books: Books) -> Callable[[str], Any]:
        original = books.write

        @asynccontextmanager
        async def write(municipality: str) -> AsyncIterator[Transaction]:
            self._pass("before write")
            async with original(municipality) as tx:
                yield tx
                self._pass("within write")
            self._pass("after write")

        books.write = write  # type: ignore[method-assign]
        return original

    def _pass(self, passage: str) -> None:
        if self._dead.is_set():
            raise Killed
        if _living.get() is not self or not (passage in self._wanted or ANYWHERE in self._wanted):
            return
        self._left -= 1
        if self._left == 0:
            self.kills[self._point] = self.kills.get(self._point, 0) + 1
            self._die()
            raise Killed

    def _die(self) -> None:
        left, books = self._folder / "left.db", (self._folder / "dezhurny.db").resolve()
        for part in ("", "-wal"):
            Path(f"{left}{part}").unlink(missing_ok=True)
            if Path(f"{books}{part}").exists():
                shutil.copyfile(f"{books}{part}", f"{left}{part}")
        if self.torn:
            with Path(f"{left}-wal").open("ab") as log:
                log.write(self.torn)
        self._wanted, self._point, self.torn = (), "", b""
        self._dead.set()

    # --- living --------------------------------------------------------------------------------------------------

    async def lives(self, work: Callable[[], Awaitable[Any]]) -> bool:
        """Let the bot do its work. False: it was killed, and another one has begun, perhaps killed in turn."""
        loop = asyncio.get_running_loop()
        loop.set_task_factory(self._made)  # type: ignore[arg-type]
        within = contextvars.copy_context()
        within.run(_living.set, self)
        task = within.run(loop.create_task, _as_coroutine(work))
        dying = loop.create_task(self._dead.wait())
        await asyncio.wait({task, dying}, return_when=asyncio.FIRST_COMPLETED)
        if not self._dead.is_set():
            dying.cancel()
            await task
            self._tasks = {one for one in self._tasks if not one.done()}
            return True
        await self._bury()
        await self._begin()
        return False

    def _made(self, loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, Any], **named: Any) -> asyncio.Task[Any]:
        task = asyncio.Task(work, loop=loop, **named)
        if _living.get() is self:
            self._tasks.add(task)
        return task

    async def _bury(self) -> None:
        """No task of the old bot is left, and what it had sent off has arrived."""
        while running := {task for task in self._tasks if not task.done()}:
            for task in running:
                task.cancel()
            await asyncio.wait(running, timeout=1)
        for task in self._tasks:
            if not task.cancelled():
                task.exception()
        self._tasks.clear()
        await asyncio.gather(*self._on_their_way, return_exceptions=True)
        self._on_their_way.clear()
        await close(self.town)

    async def _begin(self) -> None:
        """A fresh bot on what is left. Its start may be killed, too."""
        town = self.town
        town.books = await take(self._folder / "left.db", self._folder)
        sandbox, side = town.players.town, await side_in(town.players.town, town.municipality)
        town.bot = bot_of(sandbox, town.municipality, town.books, self._folder, side=side, paced=True)
        self._begun(town.bot, town.books)
        await self.lives(town.bot.start)

    @property
    def file(self) -> Path:
        return (self._folder / "dezhurny.db").resolve()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Transaction]:
        """A transaction of the onlookers, by which no kill comes."""
        async with self._kept(self.town.municipality.key) as tx:
            yield tx

    async def settles(self, steps: int = 100) -> bool:
        """Whether the bot came to rest without being killed. What a sick network or storage answers is tried again."""

        async def until_at_rest() -> None:
            for _ in range(steps):
                with suppress(PollError, StorageError):
                    if await self.town.bot.step() == 0:
                        return

        return await self.lives(until_at_rest)

    async def waits(self, seconds: float) -> bool:
        self.town.clock.advance(timedelta(seconds=seconds))
        self.town.clock.advance_monotonic(seconds)
        return await self.settles()


async def close(town: Town) -> None:
    await town.bot.messenger.close()
    for network in town.bot.networks:
        await network.network.close()
    await put_back(town.books)


async def _as_coroutine(work: Callable[[], Awaitable[Any]]) -> Any:
    return await work()


@asynccontextmanager
async def a_killable_town(folder: Path, regulation: str = "kursky", **more: Any) -> AsyncIterator[Lives]:
    """A Monday at nine, everybody in place, and the witness beside the books."""
    async with a_morning(folder, regulation, settings=SETTINGS, paced=True, **more) as town:
        witness((folder / "dezhurny.db").resolve())
        yield Lives(town, folder)
