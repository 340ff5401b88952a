"""How many examples a slow comparison tries: some in the ordinary suite, all of them where `make prove` asks for it."""

from __future__ import annotations

import os

FULL = os.environ.get("PROVE") == "1"
SHARE = 4
"""The ordinary suite tries one of so many."""


def examples(many: int) -> int:
    """All of them under PROVE=1, else a share."""
    return many if FULL else max(5, many // SHARE)
