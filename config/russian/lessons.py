"""What the curator's own decisions teach a guess: words of the cases he handed to a department speak for it. Pure.

Counting, nothing more, so that every proposal can be explained by the words that decided. A guess from lessons alone is
never sure.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace

from config.russian.detection import Guess
from config.russian.likeness import STOP
from config.russian.morphology import words_of

ENOUGH_CASES = 2
"""A word speaks for a department once it stood in so many of its cases."""
SHARE = 0.75
"""And if so much of what it stood in was that department's."""
ENOUGH_WORDS = 2
"""So many such words make a proposal."""

Lesson = tuple[str, str, str, int]
"""Word, department, topic (empty: none), in how many cases."""


def telling(text: str) -> dict[str, str]:
    """The words a text is learnt by, in dictionary form, each as it was first written."""
    found: dict[str, str] = {}
    for word in words_of(text):
        form = min(word.lemmas, default="")
        if not word.is_number and not word.lemmas & STOP and 2 < len(form) <= 64:
            found.setdefault(form, word.text.lower())
    return found


def taught(guess: Guess, written: dict[str, str], lessons: Iterable[Lesson], departments: Collection[str]) -> Guess:
    """The guess with what earlier cases say of its words (`written`, see `telling`): a department where there was none or
    where the keywords were not sure, a topic where there was none."""
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
    """The department most words speak for, unless another comes level."""
    ranked = sorted(((len(words), key) for key, words in spoken.items() if key in departments), reverse=True)
    if not ranked or ranked[0][0] < ENOUGH_WORDS or (len(ranked) > 1 and ranked[1][0] == ranked[0][0]):
        return None, []
    return ranked[0][1], spoken[ranked[0][1]]


def _topic(lessons: Iterable[Lesson], department: str, words: Collection[str]) -> str:
    """The topic those cases had, if most had one."""
    topics: Counter[str] = Counter()
    for word, key, topic, cases in lessons:
        if key == department and word in words:
            topics[topic] += cases
    code, cases = topics.most_common(1)[0] if topics else ("", 0)
    return code if 2 * cases > sum(topics.values()) else ""
