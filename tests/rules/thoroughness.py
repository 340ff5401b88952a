"""How many examples a slow comparison tries: a share in the ordinary suite, all of them under `make prove`."""

from __future__ import annotations

import os

FULL = os.environ.get("PROVE") == "1"
SHARE = 4
"""The ordinary suite tries one of so many."""


def examples(many: int) -> int:
    """All of them under PROVE=1, otherwise a share."""
    return many if FULL else max(5, many // SHARE)
