"""GET /updates: what the marker forgets, how a poll wakes, what MAX limits."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import aiohttp
import pytest

from sandbox.max import MaxServer
from tests.patience import PATIENT
from tests.sandbox.max_town import Office, an_office, kinds

PAYLOAD = (400, "proto.payload")


def texts(updates: list[dict[str, object]]) -> list[str]:
    return [update["message"]["body"]["text"] for update in updates]  # type: ignore[index]


async def until_a_poll_waits(office: Office) -> None:
    """Goes on when a poll of the bot is waiting in the server."""
    while not office.world.account(office.bot).polls:  # noqa: ASYNC110 - the server has no event for it; a turn of the loop is no sleep
        await asyncio.sleep(0)


async def test_what_was_not_committed_comes_again() -> None:
    async with an_office() as office:
        start = office.marker
        for text in ("раз", "два", "три"):
            office.world.write(office.boris, office.group, text)
        first = await office.done("GET", "/updates", marker=start, limit=2)
        again = await office.done("GET", "/updates", marker=start, limit=2)
        assert first == again
        assert (texts(first["updates"]), first["marker"] - (start or 0)) == (["раз", "два"], 2)
        rest = await office.done("GET", "/updates", marker=first["marker"])
        assert (texts(rest["updates"]), rest["marker"] - (start or 0)) == (["три"], 3)
        over = await office.done("GET", "/updates", marker=rest["marker"], timeout=0)
        assert over == {"updates": [], "marker": rest["marker"]}
        assert (await office.done("GET", "/updates", marker=start, timeout=0))["updates"] == []


async def test_without_a_marker_only_the_last_one_comes() -> None:
    async with an_office() as office:
        for text in ("раз", "два", "три"):
            office.world.write(office.boris, office.group, text)
        answer = await office.done("GET", "/updates")
        assert texts(answer["updates"]) == ["три"]
        assert (await office.done("GET", "/updates", marker=answer["marker"], timeout=0))["updates"] == []


async def test_kinds_that_were_not_asked_for_are_passed_over() -> None:
    async with an_office() as office:
        said = office.world.write(office.boris, office.group, "раз")
        office.world.edit(office.boris, said, "два")
        assert kinds(await office.hears(types="message_edited,message_callback")) == ["message_edited"]
        assert await office.hears() == []
        assert await office.refused("GET", "/updates", types="message") == PAYLOAD


async def test_an_update_waits_a_day() -> None:
    async with an_office() as office:
        office.world.write(office.boris, office.group, "старое")
        office.clock.advance(timedelta(hours=23, minutes=59))
        office.world.write(office.boris, office.group, "новое")
        start = office.marker
        assert texts(await office.hears()) == ["старое", "новое"]
        office.marker = start
        office.world.write(office.boris, office.group, "ещё")
        office.clock.advance(timedelta(hours=24))
        assert await office.hears() == []
        assert texts(office.world.account(office.bot).lost) == ["старое", "новое", "ещё"]


@pytest.mark.parametrize("query", [{"limit": 101}, {"limit": 0}, {"timeout": 31}, {"timeout": -1}, {"marker": "x"}])
async def test_more_than_allowed_is_refused(query: dict[str, object]) -> None:
    async with an_office() as office:
        assert await office.refused("GET", "/updates", **query) == PAYLOAD


async def test_a_long_poll_wakes_at_once() -> None:
    async with an_office() as office:
        waiting = asyncio.create_task(office.done("GET", "/updates", marker=office.marker, timeout=30))
        await until_a_poll_waits(office)
        office.world.write(office.boris, office.group, "раз")
        assert texts((await asyncio.wait_for(waiting, PATIENT))["updates"]) == ["раз"]


async def test_two_polls_a_second() -> None:
    async with an_office() as office:
        office.world.limits_on = True
        for _ in range(2):
            await office.hears()
        status, answer = await office.call("GET", "/updates", timeout=0, marker=office.marker)
        assert (status, answer["code"], set(answer)) == (429, "too.many.requests", {"code", "message"})
        office.clock.advance_monotonic(1)
        await office.hears()


async def test_a_webhook_and_polling_exclude_each_other() -> None:
    async with an_office() as office:
        waiting = asyncio.create_task(office.refused("GET", "/updates", marker=office.marker, timeout=30))
        await until_a_poll_waits(office)
        await office.done("POST", "/subscriptions", {"url": "https://bot.okrug.example/max"})
        assert await asyncio.wait_for(waiting, PATIENT) == (405, "method.not.allowed")
        assert await office.refused("GET", "/updates", timeout=0) == (405, "method.not.allowed")
        await office.done("DELETE", "/subscriptions", url="https://bot.okrug.example/max")
        assert await office.hears() == []


async def test_a_restarted_server_still_has_the_updates() -> None:
    async with an_office() as office:
        office.world.write(office.boris, office.group, "раз")
        await office.server.stop()
        async with MaxServer(office.world) as again:
            office.server = again
            assert texts(await office.hears()) == ["раз"]


async def test_stopping_the_server_does_not_wait_for_a_poll() -> None:
    async with an_office() as office:
        waiting = asyncio.create_task(office.call("GET", "/updates", marker=office.marker, timeout=30))
        await until_a_poll_waits(office)
        await asyncio.wait_for(office.server.stop(), PATIENT)
        with pytest.raises(aiohttp.ClientError):
            await asyncio.wait_for(waiting, PATIENT)


async def test_an_update_may_be_anything() -> None:
    async with an_office() as office:
        account, now = office.world.account(office.bot), office.world.now()
        account.push({"update_type": "message_read", "timestamp": 1}, now, verbatim='{"update_type": "message_read"}')
        office.world.write(office.boris, office.group, "после")
        assert [update["update_type"] for update in await office.hears()] == ["message_read", "message_created"]
