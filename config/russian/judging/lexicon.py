"""The word lists of `lexicon/`, read once and prepared for look-up.

Classifies one word or one run of words; knows nothing of whole texts. Patterns match words in lower case with ё as е.
BrokenConfiguration names the file with an invalid pattern.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import groupby
from typing import Any, TypeVar

from config.russian.judging.disguise import FOLDER, squeezed
from config.russian.judging.misspelt import Misspelt
from config.russian.judging.stems import roots
from config.russian.morphology import KEPT, is_known, parses, plain
from config.yamlfile import BrokenConfiguration, Problem, load

_MAYBE = re.compile(
    r"ху|пи|пы|пес|пз|п[оа]х|еб|йоб|эб|б+л|мл|с+у+|с+ц|му|ма|ми|за|го|га|ка|жо|ср|сс|пе|бз|шл|др|ел|хе|хй|на?х|не?х"
)
"""Pieces of which every obscene word contains at least one; most other words contain none."""
_ENDINGS = 60
_STRUCTURE = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[()|]", re.DOTALL)
"""The signs of a pattern's structure; an escaped character and a set of characters are one piece each."""

_Name = TypeVar("_Name")

WEIGHTS = FOLDER / "threats.tsv"
FIRST, THRESHOLD = "(first)", "(threshold)"
"""The names of the two weights that belong to no sign: the starting value and the threshold."""


@dataclass(frozen=True)
class Meant:
    """Words that have an innocent meaning if one of the words `beside` is in the text."""

    words: frozenset[str]
    beside: frozenset[str]


@dataclass(frozen=True)
class Obscene:
    """Obscene words by their roots, with exceptions. `latin`: words in Latin letters; `masked`: common words to look
    for under signs; `meant`: words with an innocent meaning; `inside`: finds a word run together with others."""

    roots: re.Pattern[str]
    allow: re.Pattern[str]
    latin: re.Pattern[str]
    latin_allow: frozenset[str]
    masked: frozenset[str]
    meant: tuple[Meant, ...]
    inside: Misspelt

    def is_plainly(self, word: str) -> bool:
        """Whether the word as it stands, without undoing stretched letters, has one of the roots."""
        if len(word) > _ENDINGS or _MAYBE.search(word) is None:
            return False
        return self.roots.fullmatch(word) is not None and self.allow.fullmatch(word) is None


