"""How the process stops on request: first politely, then by cancelling, in the end by force.

Work in progress gets some time to finish. Then it is cancelled: the outbox and the inbox are as after a kill, so
nothing is lost (DESIGN rules 1, 2). If even cancelling is blocked, the process exits. The log names the blocking tasks
by kind and number, never people.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import Any

import structlog

log = structlog.get_logger()

CLOSING_SECONDS = 10.0
"""The last seconds of STOP_SECONDS, kept for closing connections, the database and the interpreter itself."""
HEARD_SECONDS = 1
"""Seconds after which a task that is still running is cancelled again."""
LAST_WORDS_SECONDS = 2.0
FORCED = 1
"""The exit code of a process that was ended by force, or that ended because it could not write to the database."""

Tasks = Iterable["asyncio.Task[Any]"]


def patience(stop_seconds: float) -> float:
    """Seconds a stop waits for work in progress, out of `stop_seconds` for the whole stop; by default as long as one
    request to the messenger may take."""
    return max(stop_seconds - CLOSING_SECONDS, stop_seconds / 4)


async def over(tasks: Tasks) -> None:
    """Cancel the tasks and wait until all have ended. The cancellation is repeated, because one can get lost: if it
    coincides with the end of a wait, aiohttp takes it for the timeout."""
    told = list(tasks)
    left = {task for task in told if not task.done()}
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=HEARD_SECONDS)
    await asyncio.gather(*told, return_exceptions=True)


async def politely(ending: Coroutine[Any, Any, None], seconds: float, under_way: Callable[[], Tasks]) -> None:
    """Wait up to `seconds` for `ending`; then cancel it and the tasks that `under_way()` returns, and wait for them to
    end."""
    end = asyncio.create_task(ending, name="ending")
    await asyncio.wait([end], timeout=seconds)
    if end.done():
        await end
        return
    held = [task for task in under_way() if not task.done()]
    log.warning("not everything could be finished, the books keep it", after=seconds, held=_names(held))
    await over([*held, end])


class LastResort:
    """Ends the process by force `seconds` after `start`, even if a task, a thread or the event loop itself is stuck.
    It cannot be cancelled: if the process ends by itself, the timer ends with it."""

    def __init__(self, seconds: float, end: Callable[[int], Any] = os._exit) -> None:
        self._seconds = seconds
        self._end = end
        self._begun = False

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Start the timer; later calls do nothing."""
        if not self._begun:
            self._begun = True
            timer = threading.Timer(self._seconds, self._strike, (loop,))
            timer.daemon = True
            timer.start()

    def _strike(self, loop: asyncio.AbstractEventLoop) -> None:
        """Log what is stuck, then end the process. The log may block because nobody reads it; after two seconds end
        without it."""
        words = threading.Thread(target=self._say, args=(loop,), daemon=True)
        words.start()
        words.join(LAST_WORDS_SECONDS)
        self._end(FORCED)

    def _say(self, loop: asyncio.AbstractEventLoop) -> None:
        tasks = [] if loop.is_closed() else _names(asyncio.all_tasks(loop))
        threads = sorted(t.name for t in threading.enumerate() if not t.daemon and t is not threading.main_thread())
        log.error("did not end when asked to, ended by force", after=self._seconds, held=tasks, threads=threads)


def _names(tasks: Tasks) -> Sequence[str]:
    """The sorted names of the tasks; for a task without a name, that of its coroutine."""
    return sorted(_name(task) for task in tasks)


def _name(task: asyncio.Task[Any]) -> str:
    called = task.get_name()
    return getattr(task.get_coro(), "__qualname__", called) if called.startswith("Task-") else called
