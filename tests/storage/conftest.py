"""Books on a separate database. One kind of database today; another is one more parameter of `books_url`."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.books import Books
from tests.shelf import empty_database

HERE = "okrug"


@pytest.fixture(params=["sqlite"])
async def books_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database with the newest schema. `test_migrations` tests the way there."""
    assert request.param == "sqlite"
    copy = shutil.copyfile(await empty_database(), tmp_path / "books.db")
    return f"sqlite:///{copy}"


@pytest.fixture
async def books(books_url: str) -> AsyncIterator[Books]:
    books = Books(books_url)
    yield books
    await books.close()
