"""After an answer: when it is looked at again, and what is to be said of what was seen. Pure; asks no network.

«Does the answer stand, was the question deleted»: each answer is looked at a few times, ever more rarely, and what is gone
is told once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

PLAN = (timedelta(hours=1), timedelta(days=1), timedelta(days=7))
"""How long after it was posted an answer is looked at, where the office names no times of its own."""


class Sight(StrEnum):
    """What a look at one address brought."""

    STANDS = "stands"
    GONE = "gone"
    NOT_SEEN = "not_seen"


class Aftermath(StrEnum):
    """What a look may bring to light, as the journal calls it."""

    ANSWER_GONE = "answer_gone"
    QUESTION_GONE = "question_gone"


@dataclass(frozen=True, slots=True)
class Lookout:
    """What is known of an answer since it was posted: when it was last looked at, what was found gone before."""

    case: int
    posted_at: datetime
    looked_at: datetime | None = None
    question_gone: bool = False
    answer_gone: bool = False


def next_look(
    posted_at: datetime, looked_at: datetime | None, now: datetime, plan: Sequence[timedelta]
) -> datetime | None:
    """When the answer is to be looked at next, perhaps already; None: no more.

    Looks that were missed while the bot was off are one look. What was posted twice the plan's length ago is left alone.
    """
    if not plan or now - posted_at > 2 * max(plan):
        return None
    ahead = sorted(posted_at + after for after in plan if looked_at is None or posted_at + after > looked_at)
    return ahead[0] if ahead else None


def after_look(before: Lookout, answer: Sight, question: Sight | None) -> tuple[Aftermath, ...]:
    """What is new, in the order to be told. `question`: None where it has no address. What could not be seen says nothing,
    what was gone before is told no more."""
    found: list[Aftermath] = []
    if question is Sight.GONE and not before.question_gone:
        found.append(Aftermath.QUESTION_GONE)
    if answer is Sight.GONE and not before.answer_gone:
        found.append(Aftermath.ANSWER_GONE)
    return tuple(found)
