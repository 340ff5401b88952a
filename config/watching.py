"""The settings for messages found in networks: a municipality's file under `detection`. Values only."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class WaveEntry(_Part):
    """So many different people with like messages within so many hours are a wave (MO-21, KU-23)."""

    authors: Annotated[int, Field(ge=2, le=100)] = 3
    hours: Annotated[int, Field(ge=1, le=72)] = 3


class DetectionEntry(_Part):
    """For how many days what was left alone is kept, and after how many new ones within an hour they become a list."""

    seen_days: Annotated[int, Field(ge=1, le=365)] = 30
    list_after: Annotated[int, Field(ge=1, le=100)] = 10
    wave: WaveEntry = WaveEntry()
