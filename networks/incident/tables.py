"""Tables, their rows and cells, and the limits at which every reader stops: a small file may unpack to millions of
cells.

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
"""The most cells read from one workbook, empty ones included: some ten seconds of reading."""
MOST_EMPTY = 20_000
"""After how many empty rows running the rest of a sheet is not read: Excel formats a sheet down to row 1,048,576."""
MOST_LETTERS = 20_000
"""How many characters of a cell are read; the rest is cut off, as no network accepts such a long text."""


class Number(str):
    """The digits of a cell that holds a number; Excel has rounded a number of more than fifteen digits."""


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
    """A formula in the cell `place` («B7»). `value`: the result stored by the program that wrote the file; None if it
    stored none.
    """

    place: str
    text: str
    value: str | datetime | date | time | None = None

    def __str__(self) -> str:
        return "" if self.value is None else str(self.value)


Cell = str | datetime | date | time | Formula


@dataclass(slots=True)
class Line:
    """A row of a table that is not empty. `number` counts from 1, as the program that opens the file shows it;
    `hidden`: a filter or a person hid it."""

    number: int
    cells: list[Cell]
    hidden: bool = False

    def at(self, place: int) -> Cell:
        return self.cells[place] if place < len(self.cells) else ""


@dataclass(slots=True)
class Table:
    """A sheet. `name`: "" for a text file; `lines`: the rows that are not empty; `across`: cells merged over several
    columns of the first rows, by row number: column to the merged value; `stopped`: the number of the last row read, if
    thousands of empty rows ended the reading; `overfull`: there are more rows than may be read at once; `hidden`: its
    hidden columns, which are not used; `separated`: it is a text file, whose rows may be split in wrong places."""

    name: str
    lines: list[Line]
    across: dict[int, dict[int, Cell]] = field(default_factory=dict)
    stopped: int | None = None
    overfull: bool = False
    hidden: frozenset[int] = frozenset()
    separated: bool = False


@dataclass(frozen=True, slots=True)
class Tables:
    """The visible sheets of a file, and the names of the hidden ones, which are not read."""

    shown: Sequence[Table]
    hidden: tuple[str, ...] = ()


class Broken(StrEnum):
    """The reason why a whole file cannot be imported."""

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
    """The result for a file that cannot be imported as a whole. `columns`: the column names found in it, if they help;
    `line`: the line with the fault, if it has one."""

    reason: Broken
    columns: tuple[str, ...] = ()
    line: int | None = None


class BrokenFileError(Exception):
    """The file cannot be imported as a whole. Its fields are those of `Unreadable`."""

    def __init__(self, reason: Broken, columns: tuple[str, ...] = (), line: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.columns = columns
        self.line = line


_SIGNS = str.maketrans({
    **dict.fromkeys("\u00a0\u2007\u202f", " "),
    **dict.fromkeys("\u200b\u200c\u200e\u200f\u2060\ufeff\u00ad"),
})  # fmt: skip
"""Special spaces (replaced by plain ones) and characters without width (removed); the joiner of emoji stays."""
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


def cleaned(words: str) -> str:
    """The text of a cell, washed, cut to `MOST_LETTERS`, with plain spaces."""
    return washing.text(words[:MOST_LETTERS].translate(_SIGNS)).strip()


def unescaped(words: str) -> str:
    """The text with XLSX's escapes of control characters («_x000D_») turned back into the characters."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), words) if "_x" in words else words
