"""Read a file's bytes as rows of cells: XLSX through openpyxl, CSV in any encoding and with any separator.

Nothing in a cell is executed: of a formula only the stored result is used, and markup is text. A broken, foreign or
oversized file raises `BrokenFileError` with a reason from a closed list.
"""

from __future__ import annotations

import codecs
import csv
import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from enum import StrEnum
from itertools import islice
from typing import Any
from xml.etree.ElementTree import ParseError

from config import washing


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula in the cell `place`. `value`: the result stored by the program that wrote the file; None if it stored
    none.
    """

    place: str
    text: str
    value: str | datetime | date | None = None

    def __str__(self) -> str:
        return "" if self.value is None else str(self.value)


Cell = str | datetime | date | Formula
MOST_BYTES = 20 * 1024 * 1024
MOST_UNPACKED = 200 * 1024 * 1024
MOST_COLUMNS = 200
MOST_LETTERS = 20_000
"""A longer cell is cut: no network accepts such a long text."""

SEPARATORS = (";", ",", "\t", "|")
OLD_EXCEL = b"\xd0\xcf\x11\xe0"


class Broken(StrEnum):
    """The reason why a whole file cannot be read."""

    EMPTY = "empty"
    TOO_BIG = "too_big"
    NOT_A_TABLE = "not_a_table"
    OLD_EXCEL = "old_excel"
    NO_TEXT_COLUMN = "no_text_column"
    TOO_MANY_ROWS = "too_many_rows"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The whole file cannot be read. `columns`: the column names found in it, if they help."""

    reason: Broken
    columns: tuple[str, ...] = ()


class BrokenFileError(Exception):
    """The file is not an export. `columns`: the column names found in it, if they help."""

    def __init__(self, reason: Broken, columns: tuple[str, ...] = ()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.columns = columns


def rows_of(data: bytes, most: int) -> list[list[Cell]]:
    """Read the rows of the table, at most `most` + 1; empty cells are "". Raises BrokenFileError."""
    if not data.strip(b"\x00 \r\n\t"):
        raise BrokenFileError(Broken.EMPTY)
    if len(data) > MOST_BYTES:
        raise BrokenFileError(Broken.TOO_BIG)
    if data.startswith(OLD_EXCEL):
        raise BrokenFileError(Broken.OLD_EXCEL)
    found = _workbook(data, most) if data.startswith(b"PK") else _separated(data, most)
    while found and not any(found[-1]):
        found.pop()
    return found


# --- XLSX -------------------------------------------------------------------------------------------------------------


def _workbook(data: bytes, most: int) -> list[list[Cell]]:
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED:
                raise BrokenFileError(Broken.TOO_BIG)
        found = _cells(data, most, _written)
        if any(isinstance(cell, Formula) for row in found for cell in row):
            made = _cells(data, most, _made)
            found = [
                [_with_value(*pair) for pair in zip(*rows, strict=False)] for rows in zip(found, made, strict=False)
            ]
        return found
    except (zipfile.BadZipFile, InvalidFileException, ParseError, KeyError, ValueError, TypeError, OSError) as error:
        raise BrokenFileError(Broken.NOT_A_TABLE) from error
    except (AttributeError, IndexError, EOFError, zipfile.LargeZipFile, NotImplementedError, RuntimeError) as error:
        raise BrokenFileError(Broken.NOT_A_TABLE) from error


def _cells(data: bytes, most: int, read: Callable[[Any], Cell]) -> list[list[Cell]]:
    """The first sheet's cells, each converted by `read`."""
    from openpyxl import load_workbook  # the import takes a quarter of a second, and few processes read a workbook

    book = load_workbook(io.BytesIO(data), read_only=True, data_only=read is _made, keep_links=False)
    try:
        if not book.worksheets:
            raise BrokenFileError(Broken.NOT_A_TABLE)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        return [[read(cell) for cell in row] for row in islice(sheet.iter_rows(max_col=MOST_COLUMNS), most + 1)]
    finally:
        book.close()


def _written(cell: Any) -> Cell:
    """The cell's content; text that merely begins with «=» stays text."""
    if cell.data_type == "f":
        return Formula(str(cell.coordinate), str(_cell(cell.value)))
    return _cell(cell.value)


def _made(cell: Any) -> Cell:
    """The cell's computed value; "" if it is empty or holds an Excel error."""
    return "" if cell.data_type == "e" else _cell(cell.value)


def _with_value(written: Cell, made: Cell) -> Cell:
    if not isinstance(written, Formula) or isinstance(made, Formula) or made == "":
        return written
    return replace(written, value=made)


def _cell(value: object) -> str | datetime | date:
    match value:
        case None:
            return ""
        case datetime() | date():
            return value
        case bool():
            return str(value).lower()
        case float() if value.is_integer():
            return str(int(value))
        case time():
            return value.isoformat()
        case _:
            # openpyxl wraps an array formula in an object with the text inside.
            return washing.text(str(getattr(value, "text", value))[:MOST_LETTERS]).strip()


# --- CSV --------------------------------------------------------------------------------------------------------------


def _separated(data: bytes, most: int) -> list[list[Cell]]:
    text = _decoded(data)
    if "\x00" in text:
        raise BrokenFileError(Broken.NOT_A_TABLE)
    csv.field_size_limit(MOST_BYTES)
    reader = csv.reader(io.StringIO(washing.text(text), newline=""), delimiter=_separator(text), skipinitialspace=True)
    try:
        return list(islice(_cut(reader), most + 1))
    except csv.Error as error:
        raise BrokenFileError(Broken.NOT_A_TABLE) from error


def _cut(rows: Iterator[list[str]]) -> Iterator[list[Cell]]:
    for row in rows:
        yield [cell[:MOST_LETTERS].strip() for cell in row[:MOST_COLUMNS]]


def _decoded(data: bytes) -> str:
    """Decode as UTF-8, as UTF-16 if it has the mark, otherwise as Russian Windows (cp1251)."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1251", "replace")


def _separator(text: str) -> str:
    """The most frequent separator, outside quotes, of the first line that has any."""
    for line in text.splitlines()[:20]:
        bare = "".join(part for number, part in enumerate(line.split('"')) if number % 2 == 0)
        found = max(SEPARATORS, key=bare.count)
        if bare.count(found):
            return found
    return ";"
