"""Reads a moment as programs and clerks print it: the one reader of dates of the whole program.

«12.01.2026 09:00», «12 янв. 2026 г., 9:00», «2026-01-12T09:00:00Z», «Mon, 12 Jan 2026 09:00:00 +0300», Excel's day
numbers, Unix seconds and milliseconds. `config.russian.dates` adds what people type about days to come. The module
never guesses: if it does not understand the words completely, it gives None. A day without a year, and «вчера», mean a
day only beside a known one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

MONTHS = {
    "янв": 1, "фев": 2, "мар": 3, "апр": 4, "мая": 5, "май": 5, "мае": 5, "июн": 6,
    "июл": 7, "авг": 8, "сен": 9, "окт": 10, "ноя": 11, "дек": 12,
}  # fmt: skip
MONTH = r"(?:янв|фев|мар|апр|июн|июл|авг|сент?|окт|ноя|дек)(?:[а-я]{0,6})|ма[йяе]"
"""A month in Russian, whole or abbreviated, in any case."""
_ENGLISH = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
_ENGLISH_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]{0,6}"

LONGEST = 80
"""The most characters of a date; longer words are none."""
BEGINNING = datetime(1899, 12, 30)
SERIALS = (36526, 73051)
"""Excel's day numbers of the years 2000 to 2099."""
SECONDS = (946_684_800, 4_102_444_800)
"""Unix time (seconds) of the years 2000 to 2099."""
_CENTURY = 70
"""A year of two digits from this one on belongs to the last century."""

RELATIVE = {"позавчера": -2, "вчера": -1, "сегодня": 0}


@dataclass(frozen=True, slots=True)
class Day:
    """A day as written, with its month; the year may be missing."""

    day: int
    month: int
    year: int | None = None

    def on(self, year: int) -> date | None:
        """The date in this year, or in the day's own if one was written; None if the calendar has no such date."""
        try:
            return date(self.year or year, self.month, self.day)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Stamp:
    """What was written: a day, the time if there was one, and the time zone if it was named."""

    on: date
    at: time | None = None
    zone: tzinfo | None = None

    def moment(self, zone: tzinfo) -> datetime:
        """The moment with its time zone; `zone` is used if none was written. A day without a time begins at
        midnight."""
        return datetime.combine(self.on, self.at or time(), self.zone or zone)


def moment(words: str, zone: tzinfo) -> datetime | None:
    """The moment that the words mean, with its time zone (`zone` if they name none); None if they mean none."""
    found = read(words)
    return found.moment(zone) if found is not None else None


def read(words: str, *, months_first: bool = False, near: date | None = None) -> Stamp | None:
    """The day, time and zone that the words mean; None if they mean none. `months_first`: «01/12/2026» is in January;
    `near`: the day on which they were printed, if known, for days without a year and «вчера»."""
    if len(words) > LONGEST:
        return None
    plain = _plain(words)
    return _number(plain) or _compact(plain) or _written(plain, months_first, near)


def read_time(words: str) -> time | None:
    """A time of day alone: «9:00», «9 ч. 05 мин.», «9.00», or the fraction of a day as Excel counts it; None for other
    words."""
    plain = _plain(words)
    if len(plain) > LONGEST:
        return None
    if re.fullmatch(r"0[.,]\d+", plain):
        return (BEGINNING + timedelta(seconds=round(float(plain.replace(",", ".")) * 86400))).time()
    plain = re.sub(r"^(?:1899-12-3[01]|1900-01-00|30\.12\.1899)[t ]", "", plain)
    rest, _ = _zone(plain)
    return _time(_quiet(rest))


def day(words: str) -> Day | None:
    """A day written with its month, and nothing else: «16 марта 2026», «16.03», «16/03/26», «2026-03-16»; None for
    other words."""
    for pattern, read_match in _DAYS:
        if match := pattern.fullmatch(words):
            return read_match(match)
    return None


def of_serial(days: float) -> datetime:
    """The moment, without a time zone, of Excel's day number."""
    return BEGINNING + timedelta(seconds=round(days * 86400))


# --- numbers ---------------------------------------------------------------------------------------------------------


