"""SQL that SQLite and PostgreSQL share but SQLAlchemy offers for each apart: inserts that handle conflicts."""

from __future__ import annotations

from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite


def insert_for(dialect: str, table: sa.Table) -> Any:
    """An insert into the table that can be given an on-conflict clause."""
    return (sqlite if dialect == "sqlite" else postgresql).insert(table)


@cache
def insert_new(dialect: str, table: sa.Table) -> Any:
    """An insert that leaves an existing row as it is."""
    return insert_for(dialect, table).on_conflict_do_nothing()


@cache
def put(dialect: str, table: sa.Table, key: tuple[str, ...], keeping: tuple[str, ...] = ()) -> Any:
    """An insert that replaces an existing row, except its `keeping` columns."""
    insert = insert_for(dialect, table)
    changed = {c.name: insert.excluded[c.name] for c in table.c if c.name not in (*key, *keeping)}
    return insert.on_conflict_do_update(index_elements=list(key), set_=changed)
