"""A worksheet that writes its many plain rows at once: cell by cell through the library took most of a large workbook's time.

What is written is what the library would write of the same values, letter for letter; summaries, heads and formulas are left
to it. Only for workbooks of constant memory.
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
"""So many letters of a text go into a cell: a cell holds 32,767, and a letter beyond the common ones counts as two."""
REPEATED = 200
"""Texts up to this length come again and again: names, states, places."""
MOST_KNOWN = 10_000


@dataclass(frozen=True, slots=True)
class Formats:
    """How the cells of a plain row look, by what is in them."""

    text: Format
    date: Format
    number: Format


class QuickSheet(Worksheet):  # type: ignore[misc]  # the library has no types
    def __init__(self) -> None:
        super().__init__()
        self._known: dict[str, str] = {}

    def put_row(self, at: int, values: Sequence[Value], formats: Formats) -> None:
        """The whole row `at` (the first is 0), below those written before. A text is never a formula; nothing and "" leave
        the cell empty."""
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
        """The rest of the cell's element, from its type on."""
        made = self._known.get(text)
        if made is None:
            cut = text[:CELL_LIMIT]
            escaped = self._escape_data(self._escape_control_characters(cut))
            kept = ' xml:space="preserve"' if cut[:1].isspace() or cut[-1:].isspace() else ""
            made = f't="inlineStr"><is><t{kept}>{escaped}</t></is></c>'
            if len(text) <= REPEATED and len(self._known) < MOST_KNOWN:
                self._known[text] = made
        return made
