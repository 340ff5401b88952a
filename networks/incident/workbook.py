"""Read an XLSX as tables, as a stream: cells, dates, formulas' results, hyperlinks, merged cells, what is hidden.

openpyxl gives either a stream without hyperlinks, merges and hidden rows, or all of them after building every cell in
memory; a stranger's file decides how many cells there are. No entity is expanded, no other file opened.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from lxml import etree

from config.russian.stamps import BEGINNING
from networks.incident.tables import (
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_EMPTY,
    MOST_LETTERS,
    MOST_UNPACKED,
    Broken,
    BrokenFileError,
    Cell,
    Formula,
    Line,
    Linked,
    Number,
    Table,
    Tables,
    cleaned,
    unescaped,
)

LONGEST_ROW = 4 * 1024 * 1024
"""The most bytes of one row's XML; Excel's widest row with a thousand letters in a cell is shorter."""
MOST_ROWS = 1_100_000
"""The most rows read from a sheet: slightly more than Excel allows."""
MOST_STRINGS = 1_000_000
MOST_SHEETS = 50
MOST_MARKS = 50_000
"""The most merged cells and hyperlinks read from one sheet."""
HEADING = 60
"""In how many first rows cells merged across columns are remembered."""
CENTURY_START = datetime(1904, 1, 1)

_BROKEN = (
    zipfile.BadZipFile, zipfile.LargeZipFile, etree.LxmlError, KeyError, ValueError, TypeError, OSError,
    AttributeError, IndexError, EOFError, NotImplementedError, RuntimeError, OverflowError,
)  # fmt: skip
_BUILT_IN_DATES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_REF = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")


def read_workbook(data: bytes, most: int) -> Tables:
    """Read the workbook's visible sheets, at most `most` rows of each. Raises BrokenFileError."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED:
                raise BrokenFileError(Broken.TOO_BIG)
            return _Workbook(packed, most).tables()
    except _BROKEN as error:
        raise BrokenFileError(Broken.NOT_A_TABLE) from error


def _parsed(stream: Any, *tags: str) -> Iterator[Any]:
    """Yield each element of these names when it ends. Entities stay unexpanded; libxml2's own limits hold."""
    found = etree.iterparse(
        stream,
        events=("end",),
        tag=tuple(f"{{*}}{tag}" for tag in tags),
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    for _, element in found:
        yield element


def _name(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _place(ref: str) -> tuple[int, int]:
    """The row (from 1) and the column (from 0) of a cell reference such as «B7». ValueError for anything else."""
    match = _REF.fullmatch(ref)
    if match is None:
        raise ValueError(ref[:20])
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]), column - 1


@lru_cache(50_000)
def _letters(letters: str) -> int:
    return _place(f"{letters}1")[1]


def _column(ref: str) -> int:
    """The column, counted from 0, of a cell reference such as «B7»."""
    return _letters(ref.rstrip("0123456789"))


def _area(ref: str) -> tuple[int, int, int, int]:
    """The first row, first column, last row and last column of an area such as «B7:D9»; one cell is an area too."""
    first, _, last = ref.partition(":")
    return *_place(first), *_place(last or first)


def _related(element: Any) -> str:
    """The id of the relation that the element refers to, in either dialect of the format; "" if it refers to none."""
    return next((value for key, value in element.attrib.items() if key.endswith("}id")), "")


@dataclass
class _Found:
    """The merged areas of a sheet, and its areas with hyperlinks."""

    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    links: list[tuple[tuple[int, int, int, int], str]] = field(default_factory=list)


