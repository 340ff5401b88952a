"""The stories' towns with a page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.page.page_house import Client, a_client
from tests.stories.morning import a_morning
from tests.stories.town import Town


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """Kursky on a Monday morning; the chats are not checked here."""
    async with a_morning(tmp_path, "kursky") as town:
        yield town


@pytest.fixture
async def client(town: Town) -> AsyncIterator[Client]:
    async with a_client(town) as client:
        yield client
