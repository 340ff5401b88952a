"""Finds advertising and mailings by the sum of their signs; a complaint with a telephone number or a link is neither.

An offer of money or work is put together of parts (`spam.yaml`): who is wanted, what is paid, «в личку», «без опыта».
Each part occurs in citizens' texts, two of them close together hardly ever. Words of letters from two alphabets are
first read as Russian, and several of them are a part themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from config.russian.judging.disguise import Revealed, russian
from config.russian.judging.lexicon import Spam
from config.russian.judging.sentences import Place

LOOKED_AT = 3_000
"""How many first characters of a text are searched."""
STRONG, PARDON = 2, 2
MIXED = 2
"""How many words that mix two alphabets it takes to be a sign of advertising and not a slip of the keyboard."""
_MIXED = re.compile(r"[^\W\d_]+")
_FOREIGN = re.compile(r"[^\W\d_а-яё]")


def advertising(revealed: Revealed, lists: Spam) -> list[Place]:
    """The places of the signs of advertising if they weigh enough together; otherwise []."""
    text, mixed = _in_one_alphabet(revealed.flat[:LOOKED_AT])
    signs = lists.strong if lists.any_strong.search(text) else ()
    strong = [match.span() for sign in signs if (match := sign.search(text))]
    faint = [(sign.pattern, match.span()) for sign in lists.weak if (match := sign.search(text))]
    together = _together(_parts(text, lists, mixed), lists.reach)
    weak = [place for _, place in faint] if strong or together or _together(faint, lists.reach) else []
    sum_of_signs = STRONG * (len(strong) + bool(together)) + len(weak)
    if sum_of_signs < lists.enough:
        return []
    against = {match.group() for sign in lists.against for match in sign.finditer(text)}
    if sum_of_signs - min(len(against), PARDON) < lists.enough:
        return []
    return [*strong, *together] or weak


def _in_one_alphabet(text: str) -> tuple[str, list[Place]]:
    """The text with words in two alphabets read as Russian ones, and the places of these words. No position changes."""
    mixed: list[Place] = []

    def read(match: re.Match[str]) -> str:
        word = match.group()
        if len(word) < 3 or word.isascii() or (plain := russian(word)) == word:
            return word
        mixed.append(match.span())
        return plain

    if _FOREIGN.search(text) is None:
        return text, []
    return _MIXED.sub(read, text), mixed


def _parts(text: str, lists: Spam, mixed: list[Place]) -> list[tuple[str, Place]]:
    parts = lists.parts if lists.any_part.search(text) else {}
    found = [(name, match.span()) for name, part in parts.items() for match in part.finditer(text)]
    return found + ([("", place) for place in mixed] if len(mixed) >= MIXED else [])


def _together(parts: list[tuple[str, Place]], reach: int) -> list[Place]:
    """The places of two different parts with at most `reach` characters between them; [] if there are no such two."""
    parts = sorted(parts, key=lambda part: part[1])
    for i, (name, place) in enumerate(parts):
        for other, there in _after(parts, i, place[1] + reach):
            if other != name:
                return [place, there]
    return []


def _after(parts: list[tuple[str, Place]], i: int, end: int) -> Iterator[tuple[str, Place]]:
    for part in parts[i + 1 :]:
        if part[1][0] > end:
            return
        yield part
