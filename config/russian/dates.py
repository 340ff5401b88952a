"""Turns typed words into a moment («завтра», «16 марта», «сегодня до 15:30») or whole days («с 12 по 25 января»).

The grammar is our own: dateparser 1.5 reads «16.03» as three minutes past four, «16 марта в 14» as the year 2114 and
yesterday's date as next year's, and it cannot read «сегодня до 15:30», «до пятницы», «через 3 рабочих дня» or any
range. The module never guesses: words it does not fully understand give None, and the caller asks again. The caller
also decides whether a past moment is acceptable.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from config.russian import stamps
from workflow.terms.worktime import Clock

HALF_A_YEAR = timedelta(days=183)
FARTHEST = timedelta(days=3700)
"""A day further from today than this is taken for a typing error."""
END_OF_DAY = time(23, 59)

SHORTCUTS = {"today": "сегодня", "tomorrow": "завтра", "week": "эта неделя"}
"""The words that the buttons for days stand for, by the button's argument."""

_WEEKDAYS = (
    r"пн|понедельник[аеуи]?", r"вт|вторник[аеу]?", r"ср|сред[аыеу]", r"чт|четверг[аеу]?",
    r"пт|пятниц[аыеу]", r"сб|суббот[аыеу]", r"вс|воскресень[еяю]",
)  # fmt: skip
_RELATIVE = {**stamps.RELATIVE, "завтра": 1, "послезавтра": 2}
_NUMBERS = {
    "один": 1, "одну": 1, "два": 2, "две": 2, "пару": 2, "три": 3, "четыре": 4, "пять": 5,
    "шесть": 6, "семь": 7, "восемь": 8, "девять": 9, "десять": 10,
}  # fmt: skip
_N = r"(\d{1,3}|" + "|".join(_NUMBERS) + r")"
_DAY_WORDS = r"(?:день|дня|дней|сут(?:ки|ок))"
_WEEK_WORDS = r"(?:недел[юяиь]|недельк[уи])"
_NOISE = re.compile(r"\b(?:отпуск[ае]?|больничн\w+|командировк\w+|меня|не|нет|будет|буду|включительно|года?|г)\b\.?")


def moment(text: str, now: datetime, clock: Clock, *, end_of_day: bool = False) -> datetime | None:
    """The moment that the words mean at `now`, in the municipality's zone; None if they mean none.

    A date without an hour is the end of that day's working hours, or 23:59 on a day off or with `end_of_day`. A past
    day without a year moves to next year only if it is more than half a year past; otherwise the result lies in the
    past.
    """
    words, zone = _plain(text), clock.working.zone
    if (soon := _in_hours(words)) is not None:
        return (now.astimezone(UTC) + soon).astimezone(zone)
    today = now.astimezone(zone).date()
    for rest, hour in _with_hour(words):
        on = _working_day(rest, now, clock) or _day(rest, today) if rest else today
        if on is not None and _is_near(on, today):
            return datetime.combine(on, hour or _end_of(on, clock, end_of_day), zone)
    return None


