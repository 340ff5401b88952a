"""Each loop of the running bot, frozen in its body: its beat stops, and `/healthz` names it and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest

from bot.delivery import rounds
from bot.process import app
from storage import board
from tests.page.page_house import Client, a_client, signs_in
from tests.patience import PATIENT as SECONDS
from tests.stories.building import TownClock
from tests.stories.test_afterwards import approved
from tests.stories.town import KEY, Town
from workflow.effects import Priority
from workflow.ports import GROUP_LANE, Letter, account_lane

SHORT = 0.02


class Frozen:
    """A body that stands still from its first call until `thaw`, and is itself again then."""

    def __init__(self, body: Callable[..., Any]) -> None:
        self._body = body
        self.entered, self._thawed = asyncio.Event(), asyncio.Event()

    async def __call__(self, *args: Any, **named: Any) -> Any:
        self.entered.set()
        await self._thawed.wait()
        return await self._body(*args, **named)

    def thaw(self) -> None:
        self._thawed.set()


def freeze(of: object, name: str) -> Frozen:
    frozen = Frozen(getattr(of, name))
    setattr(of, name, frozen)
    return frozen


BODIES: dict[str, Callable[[Town], Frozen]] = {
    "intake": lambda town: freeze(town.bot.messenger, "poll"),
    "network:vk": lambda town: freeze(town.bot.networks[0].network, "poll"),
    "reception": lambda town: freeze(town.bot.reception, "_batch"),
    "clock": lambda town: freeze(town.bot.ticker, "_slice"),
    "delivery": lambda town: freeze(town.bot.delivery, "_start_lanes"),
    "delivery:group": lambda town: freeze(town.bot.messenger, "send"),
    "delivery:private": lambda town: freeze(town.bot.messenger, "send"),
    "delivery:network:vk": lambda town: freeze(town.bot.networks[0].network, "post"),
    "publications": lambda town: freeze(town.bot.care, "look"),
    "afterwards": lambda town: freeze(town.bot.afterwards, "look"),
    "presence": lambda town: freeze(town.bot.ticker, "note_presence"),
    "silence": lambda town: freeze(town.bot.silence, "look"),
}


@asynccontextmanager
async def running(town: Town) -> AsyncIterator[None]:
    """The bot's own loops with short pauses; the stopwatch moves by hand alone."""

    async def sleep(self: TownClock, seconds: float) -> None:
        await asyncio.sleep(min(seconds, SHORT))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TownClock, "sleep", sleep)
        patch.setattr(app, "TICK_SECONDS", SHORT)
        patch.setattr(app, "MINUTE", SHORT)
        patch.setattr(app, "POLL_SECONDS", 0)
        patch.setattr(rounds, "LANE_SECONDS", 60.0)
        run = asyncio.create_task(town.bot.run())
        try:
            yield
        finally:
            town.bot.stop()
            await run


async def until_it_says(client: Client, status: int, silent: list[str]) -> None:
    said: Any = None
    async with asyncio.timeout(SECONDS):
        while said != (status, silent):
            answer = await client.get("/healthz")
            said = answer.status, (await answer.json())["silent"]
            await asyncio.sleep(SHORT)


@pytest.mark.parametrize("loop", BODIES)
async def test_a_loop_whose_body_stands_still_is_named_and_heard_again(town: Town, loop: str) -> None:
    if loop == "delivery:network:vk":
        await approved(town)
        town.clock.advance(timedelta(seconds=31))
    frozen = BODIES[loop](town)
    async with a_client(town) as client, running(town):
        await something_for(loop, town)
        await asyncio.wait_for(frozen.entered.wait(), SECONDS)
        await until_it_says(client, 200, [])
        town.clock.advance_monotonic(61)
        await until_it_says(client, 503, [f"{KEY}/{loop}"])
        frozen.thaw()
        await until_it_says(client, 200, [])
    town.looks_around()


async def test_every_loop_that_is_expected_to_beat_is_frozen_above(town: Town) -> None:
    async with running(town):
        await asyncio.sleep(0)
        expected = {loop.partition("#")[0] for loop in town.bot.beats.ages()}
    rights = {"group rights"} if town.bot.group_rights is not None else set()
    assert expected - set(BODIES) == {"tidy", "retention"} | rights, "a day's work, which has two days"


async def something_for(loop: str, town: Town) -> None:
    """A letter in the lane, if the loop is one."""
    lanes = {"delivery:group": GROUP_LANE, "delivery:private": account_lane(town.curator.user.id)}
    if loop in lanes:
        body = {"key": "how_notify", "facts": {}, "roles": []}
        async with town.books.write(KEY) as tx:
            await tx.outbox.put([Letter("say", lanes[loop], Priority.DIGEST, body=body)], town.clock.now())
        town.bot.delivery.wake()


async def test_healthz_and_metrics_answer_while_a_writer_never_ends_and_name_who_waits_for_it(town: Town) -> None:
    async with a_client(town) as client, running(town):
        await until_it_says(client, 200, [])
        async with town.books.write(KEY):
            town.clock.advance_monotonic(61)
            answer = await client.get("/healthz")
            waiting = {f"{KEY}/{loop}" for loop in ("clock", "delivery", "reception")}
            assert (answer.status, waiting - set((await answer.json())["silent"])) == (503, set())
            measured = await asyncio.wait_for(client.get("/metrics"), SECONDS)
            assert 'dezhurny_beat_age_seconds{loop="clock",municipality="okrug"} 61.0' in await measured.text()
        await until_it_says(client, 200, [])
    town.looks_around()


async def test_the_boards_loop_is_named_while_a_page_listens(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    frozen = Frozen(board.pulse)
    monkeypatch.setattr(board, "pulse", frozen)
    async with a_client(town) as client:
        await signs_in(client, town, "curator")
        async with client.get("/changes"):
            await asyncio.wait_for(frozen.entered.wait(), SECONDS)
            town.clock.advance_monotonic(61)
            answer = await client.get("/healthz")
            assert (answer.status, "board" in (await answer.json())["silent"]) == (503, True)
            frozen.thaw()
