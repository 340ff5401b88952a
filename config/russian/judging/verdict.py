"""`judge`: classify a text and name the deciding words.

Gravest first: threat, obscenity, insult, advertising; the grounds name everything found. Pure: the same text always
gets the same verdict, and nothing happens because of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from config.russian.judging.disguise import Revealed, reveal
from config.russian.judging.insults import insulting
from config.russian.judging.lexicon import lexicon
from config.russian.judging.obscenity import obscene
from config.russian.judging.sentences import Place, sentences
from config.russian.judging.spam import advertising
from config.russian.judging.threats import threatening
from config.russian.remembering import remembering


class Kind(StrEnum):
    """What a text may be judged to be, the gravest first."""

    THREAT = "threat"
    OBSCENE = "obscene"
    INSULT = "insult"
    SPAM = "spam"
    CLEAN = "clean"


@dataclass(frozen=True, slots=True)
class Ground:
    """One finding in a text: its kind (never CLEAN), the words as written, and their position in the text."""

    kind: Kind
    words: str
    span: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The gravest kind found in a text and all grounds, by kind and place; CLEAN has no grounds."""

    kind: Kind
    grounds: tuple[Ground, ...] = ()


@remembering(256)
def judge(text: str) -> Verdict:
    """The verdict on a citizen's text of any length and content; never raises. Cached, as several places ask about one
    text.
    """
    revealed = _revealed(text)
    lists = lexicon()
    parts = sentences(revealed)
    found = {
        Kind.THREAT: threatening(parts),
        Kind.OBSCENE: obscene(revealed, lists),
        Kind.INSULT: insulting(parts, lists.insults),
        Kind.SPAM: _advertising(text),
    }
    grounds = tuple(ground for kind, places in found.items() for ground in _grounds(kind, places, text, revealed))
    return Verdict(grounds[0].kind if grounds else Kind.CLEAN, grounds)


def advertisement(text: str) -> tuple[Ground, ...]:
    """The grounds of a text whose verdict is advertising; () for any other text. The graver kinds are judged only if
    there are signs of advertising.
    """
    if not _advertising(text):
        return ()
    verdict = judge(text)
    return verdict.grounds if verdict.kind is Kind.SPAM else ()


@remembering(16)
def _revealed(text: str) -> Revealed:
    return reveal(text)


@remembering(16)
def _advertising(text: str) -> list[Place]:
    return advertising(_revealed(text), lexicon().spam)


def _grounds(kind: Kind, places: list[Place], text: str, revealed: Revealed) -> list[Ground]:
    """One ground for each stretch of text; of overlapping stretches, the first and longest."""
    grounds: list[Ground] = []
    for start, end in sorted(places, key=lambda place: (place[0], -place[1])):
        span = revealed.span(start, end)
        if not grounds or span[0] >= grounds[-1].span[1]:
            grounds.append(Ground(kind, text[span[0] : span[1]].strip(), span))
    return grounds
