"""Books on a separate database, of SQLite or, with TEST_DATABASE=postgresql, of PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.books import Books
from tests import postgres
from tests.shelf import empty_database

HERE = "okrug"


@pytest.fixture
async def books_url(tmp_path: Path) -> AsyncIterator[str]:
    """An empty database with the newest schema. `test_migrations` tests the way there."""
    if postgres.is_wanted():
        url = await postgres.make()
        yield url
        await postgres.drop(url)
        return
    copy = shutil.copyfile(await empty_database(), tmp_path / "books.db")
    yield f"sqlite:///{copy}"


@pytest.fixture
async def books(books_url: str) -> AsyncIterator[Books]:
    books = Books(books_url)
    yield books
    await books.close()
