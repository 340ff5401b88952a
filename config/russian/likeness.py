"""How similar two messages of citizens are, by the dictionary forms of their meaningful words. Pure.

A number from 0 to 1 and two thresholds; the caller decides what follows.
"""

from __future__ import annotations

from functools import lru_cache

from config.russian.morphology import READ, likeliest, words_of

ALIKE = 0.34
"""Share of common words from which two messages are offered as a repeat (MO-15, SL-8, KU-17)."""

FEW = 6
"""A text with fewer words of meaning is like many others of its topic: then only the same place makes a repeat."""

STOP = frozenset(
    word
    for line in (
        "и в на не что с по а как за к но до от из у о же для или то это этот тот так там тут вот ещё уже бы при без над",
        "под об ли ни мы вы я он она они наш ваш мой свой весь быть есть нет когда где кто какой который чтобы если раз",
        "год день здравствуйте добрый пожалуйста спасибо уважаемый просить прошу писать почему сколько можно нужно",
        "поздравлять поздравить желать пожелать благодарить хотеть",
    )
    for word in line.split()
)


@lru_cache(maxsize=4096)
def meaning(text: str) -> frozenset[str]:
    """The meaningful words of a text's beginning, each as one of its dictionary forms."""
    words = (word for word in words_of(text[:READ]) if not word.is_number and not word.lemmas & STOP)
    return frozenset(form for form in map(likeliest, words) if len(form) > 2)


def is_repeat(one: frozenset[str], other: frozenset[str], *, same_place: bool) -> bool:
    """Whether two texts with these words of meaning ask for the same thing. The words of a short text alone do not
    tell: «нет воды» is written in every street.
    """
    least = min(len(one), len(other))
    return least >= 2 and (same_place or least >= FEW) and len(one & other) >= ALIKE * least


def likeness(one: str, other: str) -> float:
    """Share of the smaller text's words found in the other; 0 if either has too few words to judge by."""
    a, b = meaning(one), meaning(other)
    if min(len(a), len(b)) < 2:
        return 0.0
    return len(a & b) / min(len(a), len(b))
