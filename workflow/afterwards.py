"""Checks of posted answers: when to check one again, and what to report about the result. Pure; asks no network.

Is the answer still visible, was the question deleted: each answer is checked a few times at growing intervals, and each
loss is reported once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

PLAN = (timedelta(hours=1), timedelta(days=1), timedelta(days=7))
"""At what times after posting an answer is checked, unless the office sets its own."""


class Sight(StrEnum):
    """The result of checking whether a post is still at its address. NOT_SEEN: the check gave no result."""

    STANDS = "stands"
    GONE = "gone"
    NOT_SEEN = "not_seen"


class Aftermath(StrEnum):
    """What a check of a posted answer may find, named as in the journal."""

    ANSWER_GONE = "answer_gone"
    QUESTION_GONE = "question_gone"


@dataclass(frozen=True, slots=True)
class Lookout:
    """The checks of one posted answer so far: when it was last checked (None: never), and whether the question or the
    answer was already found gone."""

    case: int
    posted_at: datetime
    looked_at: datetime | None = None
    question_gone: bool = False
    answer_gone: bool = False


def next_look(
    posted_at: datetime, looked_at: datetime | None, now: datetime, plan: Sequence[timedelta]
) -> datetime | None:
    """Return when to check the posted answer next (possibly a moment in the past); None: never again.

    Checks missed while the bot was off become one check. An answer posted longer ago than twice the plan's last interval
    is not checked.
    """
    if not plan or now - posted_at > 2 * max(plan):
        return None
    ahead = sorted(posted_at + after for after in plan if looked_at is None or posted_at + after > looked_at)
    return ahead[0] if ahead else None


def after_look(before: Lookout, answer: Sight, question: Sight | None) -> tuple[Aftermath, ...]:
    """Return what this check newly found gone, in the order to report it. `question`: None if it has no address. A check
    without a result reports nothing; what was found gone before is not reported again."""
    found: list[Aftermath] = []
    if question is Sight.GONE and not before.question_gone:
        found.append(Aftermath.QUESTION_GONE)
    if answer is Sight.GONE and not before.answer_gone:
        found.append(Aftermath.ANSWER_GONE)
    return tuple(found)
