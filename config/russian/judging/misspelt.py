"""Finds listed words in words that the dictionary does not know: misspelt («дибил») or run together («тыдебил»).

Looks at letters only; the word lists say what a word means.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from config.russian.morphology import is_known

STANDING = frozenset((
    "на", "по", "за", "с", "со", "до", "о", "у", "не", "ни", "и", "а", "я", "но", "да", "ну",
    "е", "же", "от", "об", "из", "ко", "во", "бы", "ли", "ты", "вы", "мы", "он", "их", "им", "её",
    "ее", "ей", "уж", "та", "то", "те", "ту", "ая", "ул", "ст",
))  # fmt: skip
"""Strings of one or two letters that are words by themselves, not pieces of a split word."""
_LETTERS = frozenset("авикосуя")
SHORTEST = 4
"""The shortest word that is looked for, in letters: too many others sound or look like shorter ones."""
INSIDE = 5
"""The shortest word, in letters, that is looked for inside others."""
LONGEST = 40

_SOUNDS = str.maketrans("аяоёеиыэуюбвгджз", "ооооииииуупфктшс")
"""Vowels without stress and paired consonants, each replaced by the one it is confused with."""


class Misspelt:
    """Finds misspellings of the listed words by their sound."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(word for word in words if len(word) >= SHORTEST)
        self._by_sound = {_sound(word): word for word in sorted(self._words)}
        self._lengths = sorted({len(word) for word in self._words if len(word) >= INSIDE})

    def heard_in(self, word: str) -> str:
        """The listed word that the word sounds like, or that is run together with other words in it; "" if there is
        none."""
        if not SHORTEST <= len(word) <= LONGEST:
            return ""
        return self._by_sound.get(_sound(word), "") or self.inside(word)

    def inside(self, word: str) -> str:
        """The listed word that is run together with other words in this word; "" if the rest of it is not made of
        words."""
        return next((word[a:b] for a, b in self._within(word) if _is_of_words(word[:a]) and _is_of_words(word[b:])), "")

    def _within(self, word: str) -> Iterator[tuple[int, int]]:
        for start in range(len(word) - SHORTEST + 1):
            for length in self._lengths:
                if (
                    start + length <= len(word) <= LONGEST
                    and length < len(word)
                    and word[start : start + length] in self._words
                ):
                    yield start, start + length


def _sound(word: str) -> str:
    """The letters as they are heard: «идеот» sounds like «идиот». The first letter stays as written; doubled letters
    are one."""
    heard = word.replace("тс", "ц").replace("ь", "").replace("ъ", "").translate(_SOUNDS)
    once = "".join(letter for i, letter in enumerate(heard) if i == 0 or letter != heard[i - 1])
    return word[0] + once


def _is_of_words(text: str) -> bool:
    """Whether the text is empty, or consists of words of two and more letters written without spaces."""
    whole = [True] + [False] * len(text)
    for end in range(1, len(text) + 1):
        whole[end] = any(whole[start] and stands_alone(text[start:end]) for start in range(max(0, end - 12), end - 1))
    return whole[-1]


def stands_alone(piece: str) -> bool:
    """Whether the letters are a word by themselves; of one or two letters only common words are."""
    if len(piece) == 1:
        return piece in _LETTERS
    if len(piece) == 2:
        return piece in STANDING
    return piece.isdigit() or is_known(piece)