class _Measured:
    """A stream from the archive that raises BrokenFileError after `LONGEST_ROW` bytes without a row."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self.since_row = 0

    def read(self, size: int = -1) -> bytes:
        data: bytes = self._stream.read(size)
        self.since_row += len(data)
        if self.since_row > LONGEST_ROW:
            raise BrokenFileError(Broken.TOO_BIG)
        return data


class _Workbook:
    def __init__(self, packed: zipfile.ZipFile, most: int) -> None:
        self._packed = packed
        self._most = most
        self._names = {name.lower(): name for name in packed.namelist()}
        self._start = BEGINNING
        self._strings: list[str] = []
        self._dates: set[int] = set()
        self._cells = 0

    def tables(self) -> Tables:
        shown, hidden = self._sheets()
        if not shown and not hidden:
            raise BrokenFileError(Broken.NOT_A_TABLE)
        self._strings = self._shared()
        self._dates = self._date_styles()
        return Tables([self._table(name, path) for name, path in shown[:MOST_SHEETS]], tuple(hidden))

    def _open(self, path: str) -> Any:
        """Open this part of the archive as a stream; None if there is no such part."""
        name = self._names.get(path.lstrip("/").lower())
        return self._packed.open(name) if name is not None else None

    def _sheets(self) -> tuple[list[tuple[str, str]], list[str]]:
        """The visible worksheets as (name, part), and the names of the hidden ones. Raises BrokenFileError."""
        stream = self._open("xl/workbook.xml")
        if stream is None:
            is_open_document = self._open("content.xml") is not None
            raise BrokenFileError(Broken.OTHER_PROGRAM if is_open_document else Broken.NOT_A_TABLE)
        targets = self._relations("xl/_rels/workbook.xml.rels", "xl")
        shown, hidden = [], []
        for element in _parsed(stream, "sheet", "workbookPr"):
            if _name(element) == "workbookPr":
                if element.get("date1904") in ("1", "true"):
                    self._start = CENTURY_START
                continue
            name, path = cleaned(element.get("name", "")), targets.get(_related(element), "")
            if element.get("state", "visible") != "visible":
                hidden.append(name)
            elif "worksheets/" in path:
                shown.append((name, path))
        return shown, hidden

    def _relations(self, path: str, folder: str) -> dict[str, str]:
        """The targets of a part's relations by id, as paths in the archive; external ones stay as written."""
        stream = self._open(path)
        found: dict[str, str] = {}
        for element in _parsed(stream, "Relationship") if stream is not None else ():
            target = element.get("Target", "")
            inside = element.get("TargetMode") != "External" and not target.startswith("/")
            found[element.get("Id", "")] = _joined(folder, target) if inside else target
            if len(found) > MOST_MARKS:
                break
        return found

    def _shared(self) -> list[str]:
        stream = self._open("xl/sharedStrings.xml")
        found: list[str] = []
        for element in _parsed(stream, "si") if stream is not None else ():
            found.append(_text(element))
            _forget(element)
            if len(found) > MOST_STRINGS:
                raise BrokenFileError(Broken.TOO_BIG)
        return found

    def _date_styles(self) -> set[int]:
        """The numbers of the cell styles that show a number as a date or a time."""
        stream = self._open("xl/styles.xml")
        formats: dict[int, str] = {}
        found: set[int] = set()
        for element in _parsed(stream, "numFmt", "cellXfs") if stream is not None else ():
            if _name(element) == "numFmt":
                formats[int(element.get("numFmtId", 0))] = element.get("formatCode", "")
                continue
            for number, style in enumerate(element):
                which = int(style.get("numFmtId", 0))
                if which in _BUILT_IN_DATES or _shows_date(formats.get(which, "")):
                    found.add(number)
        return found

    # --- one sheet ---------------------------------------------------------------------------

    def _table(self, name: str, path: str) -> Table:
        stream = self._open(path)
        if stream is None:
            raise BrokenFileError(Broken.NOT_A_TABLE)
        table, beside = Table(name, []), _Found()
        targets = self._relations(re.sub(r"([^/]+)$", r"_rels/\1.rels", path), path.rpartition("/")[0])
        number, empty, seen = 0, 0, 0
        for element in _parsed(measured := _Measured(stream), "col", "row", "mergeCell", "hyperlink"):
            kind = _name(element)
            if kind == "col":
                columns = range(int(element.get("min")) - 1, min(int(element.get("max")), MOST_COLUMNS))
                table.hidden |= set(columns if element.get("hidden") in ("1", "true") else ())
                continue
            if kind != "row":
                _beside(beside, kind, element, targets)
                continue
            measured.since_row = 0
            seen += 1
            if table.stopped is None:
                number = int(element.get("r") or number + 1)
                empty = 0 if self._keep(table, element, number) else empty + 1
                table.stopped = number - empty if empty >= MOST_EMPTY else None
            _forget(element)
            if seen > MOST_ROWS:
                break
        _link(table, beside)
        _fill(table, beside)
        return table

    def _keep(self, table: Table, element: Any, number: int) -> bool:
        """Add the row to the table; return False if it is empty. BrokenFileError if there are too many cells."""
        self._cells += len(element)
        if self._cells > MOST_CELLS:
            raise BrokenFileError(Broken.TOO_BIG)
        row: dict[int, Cell] = {}
        column = -1
        for cell in element:
            ref = cell.get("r")
            column = _column(ref) if ref else column + 1
            if column < MOST_COLUMNS and len(cell):
                row[column] = self._cell(cell, ref or "")
        if not any(row.values()):
            return False
        if len(table.lines) >= self._most:
            table.overfull = True
            return True
        cells = [row.get(place, "") for place in range(max(row) + 1)]
        table.lines.append(Line(number, cells, element.get("hidden") in ("1", "true")))
        return True

    def _cell(self, element: Any, ref: str) -> Cell:
        """The cell's value or `Formula`. Text that merely begins with «=» stays text; an Excel error is no value."""
        value = formula = None
        for part in element:
            match _name(part):
                case "v":
                    value = part.text
                case "f":
                    formula = part.text or ""
                case "is":
                    value = _text(part)
        kind = element.get("t", "n")
        style = int(element.get("s") or 0)
        if formula is None:
            return self._value(kind, value, style)
        stored: str | datetime | time | None = None if kind == "e" else self._value(kind, value, style)
        return Formula(ref, cleaned(unescaped(formula)), stored or None)

    def _value(self, kind: str, value: str | None, style: int) -> str | datetime | time:
        if not value or kind == "e":
            return ""
        match kind:
            case "s":
                return self._strings[int(value)]
            case "str" | "inlineStr":
                return cleaned(unescaped(value))
            case "b":
                return "true" if value == "1" else "false"
            case "d":
                return cleaned(value)
            case _:
                return self._number(value, style)

    def _number(self, value: str, style: int) -> str | datetime | time:
        try:
            found = float(value)
        except ValueError:
            return cleaned(value)
        if style in self._dates and -1 < found < 2_958_466:
            if 0 <= found < 1:
                return (BEGINNING + timedelta(seconds=round(found * 86400))).time()
            return self._start + timedelta(seconds=round(found * 86400))
        return Number(str(int(found)) if found.is_integer() and abs(found) < 1e21 else value.strip())


