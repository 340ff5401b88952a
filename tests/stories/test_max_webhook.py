"""An office in MAX whose events are pushed to its own address: out of order, twice, and not at all for a while."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import aiohttp
from aiohttp import web

from bot.cli.connecting import doors_of
from config.settings import Secrets
from tests.stories.moderators import TownWith
from tests.stories.test_a_day import COMPLAINT, DRAFT
from tests.stories.town import Town
from workflow.case import State

HOST = "bot.okrug.example"
URL = f"https://{HOST}/hooks/okrug/webhook/max"
WEBHOOK: dict[str, Any] = {"messenger": "max", "networks": "  messenger_mode: webhook\n"}


@asynccontextmanager
async def its_door(town: Town) -> AsyncIterator[str]:
    """The office's door, as nginx would lead to it; MAX knows its public address."""
    app = web.Application()
    for path, handler in doors_of(town.municipality, Secrets(), {}, town.bot.keep, town.bot.messenger):
        app.router.add_post(path, handler)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    world: Any = town.players.town.telegram
    address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    world.server.webhooks.hosts[HOST] = address
    assert await town.bot.messenger.start_pushing(URL) is None
    try:
        yield address
    finally:
        await runner.cleanup()


async def brought(town: Town) -> list[int]:
    """MAX brings what is due, the bot does what it asks."""
    world: Any = town.players.town.telegram
    statuses: list[int] = await world.server.deliver()
    await town.settles()
    return statuses


async def test_a_case_goes_its_way_by_pushed_events_doubled_and_out_of_order(town_with: TownWith) -> None:
    town = await town_with(**WEBHOOK)
    world: Any = town.players.town.telegram
    async with its_door(town):
        await town.resident_writes(COMPLAINT)
        offer = town.curator.sees("Третий день нет воды")
        press = world.press(town.curator.user, offer, "Направить в Отдел ЖКХ")
        world.tell_again(press)
        assert await brought(town) == [200, 200]
        card = town.card()
        town.zhkh.sees("№ 1 · передано вам")
        world.faults.add("reset_before", "webhook")  # the draft is kept back, the question behind it comes first
        world.write(town.zhkh.user, town.players.group, DRAFT, reply_to=card)
        world.faults.add("reset_after", "webhook")
        world.write(town.zhkh.user, town.players.bot, "/mine")
        assert await brought(town) == [0, 0]
        town.looks_around()
        assert (await town.case()).state is State.FORWARDED
        town.clock.advance(timedelta(seconds=61))
        assert await brought(town) == [200, 200]
    assert (await town.case()).state is State.ON_APPROVAL
    assert [line[0] for line in await town.journal()] == ["detect", "forward", "draft"]
    town.looks_around()


async def test_a_stranger_at_the_door_is_sent_away(town_with: TownWith) -> None:
    town = await town_with(**WEBHOOK)
    async with its_door(town) as address, aiohttp.ClientSession() as http:
        for headers in ({}, {"X-Max-Bot-Api-Secret": "a-secret-of-another"}):
            async with http.post(f"{address}/hooks/okrug/webhook/max", json={}, headers=headers) as answer:
                assert answer.status == 403
    assert await town.cases() == 0


async def test_an_address_max_gave_up_is_named_again_and_what_was_missed_is_read(town_with: TownWith) -> None:
    town = await town_with(**WEBHOOK)
    world: Any = town.players.town.telegram
    async with its_door(town):
        await town.resident_writes(COMPLAINT)
        world.press(town.curator.user, town.curator.sees("Третий день нет воды"), "Направить в Отдел ЖКХ")
        await brought(town)
        card = town.card()
        there = world.server.webhooks.hosts.pop(HOST)
        for hours in range(10):
            if hours == 0:
                world.write(town.zhkh.user, town.players.group, DRAFT, reply_to=card)
            world.write(town.deputy.user, town.players.group, f"Добрый день, {hours}")
            town.clock.advance(timedelta(hours=1))
            await world.server.deliver()
        assert world.account(town.players.bot).subscription is None
        world.server.webhooks.hosts[HOST] = there
        assert await town.bot.messenger.start_pushing(URL) is None
        assert world.account(town.players.bot).subscription is not None
        assert town.bot.messenger.was_taken_off()  # type: ignore[attr-defined]
        await town.bot._read_back(town.clock.now() - timedelta(days=2))
        await town.settles()
    assert (await town.case()).state is State.ON_APPROVAL
    town.looks_around()
