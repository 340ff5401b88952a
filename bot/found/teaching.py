"""What an export teaches: in the program it comes from, somebody decided which department a message was for.

The department is named by the column of the executor, otherwise it is the one of the topic. Messages that are over are
learned from too, though they are no cases; all of it counts from the day it was written.
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
    """What some rows teach, gathered until `learn`. `guess`: the guess from a text by keywords."""

    office: Office
    guess: Callable[[str, Office], Guess]
    now: datetime
    lessons: dict[int, Learned] = field(default_factory=dict)
    _topics: dict[str, Guess] = field(default_factory=dict)

    def decided(self, row: Row | Skipped) -> str | None:
        """The department that the row was decided to be for; None if it names none of ours."""
        named = department_named(row.executor, self.office.departments) if row.executor else None
        return named or self._topic(row.topic).department

    def add(self, row: Row | Skipped, case: int, department: str) -> None:
        """The row was for this department."""
        topic, words = next(iter(self._topic(row.topic).topics), ""), tuple(telling(row.text))
        self.lessons[case] = Learned(case, department, topic, words, row.written_at or self.now)

    def look_back(self, municipality: str, past: Sequence[Skipped]) -> int:
        """Add messages that are over; return how many of them taught something."""
        known = [(row, key) for row in past if (key := self.decided(row)) is not None]
        for row, key in known:
            self.add(row, _number(municipality, row), key)
        return len(known)

    async def learn(self, tx: Transaction) -> None:
        """Count the words of the rows for the departments that answered them. A row that comes again replaces what
        it taught before."""
        if self.lessons:
            await tx.lessons.learn(list(self.lessons.values()))

    def _topic(self, topic: str) -> Guess:
        if topic not in self._topics:
            self._topics[topic] = self.guess(topic, self.office) if topic else Guess()
        return self._topics[topic]


def _number(municipality: str, row: Skipped) -> int:
    """A negative number that only this row has, in every import of it."""
    at = row.written_at.isoformat() if row.written_at is not None else ""
    digest = hashlib.sha256("\n".join((municipality, row.link, at, row.text)).encode())
    return -(int.from_bytes(digest.digest()[:7], "big") + 1)
