"""How long people's words are kept, and what citizens are told about it: a municipality's `retention` and `notice`.

Values only. Words without a term are kept until somebody asks for their erasure (decision 0071).
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

LEAST = 62
"""The shortest allowed term in days: the month's report uses all texts of the month before, so it is two months of 31
days."""
MOST = 36500


class RetentionEntry(BaseModel):
    """For how many days words are kept; None for no limit. `cases`: the words of a case after it ended; `files`: its
    stored files; `comments`: the words of a comment under moderation after the last decision; `parked`: updates that
    could not be read."""

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
    """The notice a citizen gets with their first private message to the bot. `send`: whether it is sent; `text`: the
    office's words instead of ours; `contact`: whom to ask what is kept about them and to have it erased."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    send: bool = True
    text: Annotated[str, Field(min_length=1, max_length=1000)] | None = None
    contact: Annotated[str, Field(min_length=1, max_length=300)] | None = None
