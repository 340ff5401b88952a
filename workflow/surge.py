"""A surge: far more messages on one topic within a few hours than is usual at these hours. Pure.

What is usual comes from the days before, at the same hours of the clock, so that a quiet night does not make a busy
morning look like a surge.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

DAYS, FEWEST_DAYS = 28, 7
"""How many days back are compared, and how many are needed to know what is usual."""
LEAST = 6
"""So many messages are the fewest that make a surge, however few are usual."""
DAY = timedelta(days=1)


def usual(moments: Iterable[datetime], until: datetime, length: timedelta, first: datetime | None) -> int | None:
    """How many messages of these `moments` usually come in the stretch of `length` that ends at the hour of `until`: as many
    as on a busy day, since days off would lower the average (the third quartile of the days before, at most `DAYS`).
    `first`: since when the moments are known; None if that is less than `FEWEST_DAYS`."""
    known = min(DAYS, (until - first) // DAY) if first is not None else 0
    if known < FEWEST_DAYS:
        return None
    counts = [0] * known
    for at in moments:
        back = (until - at) // DAY
        if 0 < back <= known and until - at - back * DAY < length:
            counts[back - 1] += 1
    return _third_quartile(counts)


def _third_quartile(counts: Sequence[int]) -> int:
    return sorted(counts)[len(counts) * 3 // 4]


def is_surge(count: int, usual: int | None, times: int) -> bool:
    """Whether so many are a surge where `usual` is known; `times`: how many times as many as usual. 0: never."""
    return usual is not None and times > 0 and count >= max(LEAST, times * usual)
