"""Proposals for an organisation's name in another case, by the dictionary. A person has to confirm a proposal before it
is used."""

from __future__ import annotations

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
