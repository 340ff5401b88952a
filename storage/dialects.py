"""Inserts with an ON CONFLICT clause, which SQLite and PostgreSQL share but SQLAlchemy offers for each separately."""

from __future__ import annotations

from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite


def insert_for(dialect: str, table: sa.Table) -> Any:
    """Return an insert into the table to which an ON CONFLICT clause can be added."""
    return (sqlite if dialect == "sqlite" else postgresql).insert(table)


@cache
def insert_new(dialect: str, table: sa.Table) -> Any:
    """Return an insert that leaves an existing row as it is."""
    return insert_for(dialect, table).on_conflict_do_nothing()


@cache
def put(dialect: str, table: sa.Table, key: tuple[str, ...], keeping: tuple[str, ...] = ()) -> Any:
    """Return an insert that replaces an existing row with the same `key`, except its `keeping` columns."""
    insert = insert_for(dialect, table)
    changed = {c.name: insert.excluded[c.name] for c in table.c if c.name not in (*key, *keeping)}
    return insert.on_conflict_do_update(index_elements=list(key), set_=changed)
