"""The schema's editions: which one a database has, and bringing it to the newest (Alembic, without an ini file).

Each change happens in one transaction: a database is at one edition or at the next, never between. Nothing is asked and
nothing is backed up here; that is the caller's (`run` backs up first).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from storage import private
from storage.engine import connect

MIGRATIONS = Path(__file__).with_name("migrations")

T = TypeVar("T")


def head() -> str:
    """The newest edition there is."""
    newest = ScriptDirectory.from_config(_config()).get_current_head()
    assert newest is not None
    return newest


async def current(url: str) -> str | None:
    """The edition the database has; None for one that has none yet. An SQLite file that is not there is not created."""
    if is_missing(url):
        return None
    return await _on(url, _edition)


async def needed(url: str) -> bool:
    """Whether the database has to be brought to the newest edition."""
    return await current(url) != head()


async def is_ahead(url: str) -> bool:
    """Whether the database was written by a newer program: this one must not touch it."""
    edition = await current(url)
    return edition is not None and edition not in known()


def known() -> frozenset[str]:
    """Every edition this program can bring a database to."""
    return frozenset(script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions())


async def upgrade(url: str, edition: str = "head") -> None:
    """The database has the edition (the newest); an SQLite file that is not there is there."""
    await _on(url, lambda connection: command.upgrade(_config(connection), edition))


async def downgrade(url: str, edition: str = "base") -> None:
    """The database has an earlier edition; `base`: none. What only the later one could hold is lost."""
    await _on(url, lambda connection: command.downgrade(_config(connection), edition))


def is_missing(url: str) -> bool:
    """Whether the URL names an SQLite file that does not exist."""
    file = _file(url)
    return file is not None and not file.exists()


def _file(url: str) -> Path | None:
    """Where an SQLite database lies; None for one in memory and for other databases."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() != "sqlite" or parsed.database in (None, "", ":memory:"):
        return None
    return Path(str(parsed.database))


def _open_once(file: Path) -> None:
    """Fails where the file cannot be opened, before anything is begun."""
    private.begin(file)
    try:
        sqlite3.connect(file).close()
    except sqlite3.Error as error:
        raise sa.exc.OperationalError(None, None, error) from None


def _edition(connection: sa.Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


async def _on(url: str, work: Callable[[sa.Connection], T]) -> T:
    file = _file(url)
    if file is not None:
        _open_once(file)
    engine = connect(url)
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(work)
    finally:
        await engine.dispose()


def _config(connection: sa.Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
