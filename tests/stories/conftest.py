"""Fixtures of the stories: a town on a working Monday at nine, under each regulation whose clause the story claims."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Generator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.stories.building import MESSENGER, a_town
from tests.stories.moderators import TownWith, town_of
from tests.stories.morning import a_morning
from tests.stories.town import Town


@pytest.hookimpl(tryfirst=True, wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when == "call":
        item.stash[PASSED] = report.passed
    return report


PASSED = pytest.StashKey[bool]()


OF_A_TOWN = frozenset({"town", "town_with", "izobilny", "empty_town", "akhtarsk", "moskalenki"})


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where all stories are played in another messenger, leave out those about Telegram's own ways (`telegrams_own`, with
    the reason), those of the program beside a messenger's, and the same story told of a third one."""
    if MESSENGER == "telegram":
        return
    for item in items:
        own = item.get_closest_marker("telegrams_own")
        told_of = item.callspec.params.get("messenger", MESSENGER) if hasattr(item, "callspec") else MESSENGER
        if own is not None:
            item.add_marker(pytest.mark.skip(reason=f"Telegram's own: {own.args[0]}"))
        elif not OF_A_TOWN & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.skip(reason="no office of the fixture's is in it"))
        elif told_of != MESSENGER:
            item.add_marker(pytest.mark.skip(reason=f"told of {told_of}"))


@pytest.fixture
def messenger() -> str:
    """The messenger the office works in. A story that is also told of another one is parametrised by it."""
    return MESSENGER


@pytest.fixture
async def town(tmp_path: Path, under: str, messenger: str, request: pytest.FixtureRequest) -> AsyncIterator[Town]:
    """A Monday morning: everybody in place, nothing said yet. At the end the story must have seen every message."""
    more = {} if messenger == MESSENGER else {"messenger": messenger}
    async with a_morning(tmp_path, under, **more) as town:
        yield town
        if request.node.stash.get(PASSED, False):
            town.ends()


@pytest.fixture
async def town_with(
    tmp_path: Path, under: str, request: pytest.FixtureRequest
) -> AsyncIterator[Callable[..., Awaitable[Town]]]:
    """The same town with something different about it: `await town_with(settings=…, people=…, service_token=…)`."""
    async with AsyncExitStack() as stack:
        towns: list[Town] = []

        async def make(newcomers: dict[str, str] | None = None, **more: Any) -> Town:
            regulation = more.pop("regulation", under)
            town = await stack.enter_async_context(a_morning(tmp_path, regulation, newcomers, **more))
            towns.append(town)
            return town

        yield make
        if request.node.stash.get(PASSED, False):
            for town in towns:
                town.ends()


@pytest.fixture
async def izobilny(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Town]:
    """The same under Izobilnensky's calendar clock."""
    async with a_morning(tmp_path, "izobilnensky") as town:
        yield town
        if request.node.stash.get(PASSED, False):
            town.ends()


@pytest.fixture
async def empty_town(tmp_path: Path, under: str) -> AsyncIterator[Town]:
    """Nobody is bound and the bot is in no group."""
    async with a_town(tmp_path, under) as town:
        yield town


@pytest.fixture
async def akhtarsk(town_with: TownWith) -> Town:
    """The town of the moderation stories: an adviser is the editor, and VK lets the bot delete and ban."""
    return await town_of(town_with, "primorsko-akhtarsky")


@pytest.fixture
async def moskalenki(town_with: TownWith) -> Town:
    """The same under another regulation."""
    return await town_of(town_with, "moskalensky")
