"""What a sheet is made of: words, numbers, and formulas with the value they come to. Knows no file format.

A formula's value is the figure itself, so that a viewer that does not compute shows the same as one that does.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Formula:
    """`shown`: the number's format."""

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
    """A sheet with a head and `rows` rows under it."""

    name: str
    columns: tuple[str, ...]
    rows: int

    def range(self, column: str) -> str:
        """Its column as a range; one empty row where there is none."""
        at = letter(self.columns.index(column))
        name = self.name.replace("'", "''")
        return f"'{name}'!${at}$2:${at}${max(self.rows, 1) + 1}"


def letter(column: int) -> str:
    return chr(ord("A") + column)


def quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'


def ratio(part: str, whole: str, digits: int) -> str:
    return f'=IF({whole}=0,"",ROUND({part}/{whole},{digits}))'