def _number(words: str) -> Stamp | None:
    """The moment of Excel's day number, Unix seconds or milliseconds; None for other words."""
    match = re.fullmatch(r"(\d{5}|\d{10}|\d{13})(?:[.,](\d{1,16}))?", words)
    if match is None:
        return None
    value = float(f"{match[1]}.{match[2] or 0}")
    if len(match[1]) == 5:
        found = of_serial(value) if SERIALS[0] <= value < SERIALS[1] else None
        return Stamp(found.date(), found.time() if value % 1 else None) if found else None
    seconds = value / 1000 if len(match[1]) == 13 else value
    if not SECONDS[0] <= seconds < SECONDS[1]:
        return None
    at = datetime.fromtimestamp(seconds, UTC)
    return Stamp(at.date(), at.time(), UTC)


def _compact(words: str) -> Stamp | None:
    """The moment of «20260112» or «20260112T090000Z»; None for other words."""
    match = re.fullmatch(r"(20\d\d)(\d\d)(\d\d)(?:[t ]?(\d\d):?(\d\d)(?::?(\d\d))?)?(z?)", words)
    if match is None:
        return None
    on = Day(int(match[3]), int(match[2]), int(match[1])).on(0)
    at = _clock(match[4], match[5], match[6]) if match[4] else None
    if on is None or (match[4] and at is None):
        return None
    return Stamp(on, at, UTC if match[7] else None)


# --- words -----------------------------------------------------------------------------------------------------------


def _plain(words: str) -> str:
    plain = re.sub('[\u200b-\u200f\u2060\ufeff\u00ad«»"]', "", words).lower().replace("ё", "е")
    return " ".join(re.sub("[‐‑‒–—−]", "-", plain).split())


def _year(written: str | None) -> int | None:
    if not written:
        return None
    year = int(written)
    return year if len(written) > 2 else year + (1900 if year >= _CENTURY else 2000)


def _month(word: str) -> int:
    return _ENGLISH.get(word[:3]) or MONTHS[word[:3]]


_MONTH_WORD = rf"{MONTH}|{_ENGLISH_MONTH}"
_YEAR = r"(\d{4}|'?\d\d)(?!\d)(?: ?г(?:ода|од)?\b\.?)?"
_ISO = re.compile(r"(?<!\d)(\d{4})([-./])(\d{1,2})\2(\d{1,2})(?!\d)")
_DAY_FIRST = re.compile(r"(?<![\d.])(\d{1,2})([-./]|\. )(\d{1,2})\2(\d{4}|\d\d)(?![\d:])(?: ?г(?:ода|од)?\b\.?)?")
_IN_WORDS = re.compile(rf"(?<!\d)(\d{{1,2}})(?:-е)?[ .-]*({_MONTH_WORD})\b\.?(?:[ .,-]*(?<![а-яa-z]){_YEAR}(?!:))?")
_ENGLISH_ORDER = re.compile(rf"({_ENGLISH_MONTH})\b\.? (\d{{1,2}})(?:st|nd|rd|th)?,? (\d{{4}})(?!\d)")
_NO_YEAR = re.compile(r"(?<![\d.])(\d{1,2})[./](\d{1,2})(?![\d.:/])")

_Read = Callable[[re.Match[str]], Day]
_DAYS: tuple[tuple[re.Pattern[str], _Read], ...] = (
    (_ISO, lambda m: Day(int(m[4]), int(m[3]), int(m[1]))),
    (_DAY_FIRST, lambda m: Day(int(m[1]), int(m[3]), _year(m[4]))),
    (_ENGLISH_ORDER, lambda m: Day(int(m[2]), _month(m[1]), int(m[3]))),
    (_IN_WORDS, lambda m: Day(int(m[1]), _month(m[2]), _year((m[3] or "").lstrip("'")))),
    (_NO_YEAR, lambda m: Day(int(m[1]), int(m[2]))),
)
_NOISE = re.compile(
    r"\b(?:пн|вт|ср|чт|пт|сб|вс|понедельник|вторник|среда|четверг|пятница|суббота|воскресенье|"
    r"mon|tue|wed|thu|fri|sat|sun|(?:mon|tues|wednes|thurs|fri|satur|sun)day|в|во|at|от|время|дата)\b\.?|(?<!\d),|,(?!\d)|[;()]"
)


def _quiet(words: str) -> str:
    """The words without weekdays, prepositions and signs that mean nothing here."""
    return " ".join(_NOISE.sub(" ", words).split())


