"""The moments of a working day at which the bot may have something to say about official pages: the day's start, when
checks of protection fall due, and the start of its second half, when publications are counted. Pure.

The running bot checks every minute; on a clock that jumps these two moments are enough.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache

from workflow.official.publications import is_second_half
from workflow.terms.worktime import WorkingTime

MINUTE = timedelta(minutes=1)


@lru_cache(maxsize=64)
def rounds_of(day: date, clock: WorkingTime) -> tuple[datetime, ...]:
    """The moments of the bot's rounds of official pages on the local day, in order; none on a day off. Aware, in the
    municipality's time zone."""
    stretches = clock.day(day).stretches
    if not stretches:
        return ()
    midnight = datetime.combine(day, time(), clock.zone)
    minutes = (midnight + minute * MINUTE for since, until in stretches for minute in range(since, until))
    half = next((moment for moment in minutes if is_second_half(moment, clock)), None)
    begins = midnight + stretches[0][0] * MINUTE
    return (begins, half) if half is not None and half != begins else (begins,)


def next_round(after: datetime, before: datetime, clock: WorkingTime) -> datetime | None:
    """The first moment of the bot's rounds of official pages later than `after` and earlier than `before`; None if
    there is none."""
    day = clock.local(after).date()
    while day <= clock.local(before).date():
        found = next((moment for moment in rounds_of(day, clock) if moment > after), None)
        if found is not None:
            return found if found < before else None
        day += timedelta(days=1)
    return None
