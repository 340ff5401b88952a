"""Towns of the stories, a page before them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.page.page_house import Client, a_client
from tests.stories.morning import a_morning
from tests.stories.town import Town


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """Kursky on a Monday morning; what is said in the chats is not looked at here."""
    async with a_morning(tmp_path, "kursky") as town:
        yield town


@pytest.fixture
async def client(town: Town) -> AsyncIterator[Client]:
    async with a_client(town) as client:
        yield client
