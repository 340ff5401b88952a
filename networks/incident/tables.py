"""Tables, their rows and cells, and the limits at which every reader stops, however little the file promised: a small
file may unpack to millions of cells.

Nothing in a cell is executed: of a formula only the stored result is used, and markup is text. A broken, foreign or
oversized file raises `BrokenFileError` with a reason from a closed list.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum

from config import washing

MOST_BYTES = 20 * 1024 * 1024
MOST_UNPACKED = 200 * 1024 * 1024
MOST_COLUMNS = 200
MOST_CELLS = 3_000_000
"""Cells of one sheet, empty ones too: some ten seconds of reading."""
MOST_EMPTY = 20_000
"""After so many empty rows in a row nothing more is expected: Excel formats a sheet down to row 1,048,576."""
MOST_LETTERS = 20_000
"""A longer cell is cut: no network accepts such a long text."""


class Number(str):
    """The digits of a cell that holds a number: beyond fifteen of them Excel has rounded."""


class Linked(str):
    """The words of a cell with a hyperlink to `target`."""

    target: str = ""

    @classmethod
    def to(cls, words: str, target: str) -> Linked:
        found = cls(words)
        found.target = target
        return found


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula in the cell `place`. `value`: the result stored by the program that wrote the file; None if it stored
    none.
    """

    place: str
    text: str
    value: str | datetime | date | time | None = None

    def __str__(self) -> str:
        return "" if self.value is None else str(self.value)


Cell = str | datetime | date | time | Formula


@dataclass(slots=True)
class Line:
    """A row with something in it. `number` counts from 1, as the program that opens the file shows it; `hidden`: by a
    filter or by hand."""

    number: int
    cells: list[Cell]
    hidden: bool = False

    def at(self, place: int) -> Cell:
        return self.cells[place] if place < len(self.cells) else ""


@dataclass(slots=True)
class Table:
    """A sheet. `name`: "" for a text file; `lines`: the rows that are not empty; `across`: cells merged over several
    columns of the first rows, by row number: column to the merged value; `stopped`: the last row read, if there may be
    more after thousands of empty ones; `overfull`: there are more rows than may be taken at once; `hidden`: its hidden
    columns, which nobody reads; `separated`: a text file, whose rows may be cut in wrong places."""

    name: str
    lines: list[Line]
    across: dict[int, dict[int, Cell]] = field(default_factory=dict)
    stopped: int | None = None
    overfull: bool = False
    hidden: frozenset[int] = frozenset()
    separated: bool = False


@dataclass(frozen=True, slots=True)
class Tables:
    """The visible sheets of a file, and the names of the hidden ones, which nobody reads."""

    shown: Sequence[Table]
    hidden: tuple[str, ...] = ()


class Broken(StrEnum):
    """The reason why a whole file cannot be read."""

    EMPTY = "empty"
    TOO_BIG = "too_big"
    NOT_A_TABLE = "not_a_table"
    OLD_EXCEL = "old_excel"
    OTHER_PROGRAM = "other_program"
    NO_TEXT_COLUMN = "no_text_column"
    TOO_MANY_ROWS = "too_many_rows"
    NO_ROWS = "no_rows"
    UNCLOSED = "unclosed"
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The whole file cannot be read. `columns`: the column names found in it, if they help; `line`: where."""

    reason: Broken
    columns: tuple[str, ...] = ()
    line: int | None = None


class BrokenFileError(Exception):
    """The file is not an export. Its fields are those of `Unreadable`."""

    def __init__(self, reason: Broken, columns: tuple[str, ...] = (), line: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.columns = columns
        self.line = line


_SIGNS = str.maketrans({
    **dict.fromkeys("\u00a0\u2007\u202f", " "),
    **dict.fromkeys("\u200b\u200c\u200e\u200f\u2060\ufeff\u00ad"),
})  # fmt: skip
"""Spaces that are no spaces, and signs without a width; the joiner of emoji stays."""
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


def cleaned(words: str) -> str:
    """The text of a cell: washed, cut, with plain spaces."""
    return washing.text(words[:MOST_LETTERS].translate(_SIGNS)).strip()


def unescaped(words: str) -> str:
    """Undo the escapes of control characters in XLSX: «_x000D_»."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), words) if "_x" in words else words
