"""The newest schema, migrated to once in a process and written down for the next empty database.

Migrating an empty SQLite file takes a quarter of a second, one more for each migration to come, and several hundred
tests need one. `tests/storage/test_migrations.py` migrates every time.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

_written_down: list[str] = []
_really = command.upgrade


def _from_memory(config: Config, edition: str) -> None:
    """Do as `alembic.command.upgrade` does. An empty SQLite database gets the statements that the first one got."""
    connection: sa.Connection = config.attributes["connection"]
    empty = connection.dialect.name == "sqlite" and not sa.inspect(connection).get_table_names()
    if not (empty and edition == "head"):
        _really(config, edition)
    elif _written_down:
        for statement in _written_down:
            connection.exec_driver_sql(statement)
    else:
        _really(config, edition)
        driver = connection.connection.driver_connection
        assert driver is not None
        _written_down.extend(line for line in driver.iterdump() if line not in ("BEGIN TRANSACTION;", "COMMIT;"))


@contextmanager
def migrated_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(command, "upgrade", _from_memory)
        yield


@contextmanager
def migrated_every_time() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(command, "upgrade", _really)
        yield