@dataclass(frozen=True)
class Insults:
    """Words and phrases that humiliate a person. The sets hold every form, except `alone` and `quite_alone`."""

    persons: frozenset[str]
    aimed: frozenset[str]
    weak: frozenset[str]
    alone: frozenset[str]
    quite_alone: frozenset[str]
    aims: frozenset[str]
    intensifiers: frozenset[str]
    people: frozenset[str]
    literal: frozenset[str]
    phrases: re.Pattern[str]
    spared: re.Pattern[str]
    misspelt: Misspelt


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame: words that together make a threat or part of one. One of `head`, near it one of each of `near`, and none
    of `without`. `idle`: it does not say who shall suffer what, so it makes no threat by itself.
    """

    name: str
    head: tuple[str, ...]
    near: tuple[tuple[str, ...], ...]
    without: tuple[str, ...]
    sure: bool
    idle: bool


@dataclass(frozen=True)
class Threats:
    """The elements of threats. `classes`: dictionary form → names of meanings; `pronouns`: word as written → names;
    `roots`: root of a verb → name; `core`: names of which a pair of words needs at least one; `groups`: name → further
    names that include it.
    """

    classes: Mapping[str, tuple[str, ...]]
    pronouns: Mapping[str, tuple[str, ...]]
    roots: Mapping[str, str]
    core: frozenset[str]
    groups: Mapping[str, tuple[str, ...]]
    frames: tuple[Frame, ...]

    @cached_property
    def by_head(self) -> Mapping[str, tuple[int, ...]]:
        """The head of a frame (see `Frame`) → the numbers of the frames with this head."""
        return _turned({number: frame.head for number, frame in enumerate(self.frames)})

    @cached_property
    def telling_by_head(self) -> Mapping[str, tuple[int, ...]]:
        """The same of the frames that say who shall suffer what."""
        return _turned({number: frame.head for number, frame in enumerate(self.frames) if not frame.idle})

    @cached_property
    def in_frames(self) -> frozenset[str]:
        """The meanings that occur in some frame."""
        kinds = (kind for frame in self.frames for kinds in (frame.head, *frame.near, frame.without) for kind in kinds)
        return frozenset(kinds)

    @cached_property
    def of_core(self) -> frozenset[str]:
        """The dictionary forms whose meaning belongs to the core of threats."""
        return frozenset(word for word, names in self.classes.items() if self._is_core(names))

    @cached_property
    def core_pronouns(self) -> frozenset[str]:
        return frozenset(word for word, names in self.pronouns.items() if self._is_core(names))

    @cached_property
    def core_roots(self) -> frozenset[str]:
        return frozenset(root for root, name in self.roots.items() if self._is_core((name,)))

    def _is_core(self, names: Iterable[str]) -> bool:
        return any(not self.core.isdisjoint((name, *self.groups.get(name, ()))) for name in names)

    @cached_property
    def telling(self) -> frozenset[str]:
        """The signs of those frames that say who shall suffer what."""
        return frozenset(f"={frame.name}" for frame in self.frames if not frame.idle)


@dataclass(frozen=True)
class Weights:
    """Weights of the signs of threats (`signs.py`). `first` is the starting value; a sentence heavier than `threshold`
    is a threat.
    """

    first: float
    threshold: float
    of: Mapping[str, float]


@dataclass(frozen=True)
class Spam:
    """Signs of advertising, matched against the text in lower case. `enough`: the least sum of signs; `parts`: by name,
    the parts of an offer; `reach`: how many characters may stand between two of them.
    """

    enough: int
    reach: int
    strong: tuple[re.Pattern[str], ...]
    any_strong: re.Pattern[str]
    weak: tuple[re.Pattern[str], ...]
    against: tuple[re.Pattern[str], ...]
    parts: Mapping[str, re.Pattern[str]]
    any_part: re.Pattern[str]


class Lexicon:
    """The packaged word lists, each read on first use; reading all of them takes half a second."""

    def read_all(self) -> None:
        """Read every list now, so that no later call has to wait for it."""
        _ = self.obscene, self.insults, self.threats, self.weights, self.spam

    @cached_property
    def obscene(self) -> Obscene:
        data = load(FOLDER / "obscene.yaml").data
        prefixes = _prefixes(data["prefixes"])
        before_eb = _prefixes(data["prefixes_eb"])
        patterns = [root.replace("{до}", prefixes).replace("{ъ}", before_eb) for root in data["roots"].values()]
        meant = tuple(Meant(frozenset(item["words"]), forms(item["beside"])) for item in data["meant"])
        return Obscene(
            roots=_pattern("obscene.yaml", patterns),
            allow=_pattern("obscene.yaml", [re.escape(word).replace(r"\*", ".*") for word in data["allow"]]),
            latin=_pattern("obscene.yaml", [data["latin"]]),
            latin_allow=frozenset(data["latin_allow"]),
            masked=frozenset(data["masked"]),
            meant=meant,
            inside=Misspelt(data["masked"]),
        )

    @cached_property
    def insults(self) -> Insults:
        data = load(FOLDER / "insults.yaml").data
        persons, weak = forms(data["persons"]), forms(data["weak"])
        return Insults(
            persons=persons,
            aimed=forms(data["aimed"]),
            weak=weak,
            alone=frozenset(data["alone"]),
            quite_alone=frozenset(data["quite_alone"]),
            aims=frozenset(data["aims"]),
            intensifiers=frozenset(data["intensifiers"]),
            people=forms(data["people"]),
            literal=forms(data["literal"]),
            phrases=_phrases("insults.yaml", data["phrases"]),
            spared=_phrases("insults.yaml", data["spared"]),
            misspelt=Misspelt(persons - weak),
        )

    @cached_property
    def threats(self) -> Threats:
        data = load(FOLDER / "threats.yaml").data
        return Threats(
            classes=_turned(_words(data["classes"])),
            pronouns=_turned(_words(data["pronouns"])),
            roots=roots(data["roots"]),
            core=frozenset(data["core"]),
            groups=_turned(data["groups"]),
            frames=tuple(
                Frame(
                    name,
                    tuple(f["head"]),
                    tuple(map(tuple, f.get("near", ()))),
                    tuple(f.get("without", ())),
                    f.get("sure", False),
                    f.get("idle", False),
                )
                for name, f in data["frames"].items()
            ),
        )

    @cached_property
    def weights(self) -> Weights:
        lines = [line.split("\t") for line in WEIGHTS.read_text(encoding="utf-8").splitlines() if line[:1] != "#"]
        of = {name: float(weight) for name, weight in lines}
        return Weights(of.pop(FIRST), of.pop(THRESHOLD), of)

    @cached_property
    def spam(self) -> Spam:
        data = load(FOLDER / "spam.yaml").data
        lists = {
            name: tuple(_pattern("spam.yaml", [sign]) for sign in data[name]) for name in ("strong", "weak", "against")
        }
        parts = {name: _pattern("spam.yaml", [part]) for name, part in data["parts"].items()}
        whole_words = _pattern("spam.yaml", data["strong"], in_order=False)
        any_part = _pattern("spam.yaml", data["parts"].values(), in_order=False)
        enough, reach = data["enough"], data["reach"]
        return Spam(enough=enough, reach=reach, any_strong=whole_words, parts=parts, any_part=any_part, **lists)

    def is_obscene(self, word: str) -> bool:
        """Whether the word is obscene, also with stretched letters."""
        return _is_obscene(word)

    def first_obscene(self, words: Iterable[str]) -> str | None:
        """The first of the words that is obscene; None if none is."""
        return next((word for word in words if _is_obscene(word)), None)


@cache
def lexicon() -> Lexicon:
    """The packaged word lists, one object for the process."""
    return Lexicon()


@lru_cache(maxsize=KEPT)
def _is_obscene(word: str) -> bool:
    obscene = lexicon().obscene
    if obscene.is_plainly(word):
        return True
    return any(obscene.is_plainly(shorter) for shorter in squeezed(word)) and not is_known(word)


@lru_cache(maxsize=KEPT)
def unstretched(word: str) -> str:
    """The word without stretched letters if only then the dictionary knows it; otherwise the word itself."""
    if not is_known(word):
        for shorter in squeezed(word):
            if is_known(shorter):
                return shorter
    return word


def forms(lemmas: Iterable[str]) -> frozenset[str]:
    """Every form of the dictionary words, and the words as given; in lower case, ё as е."""
    found: set[str] = set()
    for lemma in lemmas:
        found.add(plain(lemma))
        own = next((parse for parse in _readings(lemma) if plain(parse.normal_form) == plain(lemma)), None)
        if own is not None:
            found.update(plain(form.word) for form in own.lexeme)
    return frozenset(found)


def _readings(lemma: str) -> tuple[Any, ...]:
    """The word's readings, nouns first: «черви» are more often worms than hearts."""
    return tuple(sorted(parses(lemma), key=lambda parse: "NOUN" not in parse.tag))


