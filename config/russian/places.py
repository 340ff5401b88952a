"""Finds a place in a citizen's words: street with house, village. By rules; rather none than a wrong place.

«на Школьной, 5» → «Школьная, 5»; «ул. Мира 12» → «Мира, 12»; «в посёлке Мирный» → «пос. Мирный». A street needs its
word («ул.»), a capital letter, or a house number; a date, a sum or a term is not a house.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

from config.russian.houses import house_at, numbered_at
from config.russian.morphology import Word, parses, words_of
from config.russian.spots import complex_in, crossing, spot

_STREETS = {
    "улица": "", "ул": "", "переулок": "пер.", "пер": "пер.", "проспект": "пр-т", "пр-т": "пр-т", "пр-кт": "пр-т",
    "проезд": "проезд", "площадь": "пл.", "пл": "пл.", "шоссе": "шоссе", "бульвар": "б-р", "б-р": "б-р",
    "микрорайон": "мкр.", "мкр": "мкр.", "набережная": "наб.", "наб": "наб.", "тупик": "тупик", "квартал": "квартал",
}  # fmt: skip
_FEMININE = frozenset(("улица", "ул", "площадь", "пл", "набережная", "наб"))
_VILLAGES = {
    "поселок": "пос.", "пос": "пос.", "село": "с.", "станица": "ст.", "ст-ца": "ст.", "хутор": "х.", "деревня": "д.",
    "дер": "д.", "аул": "аул", "город": "г.", "поселение": "", "слобода": "слобода", "пгт": "пгт",
    "с": "с.", "х": "х.", "п": "пос.", "ст": "ст.", "г": "г.", "д": "д.",
}  # fmt: skip
_NEED_DOT = frozenset(("с", "г", "д"))
"""Letters that abbreviate a kind of village only with a dot after them."""

_FAMOUS = frozenset((
    "ленина", "мира", "победы", "гагарина", "кирова", "калинина", "пушкина", "октября", "мая", "жукова",
    "суворова", "горького", "чапаева", "маяковского", "свердлова", "дзержинского", "фрунзе", "чехова",
    "лермонтова", "толстого", "гоголя", "комарова", "титова", "маркса", "энгельса", "куйбышева", "орджоникидзе",
))  # fmt: skip
"""Streets that people name by the genitive alone: «на Ленина», «по Мира»."""

_ORDINAL = re.compile(r"(\d{1,2})-(?:ая|ой|ую|ого|го|ому|му|ый|ом|й|я|е|ю)\s+$")
"""An ordinal number before a name: «2-я »."""
_ENDINGS = {"femn": "я", "masc": "й", "neut": "е"}
_YEARS = frozenset(("лет", "летия"))
_DAYS_OF = frozenset(("марта", "мая", "октября", "ноября"))
_SHOUTING = 0.6
_AT = frozenset(("на", "по", "с", "у", "от", "до", "около", "возле", "адрес", "адресу"))


def find_place(text: str, places: Iterable[str] = ()) -> str | None:
    """The place named in the text, as a card shows it; None if there is none. `places`: villages to recognise by
    name."""
    words = words_of(text)
    shouted = sum(map(str.isupper, text)) > _SHOUTING * sum(map(str.isalpha, text))
    village = _village(text, words, shouted) or _by_name(words, places)
    area, house = complex_in(text)
    street = _crossing(text) or _street(text, words, shouted) or house or spot(text, shouted=shouted)
    if (village or area) and street.startswith("дом "):
        street = "" if "," in (village or "") else street.removeprefix("дом ")
    return ", ".join(part for part in (village, area, street) if part) or None


def _crossing(text: str) -> str:
    """The crossing named in the text, as «перекрёсток Ленина / Мира»; "" if there is none."""
    found = crossing(text)
    return f"перекрёсток {' / '.join(_named(words_of(name)[0], 'femn') for name in found)}" if found is not None else ""


# --- streets --------------------------------------------------------------------------------------------


def _street(text: str, words: Sequence[Word], shouted: bool) -> str:
    """The first street named in the text, with its house, also if the house is named only where the street is repeated;
    "" if there is none."""
    first = ""
    for i, word in enumerate(words):
        kind = _kind(word, _STREETS)
        found = _after_word(text, words, i, kind, shouted) if kind is not None else None
        found = found or (_bare(text, words, i, shouted) if kind in (None, "набережная") else None)
        if found and (not first or found.startswith(f"{first}, ")):
            first = found
        if "," in first:
            break
    return first


def _kind(word: Word, kinds: dict[str, str]) -> str | None:
    """The key in `kinds` of the kind of street or village that the word names; None if it names none."""
    if kinds.keys().isdisjoint(word.lemmas):
        return None
    found = kinds.keys() & word.lemmas
    form = word.plain
    return next((key for key in kinds if key in found and (len(key) > 3 or key == form)), None)


def _after_word(text: str, words: Sequence[Word], i: int, kind: str, shouted: bool) -> str | None:
    """The street named at the word number `i` («улица» and the like), as a card shows it: from «ул. Мира, 12», «улица 8
    Марта», «ул школьная 5», also «Садовый переулок, 3». None if there is no name."""
    abbreviated = len(kind) <= 3 or "-" in kind
    at = i + 2 if i + 2 < len(words) and words[i + 1].plain in ("имени", "им") else i + 1
    while at + 1 < len(words) and _is_cut(text, words[at]) and words[at + 1].capital:
        at += 1  # «ул. А. С. Пушкина», «ул. Ак. Павлова»
    if at + 2 < len(words) and _ordinal(text, words[at + 2]):
        at += 2  # «ул. 2-я Садовая»
    name = _name(text, words, at, shouted, trusted=abbreviated)
    if name:
        house = house_at(text, name[-1].end) or _house_before(words, i - 1)
        if abbreviated or house or (name[0].capital and not shouted) or name[0].text[0].isdigit():
            return _written(text, kind, name, house)
    before = words[i - 1] if i else None
    house = house_at(text, words[i].end + (text[words[i].end :][:1] == "."))
    if before and before.capital and not shouted and _street_adjective(before, _gender(kind)) and (i > 1 or house):
        return _written(text, kind, [before], house)
    return None


def _is_cut(text: str, word: Word) -> bool:
    return word.capital and len(word.text) <= 4 and text[word.end :][:1] == "."


def _name(text: str, words: Sequence[Word], at: int, shouted: bool, *, trusted: bool) -> list[Word]:
    """The words of a street's name from number `at` on: one, or «8 Марта», «40 лет Победы», «Карла Маркса»; [] if there
    is none."""
    if (
        at >= len(words)
        or (words[at].sentence - words[at - 1].sentence > 1 and len(words[at - 1].text) > 1)
        or text[words[at - 1].end : words[at].start].strip(' .«"')
    ):
        return []
    first = words[at]
    if first.text.isdigit():
        name = [first]
        for word in words[at + 1 : at + 3]:
            if not (word.capital and name[-1].plain in _YEARS) and word.plain not in (
                "лет",
                "летия",
                "марта",
                "мая",
                "октября",
                "победы",
                "ноября",
                "гвардейская",
                "линия",
            ):
                break
            name.append(word)
        return name if name[-1].plain not in _YEARS and len(name) > 1 else []
    if not first.text[0].isalpha() or len(first.text) < 3 or not _may_name(first) or "дом" in first.lemmas:
        return []
    if not ((first.capital and not shouted) or trusted or house_at(text, first.end)):
        return []
    name = [first]
    if at + 1 < len(words) and words[at + 1].capital and not shouted and not _gap(text, first, words[at + 1]):
        name.append(words[at + 1])
    return name


def _gap(text: str, one: Word, other: Word) -> str:
    return text[one.end : other.start].strip()


def _may_name(word: Word) -> bool:
    """Whether the word can name a street: a noun or an adjective, not «на улице темно», «улица освещается»."""
    readings = parses(word.text.lower())
    best = readings[0].tag
    if not word.known or any("Surn" in reading.tag for reading in readings):
        return True
    if best.POS == "ADJF":
        return any(reading.tag.case in ("gent", "nomn", "loct", "datv") for reading in readings)
    return best.POS == "NOUN" and best.case in ("gent", "nomn", "loct", "datv")


def _bare(text: str, words: Sequence[Word], i: int, shouted: bool) -> str | None:
    """Read a street without «улица»: «на Школьной, 5», «по Ленина 45», «Садовая 3», «дом 20 по Садовой», «на Школьной».
    None if the word `i` names none."""
    word = words[i]
    if not word.text[0].isalpha() or len(word.text) < 3:
        return None
    before = i - 3 if i > 1 and words[i - 2].is_number and _ordinal(text, word) else i - 1
    after = words[before].plain if before >= 0 else ""
    house = house_at(text, word.end)
    if after in ("лет", "летия") and i > 1 and words[i - 2].is_number and word.plain in _FAMOUS:
        return _written(text, "улица", words[i - 2 : i + 1], house)
    capital = word.capital and not shouted
    if not house and not (capital and after in ("на", "по")):
        return None
    called = _street_adjective(word) or word.plain in _FAMOUS or "набережная" in word.lemmas
    surname = any("Surn" in p.tag and p.tag.case == "gent" for p in parses(word.text.lower()))
    if house and ((after in _AT and (called or (capital and surname))) or (capital and called)):
        return _written(text, "улица", [word], house)
    if after in ("на", "по") and capital and called and not _describes(words, i):
        return _written(text, "улица", [word], house or _house_before(words, before))
    return None


def _house_before(words: Sequence[Word], preposition: int) -> str:
    """The number of the house in «дом 20 по …», before the preposition; "" if there is none."""
    if preposition < 2 or not words[preposition - 1].is_number:
        return ""
    return words[preposition - 1].text if words[preposition - 2].lemmas & {"дом", "д"} else ""


def _describes(words: Sequence[Word], i: int) -> bool:
    """Whether the adjective belongs to the following noun and names no street: «на Красной площади», «на Курской
    трассе»."""
    if i + 1 >= len(words) or words[i + 1].sentence != words[i].sentence:
        return False
    cases = {p.tag.case for p in parses(words[i].text.lower()) if p.tag.POS == "ADJF"}
    following = parses(words[i + 1].text.lower())
    return bool(cases) and any(
        p.tag.POS == "NOUN" and p.tag.gender == "femn" and p.tag.number == "sing" and p.tag.case in cases
        and p.tag.case not in ("nomn", "accs") and p.tag.case != "gent"
        for p in following
    )  # fmt: skip


def _adjective(word: Word) -> Any:
    return next((p for p in parses(word.text.lower()) if p.tag.POS == "ADJF"), None)


def _street_adjective(word: Word, gender: str = "femn") -> bool:
    """Whether the adjective can name a street: «Школьной», not «нашей», not «первой»."""
    readings = parses(word.text.lower())
    if readings[0].tag.POS != "ADJF" or {"Apro", "Anum"} & set(readings[0].tag.grammemes):
        return False
    return any(p.tag.gender == gender for p in readings if p.tag.POS == "ADJF")


def _gender(kind: str) -> str:
    return {"улица": "femn", "ул": "femn", "площадь": "femn", "пл": "femn", "набережная": "femn", "шоссе": "neut"}.get(
        kind, "masc"
    )


def _ordinal(text: str, word: Word) -> str:
    """The number before the name in «2-я Садовая»; "" if there is none."""
    match = _ORDINAL.search(text, max(0, word.start - 8), word.start)
    return match[1] if match is not None else ""


def _written(text: str, kind: str, name: Sequence[Word], house: str) -> str:
    gender = _gender(kind)
    after = _plainly if _is_genitive(name[0]) else lambda word: _named(word, gender)
    shown = " ".join([_named(name[0], gender), *map(after, name[1:])])
    if number := _ordinal(text, name[0]):
        is_a_day = name[0].plain in _DAYS_OF
        shown = f"{number} {shown}" if is_a_day else f"{number}-{_ENDINGS[gender]} {shown}"
    prefix = _STREETS[kind]
    return (f"{prefix} {shown}" if prefix else shown) + (f", {house}" if house else "")


def _named(word: Word, gender: str) -> str:
    """An adjective in the nominative of the gender, any other word as written; capitalised."""
    reading = _adjective(word)
    best = parses(word.text.lower())[0]
    text = word.text.lower()
    if reading is not None and best.tag.POS == "ADJF":
        text = _nominative(reading, gender) or text
    elif best.tag.POS == "NOUN" and best.normal_form.endswith(("ая", "яя")):
        text = best.normal_form
    return text if text in ("лет", "летия", "реки") else _titled(text)


@lru_cache(maxsize=2_000)
def _nominative(adjective: Any, gender: str) -> str:
    """The same few streets of a municipality come again and again, and a form takes as long as a whole text."""
    found = adjective.inflect({"nomn", "sing", gender})
    return str(found.word) if found is not None else ""


def _plainly(word: Word) -> str:
    return _titled(word.text.lower())


def _titled(text: str) -> str:
    return "-".join(part[:1].upper() + part[1:] for part in text.split("-"))


def _is_genitive(word: Word) -> bool:
    """Whether the word is a genitive («Зои»), so that the name after it stays as it is («Космодемьянской»)."""
    best = parses(word.text.lower())[0].tag
    return bool(best.POS == "NOUN" and best.case == "gent")


# --- villages -------------------------------------------------------------------------------------------


def _village(text: str, words: Sequence[Word], shouted: bool) -> str | None:
    for word, following in pairwise(words):
        kind = _kind(word, _VILLAGES)
        if kind is None or not following.capital or shouted or len(following.text) < 3 or word.text in "СГДХП":
            continue
        between = text[word.end : following.start].strip()
        if between not in ("", ".") or (kind in _NEED_DOT and between != "."):
            continue
        if between == "." and len(kind) > 3 and kind != "ст-ца":
            continue  # «…в нашем селе. Когда…»
        prefix = _VILLAGES[kind]
        name = _village_name(following, kind)
        at = following.end
        if (second := _second_name(text, words, following)) is not None:
            name, at = _two_names(following, second), second.end
        house = numbered_at(text, at)
        return (f"{prefix} {name}" if prefix else name) + (f", {house}" if house else "")
    return None


def _second_name(text: str, words: Sequence[Word], first: Word) -> Word | None:
    """The noun that follows an adjective in a village's name («Малые Вяземы», «Красный Яр»); None if there is none."""
    at = words.index(first) + 1
    if at >= len(words) or not words[at].capital or text[first.end : words[at].start] != " ":
        return None
    adjective, noun = (
        any(part == p.tag.POS for p in parses(w.plain)) for w, part in ((first, "ADJF"), (words[at], "NOUN"))
    )
    return words[at] if adjective and noun and _kind(words[at], _STREETS) is None else None


