"""How long people's words are kept, and what citizens are told of it: a municipality's file under `retention` and `notice`.

Values only. What no term is set for is kept until somebody asks for it to be erased (decision 0071).
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

LEAST = 62
"""Days. The month's report takes the texts of the month before, whole: two months of 31 days."""
MOST = 36500


class RetentionEntry(BaseModel):
    """Days. `cases`: the words of a case after it ended; `files`: its stored files; `comments`: the words of a comment under
    moderation after the last decision; `parked`: what came in and could not be read."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    cases: Annotated[int, Field(le=MOST)] | None = None
    files: Annotated[int, Field(le=MOST)] | None = None
    comments: Annotated[int, Field(le=MOST)] | None = None
    parked: Annotated[int, Field(ge=7, le=MOST)] | None = None

    @field_validator("cases", "files", "comments")
    @classmethod
    def _serves_the_report(cls, days: int | None) -> int | None:
        if days is not None and days < LEAST:
            words = f"retention: {days} мало: отчёт берёт слова за прошлый и этот месяц, нужно не меньше {LEAST} дней"
            raise ValueError(words)
        return days


class NoticeEntry(BaseModel):
    """What a citizen is told when he first writes to the bot in private. `text`: the office's own words instead of ours;
    `contact`: whom he may ask what is kept of him and to erase it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    send: bool = True
    text: Annotated[str, Field(min_length=1, max_length=1000)] | None = None
    contact: Annotated[str, Field(min_length=1, max_length=300)] | None = None
