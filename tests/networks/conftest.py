"""Shared by tests of several networks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from bot.process.child import Child
from tests.networks.web_stand import Stand, a_reader, a_stand


@pytest.fixture(scope="session")
def reader() -> Iterator[Child]:
    with a_reader() as child:
        yield child


@pytest.fixture
async def stand(reader: Child) -> AsyncIterator[Stand]:
    async with a_stand(reader) as here:
        yield here
