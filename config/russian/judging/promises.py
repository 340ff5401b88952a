"""Finds promises whose date has passed: «закончим до 1 сентября» said in October. Pure; the day is an argument."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from config.russian import stamps
from config.russian.judging.answer_signs import OF_A_LETTER
from config.russian.judging.deeds import Said
from config.russian.morphology import plain

BARE = timedelta(days=92)
"""How long ago a date without a year may be; an earlier one means next year's («до 1 июня», said in November)."""
_DAY = re.compile(
    rf"\b(?P<day>\d{{1,2}}\.\d{{1,2}}(?:\.\d{{2,4}})?(?!\d|\.\d)|\d{{1,2}} (?:{stamps.MONTH})\b(?: \d{{4}})?)"
    rf"|\b(?P<month>{stamps.MONTH})\b (?P<year>20\d\d)|\b(?:в|до|к|конца|начале|конце) (?:20\d\d ?[-–] ?)?(?P<only>20\d\d)\b"
)
_OTHER = re.compile(r"(?:\bот|№ ?\S+|\bс|\w(?:нн|ш)(?:ые|[оы]\w{1,3}) (?:до|в|к)) $")
"""What stands before the date of a letter or of a thing made earlier («гараж, построенный до 30 декабря 2004 года»)."""


def past_promises(said: Sequence[Said], today: date | None, written_today: bool = True) -> list[str]:
    """The dates promised in the answer that lie before `today`, as written; [] if `today` is None. A date without a
    year, and a year without a day, is judged only if the answer was written today."""
    return [] if today is None else [words for one in said for words in _past(one, today, written_today)]


def _past(one: Said, today: date, bare: bool) -> Iterator[str]:
    text = OF_A_LETTER.sub(lambda match: " " * len(match[0]), plain(one.text))
    if (
        one.done
        or one.show
        or not (one.promised or one.going or re.search(r"\b(?:до|к|не позднее|срок\w*|будет|будут)\b", text))
    ):
        return
    for match in _DAY.finditer(text):
        if _OTHER.search(text[: match.start()]):
            continue
        last = _last_day(match, today, bare)
        if last is not None and last < today:
            yield match[0]


def _last_day(match: re.Match[str], today: date, bare: bool) -> date | None:
    """The last day that the words mean; None if they mean no day or one that need not be past."""
    if match["only"]:
        return date(int(match["only"]), 12, 31) if bare else None
    if match["month"]:
        year, month = int(match["year"]), stamps.MONTHS[match["month"][:3]]
        return (date(year, month, 28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    written = stamps.day(match["day"])
    on = written.on(today.year) if written is not None else None
    if on is None or written is None:
        return None
    return on if written.year is not None or (bare and timedelta() < today - on <= BARE) else None
