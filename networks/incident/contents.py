"""Measure what the cells of a column hold: dates, times, addresses, numbers, sentences. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache

from config.imports import ImportPlan, plain
from config.russian import stamps
from networks.incident.tables import Cell, Formula, Linked, Number

SAMPLE = 200
"""How many filled cells of a column are examined."""
ADDRESS = re.compile(
    r"https?://[^\s\"'<>;,]+|(?<![\w@.-])(?:www\.|m\.)?(?:[a-zа-я0-9-]+\.)+(?:com|ru|me|su|рф|org|net|info)/[^\s\"'<>;,]+",
    re.IGNORECASE,
)
"""A web address, with its scheme or without it. Without a scheme it needs a path: «ООО Ромашка.ru» is no address."""
_NOTHING = re.compile(r"[-–—−_.…*/\\=#'\"«»?()\[\]{}<> ]+|0+(?:[-./ ]0+)*(?: 0+:0+(?::0+)?)?")
_TIME = re.compile(r":|\dч|\d ч|^0[.,]\d{3}", re.IGNORECASE)
"""Signs of a time of day; «9.15» without any of them may be a day as well."""
_FORM = 4
"""From how many words on average a column's cells are sentences."""


def is_empty(words: str, plan: ImportPlan) -> bool:
    """Whether the cell says that there is nothing: it is empty, a dash, zeros, «нет», «н/д»."""
    return not words or (len(words) <= 20 and _says_nothing(words, plan.empty))


@lru_cache(10_000)
def _says_nothing(words: str, empty: frozenset[str]) -> bool:
    return bool(_NOTHING.fullmatch(words)) or plain(words) in empty


def value_of(cell: Cell) -> str | datetime | date | time:
    """The cell's value; of a formula, its computed value ("" if it has none)."""
    return ("" if cell.value is None else cell.value) if isinstance(cell, Formula) else cell


def address_in(cell: Cell) -> str:
    """The web address that a cell leads to: its hyperlink's, its formula's, or the first one in its text; "" if none.
    An address without a scheme gets https."""
    texts = [cell.target] if isinstance(cell, Linked) else []
    texts += [cell.text, str(cell)] if isinstance(cell, Formula) else [str(cell)]
    for text in texts:
        if match := ADDRESS.search(text):
            found = match[0].rstrip(").»")
            return found if "://" in found else f"https://{found}"
    return ""


@dataclass(frozen=True, slots=True)
class Content:
    """Measures of a column's filled cells. `filled`: the share of rows that are; `words`: the average number of words
    in a cell; `varied`: the share of different texts; every other figure: the share of cells of that kind."""

    filled: float
    dates: float
    times: float
    addresses: float
    numbers: float
    words: float
    varied: float
    networks: float
    statuses: float

    @property
    def is_linked_prose(self) -> bool:
        """Whether the cells are different sentences under hyperlinks, rather than captions like «открыть»."""
        return self.words >= _FORM and self.varied >= 0.5 and self.dates < 0.5

    @property
    def is_prose(self) -> bool:
        return self.words >= _FORM and max(self.dates, self.addresses, self.numbers) < 0.5


def content_of(cells: Iterable[Cell], plan: ImportPlan, rows: int) -> Content:
    """Measure what a column holds by its first filled cells; `rows`: how many rows the cells come from."""
    sample: list[Cell] = []
    for cell in cells:
        if not is_empty(str(cell), plan) or (isinstance(cell, Formula) and cell.value is None):
            sample.append(cell)
        if len(sample) >= SAMPLE:
            break
    total = len(sample) or 1
    texts = [str(value_of(cell)) for cell in sample]

    def share(flags: Iterable[bool]) -> float:
        return sum(flags) / total

    return Content(
        filled=min(1.0, len(sample) / max(rows, 1)),
        dates=share(is_date(cell) for cell in sample),
        times=share(is_time(cell) for cell in sample),
        addresses=share(bool(address_in(cell)) and _is_mostly_address(cell) for cell in sample),
        numbers=share(
            isinstance(cell, Number) or text.replace(" ", "").isdigit()
            for cell, text in zip(sample, texts, strict=True)
        ),
        words=sum(len(text.split()) for text in texts) / total,
        varied=len(set(texts)) / total,
        networks=share(plain(text) in plan.sources for text in texts),
        statuses=share(len(text) < 60 and plan.is_answered(text) is not None for text in texts),
    )


def is_date(cell: Cell) -> bool:
    value = value_of(cell)
    if isinstance(value, date):
        return True
    return (
        isinstance(value, str)
        and len(value) <= stamps.LONGEST
        and (
            stamps.read(value) is not None
            or (bool(re.match("сегодня|вчера|позавчера", value.lower())) and len(value) < 25)
        )
    )


def is_time(cell: Cell) -> bool:
    value = value_of(cell)
    if isinstance(value, time):
        return True
    is_like_one = isinstance(value, str) and len(value) < 20 and _TIME.search(value) is not None
    return is_like_one and stamps.read_time(str(value)) is not None


def _is_mostly_address(cell: Cell) -> bool:
    """Whether the cell consists of its address, rather than being a sentence that mentions one."""
    return isinstance(cell, Linked | Formula) or len(str(cell).split()) <= 3
