"""Whether our answer helped, by what its author writes afterwards: a hint for the curator, who decides.

The list of phrases is our own (`config/lexicon/outcome.yaml`); its share of right guesses on texts from outside is not
known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from config.yamlfile import load

FILE = Path(__file__).parent.parent / "lexicon" / "outcome.yaml"
_NEGATED = re.compile(r"\b(?:не|ни|когда|если|чтобы|что|почему|где)\s+(?:\w+\s+)?$")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a text says about our answer. `helped`: whether it helped; `words`: the words that say so."""

    helped: bool
    words: str


def outcome_of(text: str) -> Outcome | None:
    """What the text says about whether our answer helped; None if it says nothing. A complaint outweighs thanks:
    «спасибо, но ничего не сделали»."""
    plain = text.casefold().replace("ё", "е")
    complaint = _patterns()["not_helped"].search(plain)
    if complaint is not None:
        return Outcome(False, complaint[0])
    for found in _patterns()["helped"].finditer(plain):
        if _NEGATED.search(plain[: found.start()]) is None and not _is_asked(plain, found.end()):
            return Outcome(True, found[0])
    return None


def _is_asked(text: str, at: int) -> bool:
    """Whether the sentence that goes on at position `at` ends with a question mark."""
    end = re.search(r"[.!?\n]", text[at:])
    return end is not None and end[0] == "?"


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    return {str(key): _pattern([str(one) for one in phrases]) for key, phrases in load(FILE).data.items()}


def _pattern(phrases: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(_of(phrase.replace("ё", "е")) for phrase in sorted(phrases, key=len, reverse=True)))


def _of(phrase: str) -> str:
    words = re.escape(phrase.removesuffix("*")).replace(r"\ ", r"\s+")
    return rf"\b{words}\w*" if phrase.endswith("*") else rf"\b{words}\b"
