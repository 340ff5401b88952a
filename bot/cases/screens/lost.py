"""Show letters (messages to people) that the bot gave up sending, as lines of the curators' lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from bot.cases.screens.common import letter_words
from config.russian.words import When
from config.texts import Texts
from workflow.office import Office

MOST_LOST = 10


@dataclass(frozen=True, slots=True)
class Lost:
    """A letter that the bot gave up sending: its kind, its case's number, its addressee's name, and when it was queued."""

    kind: str
    number: int | None
    whom: str
    to_group: bool
    at: datetime


def lost_lines(texts: Texts, lost: Sequence[Lost], office: Office, now: datetime) -> list[Markup]:
    """Return a heading and a line for each of the newest `MOST_LOST` letters; empty if there are none."""
    if not lost:
        return []
    when = When(now, office.zone)
    lines = [
        texts.phrase(
            "lost.line",
            number=one.number,
            letter=letter_words(texts, one.kind),
            whom=one.whom,
            to_group=one.to_group,
            at=when.past(one.at),
        )
        for one in lost[-MOST_LOST:]
    ]
    more = [texts.phrase("digest.more", n=len(lost) - MOST_LOST)] if len(lost) > MOST_LOST else []
    return [texts.phrase("lost.heading", n=len(lost)), *lines, *more]
