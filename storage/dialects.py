"""SQL that SQLite and PostgreSQL both speak but SQLAlchemy keeps apart: an insert that knows of conflicts."""

from __future__ import annotations

from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite


def insert_for(dialect: str, table: sa.Table) -> Any:
    """An insert into the table that can be told what to do about a row that is there already."""
    return (sqlite if dialect == "sqlite" else postgresql).insert(table)


@cache
def insert_new(dialect: str, table: sa.Table) -> Any:
    """A row that is there already stays as it is."""
    return insert_for(dialect, table).on_conflict_do_nothing()


@cache
def put(dialect: str, table: sa.Table, key: tuple[str, ...], keeping: tuple[str, ...] = ()) -> Any:
    """A row that is there already becomes this one, but for its `keeping` columns."""
    insert = insert_for(dialect, table)
    changed = {c.name: insert.excluded[c.name] for c in table.c if c.name not in (*key, *keeping)}
    return insert.on_conflict_do_update(index_elements=list(key), set_=changed)
