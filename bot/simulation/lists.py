"""The moments of a working day at which the bot gives its lists by itself. Pure.

The running bot looks every minute; on a clock that jumps these moments are enough.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from bot.notices.digests import lists_of
from workflow.office import Office


def next_list(after: datetime, before: datetime, office: Office) -> datetime | None:
    """The first such moment later than `after` and earlier than `before`; None if there is none."""
    day, last = office.working_time.local(after).date(), office.working_time.local(before).date()
    while day <= last:
        found = next((moment for moment in _moments(day, office) if moment > after), None)
        if found is not None:
            return found if found < before else None
        day += timedelta(days=1)
    return None


def _moments(day: date, office: Office) -> list[datetime]:
    return sorted(lists_of(day, office).values())
