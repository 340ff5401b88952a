"""Read a text file as a table: any separator, the encodings that Russian programs write, quotes that must be closed.

An unclosed quote swallows the rows after it; such a file is refused with the line of the quote.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice

from networks.incident.tables import (
    MOST_BYTES,
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_EMPTY,
    Broken,
    BrokenFileError,
    Cell,
    Line,
    Table,
    cleaned,
)

SEPARATORS = (";", ",", "\t", "|")
SAMPLE = 50
"""How many first lines are examined to find the separator."""
SAMPLE_LETTERS = 200_000
LONGEST_RECORD = 500
"""The most lines of one record; a longer one has an unclosed quote."""
_HINT = re.compile(r"sep=(.)\s*", re.IGNORECASE)
_MARKUP = re.compile(r"\s*<(?:!doctype|html|\?xml|table|meta|head)", re.IGNORECASE)
_WRITTEN = frozenset("абвгдеёжзийклмнопрстуфхцчшщъыьэюяАБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ«»—–№“”„…’•§°©®\xa0")
_COMMON = frozenset("оеаинтсрвлкмдпу ")
"""Characters that make up most of any Russian text."""


def read_separated(data: bytes, most: int) -> Table:
    """Read a text file as a table, at most `most` rows of it. Raises BrokenFileError."""
    text = decoded(data)
    if _MARKUP.match(text):
        raise BrokenFileError(Broken.OTHER_PROGRAM)
    if "\x00" in text:
        raise BrokenFileError(Broken.NOT_A_TABLE)
    csv.field_size_limit(MOST_BYTES)
    head = [line for line, _ in zip(io.StringIO(text[:SAMPLE_LETTERS], newline=""), range(SAMPLE), strict=False)]
    hint = _HINT.fullmatch(head[0]) if head else None
    table, cells, empty = Table("", [], separated=True), 0, 0
    try:
        for number, record in _records(io.StringIO(text, newline=""), hint[1] if hint else _separator(head)):
            row: list[Cell] = [cleaned(cell) for cell in record[:MOST_COLUMNS]]
            cells += len(row)
            empty = 0 if any(row) else empty + 1
            if cells > MOST_CELLS:
                raise BrokenFileError(Broken.TOO_BIG)
            if empty >= MOST_EMPTY:
                table.stopped = number - empty
                break
            if any(row) and len(table.lines) >= most:
                table.overfull = True
                break
            if any(row) and not (hint and number == 1):
                table.lines.append(Line(number, row))
    except csv.Error as error:
        raise BrokenFileError(Broken.NOT_A_TABLE) from error
    return table


def _records(lines: Iterator[str], separator: str) -> Iterator[tuple[int, list[str]]]:
    """Each record with the number of its first line. Raises BrokenFileError if a quote is not closed."""
    number = 0
    for line in lines:
        number += 1
        if '"' not in line:
            yield number, line.rstrip("\r\n").split(separator)
            continue
        taken = [line]
        record = next(csv.reader(_from(line, lines, taken), delimiter=separator, skipinitialspace=True))
        if len(taken) > 1 or _is_open(line, separator):
            _check(taken, separator, number)
        yield number, record
        number += len(taken) - 1


def _from(line: str, lines: Iterator[str], taken: list[str]) -> Iterator[str]:
    """Yield the line, then as many following lines as the record needs; those are also appended to `taken`."""
    yield line
    for further in islice(lines, LONGEST_RECORD):
        taken.append(further)
        yield further


def _is_open(line: str, separator: str) -> bool:
    """Whether a quote in this line is not closed by the line's end."""
    try:
        next(csv.reader([line], delimiter=separator, skipinitialspace=True, strict=True))
    except csv.Error as error:
        return "end of data" in str(error)
    return False


def _check(lines: list[str], separator: str, number: int) -> None:
    """Check that a record of several lines is quoted correctly, because otherwise separate rows have run together.
    Raises BrokenFileError with the line `number`."""
    try:
        next(csv.reader(lines, delimiter=separator, skipinitialspace=True, strict=True))
    except csv.Error as error:
        raise BrokenFileError(Broken.UNCLOSED, line=number) from error


def _separator(lines: list[str]) -> str:
    """The separator that splits most of the first lines into the same number of cells; «;» if the lines are empty."""
    sample = [line for line in lines[:SAMPLE] if line.strip()]

    def most_alike(parts: Iterable[list[str]], sign: str) -> tuple[int, int]:
        try:
            rows = [row for part in parts for row in csv.reader(part, delimiter=sign, skipinitialspace=True)]
        except csv.Error:
            return 0, 0
        widths = Counter(len(row) for row in rows)
        widths.pop(1, None)
        width, times = max(widths.items(), key=lambda one: (one[1], one[0]), default=(0, 0))
        return times, width

    def fits(sign: str) -> tuple[int, int]:
        # Also line by line: an unclosed quote swallows the rows after it.
        return max(most_alike([sample], sign), most_alike(([line] for line in sample), sign))

    return max(SEPARATORS, key=fits) if sample else ";"


# --- encodings -------------------------------------------------------------------------------------------------------


def decoded(data: bytes) -> str:
    """Decode the file: by its byte order mark, as UTF-8, or in the encoding whose result looks most like Russian."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    if (wide := _wide(data)) is not None:
        return data.decode(wide, "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        sample = data[:200_000]
        best = max(
            ("cp1251", "utf-8-sig", "cp866", "koi8-r", "mac_cyrillic"),
            key=lambda name: _russian(sample.decode(name, "replace")),
        )
        return data.decode(best, "replace")


def _wide(data: bytes) -> str | None:
    """The name of the UTF-16 encoding if the file is UTF-16 without a byte order mark (every other byte of separators
    and digits is zero); None otherwise."""
    sample = data[:2000]
    zeros = sample[0::2].count(0), sample[1::2].count(0)
    if max(zeros) <= len(sample) // 20 or min(zeros) > max(zeros) // 4:
        return None
    return "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"


def _russian(text: str) -> float:
    """How much the text looks like Russian: the share of the letters most frequent in it, less a penalty for broken
    characters and for signs that no Russian text has."""
    strange = sum(not (sign.isascii() or sign in _WRITTEN) for sign in text)
    return (sum(letter in _COMMON for letter in text) - strange - 20 * text.count("\ufffd")) / max(len(text), 1)