def _two_names(adjective: Word, noun: Word) -> str:
    """Both words in the nominative: «Красном Яру» → «Красный Яр»; as written if the dictionary does not know them."""
    first, second = parses(adjective.text.lower()), parses(noun.text.lower())[0]
    case = {tag.case for tag in (one.tag for one in first) if tag.POS == "ADJF"}
    if "nomn" in case or second.tag.number != "sing" or not noun.known:
        return f"{_plainly(adjective)} {_plainly(noun)}"
    found = next(one for one in first if one.tag.POS == "ADJF").inflect({"nomn", "sing", second.tag.gender})
    return f"{_titled(found.word)} {_titled(second.normal_form)}" if found is not None else _plainly(noun)


def _village_name(word: Word, kind: str) -> str:
    """The village's name in the nominative: «станице Курской» → «Курская»; also «посёлке Рощино», «селе
    Ростовановском»."""
    gender = {"станица": "femn", "ст": "femn", "ст-ца": "femn", "деревня": "femn", "дер": "femn", "д": "femn",
              "село": "neut", "с": "neut", "слобода": "femn", "поселение": "neut"}.get(kind, "masc")  # fmt: skip
    best = parses(word.text.lower())[0]
    if best.tag.POS == "NOUN" and "Geox" in best.tag:
        return "-".join(part[:1].upper() + part[1:] for part in best.normal_form.split("-"))
    return _named(word, gender)


def _by_name(words: Sequence[Word], places: Iterable[str]) -> str | None:
    """The first of the municipality's own places that the text names; None if it names none."""
    for place in places:
        wanted = [word.lemmas for word in words_of(place)]
        for i in range(len(words) - len(wanted) + 1):
            if wanted and all(words[i + j].lemmas & forms for j, forms in enumerate(wanted)):
                return place
    return None
