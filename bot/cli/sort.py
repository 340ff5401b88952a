"""`sort`: for lines of JSON, whether a text is an appeal, about what, whose it is, where and how urgent.

A hint: it reads its input and answers, nothing else. Without a configuration it uses the topics and departments that
`init` offers; what a municipality's curators taught is in its database and is not read here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from bot.cli import lines
from bot.cli.init import offered
from config.municipality import Municipality, build_office
from config.russian.detection import Taken, detector, is_incident
from config.russian.incidents import load_signs

MOST = 3
"""How many topics and how many departments an answer names."""
NAMES = {Taken.INCIDENT: "yes", Taken.DOUBTFUL: "doubtful", Taken.NOT: "no"}


def municipality(folder: Path | None, key: str | None) -> Municipality:
    """The municipality of the configuration folder; without a folder the one that `init` offers."""
    if folder is None:
        return offered()
    from bot.cli.books import chosen

    return chosen(folder, key)


class Sorter:
    """Sorts texts by one municipality's topics, departments, places and words."""

    def __init__(self, municipality: Municipality) -> None:
        self._office = build_office(municipality)
        self._guess = detector(municipality.places, municipality.danger)
        self._signs = load_signs(municipality.folders)

    def answers(self, given: Iterable[str]) -> Iterator[str]:
        """One line of JSON for each non-blank line; an invalid line gets a reason and does not stop the others."""
        return lines.answered(given, self._answer, "строка не читается")

    def _answer(self, line: Mapping[str, Any]) -> dict[str, Any]:
        text = lines.text_of(line)
        guess = self._guess(text, self._office)
        sorting = is_incident(text, guess, signs=self._signs)
        return {
            "id": line["id"],
            "appeal": NAMES[sorting.taken],
            "topics": guess.topics[:MOST],
            "departments": guess.departments[:MOST],
            "sure": guess.sure,
            "place": guess.location,
            "importance": guess.importance.value,
            "words": guess.words or sorting.words,
        }
