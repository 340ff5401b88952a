"""Learns from the curator's decisions: words of the cases handed to a department count in its favour. Pure.

Only counting, so that the deciding words explain every proposal. A guess from lessons alone is never sure.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace

from config.russian.detection import Guess
from config.russian.likeness import STOP
from config.russian.morphology import words_of

ENOUGH_CASES = 2
"""A word speaks for a department after it occurred in so many of its cases,"""
SHARE = 0.75
"""and if this share of all its cases went to that department."""
ENOUGH_WORDS = 2
"""A proposal needs so many such words."""

Lesson = tuple[str, str, str, int]
"""Word, department, topic (empty: none), in how many cases."""


def telling(text: str) -> dict[str, str]:
    """The words to learn from a text, in dictionary form, each as first written."""
    found: dict[str, str] = {}
    for word in words_of(text):
        form = min(word.lemmas, default="")
        if not word.is_number and not word.lemmas & STOP and 2 < len(form) <= 64:
            found.setdefault(form, word.text.lower())
    return found


def taught(guess: Guess, written: dict[str, str], lessons: Iterable[Lesson], departments: Collection[str]) -> Guess:
    """Add the experience of earlier cases with these words (`written`, see `telling`) to the guess: a department if it
    had none or an unsure one, a topic if it had none.
    """
    if guess.sure:
        return guess
    spoken = _speaking(lessons)
    best, words = _best(spoken, departments)
    if best is None or (guess.department is not None and guess.department != best and len(words) <= len(guess.words)):
        return guess
    if best == guess.department:
        return guess
    topic = _topic(lessons, best, words)
    return replace(
        guess,
        department=best,
        topics=guess.topics or ((topic,) if topic else ()),
        words=tuple(dict.fromkeys(written[word] for word in words if word in written)),
    )


def _speaking(lessons: Iterable[Lesson]) -> dict[str, list[str]]:
    """Departments with the words that speak for them."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for word, department, _, cases in lessons:
        counts[word][department] += cases
    spoken: dict[str, list[str]] = defaultdict(list)
    for word, owners in counts.items():
        department, cases = owners.most_common(1)[0]
        if cases >= ENOUGH_CASES and cases >= SHARE * sum(owners.values()):
            spoken[department].append(word)
    return spoken


def _best(spoken: dict[str, list[str]], departments: Collection[str]) -> tuple[str | None, list[str]]:
    """The department that most words speak for; none if another has as many."""
    ranked = sorted(((len(words), key) for key, words in spoken.items() if key in departments), reverse=True)
    if not ranked or ranked[0][0] < ENOUGH_WORDS or (len(ranked) > 1 and ranked[1][0] == ranked[0][0]):
        return None, []
    return ranked[0][1], spoken[ranked[0][1]]


def _topic(lessons: Iterable[Lesson], department: str, words: Collection[str]) -> str:
    """The topic of most of those cases; "" if no topic has the majority."""
    topics: Counter[str] = Counter()
    for word, key, topic, cases in lessons:
        if key == department and word in words:
            topics[topic] += cases
    code, cases = topics.most_common(1)[0] if topics else ("", 0)
    return code if 2 * cases > sum(topics.values()) else ""
