"""Statements compiled once by SQLAlchemy and then run directly by the driver. SQLAlchemy's own way to the driver costs several
times what the statement costs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.engine.result import SimpleResultMetaData

from storage import lengths

Values = Mapping[str, Any]
Heard = Callable[[str, Any, bool], None]
"""A callback for measuring: called with each statement's text, its values, and whether there are several sets of them."""

EXPANDED = "[POSTCOMPILE_"
"""SQLAlchemy's placeholder in the text of a statement whose number of values is known only when it is executed."""
OFTEN = (sa.Select, sa.Insert, sa.Update, sa.Delete)


class Ready:
    """A statement compiled for the driver: its text, how each value is converted for it, and how each column of its result
    is converted back."""

    def __init__(self, statement: Any, names: Sequence[str], dialect: sa.Dialect, *, several: bool = False) -> None:
        is_change = isinstance(statement, sa.Insert | sa.Update)
        columns = list(names) if is_change else None
        compiled = statement.compile(dialect=dialect, column_keys=columns, for_executemany=several)
        given = list(statement.exported_columns)
        self.gives = SimpleResultMetaData([column.key for column in given]) if given else None
        self.read = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in given]
        self.text = str(compiled)
        self.binds: list[tuple[str, Callable[[Any], Any] | None, Any]] = []
        self.most: list[tuple[int, str, int]] = []
        for name in compiled.positiontup or ():
            bind = compiled.binds[name]
            written = bind.type.dialect_impl(dialect).bind_processor(dialect)
            if is_change and name in names and (most := lengths.most_of(statement.table.c.get(name))):
                self.most.append((len(self.binds), name, most))
            self.binds.append((name, written, bind.value))

    def row(self, values: Values) -> tuple[Any, ...]:
        get = values.get
        row = [
            get(name, default) if write is None else write(get(name, default)) for name, write, default in self.binds
        ]
        for place, name, most in self.most:
            value = row[place]
            if value is not None and len(value) > most:
                raise lengths.too_long(name, most, value)
        return tuple(row)

    def rows(self, rows: Iterable[Sequence[Any]]) -> Iterator[tuple[Any, ...]]:
        """Return the driver's rows with values converted as SQLAlchemy would convert them."""
        return iter(
            [tuple(v if r is None else r(v) for r, v in zip(self.read, row, strict=True)) for row in rows]
        )  # fmt: skip


class ReadyStatements:
    """The compiled statements of one engine, each kept as long as its SQLAlchemy statement exists."""

    def __init__(self) -> None:
        self._known: WeakKeyDictionary[Any, dict[tuple[Any, ...], Ready | None]] = WeakKeyDictionary()

    def of(self, statement: Any, parameters: Any, dialect: sa.Dialect) -> Ready | None:
        """Return the compiled statement, or None where SQLAlchemy must execute it itself: it has no values, its text depends
        on them, or it is seen for the first time (it may be built anew for each use, and then SQLAlchemy's own cache
        serves better)."""
        if not parameters or not isinstance(statement, OFTEN):
            return None
        known = self._known.get(statement)
        if known is None:
            self._known[statement] = {}
            return None
        several = isinstance(parameters, list)
        names = tuple(parameters[0] if several else parameters)
        if (several, names) not in known:
            ready = Ready(statement, names, dialect, several=several)
            known[several, names] = None if EXPANDED in ready.text else ready
        return known[several, names]
