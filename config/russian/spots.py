"""Finds places that are no street: a complex («СНТ Ромашка», «мкр. 2»), a crossing, a school with its number, a stop, a
house alone. Rather none than a wrong place.
"""

from __future__ import annotations

import re

from config.russian.houses import house_alone, house_at, is_count, numbered_at
from config.russian.morphology import parses

_COMPLEX = re.compile(
    r"(?<!\w)(снт|днт|днп|тсн|жк|кп|гск|с/т|жилой\s+комплекс\w*|жилом\s+комплексе|садов\w+\s+товариществ\w+)\s+"
    r"(?:[«\"](?P<quoted>[^»\"\n]{2,40})[»\"]|(?P<bare>[а-яё][а-яё-]{2,}(?:-\d+)?)|(?P<n>№?\s?\d{1,3})(?!\w))",
    re.IGNORECASE,
)
_DISTRICT = re.compile(
    r"(?<!\w)(?:(?:мкр(?:-?н\w?)?|микрорайон\w*|мкрн)\.?\s*(?:№\s*)?(\d{1,2})(?!\d|[-–]\w)|(\d{1,2})(?:-?(?:й|го|м|ом|ый))?\s*"
    r"(?:мкр(?:-?н\w?)?\b\.?|мкрн|микрорайон(?:е|а|у|ом)?)(?!\w))",
    re.IGNORECASE,
)
_CROSSING = re.compile(
    r"(?:[Пп]ерекр[её]ст\w+|[Пп]ересечени\w+|(?<!\w)[Уу]гл?у?о?л?у?)\s+(?:ул(?:иц\w*|\.)?\s*)?"
    r"([А-ЯЁ][а-яё-]{2,})\s*(?:и|с|со|[-–—/])\s*(?:ул(?:иц\w*|\.)?\s*)?([А-ЯЁ][а-яё-]{2,})"
)
_STOP = re.compile(
    r"(?<!\w)остановк[аеуи]\s+(?:автобуса\s+)?(?:[«\"](?P<quoted>[^»\"\n]{2,40})[»\"]|(?P<bare>[А-ЯЁ][а-яё-]+(?:\s+№?\s?\d{1,3})?))",
    re.IGNORECASE,
)
_NUMBERED = {
    "школа": r"школ(?:а|ы|е|у|ой)", "гимназия": r"гимнази(?:я|и|ю|ей)", "лицей": r"лице(?:й|я|е|ю|ем)",
    "детский сад": r"(?:детск\w+\s+сад(?:а|у|ом|е|ик\w*)?|д/с|детсад\w*|сад(?:ик|ика|ике|ику|иком))",
    "котельная": r"котельн(?:ая|ой|ую)", "больница": r"больниц(?:а|ы|е|у|ей)", "поликлиника": r"поликлиник(?:а|и|е|у|ой)",
}  # fmt: skip
_STEMS = {
    "школа": ("школ",), "гимназия": ("гимнази",), "лицей": ("лице",), "детский сад": ("сад", "д/с"),
    "котельная": ("котельн",), "больница": ("больниц",), "поликлиника": ("поликлиник",),
}  # fmt: skip
_OF_COMPLEXES = ("снт", "днт", "днп", "тсн", "жк", "кп", "гск", "с/т", "жил", "садов")
_DIGIT = re.compile(r"\d")
_AFTER = {
    name: re.compile(rf"(?<!\w){stem}\s*(?:№|номер\s|n)?\s*(\d{{1,3}})(?!\w)", re.IGNORECASE)
    for name, stem in _NUMBERED.items()
}
_BEFORE = {
    name: re.compile(
        rf"(?<!\w)(?:у|возле|около|в|во|за|к|перед|из|от|до|напротив|рядом\s+с)\s+(\d{{1,3}})"
        rf"(?:-?(?:й|го|м|ом|ой|ю|ую))?\s+(?!школы\s+закры){stem}(?!\w)",
        re.IGNORECASE,
    )
    for name, stem in _NUMBERED.items()
}
_PLURAL_TOO = re.compile(r"(?:школы|гимназии|больницы|поликлиники|лицея|сада|садика)$", re.IGNORECASE)
_NAMES = {"с/т": "СТ", "жилой": "ЖК", "жилом": "ЖК", "садов": "СНТ"}


def spot(text: str, *, shouted: bool) -> str:
    """A place that is no street (a school, a stop, a house), as a card shows it; "" if the text names none."""
    return _object(text, shouted=shouted) or _house(text)


def crossing(text: str) -> tuple[str, str] | None:
    """The names of the two streets of a crossing, as written; None if the text names none."""
    match = _CROSSING.search(text) if _mentions(text, "перекр", "пересеч", "уг") else None
    return (match[1], match[2]) if match is not None else None


def _house(text: str) -> str:
    return f"дом {number}" if (number := house_alone(text)) else ""


def complex_in(text: str) -> tuple[str, str]:
    """The complex named in the text («СНТ Ромашка», «мкр. 2») and the number of the house in it; "" for each not
    named."""
    if _mentions(text, "мкр", "микрорайон") and (match := _DISTRICT.search(text)) is not None:
        return f"мкр. {match[1] or match[2]}", numbered_at(text, match.end())
    for match in _COMPLEX.finditer(text) if _mentions(text, *_OF_COMPLEXES) else ():
        kind = next((name for stem, name in _NAMES.items() if match[1].lower().startswith(stem)), match[1].upper())
        name = match["quoted"] or match["bare"] or match["n"]
        if match["bare"] and not _may_be_called(name):
            continue
        house = numbered_at(text, match.end()) or ("" if match["n"] else house_at(text, match.end()))
        return f"{kind} {name[:1].upper()}{name[1:]}", house
    return "", ""


def _mentions(text: str, *parts: str) -> bool:
    """Whether the text contains one of these parts of words; a quick check before a pattern is tried."""
    low = text.lower()
    return any(part in low for part in parts)


def _may_be_called(word: str) -> bool:
    """Whether the word can be a name: «Ромашка», not «снт находится»."""
    best = parses(word.lower())[0].tag
    return best.POS in ("NOUN", "ADJF") and (word[0].isupper() or best.case == "nomn")


def _object(text: str, *, shouted: bool) -> str:
    named = [name for name, stems in _STEMS.items() if _mentions(text, *stems)] if _DIGIT.search(text) else []
    for name in named:
        for match in _AFTER[name].finditer(text):
            if not is_count(text, match.end(), match[1]):
                return f"{name} № {match[1]}"
        for match in _BEFORE[name].finditer(text):
            if not (_PLURAL_TOO.search(match.group()) and match[1][-1] in "234" and "-" not in match.group()):
                return f"{name} № {match[1]}"
    stop = _STOP.search(text) if _mentions(text, "остановк") else None
    if stop is None or (stop["bare"] and (shouted or not stop["bare"][0].isupper())):
        return ""
    return f"остановка «{stop['quoted'] or stop['bare']}»"
