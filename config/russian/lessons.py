"""Learns from the curator's decisions: words of the cases forwarded to a department count in its favour. Pure.

Complement naive Bayes: a department is likelier the rarer the words are in the cases of all the others; the guess by
keywords counts as a prior. Only counting, so that the deciding words explain every proposal. A guess from lessons alone
is never sure.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import NamedTuple

from config.russian.detection import Guess
from config.russian.likeness import STOP
from config.russian.morphology import READ, likeliest, words_of

LIKELIEST = 3
"""How many departments are offered first."""
GUESSED, ALSO_GUESSED = 3.0, 1.0
"""How much the keywords count for the department they name first, and for any other that they name (nats)."""
SILENT = 1.0
"""The smallest lead (nats) with which another department is proposed: below it three in ten proposals would be wrong,
instead of one in six."""
ENOUGH_CASES, ENOUGH_WORDS = 2, 2
"""How many cases of a department, and how many deciding words from them, it takes to propose it if keywords did not."""
SHOWN = 5
"""How many deciding words are shown at most."""

_OF_NOTHING = ""
"""Stands for a department of which nothing is known; a department that is no likelier than this one is not offered."""

Lesson = tuple[str, str, str, int]
"""What one word taught: the word, a department, a topic ("" for none), and in how many cases it occurred there."""


class Total(NamedTuple):
    """What is known of a department: how many cases, and how many words in them."""

    cases: int = 0
    words: int = 0


def telling(text: str) -> dict[str, str]:
    """The words to learn from the text (its first `READ` characters): dictionary form → as first written."""
    found: dict[str, str] = {}
    for word in words_of(text[:READ]):
        form = likeliest(word)
        if not word.is_number and not word.lemmas & STOP and 2 < len(form) <= 64:
            found.setdefault(form, word.text.lower())
    return found


def taught(
    guess: Guess,
    written: Mapping[str, str],
    lessons: Iterable[Lesson],
    totals: Mapping[str, tuple[int, int]],
    departments: Collection[str],
) -> Guess:
    """The guess, improved by earlier cases with the same words (`written`, see `telling`): the likeliest department,
    the three to offer first, and a topic if it had none. `totals`: cases and words of every department, including
    former ones.
    """
    lessons = list(lessons)
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for word, department, _, cases in lessons:
        counts[word][department] += cases
    if guess.sure or not counts or len(departments) < 2:
        return guess
    scores = _scores(guess, counts, totals, departments)
    first, second, *_ = likeliest = sorted((key for key in scores if key), key=lambda key: -scores[key])
    offered = tuple(key for key in likeliest[:LIKELIEST] if scores[key] > scores[_OF_NOTHING])
    words = sorted((-_says(counts[w], first, second), w) for w in counts if counts[w][first])
    deciding = [word for says, word in words if says < 0][:SHOWN]
    known = Total(*totals.get(first, ())).cases >= ENOUGH_CASES and len(deciding) >= ENOUGH_WORDS
    if first == guess.department or not known or scores[first] - scores[second] < SILENT:
        return replace(guess, departments=_first(guess.department, offered))
    topic = _topic(lessons, first, deciding)
    return replace(
        guess,
        department=first,
        departments=offered,
        topics=guess.topics or ((topic,) if topic else ()),
        words=tuple(dict.fromkeys(written[word] for word in deciding if word in written)),
    )


def _scores(
    guess: Guess,
    counts: Mapping[str, Counter[str]],
    totals: Mapping[str, tuple[int, int]],
    departments: Collection[str],
) -> dict[str, float]:
    """How likely each department is (nats, up to a constant), by key."""
    every = sum(words for _, words in totals.values())
    vocabulary = 30 * math.sqrt(every)  # the number of different words among `every` words, by Heaps' law
    scores = {}
    for key in (*departments, _OF_NOTHING):
        elsewhere = math.log(every - Total(*totals.get(key, ())).words + vocabulary)
        prior = GUESSED if key == guess.department else ALSO_GUESSED if key in guess.departments else 0.0
        scores[key] = prior + sum(elsewhere - math.log(of.total() - of[key] + 1) for of in counts.values())
    return scores


def _says(of: Counter[str], first: str, second: str) -> float:
    """How much the word speaks for the first department against the second (nats)."""
    return math.log((of.total() - of[second] + 1) / (of.total() - of[first] + 1))


def _first(key: str | None, offered: tuple[str, ...]) -> tuple[str, ...]:
    return offered if key is None else tuple(dict.fromkeys((key, *offered)))[:LIKELIEST]


def _topic(lessons: Iterable[Lesson], department: str, words: Collection[str]) -> str:
    """The code of the topic that most of the department's cases with these words have; "" if none has the majority."""
    topics: Counter[str] = Counter()
    for word, key, topic, cases in lessons:
        if key == department and word in words:
            topics[topic] += cases
    code, cases = topics.most_common(1)[0] if topics else ("", 0)
    return code if 2 * cases > sum(topics.values()) else ""


class Pupil:
    """Learns case after case in memory, to check the method on past cases: each is judged by what the earlier ones
    taught."""

    def __init__(self, departments: Collection[str]) -> None:
        self._departments = departments
        self._of: dict[str, Counter[str]] = defaultdict(Counter)
        self._totals: dict[str, Total] = {}

    def thinks(self, guess: Guess, words: Collection[str]) -> Guess:
        """The guess, improved by the cases learned so far."""
        lessons = [(word, key, "", cases) for word in words for key, cases in self._of.get(word, {}).items()]
        return taught(guess, dict.fromkeys(words, ""), lessons, self._totals, self._departments)

    def learns(self, department: str, words: Collection[str]) -> None:
        for word in words:
            self._of[word][department] += 1
        total = self._totals.get(department, Total())
        self._totals[department] = Total(total.cases + 1, total.words + len(words))
