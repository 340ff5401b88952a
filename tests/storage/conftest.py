"""Books on a database of their own. One database today; another is one more parameter of `books_url`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.books import Books
from storage.migrate import upgrade

HERE = "okrug"


@pytest.fixture(params=["sqlite"])
async def books_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database at the newest edition, empty."""
    assert request.param == "sqlite"
    url = f"sqlite:///{tmp_path / 'books.db'}"
    await upgrade(url)
    return url


@pytest.fixture
async def books(books_url: str) -> AsyncIterator[Books]:
    books = Books(books_url)
    yield books
    await books.close()
