"""Promises to kill, maim, burn or break, told from talk of danger, of one's own car and of what others threatened with.

A sentence is weighed: its signs (`signs.py`) have weights learned from labelled lines (`lexicon/threats.tsv`, written by
`python -m tests.rules.threat_training`), and above the threshold it is a threat. The words that decided are those whose signs
weigh most. Two short sentences that follow each other are also read as one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from config.russian.judging.lexicon import Weights, lexicon
from config.russian.judging.sentences import Place, Sentence
from config.russian.judging.signs import signs

TOGETHER = 24
"""Words two sentences may have together to be read as one."""
_SHARE, _GAP = 0.2, 3
"""A word decides if it weighs this part of the heaviest; words that decide with fewer others between are one place."""


def weigh(words: Sequence[str], weights: Weights) -> float:
    """How heavy a sentence is; a sign counts once, however often it stands there. Added in the order they stand in: sums of
    fractions depend on it.
    """
    of = weights.of
    return weights.first + sum(of[name] for name in dict.fromkeys(name for name, _ in signs(words) if name in of))


def threatening(sentences: Sequence[Sentence]) -> list[Place]:
    """The places of threats, in no order."""
    return [place for part in _parts(sentences) for place in _of_part(part)]


@dataclass(frozen=True, slots=True)
class _Part:
    words: tuple[str, ...]
    places: tuple[Place, ...]


def _parts(sentences: Sequence[Sentence]) -> Iterator[_Part]:
    """Sentence by sentence, and two by two where they are short and neither is a threat by itself."""
    before: Sentence | None = None
    weights = lexicon().weights
    for sentence in sentences:
        if weigh(sentence.words, weights) > weights.threshold:
            yield _Part(sentence.words, sentence.places)
            before = None
            continue
        if before is not None and len(before.words) + len(sentence.words) <= TOGETHER:
            both = _Part((*before.words, *sentence.words), (*before.places, *sentence.places))
            if weigh(both.words, weights) > weights.threshold:
                yield both
        before = sentence


def _of_part(part: _Part) -> Iterator[Place]:
    """Where the words that decided stand."""
    heavy = _deciding(part.words)
    first = last = heavy[0]
    for i in [*heavy[1:], len(part.words) + _GAP]:
        if i - last > _GAP:
            yield part.places[first][0], part.places[last][1]
            first = i
        last = i


def _deciding(words: Sequence[str]) -> list[int]:
    """Numbers of the words that weigh most, in order; never empty."""
    of = lexicon().weights.of
    share = [0.0] * len(words)
    counted: set[str] = set()
    for name, where in signs(words):
        if name in of and name not in counted:
            counted.add(name)
            for i in where:
                share[i] += of[name] / len(where)
    most = max(share)
    return [i for i, weight in enumerate(share) if weight >= _SHARE * most] if most > 0 else [share.index(most)]
