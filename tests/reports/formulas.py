"""Computes the workbook's formulas, so that a test does not have to trust the values beside them.

Knows +, -, *, /, =, >=, numbers, words, cells, ranges and the functions below; anything else is a ValueError.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from openpyxl.workbook import Workbook

TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<word>\"(?:[^\"]|\"\")*\")"
    r"|(?P<range>(?:'(?P<sheet>(?:[^']|'')*)'!)?\$?[A-Z]+\$?\d+(?::\$?[A-Z]+\$?\d+)?)(?![A-Z(])"
    r"|(?P<name>[A-Z]+)(?=\()|(?P<sign>>=|[-+*/=(),]))"
)


def value(book: Workbook, sheet: str, cell: str) -> Any:
    """The computed value of the cell."""
    found = book[sheet][cell]
    return _Reckoner(book, sheet, str(found.value)[1:]).whole() if found.data_type == "f" else found.value


class _Reckoner:
    def __init__(self, book: Workbook, sheet: str, text: str) -> None:
        self.book, self.sheet, self.text, self.at = book, sheet, text, 0

    def whole(self) -> Any:
        found = self.equal()
        if self.text[self.at :].strip():
            raise ValueError(f"what is {self.text[self.at :]!r}?")
        return found

    def peek(self) -> str:
        match = TOKEN.match(self.text, self.at)
        return match.group().strip() if match else ""

    def take(self, expected: str = "") -> re.Match[str]:
        match = TOKEN.match(self.text, self.at)
        if match is None or (expected and match.group().strip() != expected):
            raise ValueError(f"{expected or 'anything'} wanted at {self.text[self.at :]!r}")
        self.at = match.end()
        return match

    def equal(self) -> Any:
        left = self.sum()
        while self.peek() in ("=", ">="):
            if self.take().group().strip() == ">=":
                left = (left or 0) >= (self.sum() or 0)
                continue
            left = (left or 0) == self.sum() if not isinstance(left, str) else left == self.sum()
        return left

    def sum(self) -> Any:
        left = self.product()
        while self.peek() in ("+", "-"):
            sign = self.take().group().strip()
            right = self.product()
            left = _each(left, right, (lambda a, b: a + b) if sign == "+" else (lambda a, b: a - b))
        return left

    def product(self) -> Any:
        left = self.one()
        while self.peek() in ("*", "/"):
            sign = self.take().group().strip()
            right = self.one()
            left = _each(left, right, (lambda a, b: a * b) if sign == "*" else (lambda a, b: a / b))
        return left

    def one(self) -> Any:
        match = self.take()
        if match["number"]:
            return float(match["number"]) if "." in match["number"] else int(match["number"])
        if match["word"]:
            return match["word"][1:-1].replace('""', '"')
        if match["range"]:
            return self.cells(match["range"], match["sheet"])
        if match["name"]:
            return self.call(match["name"])
        if match["sign"] == "-":
            return _each(0, self.one(), lambda a, b: a - b)
        if match["sign"] == "(":
            found = self.equal()
            self.take(")")
            return found
        raise ValueError(f"what is {match.group()!r}?")

    def cells(self, text: str, sheet: str | None) -> Any:
        name = (sheet or self.sheet).replace("''", "'")
        first, _, last = text.rpartition("!")[2].replace("$", "").partition(":")
        if not last:
            return value(self.book, name, first)
        return [value(self.book, name, cell.coordinate) for row in self.book[name][f"{first}:{last}"] for cell in row]

    def call(self, name: str) -> Any:
        self.take("(")
        given = [self.equal()]
        while self.peek() == ",":
            self.take()
            given.append(self.equal())
        self.take(")")
        return FUNCTIONS[name](*given)


def _each(left: Any, right: Any, work: Callable[[Any, Any], Any]) -> Any:
    if not isinstance(left, list) and not isinstance(right, list):
        if work(1, 1) == 1 and work(2, 1) == 2 and right == 0 and work(0, 1) == 0 and work(4, 2) == 2:
            return ""  # division by zero in the branch that IF does not take
        return work(left or 0, right or 0)
    length = len(left) if isinstance(left, list) else len(right)
    lefts, rights = (side if isinstance(side, list) else [side] * length for side in (left, right))
    return [work(a or 0, b or 0) for a, b in zip(lefts, rights, strict=True)]


def _exact(left: Any, right: Any) -> Any:
    rights = right if isinstance(right, list) else [right] * len(left)
    return [str(a or "") == str(b or "") for a, b in zip(left, rights, strict=True)]


def _matches(cell: Any, criterion: str) -> bool:
    if criterion.startswith(">"):
        return isinstance(cell, int | float) and cell > float(criterion[1:])
    return str(cell or "") == criterion


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "COUNT": lambda cells: sum(isinstance(cell, int | float) for cell in cells),
    "COUNTIFS": lambda cells, criterion: sum(_matches(cell, criterion) for cell in cells),
    "SUM": lambda cells: sum(cell for cell in cells if isinstance(cell, int | float)),
    "SUMIFS": lambda sums, cells, c: sum(s for s, cell in zip(sums, cells, strict=True) if _matches(cell, c)),
    "SUMPRODUCT": sum,
    "EXACT": _exact,
    "IF": lambda condition, then, other: then if condition else other,
    "OR": lambda *conditions: any(conditions),
    "ROUND": lambda number, digits: (
        "" if number == "" else float(Decimal(str(number)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))
    ),
}
