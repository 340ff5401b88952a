"""How similar two messages of citizens are, by the dictionary forms of their meaningful words. Pure.

A number from 0 to 1 and two thresholds; the caller decides what follows.
"""

from __future__ import annotations

from functools import lru_cache

from config.russian.morphology import READ, likeliest, words_of

ALIKE = 0.34
"""The share of common words from which a message is offered as a repeat of another (MO-15, SL-8, KU-17)."""

FEW = 6
"""The least number of meaningful words of a text for which words alone can make a repeat; a shorter one resembles many
on its topic and needs the same place too."""

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


@lru_cache(maxsize=256)
def meaning(text: str) -> frozenset[str]:
    """The meaningful words of a text (its first `READ` characters), each as one of its dictionary forms."""
    words = (word for word in words_of(text[:READ]) if not word.is_number and not word.lemmas & STOP)
    return frozenset(form for form in map(likeliest, words) if len(form) > 2)


def is_repeat(one: frozenset[str], other: frozenset[str], *, same_place: bool) -> bool:
    """Whether two texts with these meaningful words ask for the same thing. The words of a short text alone do not
    tell: «нет воды» is written in every street.
    """
    least = min(len(one), len(other))
    return least >= 2 and (same_place or least >= FEW) and len(one & other) >= ALIKE * least


def likeness(one: str, other: str) -> float:
    """The share, from 0 to 1, of the smaller text's meaningful words that occur in the other; 0 if either has fewer
    than two."""
    a, b = meaning(one), meaning(other)
    if min(len(a), len(b)) < 2:
        return 0.0
    return len(a & b) / min(len(a), len(b))
