"""Decides whether a text is acceptable as a reason, a remark or an explanation in somebody's own words. Pure; all parts of the
program use this module for it."""

from __future__ import annotations

import re

WORD = re.compile(r"[^\W\d_]{2,}")
EMPTY_WORDS = frozenset({
    "без", "да", "же", "знаю", "не", "нет", "ни", "но", "ну", "ок", "окей", "потому", "почему", "причин", "причина", "причины",
    "просто", "так", "то", "тоже", "хз", "что", "no", "none", "ok", "yes",
})  # fmt: skip
"""Words that explain nothing, alone or together: «нет», «без причины», «просто так»."""


STAND_IN = "слова"
"""A placeholder that passes as a reason, used where an action is only tried out before a person has written his own."""


def says_something(text: str) -> bool:
    """Whether the text contains a word of at least two letters: «👍», «+» and «17» do not."""
    return WORD.search(text) is not None


def explains(text: str) -> bool:
    """Whether the text can stand where a reason or a remark is required: it has a word that says something.

    «.», «-», «…», «нет», «без причины», «ааа», a number or an emoji alone do not.
    """
    words = WORD.findall(text.lower())
    return any(word not in EMPTY_WORDS and len(set(word)) > 1 for word in words)
