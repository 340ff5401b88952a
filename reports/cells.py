"""The content of a sheet: words, numbers, and formulas with their computed values. Knows no file format.

Each formula carries its value, so that a viewer that does not calculate shows the same number as one that does.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula with its value. `shown`: the number format."""

    text: str
    value: int | float | str | None
    shown: str = "0"


Cell = str | int | float | Formula | None


@dataclass(frozen=True, slots=True)
class Line:
    cells: tuple[Cell, ...]
    style: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet with a header and `rows` rows under it."""

    name: str
    columns: tuple[str, ...]
    rows: int

    def range(self, column: str) -> str:
        """The column's range of cells; one empty row if the sheet has none."""
        at = letter(self.columns.index(column))
        name = self.name.replace("'", "''")
        return f"'{name}'!${at}$2:${at}${max(self.rows, 1) + 1}"


def letter(column: int) -> str:
    return chr(ord("A") + column)


def quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'


def ratio(part: str, whole: str, digits: int) -> str:
    return f'=IF({whole}=0,"",ROUND({part}/{whole},{digits}))'
