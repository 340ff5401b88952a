"""Statements made ready for a driver, once each: SQLAlchemy writes them, and the driver runs them by itself. SQLAlchemy's own way
to the driver costs several times what the statement costs.
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
"""Told of each statement, its values, and whether there are several sets of them."""

EXPANDED = "[POSTCOMPILE_"
"""Stands where the number of values is known only when they are."""
OFTEN = (sa.Select, sa.Insert, sa.Update, sa.Delete)


class Ready:
    """A statement made ready for the driver: its text, how each value is written, and how each column of its rows is read."""

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
        """As SQLAlchemy would give them."""
        return iter(
            [tuple(v if r is None else r(v) for r, v in zip(self.read, row, strict=True)) for row in rows]
        )  # fmt: skip


class ReadyStatements:
    """Those of one engine, as long as their statements live."""

    def __init__(self) -> None:
        self._known: WeakKeyDictionary[Any, dict[tuple[Any, ...], Ready | None]] = WeakKeyDictionary()

    def of(self, statement: Any, parameters: Any, dialect: sa.Dialect) -> Ready | None:
        """None for a statement without values, or seen for the first time: it may be made anew for each use, and then
        SQLAlchemy's own memory of statements of its shape serves it better; and for one whose text depends on its values."""
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
