"""Undoes disguises: the intended letters of a text, however it is written, and the place of each piece.

Removes invisible characters (zero-width and combining marks), reads look-alikes (foreign letters by Unicode's table,
digits, signs, pictures) as Cyrillic, and joins letters that were written apart. Knows no bad words: other modules judge
the readings. Never joins whole words, only single letters in a row and pieces of one run without spaces. Linear in the
length of the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import NamedTuple

from config.yamlfile import load

FOLDER = Path(__file__).parents[2] / "lexicon"
LONGEST = 48
"""The most letters of a word; a longer run of letters is not one."""

LINK = 64
"""How many first characters of a run are checked for being a link."""

_ORDINARY = re.compile(r"[\t\n\r -~А-Яа-яЁё«»—–…№“”„’]*")
_CYRILLIC = re.compile(r"[а-я]+")
_PIECE = re.compile(r"[^\W_]+")
_CHUNK = re.compile(r"\S+")
_PLAIN = re.compile(r"([^\w*#@$%&|{}<>]*)([а-я]+)([^\w*#@$%&|{}<>]*)")
_EDGES = ".,!?:;\"'«»“”„()[]{}<>…—–-/\\*~’`"
_SOFT_EDGES = ".,!?:;\"'«»“”„([]<…—–/\\’`"
_ENDS = re.compile(r"[.!?…;\n]")
_LINK = re.compile(
    r"(?:https?://|www\.)|(?:^|[^\w@])[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:ru|com|рф|org|net|me|info|su|ly|cc|shop|online|site|io|pro|top)(?:/|$|[^\w])|@[a-z0-9_.-]+$"
)
_NUMBERED = re.compile(
    r"№?(?:[а-я]{1,3}[.,])?№?\d+[-–]?[«\"]?[а-я]?[»\"]?\d*(?:[/-]\d*[а-я]?){0,3}"
    r"|[авекмнорстух]\d{3}[авекмнорстух]{2}\d{0,3}"
    r"|\[?(?:id|club|public)\d+\|.*"
    r"|.*\.(?:pdf|jpe?g|png|mp4|mov|heic|docx?|xlsx?)"
)
"""What is no word in disguise though it mixes letters and digits: a house («14в/2», «8-г», «д.5б»), a car, the address
of a profile, a file."""
_NUMBER_APART = re.compile(r"\d[.,]\d\d|(?:^|[^\w*#@$%&])\d+(?:[,.;:?!)/]+(?=[а-я]{3})|$)|[а-я]{3}[,.;:?!(/]+\d+$")
"""Digits that stand for no letter: punctuation parts them from a word, or they are an amount («3,Садовая»,
«11.40коп.»)."""
_STRETCHED = re.compile(r"(.)\1{2,}")
_DOUBLED = re.compile(r"(.)\1+")
_INVISIBLE = frozenset("\u3164\u115f\u1160\uffa0\u2800")


class Word(NamedTuple):
    """One word as intended, in lower case and with ё as е; `start` and `end` are positions in the text without
    invisible characters (`Revealed.flat`).

    `chunk`: the number of its run without spaces; `sentence`: the number of its stretch between full stops.
    """

    text: str
    start: int
    end: int
    chunk: int
    sentence: int


@dataclass(frozen=True, slots=True)
class Guess:
    """The possible readings of a run that is no plain word. `masked`: the run with «*» and the like for hidden letters;
    `pieces`: its parts between signs; `start`, `end`: its position in `Revealed.flat`.
    """

    readings: tuple[str, ...]
    masked: str
    pieces: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Revealed:
    """A text taken apart. `flat`: the text in lower case without invisible characters; `words`: Russian words, `latin`:
    words in Latin letters, `spaced`: words written letter by letter, `guesses`: runs that may be words in disguise.
    Links are in none of them."""

    flat: str
    words: tuple[Word, ...]
    guesses: tuple[Guess, ...]
    latin: tuple[Word, ...]
    spaced: tuple[Word, ...]
    places: tuple[int, ...] | None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Convert positions in `flat` into positions in the original text."""
        if self.places is None or end <= start:
            return start, end
        return self.places[start], self.places[end - 1] + 1


