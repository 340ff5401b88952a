"""`sort`: says for lines of JSON whether a text is an appeal, on which topic, for which department, from which place
and how urgent.

Its answers are hints; it reads its input and changes nothing. Without a configuration it uses the topics and
departments that `init` offers; with one it also uses what the municipality's curators taught the bot, if there is a
database.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.cli import lines
from bot.cli.init import offered
from config.municipality import Municipality, build_office
from config.russian.detection import Guess, Taken, detector, is_incident
from config.russian.incidents import load_signs
from config.russian.lessons import Lesson, taught, telling

MOST = 3
"""How many topics, and how many departments, an answer names at most."""
NAMES = {Taken.INCIDENT: "yes", Taken.DOUBTFUL: "doubtful", Taken.NOT: "no"}


def municipality(folder: Path | None, key: str | None) -> Municipality:
    """The municipality of the configuration folder; without a folder the example that `init` offers."""
    if folder is None:
        return offered()
    from bot.cli.books import chosen

    return chosen(folder, key)


def lessons_of(municipality: Municipality, folder: Path | None) -> Lessons:
    """What the municipality's curators have taught the bot; empty without a configuration or a database. Raises
    Mistake if the database cannot be read."""
    if folder is None:
        return Lessons()
    from bot.cli.books import transaction_of
    from config.settings import read_settings
    from storage import migrate

    async def read() -> Lessons:
        async with transaction_of(municipality.key, folder) as tx:
            found = Lessons(totals=await tx.lessons.totals())
            for lesson in await tx.lessons.all():
                found.of_word[lesson[0]].append(lesson)
            return found

    return Lessons() if migrate.is_missing(read_settings().database(folder)) else asyncio.run(read())


@dataclass(frozen=True)
class Lessons:
    """What the bot has learned, by word, and the totals by department."""

    of_word: defaultdict[str, list[Lesson]] = field(default_factory=lambda: defaultdict(list))
    totals: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def improve(self, guess: Guess, text: str, departments: Collection[str]) -> Guess:
        """The guess corrected by what was learned, as the running bot would; a guess already sure is returned
        unchanged."""
        if guess.sure or not self.of_word:
            return guess
        words = telling(text)
        about = [lesson for word in words for lesson in self.of_word.get(word, ())]
        return taught(guess, words, about, self.totals, departments)


class Sorter:
    """Sorts texts by one municipality's topics, departments, places and words, and by what its curators taught."""

    def __init__(self, municipality: Municipality, lessons: Lessons | None = None) -> None:
        self._office = build_office(municipality)
        self._lessons = lessons or Lessons()
        self._guess = detector(municipality.places, municipality.danger)
        self._signs = load_signs(municipality.folders)

    def answers(self, given: Iterable[str]) -> Iterator[str]:
        """Answer each non-blank line of JSON with one line of JSON: the guess, or the reason why the line is invalid.
        An invalid line does not stop the others."""
        return lines.answered(given, self._answer, "строка не читается")

    def _answer(self, line: Mapping[str, Any]) -> dict[str, Any]:
        text = lines.text_of(line)
        guess = self._lessons.improve(self._guess(text, self._office), text, self._office.departments)
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
