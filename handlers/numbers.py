"""The number people call a case by, out of their words. One reading for every command, reply and door that takes one."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"[№#\s]*+([0-9]++)\s*+")
KEPT = 19
"""So many digits of a number are read: no case has one of more, and an answer need not repeat a page of them."""


def case_number(words: str) -> int | None:
    """The number in «17», «№ 17» or «#17»; None where the words are no number. It may be one no case can have."""
    found = _NUMBER.fullmatch(words)
    return int(found[1].lstrip("0")[:KEPT] or 0) if found is not None else None
