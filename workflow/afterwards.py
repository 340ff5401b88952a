"""After an answer: when to check it again, and what to tell about the result. Pure; asks no network.

«Does the answer stand, was the question deleted»: each answer is checked a few times at growing intervals, and each
loss is told once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

PLAN = (timedelta(hours=1), timedelta(days=1), timedelta(days=7))
"""How long after posting an answer is checked, unless the office sets its own times."""


class Sight(StrEnum):
    """The result of checking one address."""

    STANDS = "stands"
    GONE = "gone"
    NOT_SEEN = "not_seen"


class Aftermath(StrEnum):
    """What a check may reveal, under the journal's names."""

    ANSWER_GONE = "answer_gone"
    QUESTION_GONE = "question_gone"


@dataclass(frozen=True, slots=True)
class Lookout:
    """What is known of an answer since it was posted: when it was last checked, and what was already found gone."""

    case: int
    posted_at: datetime
    looked_at: datetime | None = None
    question_gone: bool = False
    answer_gone: bool = False


def next_look(
    posted_at: datetime, looked_at: datetime | None, now: datetime, plan: Sequence[timedelta]
) -> datetime | None:
    """When to check the answer next, possibly in the past; None: never again.

    Checks missed while the bot was off become one check. An answer posted more than twice the plan's length ago is not
    checked.
    """
    if not plan or now - posted_at > 2 * max(plan):
        return None
    ahead = sorted(posted_at + after for after in plan if looked_at is None or posted_at + after > looked_at)
    return ahead[0] if ahead else None


def after_look(before: Lookout, answer: Sight, question: Sight | None) -> tuple[Aftermath, ...]:
    """What is new, in the order to be told. `question`: None if it has no address. What could not be seen gives no
    news; what was found gone before is not told again."""
    found: list[Aftermath] = []
    if question is Sight.GONE and not before.question_gone:
        found.append(Aftermath.QUESTION_GONE)
    if answer is Sight.GONE and not before.answer_gone:
        found.append(Aftermath.ANSWER_GONE)
    return tuple(found)
