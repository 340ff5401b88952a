"""Lengths of strings: PostgreSQL refuses what is longer than its column, SQLite keeps it. Here both refuse.

A book cuts what people wrote to `longest` before it writes; whatever else is too long is a mistake of the program.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa


def longest(column: sa.Column[Any]) -> int:
    """How many letters the column holds."""
    most = most_of(column)
    assert most is not None, column
    return most


def most_of(column: Any) -> int | None:
    """The same of any column, or of none; None: any string fits."""
    kind = getattr(column, "type", None)
    return kind.length if isinstance(kind, sa.String) else None


def cut(column: sa.Column[Any], text: str) -> str:
    """The beginning of the text that the column holds."""
    return text[: longest(column)]


def too_long(name: str, most: int, text: str) -> ValueError:
    """The refusal; it names the column and not the text."""
    return ValueError(f"{name} holds {most} letters, not {len(text)}")


def check(statement: Any, rows: Iterable[Mapping[str, Any]]) -> None:
    """Raise ValueError if a change would write a string too long for its column: of the rows given with it, or of the values
    it brings itself."""
    if not isinstance(statement, sa.Insert | sa.Update):
        return
    brought: Mapping[Any, Any] = getattr(statement, "_values", None) or {}
    own = {getattr(column, "name", column): getattr(value, "value", None) for column, value in brought.items()}
    for row in [own, *map(dict, rows)]:
        for name, value in row.items():
            most = most_of(statement.table.c.get(name)) if isinstance(value, str) else None
            if most is not None and len(value) > most:
                raise too_long(name, most, value)
