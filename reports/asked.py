"""Turns the words by which people name a month or another stretch of days («октябрь», «2026-10», «прошлый месяц»,
«неделя») into a period.

The words are data (`config/templates/report.yaml`). No guessing: words not fully understood give None.
"""

from __future__ import annotations

import re
from datetime import date

from config import templates
from config.russian.morphology import lemmas
from reports.period import Month, Period, Stretch

_WRITTEN = re.compile(r"(?:(?P<year>\d{4})[-.](?P<month>\d{1,2})|(?P<m>\d{1,2})[-./](?P<y>\d{4}))")
_YEAR = re.compile(r"20\d\d")


def asked(text: str, today: date) -> Period | None:
    """The period that the words mean on `today` (a date of the municipality's calendar); None if they are not
    understood. A month without a year is the latest one that has begun. A month named with its year may lie in the
    future: the caller must check."""
    plain = text.strip().casefold()
    written = _WRITTEN.fullmatch(plain)
    if written is not None:
        year, month = int(written["year"] or written["y"]), int(written["month"] or written["m"])
        return Month(year, month) if 1 <= month <= 12 and 1970 <= year <= 9998 else None
    words = [word for word in re.split(r"[\s,]+", plain) if word and not _is(word, "small")]
    years = [int(word) for word in words if _YEAR.fullmatch(word)]
    words = [word for word in words if not _YEAR.fullmatch(word)]
    if len(words) == 1 and len(years) <= 1 and (named := _month(words[0])) is not None:
        return Month(years[0], named) if years else _latest(named, today)
    return None if years else _relative(words, today)


def _relative(words: list[str], today: date) -> Period | None:
    """The period that the words name relative to today («неделя», «этот месяц», «прошлый квартал»); None if they do
    not."""
    before = False
    if len(words) == 2:
        before = _is(words[0], "last")
        if not before and not _is(words[0], "this"):
            return None
        words = words[1:]
    if len(words) != 1:
        return None
    period = _around(words[0], today)
    return period.before if period is not None and before else period


def _around(word: str, today: date) -> Period | None:
    if _is(word, "week"):
        return Stretch.week(today)
    if _is(word, "month"):
        return Month(today.year, today.month)
    return Stretch.quarter(today) if _is(word, "quarter") else None


def _is(word: str, key: str) -> bool:
    known = {form for name in templates.words()["asked"][key].split("|") for form in lemmas(name)}
    return bool(lemmas(word) & known)


def _month(word: str) -> int | None:
    found = [n for n, names in templates.words()["months"].items() if lemmas(word) & lemmas(names.split("|")[0])]
    return int(found[0]) if len(found) == 1 else None


def _latest(month: int, today: date) -> Month:
    return Month(today.year, month) if month <= today.month else Month(today.year - 1, month)
