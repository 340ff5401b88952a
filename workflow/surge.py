"""A surge: far more messages on one topic within a few hours than is usual at these hours. Pure.

What is usual comes from the days before, at the same hours of the clock, so that a quiet night does not make a busy
morning look like a surge.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

DAYS, FEWEST_DAYS = 28, 7
"""How many days before are compared at most, and how many must be known to say what is usual."""
LEAST = 6
"""The fewest messages that make a surge, however few are usual."""
DAY = timedelta(days=1)


def usual(moments: Iterable[datetime], until: datetime, length: timedelta, first: datetime | None) -> int | None:
    """Return how many messages usually come in the stretch of `length` that ends at the clock time of `until`: the third
    quartile over the days before, at most `DAYS` (not the mean, which days off would lower). `moments`: when messages
    came; `first`: since when they are known. None if they are known for less than `FEWEST_DAYS` days."""
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
    """Whether `count` messages are a surge: at least `LEAST` and `times` times the usual number. Never if `usual` is None
    or `times` is 0."""
    return usual is not None and times > 0 and count >= max(LEAST, times * usual)
