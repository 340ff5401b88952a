"""The words of a text sentence by sentence, for rules that compare several words."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from config.russian.judging.disguise import Guess, Revealed, Word
from config.russian.judging.lexicon import unstretched
from config.russian.judging.misspelt import stands_alone
from config.russian.morphology import is_known

Place = tuple[int, int]
"""The position of a piece of text: start and end in `Revealed.flat`."""
LONGEST = 120
"""The most words in one sentence; a longer one is cut into pieces."""


@dataclass(frozen=True)
class Sentence:
    """The words between two full stops. `places`: the position of each; `line`: the words joined with single spaces,
    for patterns; `starts`: the position of each word in `line`."""

    words: tuple[str, ...]
    places: tuple[Place, ...]
    line: str
    starts: tuple[int, ...]

    def found(self, pattern: re.Pattern[str], *, spared: re.Pattern[str] | None = None) -> Iterator[tuple[int, int]]:
        """Yield the numbers of the first and last word of each match of the pattern that does not overlap a match of
        `spared`."""
        pardoned = [(m.start(), m.end()) for m in spared.finditer(self.line)] if spared is not None else []
        for match in pattern.finditer(self.line):
            if match.end() > match.start() and not any(a < match.end() and match.start() < b for a, b in pardoned):
                yield self._word_at(match.start()), self._word_at(match.end() - 1)

    def spared(self, pattern: re.Pattern[str]) -> frozenset[int]:
        """Return the numbers (from 0, as in `words`) of all words that a match of the pattern touches, even in
        part."""
        return frozenset(number for first, last in self.found(pattern) for number in range(first, last + 1))

    def place(self, first: int, last: int) -> Place:
        return self.places[first][0], self.places[last][1]

    def _word_at(self, offset: int) -> int:
        return bisect_right(self.starts, offset) - 1


def sentences(revealed: Revealed) -> tuple[Sentence, ...]:
    """Split the text into sentences, and a very long sentence into pieces."""
    found: list[Sentence] = []
    for _, group in groupby(_meant(revealed), key=lambda word: word.sentence):
        words = tuple(group)
        found += [_sentence(words[i : i + LONGEST]) for i in range(0, len(words), LONGEST)]
    return tuple(found)


def _meant(revealed: Revealed) -> list[Word]:
    """The words in order, with letters written apart joined, and words in disguise replaced by a word of the
    dictionary."""
    words = list(revealed.words)
    for run in revealed.spaced:
        inside = next((i for i, word in enumerate(words) if word.end > run.start), len(words))
        words.insert(
            inside, Word(run.text, run.start, run.end, run.chunk, words[inside].sentence if inside < len(words) else 0)
        )
    for guess in revealed.guesses:
        read = [i for i, word in enumerate(words) if guess.start <= word.start and word.end <= guess.end]
        if read and not any(stands_alone(piece) for piece in guess.pieces):
            first, last = words[read[0]], words[read[-1]]
            text = _known(guess, first.text) if len(guess.pieces) == 1 else _known(guess, "")
            if text:
                words[read[0] : read[-1] + 1] = [first._replace(text=text, end=last.end)]
    return words


def _known(guess: Guess, text: str) -> str:
    return next((reading for reading in guess.readings if is_known(reading)), text)


def _sentence(words: tuple[Word, ...]) -> Sentence:
    texts = tuple(unstretched(word.text).replace("бъю", "бью") if word.text else "" for word in words)
    starts, offset = [], 0
    for text in texts:
        starts.append(offset)
        offset += len(text) + 1
    return Sentence(texts, tuple((word.start, word.end) for word in words), " ".join(texts), tuple(starts))
