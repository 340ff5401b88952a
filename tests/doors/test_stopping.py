"""What is begun is finished, or broken off and named; one that does not hear the first word is told again."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import structlog

from bot.process.stopping import over, patience, politely


async def test_what_ends_by_itself_is_waited_for() -> None:
    ended = asyncio.Event()

    async def ending() -> None:
        await asyncio.sleep(0)
        ended.set()

    with structlog.testing.capture_logs() as said:
        await politely(ending(), 60, list)
    assert (ended.is_set(), said) == (True, [])


async def test_what_does_not_end_is_broken_off_and_named() -> None:
    never = asyncio.Event()

    async def waits() -> None:
        await never.wait()

    letter, job = asyncio.create_task(waits(), name="letter 7 (post)"), asyncio.create_task(waits())
    done = asyncio.create_task(asyncio.sleep(0), name="toast")
    await done
    with structlog.testing.capture_logs() as said:
        await politely(waits(), 0, lambda: [job, letter, done])
    assert (letter.cancelled(), job.cancelled(), done.cancelled()) == (True, True, False)
    assert [line["held"] for line in said] == [["letter 7 (post)", f"{waits.__qualname__}"]]


async def test_who_swallows_a_cancellation_is_told_again() -> None:
    heard: list[str] = []

    async def deaf() -> None:
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        heard.append("once")
        await asyncio.Event().wait()

    task = asyncio.create_task(deaf())
    await asyncio.sleep(0)
    await over([task])
    assert (task.cancelled(), heard) == (True, ["once"])


def test_by_default_as_long_as_one_call_to_the_messenger_may_take() -> None:
    assert [patience(seconds) for seconds in (2, 8, 12, 30, 90)] == [0.5, 2, 3, 20, 80]
