"""Learn from an export: in the program it comes from, somebody decided which department a message was for.

The department is named by the column of the executor, otherwise it is the one of the topic. Messages answered long ago
are learned from too, though they become no cases; all of it counts from the day it was written.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from config.russian.detection import Guess
from config.russian.executors import department_named
from config.russian.lessons import telling
from networks.incident import Row, Skipped
from storage.lessons import Learned
from storage.transaction import Transaction
from workflow.office import Office


@dataclass
class Teaching:
    """What some rows of an export teach about departments, collected until `learn`. `guess`: guesses a department from
    a text by keywords."""

    office: Office
    guess: Callable[[str, Office], Guess]
    now: datetime
    lessons: dict[int, Learned] = field(default_factory=dict)
    _topics: dict[str, Guess] = field(default_factory=dict)

    def decided(self, row: Row | Skipped) -> str | None:
        """Return the department for which the row was decided to be; None if the row names none of ours."""
        named = department_named(row.executor, self.office.departments) if row.executor else None
        return named or self._topic(row.topic).department

    def add(self, row: Row | Skipped, case: int, department: str) -> None:
        """Note that the row, which is the case with this id, was for this department."""
        topic, words = next(iter(self._topic(row.topic).topics), ""), tuple(telling(row.text))
        self.lessons[case] = Learned(case, department, topic, words, row.written_at or self.now)

    def look_back(self, municipality: str, past: Sequence[Skipped]) -> int:
        """Collect what messages answered long ago teach; return how many of them named a department."""
        known = [(row, key) for row in past if (key := self.decided(row)) is not None]
        for row, key in known:
            self.add(row, _number(municipality, row), key)
        return len(known)

    async def learn(self, tx: Transaction) -> None:
        """Store the words of the collected rows for the departments that answered them. A row imported again replaces
        what it taught before."""
        if self.lessons:
            await tx.lessons.learn(list(self.lessons.values()))

    def _topic(self, topic: str) -> Guess:
        if topic not in self._topics:
            self._topics[topic] = self.guess(topic, self.office) if topic else Guess()
        return self._topics[topic]


def _number(municipality: str, row: Skipped) -> int:
    """Return a negative number that stands for a case's id and is the same for this row in every import."""
    at = row.written_at.isoformat() if row.written_at is not None else ""
    digest = hashlib.sha256("\n".join((municipality, row.link, at, row.text)).encode())
    return -(int.from_bytes(digest.digest()[:7], "big") + 1)
