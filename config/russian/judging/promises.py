"""The days an answer promises: which have passed («закончим до 1 сентября» said in October), which is the last one ahead.
Pure; the day is an argument."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from config.russian import dates, stamps
from config.russian.judging.deeds import Said, said_in
from config.russian.morphology import plain

BARE = timedelta(days=92)
"""A day without a year that is longer ago than this means next year's («до 1 июня», said in November)."""
_SOON = re.compile(
    r"\b(?:сегодня|завтра|послезавтра|до (?:понедельника|вторника|среды|четверга|пятницы|субботы|воскресенья)"
    r"|через (?:\w+ )?(?:день|дня|дней|неделю|недели|недель))\b"
)
_DAY = re.compile(
    rf"\b(?P<day>\d{{1,2}}\.\d{{1,2}}(?:\.\d{{2,4}})?(?!\d|\.\d)|\d{{1,2}} (?:{stamps.MONTH})\b(?: \d{{4}})?)"
    rf"|\b(?P<month>{stamps.MONTH})\b (?P<year>20\d\d)|\b(?:в|до|к|конца|начале|конце) (?P<only>20\d\d)\b"
)


def past_promises(said: Sequence[Said], today: date | None, written_today: bool = True) -> list[str]:
    """The dates promised that lie before `today`, as written. None for `today`: none is known to have passed. A date
    without a year is judged only if the answer was written today."""
    return [] if today is None else [words for one in said for words in _past(one, today, written_today)]


def promised_day(text: str, written: datetime, zone: ZoneInfo) -> date | None:
    """The last day that an answer written then promises something for; None if it names none within a quarter."""
    today = written.astimezone(zone).date()
    days = [day for one in said_in(text) if not one.done for day in _ahead(plain(one.text), today, written, zone)]
    return max((day for day in days if today <= day <= today + BARE), default=None)


def _ahead(text: str, today: date, written: datetime, zone: ZoneInfo) -> Iterator[date]:
    for match in _DAY.finditer(text):
        found = _last_day(match, today, True) if match["day"] is None else None
        day = stamps.day(match["day"]) if match["day"] else None
        for year in (today.year, today.year + 1) if day is not None else ():
            on = day.on(year) if day is not None else None
            found = on if found is None and on is not None and on >= today else found
        if found is not None:
            yield found
    for match in _SOON.finditer(text):
        days = dates.span(match[0], written, zone)
        if days is not None:
            yield (days[1] - timedelta(days=1)).date()


def _past(one: Said, today: date, bare: bool) -> Iterator[str]:
    text = plain(one.text)
    if one.done or not (one.promised or one.going or re.search(r"\b(?:до|к|не позднее|срок\w*|будет|будут)\b", text)):
        return
    for match in _DAY.finditer(text):
        if re.search(r"(?:\bот|№ ?\S+|\bс) $", text[: match.start()]):
            continue
        last = _last_day(match, today, bare)
        if last is not None and last < today:
            yield match[0]


def _last_day(match: re.Match[str], today: date, bare: bool) -> date | None:
    """The last day the words mean; None if they mean none that can be past."""
    if match["only"]:
        return date(int(match["only"]), 12, 31)
    if match["month"]:
        year, month = int(match["year"]), stamps.MONTHS[match["month"][:3]]
        return (date(year, month, 28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    written = stamps.day(match["day"])
    on = written.on(today.year) if written is not None else None
    if on is None or written is None:
        return None
    return on if written.year is not None or (bare and timedelta() < today - on <= BARE) else None