@dataclass(frozen=True)
class _Tables:
    shapes: Mapping[int, str]
    sounds: Mapping[int, str]
    pairs: Mapping[str, str]
    masks: frozenset[str]


@cache
def _tables() -> _Tables:
    data = load(FOLDER / "disguise.yaml").data
    shapes: dict[int, str] = {}
    for letter, signs in data["shapes"].items():
        for sign in signs:
            shapes.setdefault(ord(sign), letter)
    sounds = {ord(str(sign)): letter for sign, letter in data["sounds"].items()}
    return _Tables(shapes, sounds, data["pairs"], frozenset(data["masks"]))


def russian(word: str) -> str:
    """The word with foreign letters and signs replaced by the Russian letters they look like; its length stays."""
    return word.translate(_tables().shapes)


def squeezed(word: str) -> Iterator[str]:
    """Yield up to three spellings of the word, each by one rule applied to the whole word: every run of three or more
    equal letters as one; the same runs as two; every run of two or more as one, unless that is the word or the first
    spelling. Nothing if no two neighbouring letters are equal."""
    once = _STRETCHED.sub(r"\1", word)
    if once != word:
        yield once
        yield _STRETCHED.sub(r"\1\1", word)
    single = _DOUBLED.sub(r"\1", word)
    if single not in (once, word):
        yield single


def reveal(text: str) -> Revealed:
    """Take the text apart into words and possible words; all positions are positions in `flat`."""
    flat, places = _folded(text)
    words: list[Word] = []
    guesses: list[Guess] = []
    latin: list[Word] = []
    singles: list[tuple[str, int, int, int]] = []
    sentence, last = 0, 0
    for number, match in enumerate(_CHUNK.finditer(flat)):
        start, chunk = match.start(), match.group()
        if start and _ENDS.search(flat, max(last, start - 200), start):
            sentence += 1
        last = start
        plain = _PLAIN.fullmatch(chunk)
        if plain is not None:
            begin = start + plain.start(2)
            words.append(Word(plain[2], begin, begin + len(plain[2]), number, sentence))
        elif _LINK.search(chunk, 0, LINK) is None:
            found, foreign = _pieces(chunk, start, number, sentence)
            words += found
            latin += foreign
            if (guess := _guess(chunk, start)) is not None:
                guesses.append(guess)
        if (plain is None or len(plain[2]) == 1) and (letter := _single(chunk)) is not None:
            singles.append((letter, start, match.end(), number))
    spaced = tuple(_together(singles))
    return Revealed(flat, tuple(words), tuple(guesses), tuple(latin), spaced, places)


def _folded(text: str) -> tuple[str, tuple[int, ...] | None]:
    if _ORDINARY.fullmatch(text):
        return text.lower().replace("ё", "е"), None
    letters: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(text):
        if sign == "\u0306" and letters and letters[-1] == "и":
            letters[-1] = "й"
            continue
        if (shown := _folded_sign(sign)) != "":
            letters.append(shown)
            places.append(place)
    return "".join(letters), tuple(places)


@cache
def _folded_sign(sign: str) -> str:
    """The character in lower case without disguise; "" if it is invisible."""
    lower = sign.lower()[:1]
    if "а" <= lower <= "я" or lower < "\x80":
        return lower
    if sign in _INVISIBLE or unicodedata.category(sign) in ("Cf", "Mn", "Me", "Cc"):
        return ""
    if lower == "ё":
        return "е"
    base = unicodedata.normalize("NFKD", sign)
    bare = next((c for c in base if not unicodedata.combining(c)), sign)
    known = _look_alikes()
    if like := known.get(lower) or known.get(sign) or known.get(bare):
        return like
    return bare.lower()[:1] if bare.isalnum() else sign


