"""The ВКонтакте settings of a municipality's file under `networks: vk`. Values only."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

NUMBERED = re.compile(r"(?:club|public|event)(\d{1,19})")
SHORT_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.]{1,63}")
ADDRESS = re.compile(r"(?:https?://)?(?:m\.|www\.)?vk\.(?:com|ru)/", re.IGNORECASE)

Text = Annotated[str, Field(min_length=1)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)


class WatchEntry(_Part):
    """Another open community of the district whose wall is watched. `wall`: a negative number or the short name; in the
    file it may be the number without the minus, the short name or the address. `every`: seconds between two
    readings.
    """

    wall: int | str
    name: Text
    every: Annotated[int, Field(ge=30, le=86400)] = 120

    @field_validator("wall", mode="before")
    @classmethod
    def _as_vk_names_it(cls, written: object) -> int | str:
        word = ADDRESS.sub("", str(written).strip()).strip("/")
        numbered = NUMBERED.fullmatch(word)
        digits = numbered[1] if numbered else word.removeprefix("-")
        if digits.isascii() and digits.isdecimal() and 0 < int(digits) < 10**19:
            return -int(digits)
        if SHORT_NAME.fullmatch(word):
            return word
        raise ValueError("wall: нужен номер, короткое имя или адрес сообщества")


class VkEntry(_Part):
    """The community in which we read messages and answer. `group`: its number without the minus. `callback`: the
    confirmation string VK expects at our address before it sends events there; without it we poll for events.
    `keywords`: messages on watched walls need one of them.
    """

    group: Annotated[int, Field(gt=0)]
    callback: Text | None = None
    watch: list[WatchEntry] = []
    keywords: list[Text] = []
