"""Finds obscene words, however they are written.

A word with an innocent meaning (a dog, a branch) is spared beside words of that meaning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from config.russian.judging.disguise import Guess, Revealed, Word
from config.russian.judging.lexicon import Lexicon, Obscene, lexicon
from config.russian.judging.misspelt import STANDING, stands_alone
from config.russian.judging.sentences import Place
from config.russian.morphology import KEPT, is_known

_HIDDEN = re.compile(r"(?<![а-я])([а-я]{0,10})((?:[*#@$%&_•?^+=~]|[.…]{2,}|…|-{2,})+)([а-я]{0,12})")
_DOTS = frozenset(".…-?")
_SPACED = re.compile(
    r"ху[йяеию]|пизд|бля[дт]|еба[тлн]|ебу[тч]|сука|суки|мудак|мудил|пид[оа]р|г[ао]ндон|говно|жоп[аыу]|долбоеб|уеб|шлюх|залуп|бля$"
)
_LETTERS = "абвгдежзийклмнопрстуфхцчшщъыьэюя"


def obscene(revealed: Revealed, lists: Lexicon) -> list[Place]:
    """The places of obscene words in the text, in no particular order."""
    found = [(word.start, word.end) for word in revealed.words if lists.is_obscene(word.text)]
    found += [(word.start, word.end) for word in revealed.latin if _latin(word.text, lists)]
    found += [(guess.start, guess.end) for guess in revealed.guesses if _guessed(guess, lists)]
    found += [(word.start, word.end) for word in revealed.spaced if _spaced(word.text, lists)]
    found += list(_parted(revealed.words, lists))
    found += [(word.start, word.end) for word in revealed.words if _run_together(word.text)]
    if found and lists.obscene.meant:
        said = frozenset(word.text for word in revealed.words)
        found = [place for place in found if not _as_it_says(revealed.flat[slice(*place)], said, lists.obscene)]
    return found


@lru_cache(maxsize=KEPT)
def _run_together(word: str) -> bool:
    lists = lexicon()
    return (
        len(word) > 6 and not is_known(word) and not lists.is_obscene(word) and lists.obscene.inside.inside(word) != ""
    )


def _as_it_says(written: str, said: frozenset[str], obscene: Obscene) -> bool:
    return any(written in meant.words and not said.isdisjoint(meant.beside) for meant in obscene.meant)


def _latin(word: str, lists: Lexicon) -> bool:
    words = lists.obscene
    return word not in words.latin_allow and len(word) <= 40 and words.latin.fullmatch(word) is not None


def _guessed(guess: Guess, lists: Lexicon) -> bool:
    """Whether a run of letters and signs has an obscene reading; if its pieces are words by themselves, only common
    obscene words count."""
    spelled = len(guess.pieces) > 2 and all(len(piece) == 1 for piece in guess.pieces)
    if len(guess.pieces) > 1 and not spelled and all(stands_alone(piece) for piece in guess.pieces):
        return not lists.obscene.masked.isdisjoint(guess.readings) or _masked(guess.masked, lists)
    if all(piece.isascii() for piece in guess.pieces):
        return (not guess.masked.isascii() and _masked(guess.masked, lists)) or _all_latin(guess, lists)
    return lists.first_obscene(guess.readings) is not None or _masked(guess.masked, lists)


def _all_latin(guess: Guess, lists: Lexicon) -> bool:
    """Whether Latin letters look like an obscene Cyrillic word («xyй», «cyka»), with or without digits and signs among
    them."""
    if len(guess.pieces) == 1 and guess.pieces[0].isalpha():
        return guess.readings[0] in lists.obscene.masked and set(guess.pieces[0]) <= set("aceopxykbmthu")
    return any(reading in lists.obscene.masked for reading in guess.readings) or _masked(guess.masked, lists)


def _masked(written: str, lists: Lexicon) -> bool:
    """Whether the letters and the signs that hide others make an obscene word: any letter for one sign, only common
    words for several."""
    for match in _HIDDEN.finditer(written):
        head, signs, tail = match.groups()
        if len(head) + len(tail) < 2 and not (head == "х" and len(signs) > 1 and signs[0] not in _DOTS):
            continue
        if signs[0] in _DOTS and (head in STANDING or not (head and tail)):
            continue
        if _fills(head, len(signs), tail, lists):
            return True
    letters = re.sub(r"[^а-я*#@$%&_]", "", written)
    hidden = _count(letters)
    return letters != written and 1 <= hidden <= 2 and len(letters) > 2 * hidden and _several(letters, lists)


def _count(letters: str) -> int:
    return sum(sign in "*#@$%&_" for sign in letters)


def _several(written: str, lists: Lexicon) -> bool:
    pattern = re.compile("".join("[а-я]" if sign in "*#@$%&_" else sign for sign in written))
    return any(pattern.fullmatch(word) for word in lists.obscene.masked)


def _fills(head: str, signs: int, tail: str, lists: Lexicon) -> bool:
    if signs == 1 and head + tail and (head and tail):
        return any(lists.obscene.is_plainly(head + letter + tail) for letter in _LETTERS)
    if not tail and len(head) < 2 and head != "х":
        return False
    if not tail and is_known(head) and head not in ("ху", "бл", "еб"):
        return False
    least = len(head) + len(tail) + 1
    return any(word.startswith(head) and word.endswith(tail) and len(word) >= least for word in lists.obscene.masked)


def _spaced(letters: str, lists: Lexicon) -> bool:
    """Whether letters written apart make an obscene word («п и з д е ц»), perhaps beside one-letter words."""
    bare = re.sub(r"[^а-я]", "", letters)
    if len(letters) <= 24 and ("*" in letters or "@" in letters):
        return _masked(letters, lists)
    return (len(bare) < 40 and lists.is_obscene(bare)) or (
        _SPACED.search(bare) is not None and not (len(bare) < 40 and is_known(bare))
    )


def _parted(words: tuple[Word, ...], lists: Lexicon) -> Iterator[Place]:
    """The places of neighbouring pieces that are no words apart and one obscene word together: «пи здец», «х уй»."""
    short = [len(word.text) <= 5 for word in words]
    broken = [i for i, word in enumerate(words) if short[i] and not stands_alone(word.text)]
    for count in (2, 3):
        for i in broken:
            if i + count > len(words) or not (short[i + 1] and short[i + count - 1]):
                continue
            some = words[i : i + count]
            if all(len(word.text) == 1 for word in some) or some[-1].chunk - some[0].chunk != count - 1:
                continue
            if some[-1].end - some[0].start != sum(len(word.text) for word in some) + count - 1:
                continue
            joined = "".join(word.text for word in some)
            if not lists.obscene.is_plainly(joined):
                continue
            if not any(lists.is_obscene(word.text) for word in some):
                yield some[0].start, some[-1].end
