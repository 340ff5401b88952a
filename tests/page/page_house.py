"""The page of a story's town: the real bot's books, a client with a cookie jar, and the page's content as words."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from html import unescape

from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application, Request
from pydantic import SecretStr

from bot.board import web
from bot.people.entrance import HERE, Entrance
from tests.rules.offices import office
from tests.stories.town import KEY, Town
from workflow.case import Case
from workflow.commands import Action, Entry
from workflow.terms.register import settle

Client = TestClient[Request, Application]


@asynccontextmanager
async def a_client(
    town: Town, public_url: str = HERE, every: float = 1.0, metrics_token: SecretStr | None = None
) -> AsyncIterator[Client]:
    """A browser that is not signed in; `every`: seconds between the page's checks for changes."""
    async with TestClient(TestServer(web.application([town.bot], public_url, every, metrics_token))) as client:
        yield client


async def link_for(town: Town, person: str) -> str:
    """The path of a new link for the person, as the bot makes it."""
    async with town.books.write(KEY) as tx:
        url = await Entrance(HERE).link(tx, town.players.people[person].id, town.clock.now())
    return url.removeprefix(HERE)


async def signs_in(client: Client, town: Town, person: str) -> None:
    answer = await client.post(await link_for(town, person), allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (303, "/")


async def sees(client: Client, path: str) -> str:
    """The words of the page at the path."""
    answer = await client.get(path)
    assert answer.status == 200, path
    return words(await answer.text())


def words(html: str) -> str:
    body = re.sub(r"(?s)<(script|style|head)\b.*?</\1>", " ", html)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


async def stored(town: Town, cases: Sequence[Case]) -> list[int]:
    """The cases in the books under numbers of their own, with what they missed so far; the numbers, in order."""
    numbers = []
    async with town.books.write(KEY) as tx:
        for case in cases:
            number, now = await tx.next_number("case"), town.clock.now()
            own = replace(case, id=await tx.next_case_id(), number=number, municipality=KEY)
            own = settle(replace(own, appeal=replace(case.appeal, ref=f"wall-9_{number}")), office(), now)
            await tx.save(None, own, Entry(Action.DETECT, own.history[-1].at, "curator", None, None, own.state))
            numbers.append(number)
    return numbers
