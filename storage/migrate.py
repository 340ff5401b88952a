"""Schema revisions: which one a database has, and migration to the newest (Alembic, without an ini file).

Each migration is one transaction, so a database is never between two revisions. Asks nothing and makes no backup: that
is up to the caller (`run` backs up first).
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

OLDEST = 14
"""The oldest major version of PostgreSQL that the program supports; the tests run on 18."""
MIGRATING = 4_739_201
"""The number of the PostgreSQL advisory lock that a migration holds."""

VERSIONS, OURS = "alembic_version", "cases"
"""Two tables that every database of this program has."""

T = TypeVar("T")


def head() -> str:
    """Return the newest revision of the schema that this program has."""
    newest = ScriptDirectory.from_config(_config()).get_current_head()
    assert newest is not None
    return newest


async def current(url: str) -> str | None:
    """Return the database's schema revision; None if it has no schema yet. Does not create a missing SQLite file."""
    if is_missing(url):
        return None
    return await _on(url, _edition)


async def needed(url: str) -> bool:
    """Whether the database's schema is not the newest revision, so that it has to be migrated."""
    return await current(url) != head()


async def is_ahead(url: str) -> bool:
    """Whether the database has a revision that this program does not know: a newer program wrote it, so this one must not
    touch it."""
    edition = await current(url)
    return edition is not None and edition not in known()


async def is_foreign(url: str) -> bool:
    """Whether the database has tables of another program and none of this one. A PostgreSQL database without any schema
    revision is not foreign: it may be shared before this program's first start."""
    if is_missing(url):
        return False
    names = await _on(url, lambda connection: frozenset(sa.inspect(connection).get_table_names()))
    is_shared = file_of(url) is None and VERSIONS not in names
    return bool(names - {VERSIONS}) and not is_shared and not {VERSIONS, OURS} <= names


def is_empty_file(url: str) -> bool:
    """Whether the URL names an existing SQLite file of zero bytes: a new one, or one truncated by a full disk or by mistake."""
    file = file_of(url)
    return file is not None and file.exists() and file.stat().st_size == 0


def known() -> frozenset[str]:
    """Return every revision of the schema that this program has a migration for."""
    return frozenset(script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions())


async def upgrade(url: str, edition: str = "head") -> None:
    """Migrate the database to the revision (by default the newest); creates a missing SQLite file. If several processes
    start at once on PostgreSQL, one migrates and the others wait."""

    def migrated(connection: sa.Connection) -> None:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATING})")
        command.upgrade(_config(connection), edition)

    await _on(url, migrated)


async def too_old(url: str) -> int | None:
    """Return the major version of a PostgreSQL server that is too old for the program; None if it is new enough, or SQLite."""
    if file_of(url) is not None or sa.make_url(url).get_backend_name() == "sqlite":
        return None
    version: int = await _on(url, lambda connection: int((connection.dialect.server_version_info or (0,))[0]))
    return version if version < OLDEST else None


async def downgrade(url: str, edition: str = "base") -> None:
    """Migrate the database back to an earlier revision; `base`: to no tables at all. Data that only the later revision can
    hold is lost."""
    await _on(url, lambda connection: command.downgrade(_config(connection), edition))


def is_missing(url: str) -> bool:
    """Whether the URL names an SQLite file that does not exist."""
    file = file_of(url)
    return file is not None and not file.exists()


def file_of(url: str) -> Path | None:
    """Return the file of an SQLite database; None for one in memory and for other databases."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() != "sqlite" or parsed.database in (None, "", ":memory:"):
        return None
    return Path(str(parsed.database))


def _open_once(file: Path) -> None:
    """Create the SQLite file if it is missing (mode 0600) and open it once. Raises OperationalError if that fails, before
    anything else has begun."""
    private.begin(file)
    try:
        sqlite3.connect(file).close()
    except sqlite3.Error as error:
        raise sa.exc.OperationalError(None, None, error) from None


def _edition(connection: sa.Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


async def _on(url: str, work: Callable[[sa.Connection], T]) -> T:
    file = file_of(url)
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
