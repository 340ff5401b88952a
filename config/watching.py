"""The settings for detecting messages in networks: a municipality's file under `detection`. Values only."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class WaveEntry(_Part):
    """When similar messages are a wave: at least `authors` different people within `hours` (MO-21, KU-23), or `times`
    as many messages on one topic as usual (0: that makes no wave)."""

    authors: Annotated[int, Field(ge=2, le=100)] = 3
    hours: Annotated[int, Field(ge=1, le=72)] = 3
    times: Annotated[int, Field(ge=0, le=100)] = 3


class DetectionEntry(_Part):
    """How messages in networks become cases. `seen_days`: for how many days messages that nobody made a case of are
    kept; `list_after`: from how many new cases an hour on they are announced as a list, not one by one;
    `read_back_days`: how many days networks are read back after a gap.
    """

    seen_days: Annotated[int, Field(ge=1, le=365)] = 30
    read_back_days: Annotated[int, Field(ge=1, le=365)] = 30
    list_after: Annotated[int, Field(ge=1, le=100)] = 10
    wave: WaveEntry = WaveEntry()