@cache
def _look_alikes() -> Mapping[str, str]:
    """A character of another alphabet → the letter that looks like it (Unicode's table of confusables)."""
    lines = (FOLDER / "confusables.tsv").read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines if line[:1] != "#")


def _pieces(chunk: str, start: int, number: int, sentence: int) -> tuple[list[Word], list[Word]]:
    """The words of a run with several plain words: those in Cyrillic letters or look-alikes, and Latin ones."""
    words, latin = [], []
    for match in _PIECE.finditer(chunk):
        piece, begin, end = match.group(), start + match.start(), start + match.end()
        if piece.isascii():
            if piece.isalpha():
                latin.append(Word(piece, begin, end, number, sentence))
            continue
        text = piece if _CYRILLIC.fullmatch(piece) or _NUMBERED.fullmatch(piece) else piece.translate(_tables().shapes)
        words.append(Word(text, begin, end, number, sentence))
    return words, latin


def _guess(chunk: str, start: int) -> Guess | None:
    core = chunk
    for signs, letter in _tables().pairs.items():
        core = core.replace(signs, letter)
    if core == chunk:
        core = core.strip(_SOFT_EDGES)
    if not 2 <= len(core) <= LONGEST or not any(sign.isalpha() for sign in core):
        return None
    if _NUMBERED.fullmatch(core) or _NUMBER_APART.search(core):
        return None
    tables = _tables()
    shapes = _letters(core.translate(tables.shapes))
    sounds = _letters(core.translate(tables.sounds))
    bare = _letters("".join(sign for sign in core if sign.isalpha()).translate(tables.shapes))
    mixed = _letters(core.translate({**tables.shapes, **_LATER}))
    masked = "".join(_unmasked(sign, tables.shapes) for sign in core)
    pieces = tuple(_PIECE.findall(core))
    begin = start + max(chunk.find(core), 0)
    end = begin + len(core) if core in chunk else start + len(chunk)
    threes = [_letters(written.translate(tables.shapes)) for written in _threes(core)]
    return Guess(tuple(dict.fromkeys((shapes, sounds, bare, mixed, *threes))), masked, pieces, begin, end)


def _unmasked(sign: str, shapes: Mapping[int, str]) -> str:
    """The letter that the sign stands for; «*» for a picture, which may hide any letter; another sign as it is."""
    if sign.isalpha():
        return sign.translate(shapes)
    return "*" if sign > "\x7f" and unicodedata.category(sign) == "So" else sign


_LATER: dict[int, str] = {
    ord("b"): "ь",
    ord("4"): "ч",
    ord("n"): "п",
    ord("g"): "д",
    ord("1"): "л",
    ord("r"): "р",
    ord("3"): "з",
}
"""A second Russian letter that a sign may stand for, besides the one it looks like most."""


def _threes(core: str) -> Iterator[str]:
    """Every reading of the digit 3 as з or е, if the run has two or three of them; nothing otherwise."""
    places = [place for place, sign in enumerate(core) if sign == "3"]
    if 2 <= len(places) <= 3:
        for letters in product("зе", repeat=len(places)):
            filled = list(core)
            for place, letter in zip(places, letters, strict=True):
                filled[place] = letter
            yield "".join(filled)


def _letters(text: str) -> str:
    return "".join(sign for sign in text if "а" <= sign <= "я")


def _single(chunk: str) -> str | None:
    core = chunk.strip(_SOFT_EDGES + "-") or chunk
    if len(core) != 1:
        return None
    letter = core.translate(_tables().shapes)
    return letter if "а" <= letter <= "я" or core in _tables().masks else None


def _together(singles: list[tuple[str, int, int, int]]) -> Iterator[Word]:
    """Join three or more single letters in a row into a word; yield these words."""
    run: list[tuple[str, int, int, int]] = []
    for single in [*singles, ("", 0, 0, -9)]:
        if run and single[3] != run[-1][3] + 1:
            if len(run) >= 3:
                yield Word("".join(letter for letter, *_ in run), run[0][1], run[-1][2], run[0][3], 0)
            run = []
        run.append(single)
