"""The last day an answer promises something for: «яму засыплем до 20 января». Pure; the moment of writing is an
argument."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from config.russian import dates, stamps
from config.russian.judging.deeds import Said, said_in
from config.russian.morphology import plain

FARTHEST = timedelta(days=92)
"""How far ahead a promised day may be; the citizen is not asked about a later one."""
_DAY = re.compile(rf"\b(?:\d{{1,2}}\.\d{{1,2}}(?:\.\d{{2,4}})?(?!\d|\.\d)|\d{{1,2}} (?:{stamps.MONTH})\b(?: \d{{4}})?)")
_SOON = re.compile(
    r"\b(?:сегодня|завтра|послезавтра|до (?:понедельника|вторника|среды|четверга|пятницы|субботы|воскресенья)"
    r"|через (?:\w+ )?(?:день|дня|дней|неделю|недели|недель))\b"
)
_AHEAD = re.compile(r"\b(?:до|к|не позднее|срок\w*|будет|будут|завтра|послезавтра|через)\b")


def promised_day(text: str, written: datetime, zone: ZoneInfo) -> date | None:
    """The last day that an answer written at that moment promises something for, in `zone`; None if it names none
    within `FARTHEST` (a quarter)."""
    today = written.astimezone(zone).date()
    days = [day for one in said_in(text) for day in _days(one, written, zone)]
    return max((day for day in days if today <= day <= today + FARTHEST), default=None)


def _days(one: Said, written: datetime, zone: ZoneInfo) -> Iterator[date]:
    text, today = plain(one.text), written.astimezone(zone).date()
    if one.done or not (one.promised or one.going or _AHEAD.search(text)):
        return
    for match in _DAY.finditer(text):
        day = stamps.day(match[0])
        if day is not None:
            yield from (on for year in (today.year, today.year + 1) if (on := day.on(year)) is not None)
    for match in _SOON.finditer(text):
        lasting = match[0].removeprefix("через ")  # «через 2 дня» means the day after the two days
        days = dates.span(lasting, written, zone)
        if days is not None:
            yield (days[1] if lasting != match[0] else days[1] - timedelta(days=1)).date()
