"""A worksheet that writes many plain rows quickly: writing cell by cell took most of a large workbook's time.

The output is byte for byte what the library would write for the same values; the library itself writes summaries,
headings and formulas. Only for workbooks in constant-memory mode.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

Value = str | int | float | datetime | None

_column = lru_cache(maxsize=256)(xl_col_to_name)
CELL_LIMIT = 16_000
"""The most characters written into a cell; the rest is cut off. A cell holds 32,767 UTF-16 units, of which a rare
character takes two."""
REPEATED = 200
"""Texts of up to so many characters are cached: names, states and places repeat."""
MOST_KNOWN = 10_000


@dataclass(frozen=True, slots=True)
class Formats:
    """The formats of the cells of a plain row, by the type of their value."""

    text: Format
    date: Format
    number: Format


class QuickSheet(Worksheet):  # type: ignore[misc]  # the library has no types
    def __init__(self) -> None:
        super().__init__()
        self._known: dict[str, str] = {}

    def put_row(self, at: int, values: Sequence[Value], formats: Formats) -> None:
        """Write the whole row `at` (the first is 0), below the rows already written. A text never becomes a formula;
        None and "" leave the cell empty. Raises ValueError if the sheet has no such row."""
        if self._check_dimensions(at, 0) or self._check_dimensions(at, len(values) - 1):
            raise ValueError(f"row {at} has no place in the sheet")
        if at > self.previous_row:
            self._write_single_row(at)
        self._write_row(at, None)
        self.fh.write("".join(self._cells(at, values, formats)) + "</row>")

    def _cells(self, at: int, values: Sequence[Value], formats: Formats) -> list[str]:
        number = f'{at + 1}" s="{formats.number._get_xf_index()}"><v>'
        date = f'{at + 1}" s="{formats.date._get_xf_index()}"><v>'
        text = f'{at + 1}" s="{formats.text._get_xf_index()}" '
        found: list[str] = []
        for column, value in enumerate(values):
            if isinstance(value, str):
                if value:
                    found.append(f'<c r="{_column(column)}{text}{self._text(value)}')
            elif isinstance(value, datetime):
                found.append(f'<c r="{_column(column)}{date}{self._convert_date_time(value):.16G}</v></c>')
            elif value is not None:
                found.append(f'<c r="{_column(column)}{number}{value:.16G}</v></c>')
        return found

    def _text(self, text: str) -> str:
        """The XML of a cell with this text, from the type attribute to the end of the element."""
        made = self._known.get(text)
        if made is None:
            cut = text[:CELL_LIMIT]
            escaped = self._escape_data(self._escape_control_characters(cut))
            kept = ' xml:space="preserve"' if cut[:1].isspace() or cut[-1:].isspace() else ""
            made = f't="inlineStr"><is><t{kept}>{escaped}</t></is></c>'
            if len(text) <= REPEATED and len(self._known) < MOST_KNOWN:
                self._known[text] = made
        return made
