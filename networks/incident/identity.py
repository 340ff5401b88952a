"""What identifies a row in every import: the program's own id, or the link with the text and the time.

A running number is no identity: the next export counts from one again. Nor is a number that Excel rounded, or a column
in which one «id» stands beside many texts.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from itertools import pairwise

from config.imports import plain
from networks.incident.tables import Number

EXACT_DIGITS = 15
"""How many digits of a number Excel keeps."""
_ROUNDED = re.compile(r"\d(?:[.,]\d+)?[eе]\+?\d{1,3}", re.IGNORECASE)
_COUNTED = re.compile(rf"(?:№|#|n\.?|no\.?|номер)? ?0*([0-9]{{1,{EXACT_DIGITS}}})[.)]?", re.IGNORECASE)
"""A number, also as a clerk numbers a list: «1.», «2)», «№ 3»."""
_COUNTING = frozenset(("№", "номер", "n", "no", "№ обращения", "номер обращения", "номер сообщения"))
"""Names of columns that may hold a program's ids as well as a clerk's numbering of the rows."""


class Trust(StrEnum):
    """Whether a column of ids identifies rows: FULL, it does; RUNNING, it only numbers the rows; REPEATED, one id
    stands beside many texts."""

    FULL = "full"
    RUNNING = "running"
    REPEATED = "repeated_ids"


def trust_of(ids: Sequence[str], texts: Sequence[str], name: str) -> Trust:
    """Judge a column of ids by its filled cells, the texts beside them and the column's name."""
    numbers = [int(match[1]) for one in ids if (match := _COUNTED.fullmatch(one)) is not None]
    if len(numbers) == len(ids) and numbers and _is_running(numbers, plain(name)):
        return Trust.RUNNING
    pairs = set(zip(ids, texts, strict=True))
    if len(ids) > 2 and len(set(ids)) * 2 < len(pairs):
        return Trust.REPEATED
    return Trust.FULL


def _is_running(numbers: Sequence[int], name: str) -> bool:
    steps = {second - first for first, second in pairwise(numbers)}
    if not steps:
        return numbers[0] <= 1
    one_way = min(steps) > 0 or max(steps) < 0
    counts = one_way and min(numbers) <= 1 and max(numbers) <= 2 * len(numbers) + 20
    return counts or (name in _COUNTING and len(numbers) > 2 and steps in ({1}, {-1}))


def is_rounded(number: str) -> bool:
    """Whether Excel rounded the id: a number with more than fifteen digits, or written as «1,23457E+15»."""
    if _ROUNDED.fullmatch(number):
        return True
    digits = number.lstrip("-")
    if not digits.isdigit() or len(digits) <= EXACT_DIGITS:
        return False
    return isinstance(number, Number) or not digits[EXACT_DIGITS:].strip("0")


def keys_of(number: str, link: str, text: str, written: datetime | None) -> tuple[str, ...]:
    """The row's keys, the same in every import: one by its id if `number` is not "", and one by link, text and time.
    Each is 40 hexadecimal digits."""
    at = written.isoformat() if written is not None else ""
    wholes = [f"words|{link}|{' '.join(text.split())}|{at}"]
    return tuple(_hashed(whole) for whole in ([f"id|{number}"] if number else []) + wholes)


def _hashed(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()[:40]


def digest_of(text: str) -> str:
    """A short hash of the text, to notice another text under the same id; spaces and capitals do not change it."""
    return hashlib.sha256(plain(text).encode()).hexdigest()[:12]
