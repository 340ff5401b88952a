"""Reduces Unicode's table of look-alikes to those of Russian and English letters.

`python -m tests.rules.confusables confusables.txt` writes `config/lexicon/confusables.tsv` anew from the table of
https://www.unicode.org/Public/security/latest/confusables.txt (UTS #39). Besides it, characters that are a letter in a
frame, a box or small capitals say so in their names («NEGATIVE SQUARED LATIN CAPITAL LETTER A»).
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from config.russian.judging.disguise import FOLDER

TARGET = FOLDER / "confusables.tsv"
RUSSIAN = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
ENGLISH = "abcdefghijklmnopqrstuvwxyz"
_LETTER = re.compile(r"(?:CAPITAL|SMALL) LETTER ([A-Z])$|LATIN LETTER SMALL CAPITAL ([A-Z])$")
_NAMED = re.compile(r"(GREEK|CYRILLIC) LETTER SMALL CAPITAL (\w+)$")
HEAD = """\
# Characters that look like a letter, and that letter. Reduced by tests/rules/confusables.py from Unicode's confusables.txt
# (version {version}, © Unicode, Inc., https://www.unicode.org/terms_of_use.html) and from the names of characters.
"""


def official(lines: list[str]) -> dict[str, str]:
    """Character → what it is drawn like, for single characters."""
    found: dict[str, str] = {}
    for line in lines:
        fields = [field.strip() for field in line.partition("#")[0].split(";")]
        if len(fields) == 3 and " " not in fields[0] and " " not in fields[1]:
            found[chr(int(fields[0], 16))] = chr(int(fields[1], 16))
    return found


def reduced(drawn: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Each look-alike with the small letter it stands for: an English one if there is such, else a Russian one."""
    of: dict[str, str] = {}
    for letter in RUSSIAN + ENGLISH:
        for form in (letter.upper(), letter):
            of[drawn.get(form, form)] = letter
    for letter in ENGLISH:
        of[letter] = letter
    named = {c: _named(c, drawn) for c in map(chr, range(0x80, 0x1F200))}
    for sign in sorted(drawn.keys() | {c for c, letter in named.items() if letter}):
        like = of.get(drawn.get(sign, sign)) or named.get(sign)
        if like and _is_foreign(sign) and not _is_plain(sign, like):
            yield sign, like


def _is_foreign(sign: str) -> bool:
    return sign > "\x7f" and sign.isprintable() and not sign.isdecimal() and sign.lower() not in RUSSIAN + "ё"


def _is_plain(sign: str, letter: str) -> bool:
    """Whether the reader of texts knows without a table: by Unicode's decomposition («𝐀» is «A»)."""
    return unicodedata.normalize("NFKD", sign)[:1].lower() == letter or unicodedata.combining(sign) > 0


def _named(sign: str, drawn: dict[str, str]) -> str | None:
    """The letter that the character's name tells."""
    name = unicodedata.name(sign, "")
    if match := _LETTER.search(name):
        return (match[1] or match[2]).lower()
    if match := _NAMED.search(name):
        small = unicodedata.lookup(f"{match[1]} SMALL LETTER {match[2]}")
        return _RUSSIAN_LIKE.get(small) or (small if small in RUSSIAN else None)
    return None


_RUSSIAN_LIKE = {"λ": "л", "π": "п", "ρ": "p", "γ": "г", "δ": "д"}


def main(source: str) -> None:
    lines = Path(source).read_text(encoding="utf-8-sig").splitlines()
    version = next(line.split()[-1] for line in lines if line.startswith("# Version"))
    rows = [f"{sign}\t{letter}\n" for sign, letter in reduced(official(lines))]
    TARGET.write_text(HEAD.format(version=version) + "".join(rows), encoding="utf-8")
    print(f"{TARGET}: {len(rows)}")


if __name__ == "__main__":
    main(*sys.argv[1:])
