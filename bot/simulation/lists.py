"""The moments of a working day at which the bot sends its daily lists by itself. Pure.

The running bot checks every minute; on a clock that jumps these moments are enough.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.notices.digests import lists_of
from workflow.office import Office


@dataclass
class ListsAhead:
    """Finds the moment of the next daily list before `end`. The result is remembered until the list is given or the
    office changes, because a player asks at every event."""

    end: datetime
    _found: tuple[datetime, Office, datetime | None] | None = None

    def after(self, moment: datetime, office: Office) -> datetime | None:
        if self._found is None or self._found[0] != moment or self._found[1] is not office:
            self._found = moment, office, next_list(moment, self.end, office)
        return self._found[2]


def next_list(after: datetime, before: datetime, office: Office) -> datetime | None:
    """The first moment of a daily list later than `after` and earlier than `before`; None if there is none."""
    day, last = office.working_time.local(after).date(), office.working_time.local(before).date()
    while day <= last:
        found = next((moment for moment in _moments(day, office) if moment > after), None)
        if found is not None:
            return found if found < before else None
        day += timedelta(days=1)
    return None


def _moments(day: date, office: Office) -> list[datetime]:
    return sorted(lists_of(day, office).values())
