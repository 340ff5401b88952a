"""Makes data from outside (JSON, pages, files, settings) safe for every database and every messenger.

Every entry point washes with this module and in no other way. A washed value holds no NUL, no lone surrogate and no
number that is not finite or longer than 64 bits, and it nests at most `DEEPEST` levels. Anything else becomes null, so
the reader finds the value missing and decides what that means.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

DEEPEST = 100
"""The most levels of nested lists and objects that are kept; no messenger or network sends a tenth of that."""
LARGEST = 2**63 - 1
LONGEST_NUMBER = 20
"""The most characters of a number that is parsed: digits and sign of the longest 64-bit number. Python refuses to parse
one with thousands of digits."""

_UNFIT = re.compile("[\x00\ud800-\udfff]")
_MARKS = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[{]|[\]}]', re.S)


def loads(written: str | bytes) -> Any:
    """Parse and wash a JSON text. Raises only ValueError, if it is not JSON, whatever its nesting depth or length of
    numbers."""
    whole_text = written if isinstance(written, str) else written.decode("utf-8", "replace")
    try:
        return washed(_read(whole_text))
    except RecursionError:
        return washed(_read(_flattened(whole_text)))


def washed(value: Any) -> Any:
    """The value without anything a database cannot hold, in its keys too."""
    return _washed(value, 0)


def text(words: str) -> str:
    """The text without NUL; a lone surrogate becomes «�», a surrogate pair one character."""
    if is_clean(words):
        return words
    return words.replace("\x00", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def key_of(written: str) -> str:
    """A key for an item that has none, made from its content: equal content means the same item."""
    return f"strange:{hashlib.sha256(written.encode('utf-8', 'replace')).hexdigest()}"


def is_clean(words: str) -> bool:
    """Whether `text` would leave the words unchanged: they hold neither NUL nor surrogates."""
    return _UNFIT.search(words) is None


def whole(value: Any) -> int:
    """The value as an integer of 64 bits, also from its decimal digits in a string. ValueError for anything else."""
    if (
        isinstance(value, str)
        and len(value) <= LONGEST_NUMBER
        and value.isascii()
        and value.removeprefix("-").isdigit()
    ):
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not -LARGEST - 1 <= value <= LARGEST:
        raise ValueError("not a whole number")
    return value


def _read(written: str) -> Any:
    return json.loads(written, parse_int=_int, parse_constant=_nothing)


def _int(digits: str) -> int | None:
    return int(digits) if len(digits) <= LONGEST_NUMBER else None


def _nothing(name: str) -> None:
    """Return None in place of NaN and infinities: they are not JSON, but services send them."""


def _washed(value: Any, level: int) -> Any:
    match value:
        case str():
            return text(value)
        case bool() | None:
            return value
        case int() | float():
            # A comparison with NaN is false.
            return value if -LARGEST - 1 <= value <= LARGEST else None
        case dict() if level < DEEPEST:
            return {text(str(key)): _washed(one, level + 1) for key, one in value.items()}
        case list() | tuple() if level < DEEPEST:
            return [_washed(one, level + 1) for one in value]
        case _:
            return None


def _flattened(written: str) -> str:
    """The JSON text with everything nested below `DEEPEST` replaced by null."""
    kept: list[str] = []
    level, since = 0, 0
    for mark in _MARKS.finditer(written):
        sign = mark.group()[0]
        if sign in "[{":
            level += 1
            if level == DEEPEST + 1:
                kept.append(written[since : mark.start()] + "null")
        elif sign in "]}":
            level -= 1
            if level == DEEPEST:
                since = mark.end()
    return "".join(kept) + (written[since:] if level <= DEEPEST else "")
