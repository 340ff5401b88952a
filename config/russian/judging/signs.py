"""Finds the signs of threats in a sentence: its words by meaning and form, alone, in pairs and in frames.

A sign is a name with the numbers of its words: `kill.i` («убью»), `hurt.i+you` («изобью … тебя»), `=i-kill` (a frame of
the word list), `сжечь` (a dictionary form), `~смерт` (the beginning of a word), `-стрел` (a root), `(1)` (the length of
the sentence). `threats.py` weighs the signs. Looks at one sentence; reads words, not letters.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from config.russian.judging.lexicon import Frame, Threats, lexicon
from config.russian.judging.stems import stem
from config.russian.morphology import KEPT, is_known, parses, plain

WINDOW = 6
"""The distance, in words, below which two words can form a pair, and up to which words belong to a frame."""

BEGINNING = 5
"""How many first letters identify a family of words («смертный», «смертельный»)."""

LENGTHS = (2, 4, 7, 12, 120)
"""The limits, in words, by which sentences are grouped by length, because a word says more in a short sentence."""

_VERBAL = frozenset(("VERB", "INFN", "PRTF", "PRTS", "GRND"))
_CASES = {"ablt": "with", "nomn": "who", "accs": "into", "datv": "into"}
_DENIED = frozenset(("не", "ни", "чуть", "едва"))

Sign = tuple[str, tuple[int, ...]]
"""A sign of a threat: its name, and the numbers of the words it was read from."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one word contributes to signs. `names`: its own signs; `marks`: what it forms pairs with; `kinds`: what it
    fits frames with. `core`: it belongs to the core of threats, one of which each pair needs; `harms`: it is a verb of
    harm, which «не» cancels.
    """

    names: tuple[str, ...]
    marks: tuple[str, ...]
    kinds: tuple[str, ...]
    core: bool
    harms: bool


_NOTHING = Reading((), (), (), core=False, harms=False)


def signs(words: Sequence[str]) -> Iterator[Sign]:
    """Yield the signs of a threat in a sentence (see `Sign`), each as often as it occurs."""
    read = [_read(words, i) for i in range(len(words))]
    places: dict[str, list[int]] = {}
    cores = [one.core for one in read]
    for i, one in enumerate(read):
        for name in one.names:
            yield name, (i,)
        for kind in one.kinds:
            places.setdefault(kind, []).append(i)
        for j in range(i + 1, min(i + WINDOW, len(read))):
            if cores[i] or cores[j]:
                for a in one.marks:
                    for b in read[j].marks:
                        yield (f"{a}+{b}" if a <= b else f"{b}+{a}"), (i, j)
    if any(cores):
        yield f"({min(bisect_left(LENGTHS, len(words)), len(LENGTHS) - 1)})", ()
        yield from _framed(places, lexicon().threats.by_head)


def telling(words: Sequence[str]) -> Iterator[Sign]:
    """Yield only those signs of a threat that are frames saying who shall suffer what; cheaper than `signs`."""
    if not any(map(is_core, words)):
        return
    lists, wished = lexicon().threats, "бы" in words
    places: dict[str, list[int]] = {}
    for i in range(len(words)):
        one = _read(words, i) if wished or (i and words[i - 1] in _DENIED) else reading(words[i])
        for kind in one.kinds:
            if kind in lists.in_frames:
                places.setdefault(kind, []).append(i)
    yield from _framed(places, lists.telling_by_head)


def _read(words: Sequence[str], i: int) -> Reading:
    """The reading of word number `i` with regard to its neighbours: «не убью» harms nobody, «убил бы» did not
    happen."""
    if i and words[i - 1] in _DENIED:
        return _denied(words[i])
    if "бы" in words[max(0, i - 2) : i + 3]:
        return _wished(words[i])
    return reading(words[i])


def _framed(places: dict[str, list[int]], by_head: Mapping[str, tuple[int, ...]]) -> Iterator[Sign]:
    lists = lexicon().threats
    fitting = {number for kind in places for number in by_head.get(kind, ())}
    for frame in (lists.frames[number] for number in sorted(fitting)):
        if any(places.keys().isdisjoint(kinds) for kinds in frame.near):
            continue
        for head in frame.head:
            for i in places.get(head, ()):
                if (found := _around(frame, i, places)) is not None:
                    yield f"={frame.name}", found


def _around(frame: Frame, i: int, places: dict[str, list[int]]) -> tuple[int, ...] | None:
    """The numbers of the words that match the frame if word `i` is its head; None if the frame does not fit there."""
    if any(_nearest(kind, i, places) is not None for kind in frame.without):
        return None
    chosen = [i]
    for kinds in frame.near:
        near = [place for kind in kinds if (place := _nearest(kind, i, places)) is not None]
        if not near:
            return None
        chosen.append(min(near, key=lambda place: abs(place - i)))
    return tuple(sorted(chosen))


def _nearest(kind: str, i: int, places: dict[str, list[int]]) -> int | None:
    if (there := places.get(kind)) is None:
        return None
    near = [place for place in there if 0 < abs(place - i) <= WINDOW]
    return min(near, key=lambda place: abs(place - i)) if near else None


@lru_cache(maxsize=KEPT)
def is_core(word: str) -> bool:
    """Whether the word belongs to the core of threats, without which no two words make a sign: `reading(word).core`,
    computed without the rest of the reading."""
    if not "а" <= word[:1] <= "я":
        return False
    lists = lexicon().threats
    if word in lists.of_core or word in lists.core_pronouns:
        return True
    for parse in _parsed(word):
        lemma = plain(parse.normal_form)
        if lemma in lists.of_core:
            return True
        unlisted = lemma not in lists.classes and word not in lists.classes
        if unlisted and parse.tag.POS in _VERBAL and stem(lemma) in lists.core_roots:
            return True
    return False


@lru_cache(maxsize=KEPT)
def reading(word: str) -> Reading:
    """Read one word by itself, in lower case with ё as е."""
    if not "а" <= word[:1] <= "я":
        return _NOTHING
    lists = lexicon().threats
    marks = dict.fromkeys(lists.pronouns.get(word, ()))
    names: dict[str, None] = {}
    known = is_known(word)
    for parse in _parsed(word):
        lemma, part = plain(parse.normal_form), parse.tag.POS
        names[lemma] = None
        if len(lemma) > BEGINNING:
            names[f"~{lemma[:BEGINNING]}"] = None
        classes = (*lists.classes.get(lemma, ()), *lists.classes.get(word if word != lemma else "", ()))
        form = _form(parse.tag, part) if classes or part in _VERBAL else ""
        if part in _VERBAL:
            root = stem(lemma)
            if root:
                names[f"-{root}"] = None
            if not classes and root in lists.roots:
                classes = (lists.roots[root],)
            marks[f"v.{form}"] = None
            if parse.tag.tense == "pres" and form != "part" and known and _harms(classes, lists):
                form = "now"
        marks.update(dict.fromkeys(f"{name}.{form}" if form else name for name in classes))
    kinds = _kinds(marks)
    every = dict.fromkeys((*names, *marks, *kinds))
    core = not lists.core.isdisjoint(kinds)
    return Reading(tuple(every), tuple(marks), tuple(kinds), core, "harm" in kinds)


def _harms(classes: Iterable[str], lists: Threats) -> bool:
    return any("harm" in (name, *lists.groups.get(name, ())) for name in classes)


@lru_cache(maxsize=5_000)
def _denied(word: str) -> Reading:
    """The reading of a word after «не», which cancels harm."""
    one = reading(word)
    return Reading(("not", *one.names[:1]), ("not",), ("not",), core=False, harms=False) if one.harms else one


@lru_cache(maxsize=5_000)
def _wished(word: str) -> Reading:
    """The reading of a word beside «бы», which turns a past form into a wish."""
    one = reading(word)
    if not one.harms or not any(mark.endswith(".past") for mark in one.marks):
        return one
    marks = tuple(mark.replace(".past", ".would") for mark in one.marks)
    kinds = tuple(_kinds(marks))
    return Reading(tuple(dict.fromkeys((*one.names[:2], *marks, *kinds))), marks, kinds, one.core, one.harms)


def _kinds(marks: Iterable[str]) -> dict[str, None]:
    """What the marks fit in frames: the marks, the same without their forms, and their groups, with the form and
    without."""
    found: dict[str, None] = {}
    for mark in marks:
        name, dot, form = mark.partition(".")
        for kind in (name, *lexicon().threats.groups.get(name, ())):
            found[kind] = None
            if dot:
                found[f"{kind}.{form}"] = None
    return found


def _parsed(word: str) -> Iterable[Any]:
    """The plausible readings of the word; if the dictionary does not know it, the verb if there is one."""
    found = parses(word)
    if len(found) > 1 and not is_known(word):
        verbs = [parse for parse in found if parse.tag.POS in _VERBAL]
        return verbs[:1] or found[:1]
    listed = lexicon().threats.classes
    return [
        parse
        for i, parse in enumerate(found)
        if i < 3 or (parse.tag.POS == "NOUN" and plain(parse.normal_form) in listed)
    ]


def _form(tag: Any, part: str | None) -> str:
    """The form of a word, as signs name it.

    i: «убью», you: «получишь», he: «убьёт», they: «убьют», inf, imp, past, part; for a noun with: «ножом», who:
    «глава», into: «в яму», «к стенке»; "" for others. A verb of harm in the present («убиваю») is no promise: `reading`
    names its form now.
    """
    if part == "NOUN":
        return _CASES.get(tag.case, "")
    if part not in _VERBAL:
        return ""
    if part != "VERB":
        return "inf" if part == "INFN" else "part"
    if tag.mood == "impr":
        return "imp"
    if tag.tense == "past":
        return "past"
    if tag.person == "3per":
        return "they" if tag.number == "plur" else "he"
    return "i" if tag.person == "1per" else "you"
