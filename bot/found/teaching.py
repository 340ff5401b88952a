"""What an export teaches: in the program it comes from, somebody decided which department a message was for.

The department is named by the column of the executor, otherwise it is the one of the topic. Messages that are over are
learned from too, though they are no cases; all of it counts from the day it was written.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime

from config.russian.detection import Guess
from config.russian.executors import department_named
from config.russian.lessons import telling
from networks.incident import Row, Skipped
from storage.lessons import Learned
from storage.transaction import Transaction
from workflow.office import Office

Guessing = Callable[[str, Office], Guess]


def decided(row: Row | Skipped, office: Office, guess: Guessing) -> str | None:
    """The department that the row was decided to be for; None if it names none of ours."""
    if row.executor and (named := department_named(row.executor, office.departments)) is not None:
        return named
    return guess(row.topic, office).department if row.topic else None


def lesson(row: Row | Skipped, case: int, department: str, office: Office, guess: Guessing, now: datetime) -> Learned:
    """What the row teaches."""
    topics = guess(row.topic, office).topics if row.topic else ()
    return Learned(case, department, next(iter(topics), ""), tuple(telling(row.text)), row.written_at or now)


async def teach(tx: Transaction, past: Sequence[Skipped], office: Office, guess: Guessing, now: datetime) -> int:
    """Learn from messages that are over; return from how many. One that is learned from again counts once."""
    known = [(row, key) for row in past if (key := decided(row, office, guess)) is not None]
    lessons = {
        (number := _number(tx.municipality, row)): lesson(row, number, key, office, guess, now) for row, key in known
    }
    if lessons:
        await tx.lessons.learn(list(lessons.values()))
    return len(known)


def _number(municipality: str, row: Skipped) -> int:
    """A negative number that only this row has, in every import of it."""
    at = row.written_at.isoformat() if row.written_at is not None else ""
    digest = hashlib.sha256("\n".join((municipality, row.link, at, row.text)).encode())
    return -(int.from_bytes(digest.digest()[:7], "big") + 1)
