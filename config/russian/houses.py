"""Reads the number of a house, and tells it from a count: «дом 24», «24-й дом», not «24 дома», «дом 5 этажей»."""

from __future__ import annotations

import re

from config.russian.morphology import parses

_NOT_A_HOUSE = re.compile(
    r"\s*+(?:-?(?:й|я|е|го|ый|ая|ое|ые|ого|ую|ом|х)\b|%|[:.]\d|-?\s*+(?:дн|день|дня|сут|недел|месяц|год|лет|час|минут|"
    r"раз|руб|тыс|человек|чел|семь|дом(?:а|ов)\b|метр|км|м\b|литр|январ|феврал|март|апрел|ма[йя]\b|"
    r"июн|июл|август|сентябр|октябр|ноябр|декабр|утра|вечера|ноч|люд))",
    re.IGNORECASE,
)
_WHOLE = (
    r"(\d{1,3})(?:([/-])(\d{1,3}))?"
    r"(?:(?:[«\"]|-(?=[а-д])|(?!\s[авик]\s+[\w№])\s?)([а-гдежик])[»\"]?(?![а-яё])(?:/(\d{1,3}))?)?(?![\d])"
    r"(?:\s*+,?\s*+(?:(корпус|корп|к(?=\d|\.\s?\d)|стр(?:оение)?)(?:\b|(?<=к))\.?\s*+(\d{1,2})\b))?"
)
"""A number with the parts that belong to it: «14/2», «7а», «14в/2», «8-г», «7 корпус 2», «7к2»."""
_HOUSE = re.compile(rf"\s*+,?\s*+((?:дома?|доме|дому|д)\.?\s*+)?№?\s*+{_WHOLE}", re.IGNORECASE)
"""A house: «дом» before the number proves that it is one, whatever follows. In «5 и …» the «и» is no letter of the
house."""
_ALONE = re.compile(
    rf"(?<!\w)(?:(возле|около|у|напротив|перед|за|мимо|вдоль|рядом\s+с|между)\s+)?(?:дом(?:а|е|у|ом|ов|ами)?|д\.)\s*+"
    rf"(?:№|номер\w*|n\b)?\s*+{_WHOLE}",
    re.IGNORECASE,
)
_ORDINAL = re.compile(
    r"(?<!\w)(?:(?P<of>у|возле|около|напротив|от|из|до|с|со|мимо|вдоль|дворе?|подъезд\w?)|(?P<at>в|во|при)|(?P<by>перед|за|между|под|над|с)|(?P<to>к|по))"
    r"\s+(?P<n>\d{1,3}\s?[а-гд]?)(?:-?(?:го|ом|ым|м|й|ому))?\s+"
    r"(?(of)дома|(?(at)доме|(?(by)домом|дому)))(?!\w)",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
_MEASURED = re.compile(
    r"\s*+(?:%|°|[:.,]\d|-?\s*+(?:дн|день|дня|сут|недел|месяц|год|лет\b|час|минут|раз|руб|тыс|человек|чел\b|семь|семе|метр|"
    r"км|м\b|м2|литр|градус|процент|соток|га\b))",
    re.IGNORECASE,
)
_COUNTABLE = re.compile(
    r"подъезд|класс|ям|луж|фонар|столб|люд|реб[её]н|дет|машин|собак|квартир|этаж|двор|жител|сем[ье]|окн|окон|балкон|мест|"
    r"лав|дерев|контейнер|бак|учени|групп|колодц|люк|дом|смен|урок"
)
_NEXT = re.compile(r"\s+([а-яё]+)(\s*+(?:№\s*+)?\d)?", re.IGNORECASE)


def house_at(text: str, at: int) -> str:
    """The number of the house that begins at position `at`, as in «, 5», «д. 5»; "" if there is none."""
    match = _HOUSE.match(text, at)
    if match is None:
        return ""
    if match[1] is None and (_NOT_A_HOUSE.match(text, match.end()) or is_count(text, match.end(), match[2])):
        return ""
    return _number(match, 2)


def numbered_at(text: str, at: int) -> str:
    """Like `house_at`, but only if the word «дом» stands before the number; "" otherwise."""
    match = _HOUSE.match(text, at)
    return _number(match, 2) if match is not None and match[1] else ""


def house_alone(text: str) -> str:
    """The first house that is named without its street: «у дома 24», «возле 14-го дома»; "" if there is none."""
    if _DIGIT.search(text) is None:
        return ""
    for match in _ALONE.finditer(text):
        if not is_count(text, match.end(), match[2], loosely=match[1] is None):
            return _number(match, 2)
    ordinal = _ORDINAL.search(text)
    return ordinal["n"].replace(" ", "").lower() if ordinal is not None else ""


def is_count(text: str, end: int, number: str, *, loosely: bool = True) -> bool:
    """Whether the number that ends at position `end` counts what follows: «дом 5 этажей», «24 квартиры», not «дом 3
    подъезд 2». `loosely`: also if the next word only may be counted («дома 24 ямы»).
    """
    following = _NEXT.match(text, end)
    if following is not None and following[2]:
        return False
    if _MEASURED.match(text, end) is not None:
        return True
    word = following[1].lower() if following is not None else ""
    return _COUNTABLE.match(word) is not None and _is_counted(word, int(number), loosely=loosely)


def _is_counted(word: str, number: int, *, loosely: bool) -> bool:
    last, teen = number % 10, number % 100 in range(11, 15)
    if last == 1 and not teen:
        return False
    form = "sing" if last in (2, 3, 4) and not teen else "plur"
    nouns = [parse.tag for parse in parses(word) if parse.tag.POS == "NOUN"]
    counted = any(tag.case == "gent" and tag.number in (form, "plur") for tag in nouns)
    return counted and (loosely or not any(tag.case == "nomn" for tag in nouns))


def _number(match: re.Match[str], first: int) -> str:
    number, sign, other, letter, further, kind, part = match.group(*range(first, first + 7))
    written = number + (f"{sign}{other}" if sign else "") + (letter or "").lower() + (f"/{further}" if further else "")
    return written + (f" {'стр' if kind.lower().startswith('с') else 'корп'}. {part}" if part else "")
