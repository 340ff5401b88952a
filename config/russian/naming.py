"""Names in another grammatical case, by the dictionary: a topic's label, and proposals for an organisation's name, which a
person has to confirm before they are used."""

from __future__ import annotations

import re
from typing import Any

from config.russian.morphology import parses
from config.russian.words import DATIVE, GENITIVE

CASES = {GENITIVE: "gent", DATIVE: "datv"}


def proposed(name: str, form: int) -> str | None:
    """The name in the genitive or dative (`form`): its adjectives and first noun are declined, the rest stays: «Служба
    единого заказчика» → «Службы единого заказчика». None if the dictionary cannot decline it."""
    words, done = name.split(" "), []
    for index, word in enumerate(words):
        kinds = ("ADJF",) if _is_noun(words[index + 1 : index + 2]) and "ADJF" in _kinds(word) else ("NOUN", "ADJF")
        known = next((one for one in _named(word) if one.tag.POS in kinds), None)
        found = known.inflect({CASES[form]}) if known is not None else None
        if known is None or found is None:
            return None

        done.append(found.word[:1].upper() + found.word[1:] if word[:1].isupper() else found.word)
        if known.tag.POS == "NOUN":
            return " ".join([*done, *words[index + 1 :]])
    return None


def _named(word: str) -> list[Any]:
    """The readings of a word as a name in the nominative singular."""
    return [one for one in parses(word.lower()) if "nomn" in one.tag and "sing" in one.tag]


def _kinds(word: str) -> set[str]:
    return {str(one.tag.POS) for one in _named(word)}


def _is_noun(following: list[str]) -> bool:
    return any("NOUN" in _kinds(word) for word in following)


def accusative(label: str) -> str | None:
    """A topic's label in the accusative: «уборка подъездов» → «уборку подъездов», «столбы и провода» likewise each. None if the
    dictionary has no such noun."""
    done: list[str] = []
    for part in re.split(r"(, | и )", label):
        one = part if part in (", ", " и ") else _accused(part.split(" "))
        if one is None:
            return None
        done.append(one)
    return "".join(done)


def _accused(words: list[str]) -> str | None:
    """The adjectives and the first noun in the accusative, the rest as it is."""
    if words[0].isupper():
        return " ".join(words)
    nouns = [(at, one) for at, word in enumerate(words) if (one := _nominative(word, ("NOUN",))) is not None]
    if not nouns:
        return None
    at, noun = nouns[0]
    done = []
    for word in words[:at]:
        found, tag = _nominative(word, ("ADJF", "PRTF")), noun.tag
        wanted = {"accs", str(tag.number), *([str(tag.gender)] if tag.number == "sing" else [])}
        form = (found.inflect({*wanted, str(tag.animacy)}) or found.inflect(wanted)) if found is not None else None
        if form is None:
            return None
        done.append(form.word)
    form = noun.inflect({"accs", str(noun.tag.number)})
    return " ".join([*done, form.word, *words[at + 1 :]]) if form is not None else None


def _nominative(word: str, parts: tuple[str, ...]) -> Any | None:
    return next((one for one in parses(word.lower()) if one.tag.POS in parts and one.tag.case == "nomn"), None)
