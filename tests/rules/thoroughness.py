"""How much a slow comparison tries: a share in the ordinary suite, all of it under `make prove`, a tenth of that in
`.ci/run`, chosen by the seed.
"""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from typing import TypeVar

FULL = os.environ.get("PROVE") == "1"
TENTH = os.environ.get("PROVE_TENTH") == "1"
SEED = int(os.environ.get("PROVE_SEED", "2026"))
SHARE = 4
"""The ordinary suite tries one of so many."""

Thing = TypeVar("Thing")


def examples(many: int) -> int:
    """All of them under PROVE=1, otherwise a share."""
    if FULL and not TENTH:
        return many
    return max(5, many // (10 if TENTH else SHARE))


def some(things: Sequence[Thing]) -> list[Thing]:
    """All of them, or the tenth that the seed chooses (at least one), in their order."""
    if not TENTH:
        return list(things)
    chosen = set(random.Random(SEED).sample(range(len(things)), max(1, len(things) // 10)))
    return [thing for number, thing in enumerate(things) if number in chosen]
