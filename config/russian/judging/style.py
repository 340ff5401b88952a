"""Finds officialese and press-release phrases in a text and suggests plainer words (MO-A2.13, PA-2.4).

A hint for the author: nothing is refused or changed because of it. Words in quotation marks are a quotation or a name,
and are skipped. Pure; the phrases are in `style.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from config import yamlfile
from config.russian.morphology import Word, lemmas, parses, plain, words_of

FILE = Path(__file__).parents[2] / "style.yaml"
CHAIN = 3
VERBAL = 2
"""A chain of nouns is reported from `CHAIN` nouns on, each but the first in the genitive, at least `VERBAL` of them
made of verbs."""
LONGEST_CHAIN = 12
"""The longest chain followed, so that a text of nothing but nouns is read once and not once for each word."""
QUOTED = re.compile(r"«[^«»]{0,300}»|\"[^\"]{0,300}\"|https?://\S+")
SHOWN_OF_LONG = 6
Hint = tuple[str, str]
"""A hint: words of the text, and how to say them more plainly."""


@dataclass(frozen=True)
class Turn:
    """A phrase of officialese: consecutive words, each in one of the given forms; `why` is the advice."""

    parts: tuple[frozenset[str], ...]
    why: str


@dataclass(frozen=True)
class Turns:
    by_first: Mapping[str, tuple[Turn, ...]]
    exact_by_first: Mapping[str, tuple[Turn, ...]]
    longest: int
    long: str
    chain: str
    not_verbal: frozenset[str]


@cache
def _turns() -> Turns:
    raw: dict[str, Any] = yamlfile.load(FILE).data
    exact = [Turn(tuple(frozenset({plain(w)}) for w in words.split()), str(why)) for words, why in raw["exact"].items()]
    any_form = [Turn(tuple(lemmas(w) for w in words.split()), str(why)) for words, why in raw["lemmas"].items()]
    return Turns(
        _by_first(any_form),
        _by_first(exact),
        int(raw["longest_sentence"]),
        str(raw["long"]),
        str(raw["chain"]),
        frozenset(raw["not_verbal"]),
    )


def _by_first(turns: Sequence[Turn]) -> dict[str, tuple[Turn, ...]]:
    found: dict[str, tuple[Turn, ...]] = {}
    for turn in sorted(turns, key=lambda turn: -len(turn.parts)):
        for form in turn.parts[0]:
            found[form] = (*found.get(form, ()), turn)
    return found


def style_hints(text: str) -> list[Hint]:
    """Suggest plainer words, in the order of the text; of overlapping phrases the longest, and each phrase once. Never
    raises.
    """
    turns = _turns()
    bare = QUOTED.sub(lambda match: " " * len(match[0]), text)
    words = words_of(bare)
    found: list[tuple[int, int, str]] = []
    taken = -1
    for place in range(len(words)):
        if place <= taken:
            continue
        hit = _turn_at(words, place, turns) or _chain_at(words, place, turns)
        if hit is not None:
            last, why = hit
            taken = last
            found.append((words[place].start, words[last].end, why))
    found += _long_ones(bare, words, turns)
    hints: dict[str, Hint] = {}
    for start, end, why in sorted(found):
        written = " ".join(text[start:end].split())
        hints.setdefault(written.lower(), (written, why))
    return list(hints.values())


def _turn_at(words: Sequence[Word], place: int, turns: Turns) -> tuple[int, str] | None:
    """The number of the last word of the phrase that begins at word number `place`, and the advice; None if none begins
    there."""
    written = plain(words[place].text)
    candidates = [*turns.exact_by_first.get(written, ())]
    spoken = [turn for form in words[place].lemmas for turn in turns.by_first.get(form, ())]
    for turn in sorted(candidates, key=lambda turn: -len(turn.parts)):
        if _follows(words, place, turn, lambda word: frozenset({plain(word.text)})):
            return place + len(turn.parts) - 1, turn.why
    for turn in sorted(dict.fromkeys(spoken), key=lambda turn: -len(turn.parts)):
        if _follows(words, place, turn, lambda word: word.lemmas):
            return place + len(turn.parts) - 1, turn.why
    return None


def _follows(words: Sequence[Word], place: int, turn: Turn, forms: Any) -> bool:
    run = words[place : place + len(turn.parts)]
    if len(run) < len(turn.parts) or any(word.sentence != run[0].sentence for word in run):
        return False
    return all(forms(word) & part for word, part in zip(run, turn.parts, strict=True))


def _chain_at(words: Sequence[Word], place: int, turns: Turns) -> tuple[int, str] | None:
    """The number of the last word of a chain of nouns that begins at word number `place`, and the advice; None if none
    begins there. In a chain each noun is in the genitive after the one before, and several are made of verbs.
    """
    if not _is_noun(words[place], None) or words[place].capital:
        return None
    last, nouns = place, [words[place]]
    for at in range(place + 1, min(place + LONGEST_CHAIN, len(words))):
        word = words[at]
        if word.sentence != words[place].sentence or word.start - words[at - 1].end > 1 or word.capital:
            break
        if _is_noun(word, "gent"):
            nouns.append(word)
            last = at
        elif not _is_adjective(word):
            break
    verbal = sum(_is_verbal(word, turns) for word in nouns)
    return (last, turns.chain) if len(nouns) >= CHAIN and verbal >= VERBAL else None


def _is_noun(word: Word, case: str | None) -> bool:
    return any(
        parse.tag.POS == "NOUN" and (case is None or parse.tag.case == case) for parse in parses(word.text.lower())[:2]
    )


def _is_adjective(word: Word) -> bool:
    return any(parse.tag.POS in ("ADJF", "PRTF") and parse.tag.case == "gent" for parse in parses(word.text.lower()))


def _is_verbal(word: Word, turns: Turns) -> bool:
    return any(form.endswith(("ние", "тие")) and form not in turns.not_verbal for form in word.lemmas)


def _long_ones(text: str, words: Sequence[Word], turns: Turns) -> Iterator[tuple[int, int, str]]:
    """Yield the sentences with too many words, each as the position of its beginning, with the advice."""
    by_sentence: dict[int, list[Word]] = {}
    for word in words:
        by_sentence.setdefault(word.sentence, []).append(word)
    for inside in by_sentence.values():
        if len(inside) > turns.longest:
            yield inside[0].start, inside[min(SHOWN_OF_LONG, len(inside)) - 1].end, turns.long
