"""The content of a sheet's cells: words, numbers, and formulas with their computed values. Knows no file format.

Each formula carries its value, so that a viewer that does not calculate shows the same number as one that does.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula with its computed value (None: shown empty). `shown`: the number format."""

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
    """The place of a table that formulas refer to: a sheet with a row of headings and `rows` rows under it."""

    name: str
    columns: tuple[str, ...]
    rows: int

    def range(self, column: str) -> str:
        """The range of the column's cells for a formula; one empty row if the sheet has no rows."""
        at = letter(self.columns.index(column))
        name = self.name.replace("'", "''")
        return f"'{name}'!${at}$2:${at}${max(self.rows, 1) + 1}"


def letter(column: int) -> str:
    return chr(ord("A") + column)


def quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'


def ratio(part: str, whole: str, digits: int) -> str:
    return f'=IF({whole}=0,"",ROUND({part}/{whole},{digits}))'