def span(text: str, now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
    """The whole days that the words mean at `now`: from 00:00 of the first to 00:00 after the last; None if they mean
    none.

    «до пятницы» and «по пятницу» both include the Friday and begin today. A range that ends before it begins gives
    None.
    """
    today = now.astimezone(zone).date()
    found = _days(_plain(text), today)
    if found is None or found[0] > found[1] or not (_is_near(found[0], today) and _is_near(found[1], today)):
        return None
    return datetime.combine(found[0], time(), zone), datetime.combine(found[1] + timedelta(days=1), time(), zone)


def _is_near(on: date, today: date) -> bool:
    return abs(on - today) < FARTHEST


def _plain(text: str) -> str:
    """The words normalised: lower case, single spaces, ё as е, any dash as «по», an ISO date as a Russian one."""
    words = text[:200].lower().replace("ё", "е").replace("\u00a0", " ")
    words = re.sub(r"(?<!\d)(\d{4})-(\d\d)-(\d\d)(?!\d)", r"\3.\2.\1", words)
    words = re.sub(r"(\d)-?(?:го|ое|ого|е)\b(?: числа)?|(\d) числа", r"\1\2-е", words)
    words = re.sub(r"\s*[‐‑‒–—−]\s*|\s+-\s+|(?<=\d)-(?=\d)|(?<=-е)-(?=\d)", " по ", words)
    words = re.sub(r"[,;!?()«»\"]|(?<![\d])\.|\.(?=\s|$)", " ", words)
    return " ".join(_NOISE.sub(" ", words).split())


def _number(word: str) -> int:
    return _NUMBERS.get(word) or int(word)


# --- hours -----------------------------------------------------------------------------------------------------------


def _in_hours(words: str) -> timedelta | None:
    """The time span in «через 2 часа», «через полчаса»; None for other words."""
    if words == "через полчаса":
        return timedelta(minutes=30)
    match = re.fullmatch(rf"через (?:{_N} )?(час|часа|часов|минуту|минуты|минут)", words)
    if match is None:
        return None
    n = _number(match[1]) if match[1] else 1
    return timedelta(hours=n) if match[2].startswith("час") else timedelta(minutes=n)


_HOUR_LAST = (
    re.compile(r"(?P<rest>.*?)(?:^|\s)(?:(?:до|к|в|на|по) )?(?P<h>\d{1,2}):(?P<m>\d\d)"),
    re.compile(r"(?P<rest>.+?) (?:до|к|в|на) (?P<h>\d{1,2})\.(?P<m>\d\d)"),
    re.compile(r"(?P<rest>.*?)(?:^|\s)(?:(?:до|к|в) )?(?P<h>\d{1,2})(?: час\w*)? (?P<part>утра|дня|вечера)"),
    re.compile(r"(?P<rest>.*?)(?:^|\s)(?:(?:до|к|в) )?(?P<h>\d{1,2}) час\w*"),
    re.compile(r"(?P<rest>.+?) (?:до|к|в) (?P<h>\d{1,2})"),
)
_HOUR_FIRST = re.compile(r"(?:(?:до|к|в|с) )?(?P<h>\d{1,2}):(?P<m>\d\d) (?P<rest>.+)")


def _with_hour(words: str) -> list[tuple[str, time | None]]:
    """Every way to split the words into a day and an hour: first all of them as a day, then with an hour taken off."""
    found: list[tuple[str, time | None]] = [(words, None)] if words else []
    for pattern in (*_HOUR_LAST, _HOUR_FIRST):
        match = pattern.fullmatch(words)
        if match is None:
            continue
        given = match.groupdict()
        hour, minute = int(given["h"]), int(given.get("m") or 0)
        if given.get("part") in ("дня", "вечера") and hour < 12:
            hour += 12
        if hour < 24 and minute < 60:
            found.append((given["rest"].strip(), time(hour, minute)))
    return found


def _end_of(on: date, clock: Clock, end_of_day: bool) -> time:
    stretches = clock.working.day(on).stretches
    if end_of_day or not stretches or stretches[-1][1] >= 24 * 60:
        return END_OF_DAY
    return time(*divmod(stretches[-1][1], 60))


# --- days ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Written:
    """A day as written; the month and the year may be missing. `bare`: only a number."""

    day: int
    month: int | None = None
    year: int | None = None
    bare: bool = False

    def near(self, today: date) -> date | None:
        """The date that is meant if today is `today`; None if the calendar has no such date."""
        if self.year is not None:
            return _date(self.year, self.month or today.month, self.day)
        if self.month is None:
            this = _date(today.year, today.month, self.day)
            following = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
            return this if this and this >= today else _date(following.year, following.month, self.day)
        this = _date(today.year, self.month, self.day)
        if this is None or today - this > HALF_A_YEAR:
            return _date(today.year + 1, self.month, self.day) or this
        return this


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _written(words: str) -> _Written | None:
    """Read «16 марта 2026», «16.03», «16/03/26», «16-е» or a bare number (`bare`: a day only beside a day with a
    month); None for other words."""
    if (found := stamps.day(words)) is not None:
        return _Written(found.day, found.month, found.year)
    if match := re.fullmatch(r"(\d{1,2})(-е)?", words):
        return _Written(int(match[1]), bare=match[2] is None)
    return None


def _day(words: str, today: date) -> date | None:
    """The single day that the words mean, with or without a preposition; None if they mean none."""
    words = re.sub(r"^(?:в|во|до|к|ко|на|с|со|по) ", "", words)
    if words in _RELATIVE:
        return today + timedelta(days=_RELATIVE[words])
    written = _written(words)
    if written is not None:
        return None if written.bare else written.near(today)
    if match := re.fullmatch(rf"через (?:{_N} )?({_DAY_WORDS}|{_WEEK_WORDS}|месяц)", words):
        n = _number(match[1]) if match[1] else 1
        if match[2] == "месяц":
            return _a_month_on(today) if n == 1 else None
        return today + timedelta(days=n * (1 if re.fullmatch(_DAY_WORDS, match[2]) else 7))
    return _weekday(words, today)


def _a_month_on(today: date) -> date:
    """The same day of next month, or the last day of next month if it is shorter."""
    following = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    last = (following + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    return following.replace(day=min(today.day, last.day))


def _weekday(words: str, today: date) -> date | None:
    """The nearest day after today that is this weekday; «в следующую среду» and «в среду на следующей неделе» mean next
    week. None for other words."""
    match = re.fullmatch(r"(?:(следующ\w+|ближайш\w+|эт\w+) )?(\w+)( на следующей неделе)?", words)
    if match is None:
        return None
    for index, forms in enumerate(_WEEKDAYS):
        if re.fullmatch(forms, match[2]):
            if match[3] or (match[1] or "").startswith("следующ"):
                return today + timedelta(days=7 - today.weekday() + index)
            return today + timedelta(days=(index - today.weekday() - 1) % 7 + 1)
    return None


def _working_day(words: str, now: datetime, clock: Clock) -> date | None:
    """The day meant by «через 3 рабочих дня», or by «до конца недели» and the like (its last working day); None for
    other words."""
    if match := re.fullmatch(rf"через {_N} рабоч(?:их|ий|ие|его) {_DAY_WORDS}", words):
        n = _number(match[1])
        return clock.local(clock.working.end_of_nth_working_day(now, n)).date() if 0 < n <= 250 else None
    match = re.fullmatch(r"(?:до |к |в )?кон(?:ца|цу|це) (дня|недели|месяца)", words)
    if match is None:
        return None
    today = clock.local(now).date()
    on = {"дня": today, "недели": _sunday(today), "месяца": _last_of_month(today)}[match[1]]
    while on > today and not clock.working.day(on).stretches:
        on -= timedelta(days=1)
    return on


def _sunday(today: date) -> date:
    return today + timedelta(days=6 - today.weekday())


def _last_of_month(today: date) -> date:
    return (today.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)


# --- ranges ----------------------------------------------------------------------------------------------------------


def _days(words: str, today: date) -> tuple[date, date] | None:
    """The first and the last day that the words mean; None if they mean no days."""
    if match := re.fullmatch(r"(?:на |вс[юе] )?(эт\w+|следующ\w+) недел\w+", words):
        if match[1].startswith("эт"):
            return today, _sunday(today)
        return _sunday(today) + timedelta(days=1), _sunday(today) + timedelta(days=7)
    if words in ("до конца недели", "по конец недели"):
        return today, _sunday(today)
    if words in ("до конца месяца", "по конец месяца"):
        return today, _last_of_month(today)
    if (lasting := _lasting(words, today)) is not None:
        return lasting
    if match := re.fullmatch(r"(?:(?:с|со|от) )?(?:(.+?) )?(?:по|до) (.+)", words):
        return _between(match[1] or "", match[2], today)
    if words.startswith(("с ", "со ", "от ", "через ", "к ", "ко ")):
        return None
    on = _day(words, today)
    return (on, on) if on is not None else None


def _lasting(words: str, today: date) -> tuple[date, date] | None:
    """The first and the last day of «на неделю», «3 дня», «с 12 января на две недели»; None for other words."""
    match = re.fullmatch(
        rf"(?:(?:с|со) (.+?) )?(?:на )?(?:{_N} )?({_DAY_WORDS}|{_WEEK_WORDS})(?: (?:с|со) (.+))?", words
    )
    if match is None or (match[1] and match[4]):
        return None
    start = match[1] or match[4]
    first = _day(start, today) if start else today
    length = (_number(match[2]) if match[2] else 1) * (1 if re.fullmatch(_DAY_WORDS, match[3]) else 7)
    return (first, first + timedelta(days=length - 1)) if first is not None and length else None


def _between(since: str, until: str, today: date) -> tuple[date, date] | None:
    """The first and the last day between two written days; None if one cannot be read.

    The first day takes its month from the last if it has none; a range without a year may end in the next one.
    """
    last_written = _written(until)
    if last_written is None:
        first = _day(since, today) if since else today
        last = _day(until, first) if first is not None and _weekday(until, today) else _day(until, today)
        return (first, last) if first is not None and last is not None else None
    if last_written.bare:
        return None
    first_written = _written(since) if since else None
    if first_written is None:
        first = _day(since, today) if since else today
        last = last_written.near(first) if first is not None else None
        return (first, last) if first is not None and last is not None else None
    return _written_range(first_written, last_written, today)


def _written_range(first: _Written, last: _Written, today: date) -> tuple[date, date] | None:
    month = first.month or last.month
    if last.year is not None:
        year = first.year or last.year
        begins, ends = _date(year, month or today.month, first.day), _date(last.year, last.month or 0, last.day)
        if begins and ends and begins > ends and first.year is None:
            begins = _date(year - 1, month or today.month, first.day)
        return (begins, ends) if begins and ends else None
    begins = _Written(first.day, month, first.year).near(today)
    if begins is None or (month == last.month and first.day > last.day):
        return None
    ends = _following(last, begins)
    return _last_years(first, month, last, today) or ((begins, ends) if ends else None)


def _following(written: _Written, begins: date) -> date | None:
    """The first date on or after `begins` that is this written day; None if there is none."""
    if written.month is None:
        return written.near(begins)
    here = _date(begins.year, written.month, written.day)
    return here if here and here >= begins else _date(begins.year + 1, written.month, written.day)


def _last_years(first: _Written, month: int | None, last: _Written, today: date) -> tuple[date, date] | None:
    """The range if it began last year: «с 28 декабря по 10 января» said on 5 January. None for any other."""
    if first.year is not None or month is None or last.month is None or month <= last.month:
        return None
    begins, ends = _date(today.year - 1, month, first.day), _date(today.year, last.month, last.day)
    return (begins, ends) if begins and ends and ends >= today else None
