"""Puts a place into another sentence: «на {место}» → «на Школьной, 5», «яму {место}» → «яму по адресу: Школьная, 5».

A place is declined if it is one word of the dictionary with a number or a name after it; otherwise the sentence gets
«по адресу:», which every place fits. Where neither is grammatical, the blank stays for the person to fill in.
"""

from __future__ import annotations

import re

from config.russian.morphology import parses

_PREPOSITION = re.compile(
    r"(?<!\w)(на|в|во|о|об|по|к|ко|у|возле|около|от|до|с|со|из|вдоль|мимо|напротив|за|перед|между|над|под|рядом\s+с)\s+$",
    re.IGNORECASE,
)
_CASES = {
    "loct": ("на", "в", "во", "о", "об"), "datv": ("по", "к", "ко"), "ablt": ("за", "перед", "между", "над", "под"),
    "gent": ("у", "возле", "около", "от", "до", "с", "со", "из", "вдоль", "мимо", "напротив"),
}  # fmt: skip
_CASE_OF = {word: case for case, words in _CASES.items() for word in words}
_BY_ADDRESS = frozenset(("на", "в", "во", "у", "возле", "около", "по"))
"""Prepositions that «по адресу» may replace."""
_HOLDS = frozenset(("дом", "школа", "гимназия", "лицей", "сад", "остановка", "перекрёсток", "больница", "поликлиника"))
"""Names of places that are nouns; unlike a street they may follow «в»."""
_ONE = re.compile(
    r"(?:(?P<first>[А-ЯЁа-яё]+)\s)?(?P<head>[А-ЯЁа-яё][а-яё]+)"
    r"(?P<rest>(?:,?\s(?:№\s)?\d[\w/ .]*|\s«.+»|\s[А-ЯЁ].* / .+)?)"
)
_ADJECTIVE = ("ая", "яя", "ое", "ее", "ый", "ий", "ой")
_AT_ONCE = re.compile(r"(?:^|[:(«\n.!?])\s*$|\bадрес(?:у|е|а)?:?\s*$", re.IGNORECASE)


def filled(text: str, place: str) -> str:
    """The text with its blanks «{место}» filled with the place, in the case that each sentence needs; a blank that no
    form fits is left."""
    parts: list[str] = []
    last = 0
    for match in re.finditer(r"\{место\}", text, re.IGNORECASE):
        before = text[last : match.start()]
        so_far = "".join(parts) + before
        put = _put(so_far, place)
        parts += [
            before[: len(before) - put[0]] if put is not None else before,
            put[1] if put is not None else match[0],
        ]
        last = match.end()
    return "".join(parts) + text[last:]


def blanked(text: str, place: str) -> str:
    """The text with the place, in whatever case it occurs, replaced by the blank «{место}»; a place of one or two
    letters stays."""
    if len(place) <= 2:
        return text
    forms = {place, *(form for case in _CASES if (form := declined(place, case)) is not None)}
    return re.sub(
        "|".join(rf"(?<!\w){re.escape(form)}(?!\w)" for form in sorted(forms, key=len, reverse=True)), "{место}", text
    )


def declined(place: str, case: str) -> str | None:
    """The place in another case; None if these rules cannot decline it («с. Ивановка, Садовая, 5»)."""
    match = _ONE.fullmatch(place)
    if match is None:
        return None
    word, part = match["head"], "NOUN" if match["head"].lower() in _HOLDS else "ADJF"
    done = [_inflected(word, part, case)]
    if match["first"]:
        done.insert(0, _inflected(match["first"], "ADJF", case))
    return f"{' '.join(one for one in done if one)}{match['rest']}" if all(done) else None


def _inflected(word: str, part: str, case: str) -> str | None:
    """The word in the case; None if it is not a nominative singular of this part of speech."""
    if part == "ADJF" and not word.endswith(_ADJECTIVE):
        return None  # «Ленина» is no adjective here
    if (word.lower(), case) == ("сад", "loct"):
        return "саду"
    known = [
        parse for parse in parses(word.lower()) if part == parse.tag.POS and {"nomn", "sing"} <= parse.tag.grammemes
    ]
    found = known[0].inflect({case}) if known else None
    if found is None:
        return None
    return found.word[:1].upper() + found.word[1:] if word[:1].isupper() else str(found.word)


def _put(before: str, place: str) -> tuple[int, str] | None:
    """How many characters before the blank to remove, and what to put in its stead; None if nothing fits."""
    if _AT_ONCE.search(before):
        return 0, place
    preposition = _PREPOSITION.search(before)
    if preposition is None:
        return (0, f"по адресу: {place}") if re.search(r"[А-Яа-яЁё0-9»)]\s+$", before) else None
    word = " ".join(preposition[1].lower().split())
    case = "ablt" if word == "рядом с" else _CASE_OF[word]
    noun = place.split(" ")[0].lower() in _HOLDS or place.startswith("детский сад")
    form = declined(place, case) if noun or word not in ("в", "во") else None
    if form is not None:
        return 0, form
    if word in _BY_ADDRESS:
        written = "По" if preposition[1][0].isupper() else "по"
        return len(preposition[0]), f"{written} адресу: {place}"
    return None
