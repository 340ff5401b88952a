"""Russian words for matching: splits a text into words, each with its dictionary forms; tolerates typing errors.

Knows nothing of topics. The dictionary (pymorphy3) is loaded on first use and kept: loading takes a tenth of a second,
a new word some 70 µs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import Any, NamedTuple

from config.russian.remembering import remembering

READ = 3000
"""How many first characters of a text are read to find its topic and its meaning."""

_WORD = re.compile(r"[0-9]*[^\W\d_]+(?:-[^\W\d_]+)*|\d+(?:[/-]\d+)?")
_BREAK = re.compile(r"[.!?…;\n]")
_LIKELY = 0.02
"""Readings of a word that are rarer than this share are ignored («вода» as the plural of «вод»)."""

FORGIVEN_FROM = 5
"""The length, in letters, from which unknown words are corrected: too many words differ from a shorter one by one
letter."""

WINDOW = 4
"""How many other words may stand inside a phrase."""

SKIPPED = frozenset((
    "в", "во", "на", "с", "со", "у", "к", "ко", "по", "из", "за", "до", "от", "о", "об", "обо", "и", "а",
    "же", "ли", "бы", "то", "это",
))  # fmt: skip
"""Words that are ignored in a phrase."""


class Word(NamedTuple):
    """A word of a text: as written, its dictionary forms, the number of its sentence, its position, whether the
    dictionary has it, and its letters in lower case with ё as е.
    """

    text: str
    lemmas: frozenset[str]
    sentence: int
    start: int
    end: int
    known: bool
    plain: str

    @property
    def capital(self) -> bool:
        return self.text[:1].isupper()

    @property
    def is_number(self) -> bool:
        return self.text[:1].isdigit()


KEPT = 3_000
"""For how many words the readings are kept in memory: the rest are rare, and each costs some three kilobytes."""
_KNOWN: dict[str, bool] = {}
"""Whether a word whose readings were asked for is in the dictionary: that question usually comes right after."""


@cache
def _dictionary() -> Any:
    import pymorphy3
    from pymorphy3.analyzer import ProbabilityEstimator

    class Estimator(ProbabilityEstimator):  # type: ignore[misc]
        """Estimates how likely the readings of a word are only if there are several."""

        def apply_to_parses(self, word: str, word_lower: str, parses: list[Any]) -> list[Any]:
            return list(super().apply_to_parses(word, word_lower, parses)) if len(parses) > 1 else parses

    return pymorphy3.MorphAnalyzer(lang="ru", probability_estimator_cls=Estimator)


@lru_cache(maxsize=KEPT)
def parses(word: str) -> tuple[Any, ...]:
    """The plausible readings (pymorphy3's) of a word in lower case, the likeliest first; never empty."""
    try:
        found = _dictionary().parse(word)
    except ValueError:  # the library asks each letter for its name, and some (Tangut) have none
        found = _dictionary().parse("?")
    if len(_KNOWN) >= KEPT:
        _KNOWN.clear()
    _KNOWN[word] = _is_known_by(found)
    return tuple(parse for parse in found if parse.score >= _LIKELY) or tuple(found[:1])


@lru_cache(maxsize=KEPT)
def lemmas(word: str) -> frozenset[str]:
    """The dictionary forms a word may have, ё written as е, with the word itself among them."""
    lower = word.lower()
    return frozenset({plain(lower), *(plain(parse.normal_form) for parse in parses(lower))})


@lru_cache(maxsize=KEPT)
def is_known(word: str) -> bool:
    """Whether the dictionary has the word, in any form; cheaper than `parses`."""
    lower = word.lower()
    return _KNOWN[lower] if lower in _KNOWN else bool(_dictionary().word_is_known(lower))


def likeliest(word: Word) -> str:
    """The likeliest dictionary form, of three letters if there is one: the same for «ям» (no «ям», a post station) and «яма»,
    which all forms together do not tell."""
    return plain(word.text) if word.is_number else _likeliest(word.text)


@lru_cache(maxsize=KEPT)
def _likeliest(text: str) -> str:
    found = [plain(parse.normal_form) for parse in parses(text.lower())]
    return next((form for form in found if len(form) > 2), found[0])


def _is_known_by(found: Sequence[Any]) -> bool:
    """Whether the readings come from the dictionary itself and are no predictions."""
    steps = found[0].methods_stack
    return len(steps) == 1 and type(steps[0][0]).__name__ == "DictionaryAnalyzer"


def plain(word: str) -> str:
    """The word in lower case, with ё written as е."""
    return word.lower().replace("ё", "е")


@remembering(128)
def words_of(text: str) -> tuple[Word, ...]:
    """The words and numbers of a text, in order. Cached for the texts asked for last."""
    found: list[Word] = []
    sentence, last = 0, 0
    for match in _WORD.finditer(text):
        if _BREAK.search(text, last, match.start()):
            sentence += 1
        written = match.group()
        forms, known, bare = word_as_written(written)
        found.append(Word(written, forms, sentence, match.start(), last := match.end(), known, bare))
    return tuple(found)


@lru_cache(maxsize=KEPT)
def word_as_written(written: str) -> tuple[frozenset[str], bool, str]:
    """What a word or number is, wherever it stands: its dictionary forms, whether the dictionary has it, its plain
    letters."""
    if written[0].isdigit():
        return frozenset({written.lower()}), True, plain(written)
    return lemmas(written), is_known(written), plain(written)


# --- phrases ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Phrase:
    """Words to find together: for each the possible forms or, ending in `*`, its beginning."""

    text: str
    parts: tuple[frozenset[str], ...]

    @cached_property
    def whole(self) -> tuple[frozenset[str], ...]:
        """Those parts of the phrase that are whole words, not beginnings of words."""
        return tuple(part for part in self.parts if not any(form.endswith("*") for form in part))

    @property
    def weight(self) -> int:
        """The weight of a match: higher for a phrase of several words, because it hardly matches by chance."""
        return 1 + 2 * len(self.parts) if len(self.parts) > 1 else 2


@lru_cache(maxsize=5_000)
def phrase(text: str) -> Phrase:
    """Split a keyword into words, each in its likeliest dictionary form; words of `SKIPPED` are left out."""
    parts = [word for word in re.split(r"[\s\-]+", text.lower()) if word and word not in SKIPPED]
    found = Phrase(text, tuple(_forms(part) for part in parts or [text.lower()]))
    _SOUGHT.add(form for part in found.parts for form in part)
    return found


def _forms(part: str) -> frozenset[str]:
    if part.endswith("*"):
        return frozenset({plain(part)})
    readings = parses(part)
    is_lemma = any(plain(reading.normal_form) == plain(part) for reading in readings)
    return frozenset({plain(readings[0].normal_form)} | ({plain(part)} if is_lemma else set()))


class _Sought:
    """The words of all phrases, by what is left of each when one letter is dropped: two words that differ by one letter
    have such a rest in common.
    """

    def __init__(self) -> None:
        self._words: set[str] = set()
        self._by_rest: dict[str, set[str]] = {}

    def __len__(self) -> int:
        return len(self._words)

    def add(self, words: Iterable[str]) -> None:
        for word in words:
            if len(word) >= FORGIVEN_FROM and not word.endswith("*") and word not in self._words:
                self._words.add(word)
                for rest in _rests(word):
                    self._by_rest.setdefault(rest, set()).add(word)

    def near(self, word: str) -> set[str]:
        """The words of all phrases that differ from the given one by one letter."""
        if len(word) < FORGIVEN_FROM:
            return set()
        return {other for rest in _rests(word) for other in self._by_rest.get(rest, ()) if _slip(word, other)}


def _rests(word: str) -> set[str]:
    return {word, *(word[:i] + word[i + 1 :] for i in range(1, len(word)))}


_SOUGHT = _Sought()


class Text:
    """A text's words and the positions of each dictionary form, so that hundreds of phrases can be sought in it."""

    def __init__(self, text: str) -> None:
        self.words = words_of(text)
        self._places: dict[str, list[int]] = {}
        for place, word in enumerate(self.words):
            for form in word.lemmas:
                self._places.setdefault(form, []).append(place)
        self._plain = [word.plain for word in self.words]
        self._unknown = [place for place, word in enumerate(self.words) if not word.known]
        self._sought_when_read = -1

    def _read(self) -> dict[str, list[int]]:
        """The positions of each dictionary form, including the forms of which an unknown word may be a misspelling.

        They are computed anew when further phrases have been prepared since.
        """
        if self._unknown and self._sought_when_read != len(_SOUGHT):
            self._sought_when_read = len(_SOUGHT)
            for place in self._unknown:
                for form in {near for own in self.words[place].lemmas for near in _SOUGHT.near(own)}:
                    places = self._places.setdefault(form, [])
                    if place not in places:
                        places.append(place)
        return self._places

    def forms(self) -> Iterable[str]:
        """The dictionary forms of the text's words, including those that misspelt words may mean."""
        return self._read().keys()

    def find(self, sought: Phrase) -> tuple[Word, ...]:
        """The words that make up the phrase, in any order, close together and in one sentence; the closest ones if it
        occurs several times; () if it does not occur.
        """
        read = self._read()
        if any(part.isdisjoint(read) for part in sought.whole):
            return ()
        places: list[list[int]] = []
        for part in sought.parts:
            there = self._of(part)
            if not there:
                return ()
            places.append(there)
        reach = len(sought.parts) + WINDOW if len(sought.parts) > 1 else 1
        sets = [chosen for start in places[0] if (chosen := _near(start, places, self.words, reach))]
        if not sets:
            return ()
        return tuple(self.words[i] for i in sorted(min(sets, key=lambda chosen: max(chosen) - min(chosen))))

    def _of(self, part: frozenset[str]) -> list[int]:
        """The positions of the words that match this part of a phrase, including misspellings, in order."""
        places = self._places
        found = {place for form in part if form in places for place in places[form]}
        for form in part:
            if form.endswith("*"):
                found |= {i for i, written in enumerate(self._plain) if written.startswith(form[:-1])}
        return sorted(found)


def _near(start: int, places: Sequence[Sequence[int]], words: Sequence[Word], reach: int) -> list[int]:
    chosen = [start]
    for candidates in places[1:]:
        fit = [
            i
            for i in candidates
            if i not in chosen
            and words[i].sentence == words[start].sentence
            and max(*chosen, i) - min(*chosen, i) < reach
        ]
        if not fit:
            return []
        chosen.append(min(fit, key=lambda i: abs(i - start)))
    return chosen


def _slip(one: str, other: str) -> bool:
    """Whether the two differ by one letter (wrong, missing, extra, or swapped with its neighbour)."""
    if min(len(one), len(other)) < FORGIVEN_FROM or abs(len(one) - len(other)) > 1 or one[0] != other[0]:
        return False
    pairs = zip(one, other, strict=False)
    at = next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
    rest, others = one[at:], other[at:]
    swapped = len(rest) > 1 and rest[:2] == others[1::-1] and rest[2:] == others[2:]
    return rest[1:] == others[1:] or rest[1:] == others or rest == others[1:] or swapped
