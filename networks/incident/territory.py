"""Decide whether a row of an export is about our municipality: by its own settlements, and by the words that tell its
name from its neighbours'.

«Район», «округ», «край» tell nothing, and similar words are not the same: «Степной» is not «Степновский», «Приморский»
is not «Приморско-Ахтарский», the city of Курск is not «Курский округ», «Курская область» is no municipality.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

_ENDING = re.compile(
    r"(?:ий|ый|ой|ая|яя|ое|ее|ые|ие|ого|его|ому|ему|ым|им|ом|ем|ую|юю|ых|их|ами|ями|ах|ях|а|я|у|ю|е|и|ы|о|ь|й)$"
)
_ADJECTIVE = re.compile(r"(?:ий|ый|ой|ая|яя|ое|ее|ые|ие|ого|его|ому|ему|ым|им|ом|ем|ую|юю|ых|их)$")
_REGIONS = ("край", "края", "крае", "область", "области", "обл", "республика", "республики", "респ", "ао", "автономный")
_REPUBLIC = ("республика", "республики", "респ")
_TOWN = ("город", "г", "городской", "города")


@dataclass(frozen=True)
class Word:
    """A word without its ending. `adjective`: it has an adjective's ending («Курский», not «Курск»)."""

    stem: str
    adjective: bool


@dataclass(frozen=True)
class Territory:
    """Our municipality. `words`: the words of its name that tell it from others; `region`: the stem of its region's
    name, if known; `town`: it is named after a town; `places`: its settlements, each as the stems of its words;
    `common`: words that tell nothing."""

    words: frozenset[Word]
    region: str | None
    town: bool
    places: tuple[frozenset[str], ...]
    common: frozenset[str]

    @classmethod
    def of(cls, name: str, region: str | None, places: Iterable[str], common: frozenset[str]) -> Territory:
        rest, own_region = _without_region(_words(name))
        known = _without_region(_words(region))[1] if region else own_region
        return cls(
            words=frozenset(_word(word) for word in rest if _tells(word, common)),
            region=known or own_region,
            town=any(word in _TOWN for word in rest),
            places=tuple(stems for place in places if (stems := _stems(_words(place), common))),
            common=common,
        )

    def has(self, written: str) -> bool:
        """Whether the text names our municipality or one of its places, or no municipality at all; False if it names
        another region."""
        named = False
        for part in re.split(r"[,;/|()\n]", written):
            rest, region = _without_region(_words(part))
            if region and self.region and region != self.region:
                return False
            theirs = {_word(word) for word in rest if _tells(word, self.common)}
            if theirs and self._is_ours(theirs):
                return True
            named = named or bool(theirs)
        return not named

    def _is_ours(self, theirs: set[Word]) -> bool:
        stems = {word.stem for word in theirs}
        if any(place <= stems for place in self.places):
            return True
        return bool(self.words) and all(any(self._same(our, word) for word in theirs) for our in self.words)

    def _same(self, our: Word, their: Word) -> bool:
        if our.adjective == their.adjective:
            return our.stem == their.stem
        noun, adjective = (their.stem, our.stem) if our.adjective else (our.stem, their.stem)
        return self.town and adjective in (noun, f"{noun}ск")


def _words(words: str) -> list[str]:
    return re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", words.lower().replace("ё", "е"))


def _tells(word: str, common: frozenset[str]) -> bool:
    return len(word) > 2 and word not in common and _stem(word) not in _all_stems(common)


@cache
def _all_stems(words: frozenset[str]) -> frozenset[str]:
    return frozenset(map(_stem, words))


def _stem(word: str) -> str:
    bare = _ENDING.sub("", word)
    return bare if len(bare) > 2 else word


def _word(word: str) -> Word:
    return Word(_stem(word), bool(_ADJECTIVE.search(word)) and len(word) > 4)


def _stems(words: Sequence[str], common: frozenset[str]) -> frozenset[str]:
    return frozenset(_stem(word) for word in words if _tells(word, common))


def _without_region(words: list[str]) -> tuple[list[str], str | None]:
    """The words without the region's name, and that name's stem («Курской области», «Республика Дагестан»); the words
    as they are and None if they name no region."""
    for at, word in enumerate(words):
        if word not in _REGIONS:
            continue
        after = word in _REPUBLIC and at + 1 < len(words)
        named = at + 1 if after else at - 1
        if not 0 <= named < len(words):
            continue
        rest = [one for place, one in enumerate(words) if place not in (at, named)]
        return rest, _stem(words[named])
    return words, None
