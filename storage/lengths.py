"""Maximum lengths of strings: PostgreSQL refuses one longer than its column, SQLite stores it. Here both refuse it.

What people wrote is cut to `longest` before it is stored; any other string that is too long is a programming error.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa


def longest(column: sa.Column[Any]) -> int:
    """Return how many characters the column can hold. AssertionError if it has no limit."""
    most = most_of(column)
    assert most is not None, column
    return most


def most_of(column: Any) -> int | None:
    """Return how many characters the column can hold; None if it has no limit, or is None or not of strings."""
    kind = getattr(column, "type", None)
    return kind.length if isinstance(kind, sa.String) else None


def cut(column: sa.Column[Any], text: str) -> str:
    """Return the text cut to the number of characters that the column can hold."""
    return text[: longest(column)]


def too_long(name: str, most: int, text: str) -> ValueError:
    """Return (not raise) the error for a string too long for its column; it names the column, and does not quote the text."""
    return ValueError(f"{name} holds {most} letters, not {len(text)}")


def check(statement: Any, rows: Iterable[Mapping[str, Any]]) -> None:
    """Raise ValueError if an INSERT or UPDATE would write a string too long for its column, from `rows` (its parameters) or
    from the values in the statement itself."""
    if not isinstance(statement, sa.Insert | sa.Update):
        return
    brought: Mapping[Any, Any] = getattr(statement, "_values", None) or {}
    own = {getattr(column, "name", column): getattr(value, "value", None) for column, value in brought.items()}
    for row in [own, *map(dict, rows)]:
        for name, value in row.items():
            most = most_of(statement.table.c.get(name)) if isinstance(value, str) else None
            if most is not None and len(value) > most:
                raise too_long(name, most, value)
