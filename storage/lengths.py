"""Lengths of strings: PostgreSQL refuses what is longer than its column, SQLite keeps it. Here both refuse.

A book cuts what people wrote to `longest` before it writes; whatever else is too long is a mistake of the program.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import sqlalchemy as sa


def longest(column: sa.Column[Any]) -> int:
    """How many letters the column holds."""
    length: int | None = getattr(column.type, "length", None)
    assert length is not None, column
    return length


def cut(column: sa.Column[Any], text: str) -> str:
    """The beginning of the text that the column holds."""
    return text[: longest(column)]


def checked(column: sa.Column[Any]) -> Callable[[Any], Any] | None:
    """Give the value back, or raise ValueError if it is a string too long for the column; None if any string fits. The error
    names the column and no value."""
    most = getattr(column.type, "length", None)
    if most is None or not isinstance(column.type, sa.String):
        return None

    def check(value: Any) -> Any:
        if value is not None and len(value) > most:
            raise ValueError(f"{column} holds {most} letters, not {len(value)}")
        return value

    return check


def check(statement: Any, rows: Iterable[Mapping[str, Any]]) -> None:
    """Check what a statement would write: the rows given with it, and the values it brings itself. ValueError as above."""
    if not isinstance(statement, sa.Insert | sa.Update):
        return
    columns = statement.table.c
    brought = {
        getattr(name, "name", name): getattr(value, "value", None) for name, value in (statement._values or {}).items()
    }
    for row in (brought, *rows):
        for name, value in row.items():
            if isinstance(value, str) and name in columns and (fits := checked(columns[name])) is not None:
                fits(value)