# --- pieces ----------------------------------------------------------------------------------------------------------


def _text(element: Any) -> str:
    """The text of an XLSX string, without the phonetic hints of Asian scripts."""
    parts = (part.text or "" for part in element.iter("{*}t") if _name(part.getparent()) != "rPh")
    return cleaned(unescaped("".join(parts)[: MOST_LETTERS * 2]))


def _forget(element: Any) -> None:
    """Free the memory of an element already read and of the elements before it."""
    element.clear(keep_tail=False)
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _joined(folder: str, target: str) -> str:
    parts = folder.split("/")
    for part in target.split("/"):
        if part == "..":
            parts = parts[:-1]
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def _shows_date(code: str) -> bool:
    bare = re.sub(r'"[^"]*"|\\.|\[(?!h|m|s)[^\]]*\]', "", code.lower())
    return bool(re.search("[dmyhsдмгч]", bare)) and not re.search(
        "[#0?]", bare.replace("ss.000", "").replace("s.0", "")
    )


def _beside(found: _Found, kind: str, element: Any, targets: dict[str, str]) -> None:
    if len(found.merged) + len(found.links) > MOST_MARKS:
        return
    area = _area(element.get("ref", ""))
    if kind == "mergeCell":
        found.merged.append(area)
    elif target := targets.get(_related(element), ""):
        found.links.append((area, cleaned(unquote(target) if "%d0" in target.lower() else target)))


def _link(table: Table, beside: _Found) -> None:
    """Turn cells with hyperlinks into `Linked`, in place."""
    lines = {line.number: line for line in table.lines} if beside.links else {}
    for (first, left, last, right), target in beside.links:
        for number in range(first, min(last, first + 100) + 1):
            line = lines.get(number)
            for column in range(left, min(right, len(line.cells) - 1) + 1) if line is not None else ():
                if line is not None and isinstance(line.cells[column], str):
                    line.cells[column] = Linked.to(str(line.cells[column]), target)


def _fill(table: Table, beside: _Found) -> None:
    """Copy a cell merged down into every row it covers; note cells merged across in `table.across` for the heading."""
    lines = {line.number: line for line in table.lines} if beside.merged else {}
    filled = 0
    for first, left, last, right in beside.merged:
        top = lines.get(first)
        value = top.at(left) if top is not None else ""
        if not value or left >= MOST_COLUMNS:
            continue
        if first <= HEADING and right > left:
            row = table.across.setdefault(first, {})
            row.update(dict.fromkeys(range(left, min(right, MOST_COLUMNS - 1) + 1), value))
        for number in range(first + 1, min(last, first + MOST_EMPTY) + 1):
            line = lines.get(number)
            filled += 1
            if filled > MOST_CELLS // 3:
                return
            if line is not None:
                line.cells.extend([""] * (left + 1 - len(line.cells)))
                line.cells[left] = line.cells[left] or value
