"""Finds promises to kill, maim, burn or break, and spares talk of danger, of one's own car and of other people's
threats.

A threat says who shall suffer what: without a frame (`threats.yaml`) that says it there is none. The words around such
a frame are weighed: their signs (`signs.py`) have weights learned from labelled lines (`lexicon/threats.tsv`, written
by `python -m tests.rules.threat_training`); above the threshold it is a threat. The heaviest place decides, and a long
text must weigh more. The deciding words are those with the heaviest signs. Two short neighbouring sentences are also
read as one.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from config.russian.judging.lexicon import Weights, lexicon
from config.russian.judging.sentences import Place, Sentence
from config.russian.judging.signs import signs, telling

TOGETHER = 24
"""The most words that two sentences may have together to be read as one as well."""
REACH = 3
"""How many words before and after a frame are weighed with it."""
ORDINARY, STRICTER = 15, 2.0
"""The usual length of a comment in words, for which the threshold was learned; and how much more a text must weigh each
time it is e times longer than that, chosen on long innocent texts.
"""
_SHARE, _GAP = 0.2, 3
"""A word decides if its weight is at least this share of the heaviest one's; deciding words at most this far apart are
one place."""


def weigh(words: Sequence[str], weights: Weights) -> float:
    """The weight of these words as a threat; each sign counts once. Added in the order of the text, because
    floating-point sums depend on it.
    """
    of = weights.of
    return weights.first + sum(of[name] for name in dict.fromkeys(name for name, _ in signs(words) if name in of))


def windows(words: Sequence[str]) -> list[tuple[int, int]]:
    """The stretches (first, end) of words around frames that say who shall suffer what, sorted, without repeats."""
    return sorted({(max(0, min(at) - REACH), min(len(words), max(at) + 1 + REACH)) for _, at in telling(words)})


def length_bar(words: int) -> float:
    """How much more than the threshold a text of so many words must weigh: it has more places that may look like a
    threat."""
    return STRICTER * math.log(max(1.0, words / ORDINARY))


def threatening(sentences: Sequence[Sentence]) -> list[Place]:
    """The places of threats in the sentences, in no particular order."""
    return [place for part in _parts(sentences) for place in _of_part(part)]


@dataclass(frozen=True, slots=True)
class _Part:
    words: tuple[str, ...]
    places: tuple[Place, ...]


def _parts(sentences: Sequence[Sentence]) -> Iterator[_Part]:
    """Yield the heaviest window of each sentence that is a threat, and of pairs of short ones if neither is one by
    itself."""
    before: Sentence | None = None
    least = lexicon().weights.threshold + length_bar(sum(len(sentence.words) for sentence in sentences))
    for sentence in sentences:
        if (part := _heaviest(sentence.words, sentence.places, least)) is not None:
            yield part
            before = None
            continue
        if before is not None and len(before.words) + len(sentence.words) <= TOGETHER:
            both = _heaviest((*before.words, *sentence.words), (*before.places, *sentence.places), least)
            if both is not None:
                yield both
        before = sentence


def _heaviest(words: tuple[str, ...], places: tuple[Place, ...], least: float) -> _Part | None:
    """The heaviest window of the words; None if none weighs more than `least`."""
    weights = lexicon().weights
    weighed = [(weigh(words[a:b], weights), a, b) for a, b in windows(words)]
    most, a, b = max(weighed, default=(least, 0, 0))
    return _Part(words[a:b], places[a:b]) if most > least else None


def _of_part(part: _Part) -> Iterator[Place]:
    """Yield the places of the deciding words."""
    heavy = _deciding(part.words)
    first = last = heavy[0]
    for i in [*heavy[1:], len(part.words) + _GAP]:
        if i - last > _GAP:
            yield part.places[first][0], part.places[last][1]
            first = i
        last = i


def _deciding(words: Sequence[str]) -> list[int]:
    """The numbers of the words that weigh most, in order; never empty."""
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