def _words(listed: Mapping[str, str]) -> dict[str, list[str]]:
    """Split lists written as words with spaces between: YAML takes seconds to read a long list of items."""
    return {name: words.split() for name, words in listed.items()}


def _turned(listed: Mapping[_Name, Iterable[str]]) -> dict[str, tuple[_Name, ...]]:
    """Invert the lists: word → the names it is listed under."""
    found: dict[str, tuple[_Name, ...]] = {}
    for name, words in listed.items():
        for word in words:
            found[word] = (*found.get(word, ()), name)
    return found


def _prefixes(listed: Iterable[str]) -> str:
    longest_first = sorted(listed, key=len, reverse=True)
    return f"(?:(?:не|ни|по)?(?:{'|'.join(longest_first)}))?"


def _pattern(file: str, parts: Iterable[str], *, in_order: bool = True) -> re.Pattern[str]:
    """A pattern that matches any of the parts, each a pattern of its own. Without `in_order` it only tells, faster,
    whether one of them matches. BrokenConfiguration names the file with an invalid part.
    """
    branches = [branch for part in parts for branch in _branches(file, part)]
    if not in_order:
        branches.sort(key=_at_word)
    grouped = [(at_word, list(group)) for at_word, group in groupby(branches, key=_at_word)]
    return re.compile("|".join(_one_of(group, at_word=at_word) for at_word, group in grouped), re.DOTALL)


def _at_word(branch: str) -> bool:
    return branch.startswith(r"\b")


def _one_of(branches: list[str], *, at_word: bool) -> str:
    """The branches as one pattern; if each begins at the edge of a word, the edge is looked for once instead of by
    each."""
    return rf"\b(?:{'|'.join(branch[2:] for branch in branches)})" if at_word else "|".join(branches)


def _branches(file: str, pattern: str) -> list[str]:
    """The outermost alternatives of a pattern. BrokenConfiguration if it is invalid."""
    try:
        re.compile(pattern)
    except re.error as error:
        raise BrokenConfiguration([Problem(file, None, f"выражение не читается: {error}: {pattern[:60]}")]) from None
    depth, start, found = 0, 0, []
    for sign in _STRUCTURE.finditer(pattern):
        depth += (sign.group() == "(") - (sign.group() == ")")
        if sign.group() == "|" and depth == 0:
            found.append(pattern[start : sign.start()])
            start = sign.end()
    return [*found, pattern[start:]]


def _phrases(file: str, parts: Iterable[str]) -> re.Pattern[str]:
    """A pattern that matches the parts as whole words only, in a line with one space between its words."""
    return _pattern(file, [rf"(?<!\S)(?:{'|'.join(f'(?:{part})' for part in parts)})(?!\S)"])
