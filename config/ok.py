"""The Одноклассники settings of a municipality's file under `networks: ok`. Values only."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class OkEntry(BaseModel):
    """The municipality's group in Одноклассники. `group`: its number; `mode`: with `reading` we poll OK, with `webhook`
    OK sends messages to our public address. `post_comments`: the method OK granted for answering comments; without it
    people post them by hand.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    group: Annotated[int, Field(gt=0)]
    mode: Literal["reading", "webhook"] = "reading"
    post_comments: Annotated[str, Field(pattern=r"^[a-z][A-Za-z]*(\.[a-z][A-Za-z]*)+$")] | None = None
