"""Split what is too big for one message: long texts into parts, files into albums. Pure; independent of the messenger.

Nothing is cut off: the parts together show the whole text.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.messenger import Albums, OutFile, Size
from config.russian.words import units

_TOKEN = re.compile(r"<(?P<close>/)?(?P<name>[a-z][a-z-]*)(?:\s[^<>]*)?>|&(?:#\d+|#x[0-9a-f]+|[a-z]+);|.", re.I | re.S)
_JOINERS = frozenset("\u200d\ufe0f\u20e3")
_SENTENCE_ENDS = frozenset(".!?…")


@dataclass(frozen=True, slots=True)
class _Atom:
    """A piece of HTML that is never split: a tag (`shown` is empty) or one letter; an entity counts as the letter it
    stands for."""

    raw: str
    shown: str = ""
    opens: str = ""
    closes: str = ""

    @property
    def units(self) -> int:
        return units(self.shown)


def shown(text: str) -> str:
    """Return the text without its HTML tags and with its entities resolved, as a person sees it."""
    return "".join(atom.shown for atom in _atoms(text))


def split(text: str, size: Size) -> list[str]:
    """Split the text into parts of at most this size, each well-formed HTML; tags open at a break are reopened.

    Breaks at paragraphs, lines, sentences or words, in this order of preference; never inside a letter, an entity or an
    emoji of several code points, unless that alone is longer than a part.
    """
    if units(text) <= size.units and text.count("<") <= size.tags:
        return [text]
    atoms = list(_atoms(text))
    parts: list[str] = []
    carried: list[_Atom] = []
    start = 0
    while start < len(atoms):
        end = _end(atoms, start, size, carried)
        still = _open_after(carried, atoms[start:end])
        opening = "".join(tag.raw for tag in carried)
        closing = "".join(f"</{tag.opens}>" for tag in reversed(still))
        if any(atom.shown.strip() for atom in atoms[start:end]):
            parts.append(opening + "".join(atom.raw for atom in atoms[start:end]) + closing)
        carried, start = still, end
    return parts or [text]


def albums(files: Sequence[OutFile], rule: Albums) -> list[tuple[OutFile, ...]]:
    """Group the files into albums: pictures and videos together, documents apart, anything else alone."""
    seen = [file for file in files if file.kind in ("photo", "video")]
    documents = [file for file in files if file.kind == "document"]
    others = [file for file in files if file.kind not in ("photo", "video", "document")]
    groups = ((seen, rule.most), (documents, rule.most if rule.documents else 1), (others, 1))
    return [tuple(group[i : i + most]) for group, most in groups for i in range(0, len(group), most)]


def _atoms(text: str) -> Iterator[_Atom]:
    for match in _TOKEN.finditer(text):
        raw = match.group()
        name = (match["name"] or "").lower()
        if name:
            yield _Atom(raw, closes=name) if match["close"] else _Atom(raw, opens=name)
        elif len(raw) > 1:
            yield _Atom(raw, shown=html.unescape(raw))
        else:
            yield _Atom(raw, shown=raw)


def _open_after(carried: list[_Atom], atoms: Sequence[_Atom]) -> list[_Atom]:
    """Return the tags still open after these atoms, the outermost first. `carried`: those open before."""
    still = list(carried)
    for atom in atoms:
        if atom.opens:
            still.append(atom)
        elif atom.closes and still and still[-1].opens == atom.closes:
            still.pop()
    return still


def _end(atoms: Sequence[_Atom], start: int, size: Size, carried: Sequence[_Atom]) -> int:
    """Return where the part that begins at `start` ends: at the best break in its second half, or as far as the size
    allows. `carried`: the tags that are open already."""
    used, tags, full = 0, 0, start
    written = sum(len(tag.raw.encode("utf-8", "replace")) for tag in carried)
    whole, most = sum(_with_its_end(tag) for tag in carried), size.written or size.source
    while full < len(atoms) and used + atoms[full].units <= size.units:
        written += len(atoms[full].raw.encode("utf-8", "replace"))
        whole += 0 if atoms[full].closes else _with_its_end(atoms[full])
        tags += bool(atoms[full].opens)
        if full > start and (written > size.source or whole > most or tags > size.tags):
            break
        used += atoms[full].units
        full += 1
    if full == len(atoms):
        return full
    best, best_score, behind = 0, 0, used
    for at in range(full, start, -1):
        score = _score(atoms, at)
        if score > best_score:
            best, best_score = at, score
        behind -= atoms[at - 1].units
        if behind * 2 < size.units and best:
            break
    return best or max(full, start + 1)


def _with_its_end(atom: _Atom) -> int:
    """Return the atom's length in UTF-16 units of the source; for an opening tag, with its closing tag."""
    return units(atom.raw) + (len(atom.opens) + 3 if atom.opens else 0)


def _score(atoms: Sequence[_Atom], at: int) -> int:
    """Return how good a break before `at` is: 0 not possible, 1 between letters, 2 word, 3 sentence, 4 line, 5
    paragraph."""
    before = next((atom.shown for atom in reversed(atoms[max(0, at - 8) : at]) if atom.shown), "")
    after = next((atom.shown for atom in atoms[at : at + 8] if atom.shown), "")
    if not before or (atoms[at - 1].opens and not atoms[at - 1].shown):
        return 0
    if before == "\n":
        earlier = [atom.shown for atom in atoms[max(0, at - 8) : at] if atom.shown][-2:-1]
        return 5 if earlier == ["\n"] else 4
    if before.isspace():
        earlier = [atom.shown for atom in atoms[max(0, at - 8) : at] if atom.shown][-2:-1]
        return 3 if earlier and earlier[0] in _SENTENCE_ENDS else 2
    return 0 if _grows_together(before, after) else 1


def _grows_together(before: str, after: str) -> bool:
    """Whether a reader sees the two characters as one letter or one emoji."""
    if not after:
        return False
    if before == "\u200d" or after in _JOINERS or unicodedata.combining(after[0]):
        return True
    if "\U0001f3fb" <= after <= "\U0001f3ff":
        return True
    return "\U0001f1e6" <= before <= "\U0001f1ff" and "\U0001f1e6" <= after <= "\U0001f1ff"