def _written(words: str, months_first: bool, near: date | None) -> Stamp | None:
    for pattern, read_match in _DAYS:
        match = pattern.search(words)
        if match is None:
            continue
        on = _date(read_match(match), match, months_first, near)
        if on is None:
            return None
        after = words[match.end() :]
        rest = f"{words[: match.start()]} {after[1:] if re.match('[t_][0-9]', after) else after}"
        return _with_time(on, rest, pattern is _ISO)
    if match := re.match("|".join(RELATIVE), words):
        return _with_time(near + timedelta(days=RELATIVE[match[0]]), words[match.end() :]) if near else None
    return None


def _date(found: Day, match: re.Match[str], months_first: bool, near: date | None) -> date | None:
    """The date in the calendar; None if there is none. A month over twelve, with slashes, can only be the American
    order."""
    if match.re is _DAY_FIRST and match[2] == "/" and found.day <= 12 and (months_first or found.month > 12):
        found = Day(found.month, found.day, found.year)
    if found.year is None:
        this = found.on(near.year) if near else None
        return this if this is None or near is None or this <= near else found.on(near.year - 1)
    return found.on(0)


def _with_time(on: date, rest: str, is_iso: bool = False) -> Stamp | None:
    rest, zone = _zone(rest.strip(), west=is_iso)
    rest = _quiet(rest).strip("-./ ")
    if not rest:
        return Stamp(on, None, zone)
    at = _time(rest)
    return Stamp(on, at, zone) if at is not None else None


# --- time and zone ---------------------------------------------------------------------------------------------------

_TIME = re.compile(r"(\d{1,2})(:(?=\d(?!\d))|[:.-](?=\d\d))(\d{1,2})(?:[:.](\d{1,2})(?:[.,]\d{1,9})?)? ?(am|pm)?")
_TIME_IN_WORDS = re.compile(r"(\d{1,2}) ?ч(?:ас(?:а|ов)?)?\.? ?(?:(\d{1,2}) ?м(?:ин(?:ут[аы]?)?)?\.?)?")
_NAMED_ZONE = re.compile(
    r"\(?(?:по )?\b(мск|msk|utc|gmt|московско\w+ врем\w+)\b ?(?:([+-])(\d{1,2})(?::?(\d\d))?)?\)?$"
)
_OFFSET = re.compile(r"(?<=\d)(?: ?([+-])(\d\d):?(\d\d)|([+-])(\d\d)| ?z)$")
MOSCOW = timezone(timedelta(hours=3))


def zone_named(words: str) -> tzinfo | None:
    """The time zone that a column's name mentions («Дата (МСК)»); None if it mentions none."""
    return _zone(_plain(words))[1]


def _zone(words: str, west: bool = True) -> tuple[str, tzinfo | None]:
    """The words without the time zone at their end, and the zone (None if there is none). `west`: «-05:00» is read as a
    zone, not as the end of a span of hours."""
    words = re.sub(r"(gmt[+-]\d{4}) \([^()\d]*\)$", r"\1", words)
    if match := _NAMED_ZONE.search(words):
        base = 0 if match[1] in ("utc", "gmt") else 3
        return words[: match.start()].strip(), _offset(match[2], match[3], match[4], base)
    match = _OFFSET.search(words)
    if match is None or ":" not in words[: match.start()] or ("-" in match[0] and not west):
        return words, None
    return words[: match.start()], _offset(match[1] or match[4], match[2] or match[5], match[3])


def _offset(sign: str | None, hours: str | None, minutes: str | None, base: int = 0) -> tzinfo:
    shift = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    whole = timedelta(hours=base) + (-shift if sign == "-" else shift)
    return timezone(whole) if abs(whole) < timedelta(hours=24) and whole else UTC


def _time(words: str) -> time | None:
    if match := _TIME.fullmatch(words):
        return _clock(match[1], match[3], match[4], match[5])
    match = _TIME_IN_WORDS.fullmatch(words)
    return _clock(match[1], match[2] or "0", None) if match else None


def _clock(hour: str, minute: str, second: str | None, half: str | None = None) -> time | None:
    hours = int(hour)
    if half is not None:
        if not 1 <= hours <= 12:
            return None
        hours = hours % 12 + (12 if half == "pm" else 0)
    if hours > 23 or int(minute) > 59 or int(second or 0) > 59:
        return None
    return time(hours, int(minute), int(second or 0))
