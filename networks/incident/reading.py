"""Read the rows of an export as citizens' messages, or skip them with a reason; a row has the same key in every import.

CONFORMANCE («Readings») decides the moment of detection, not this module; a moment without a zone is in the
municipality's own.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from config.imports import ImportPlan, plain
from networks.incident.tables import Broken, BrokenFileError, Cell, Formula, rows_of

HEADING_WITHIN = 15
"""Exports begin with a title and a period; the header is among so many first rows."""

HOSTS = {
    "vk.com": "vk",
    "vk.ru": "vk",
    "vkontakte.ru": "vk",
    "ok.ru": "ok",
    "odnoklassniki.ru": "ok",
    "t.me": "telegram",
    "telegram.me": "telegram",
}
FORMATS = (
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%d.%m.%y %H:%M",
    "%d.%m.%Y",
    "%d.%m.%y",
    "%H:%M %d.%m.%Y",
    "%d/%m/%Y %H:%M",
    "%d/%m/%Y",
)


SERIAL = re.compile(r"[0-9]{5}(?:[.,][0-9]+)?")
BEGINNING = datetime(1899, 12, 30)
SERIALS = (36526, 73051)
"""Excel's serial dates of 2000 to 2099, for columns not formatted as dates."""
FIRST_YEAR = 1900


class NotYetError(ValueError):
    """The moment is in the future; the message names it."""


class Left(StrEnum):
    """The reason why a row was skipped."""

    NO_TEXT = "no_text"
    OLD = "old"
    ANSWERED = "answered"
    ELSEWHERE = "elsewhere"
    BAD_DATE = "bad_date"
    FUTURE = "future"
    FORMULA = "formula"
    TWICE = "twice"


@dataclass(frozen=True, slots=True)
class Row:
    """A citizen's message on one line of the file. `line` counts from 1, `key` identifies it in every import."""

    line: int
    key: str
    text: str
    author: str
    link: str
    source: str
    topic: str
    place: str
    written_at: datetime
    access_at: datetime | None


@dataclass(frozen=True, slots=True)
class Skipped:
    line: int
    reason: Left
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The content of a file. `columns`: the column read for each field; `unread`: names of unused columns."""

    rows: tuple[Row, ...]
    skipped: tuple[Skipped, ...]
    columns: Mapping[str, str]
    unread: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Imported:
    """The outcome for a file, line by line: `opened` and `known` pair a line with the number of its case, `refused` are
    lines that the office rejects.
    """

    sheet: Sheet
    dry: bool
    opened: tuple[tuple[int, int], ...] = ()
    known: tuple[tuple[int, int], ...] = ()
    refused: tuple[int, ...] = ()

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        return self.sheet.skipped


def read_sheet(data: bytes, plan: ImportPlan, zone: ZoneInfo, name: str, now: datetime) -> Sheet:
    """Read the messages in the file; `name` is the municipality's. Raises BrokenFileError."""
    table = rows_of(data, plan.most_rows + HEADING_WITHIN)
    heading, places = _heading(table, plan)
    if len(table) - heading - 1 > plan.most_rows:
        raise BrokenFileError(Broken.TOO_MANY_ROWS)
    reader = _Reader(plan, zone, name, now, places)
    taken: list[Row] = []
    skipped: list[Skipped] = []
    keys: dict[str, int] = {}
    for number, cells in enumerate(table[heading + 1 :], start=heading + 2):
        if not any(cells):
            continue
        found = reader.row(number, cells)
        if isinstance(found, Row) and found.key in keys:
            found = Skipped(number, Left.TWICE, str(keys[found.key]))
        if isinstance(found, Row):
            keys[found.key] = number
            taken.append(found)
        else:
            skipped.append(found)
    names = [str(cell) for cell in table[heading]]
    unread = tuple(name for place, name in enumerate(names) if name and place not in places.values())
    return Sheet(tuple(taken), tuple(skipped), {field: names[place] for field, place in places.items()}, unread)


def _heading(table: Sequence[Sequence[Cell]], plan: ImportPlan) -> tuple[int, dict[str, int]]:
    """The number of the header row, and the column of each field; the first of two columns for one field counts."""
    best: tuple[int, dict[str, int]] | None = None
    for number, cells in enumerate(table[:HEADING_WITHIN]):
        places: dict[str, int] = {}
        for place, cell in enumerate(cells):
            field = plan.columns.get(plain(str(cell)))
            if field is not None:
                places.setdefault(field, place)
        if "text" in places and (best is None or len(places) > len(best[1])):
            best = number, places
    if best is None:
        widest = max(table[:HEADING_WITHIN], key=lambda cells: sum(1 for cell in cells if cell), default=[])
        raise BrokenFileError(Broken.NO_TEXT_COLUMN, tuple(str(cell)[:40] for cell in widest if cell)[:12])
    return best


@dataclass(frozen=True)
class _Reader:
    plan: ImportPlan
    zone: ZoneInfo
    name: str
    now: datetime
    places: Mapping[str, int]

    def row(self, line: int, cells: Sequence[Cell]) -> Row | Skipped:
        """Read the row as a message, or return the reason to skip it."""
        if (unmade := self._formula(cells)) is not None:
            return Skipped(line, Left.FORMULA, unmade.place)
        text = self._words(cells, "text")
        if not text:
            return Skipped(line, Left.NO_TEXT)
        if (other := self._words(cells, "municipality")) and not self._is_ours(other):
            return Skipped(line, Left.ELSEWHERE, other[:60])
        if self._is_answered(cells):
            return Skipped(line, Left.ANSWERED, self._words(cells, "status")[:60])
        try:
            written, access = self._moment(cells, "written"), self._moment(cells, "access")
        except NotYetError as error:
            return Skipped(line, Left.FUTURE, str(error))
        except ValueError as error:
            return Skipped(line, Left.BAD_DATE, str(error)[:40])
        at = written or access or self.now
        if self.now - at > self.plan.oldest:
            return Skipped(line, Left.OLD, at.astimezone(self.zone).strftime("%d.%m.%Y"))
        link = self._link(cells)
        return Row(
            line=line,
            key=self._key(cells, link, text, written),
            text=text,
            author=self._words(cells, "author"),
            link=link,
            source=self._source(cells, link),
            topic=self._words(cells, "topic"),
            place=self._words(cells, "place"),
            written_at=at,
            access_at=access,
        )

    def _formula(self, cells: Sequence[Cell]) -> Formula | None:
        """The first uncalculated formula in a column we need, except the link (its formula's text is enough)."""
        written = (self._written(cells, field) for field in self.places if field != "link")
        return next((cell for cell in written if isinstance(cell, Formula) and cell.value is None), None)

    def _written(self, cells: Sequence[Cell], field: str) -> Cell:
        place = self.places.get(field)
        return cells[place] if place is not None and place < len(cells) else ""

    def _cell(self, cells: Sequence[Cell], field: str) -> str | datetime | date:
        """The cell's value, or the computed value of its formula."""
        cell = self._written(cells, field)
        return (cell.value or "") if isinstance(cell, Formula) else cell

    def _words(self, cells: Sequence[Cell], field: str) -> str:
        return str(self._cell(cells, field)).strip()

    def _is_ours(self, written: str) -> bool:
        """Whether the two names share a distinctive word; endings are ignored."""
        ours, theirs = self._telling(self.name), self._telling(written)
        return not theirs or any(one[:5] == other[:5] for one in ours for other in theirs)

    def _telling(self, name: str) -> set[str]:
        return {word for word in plain(name).split() if len(word) > 3 and word not in self.plan.common}

    def _is_answered(self, cells: Sequence[Cell]) -> bool:
        if self._words(cells, "answer"):
            return True
        status = plain(self._words(cells, "status"))
        negative = status.startswith("не ")
        return not negative and any(status.startswith(words) for words in self.plan.answered)

    def _link(self, cells: Sequence[Cell]) -> str:
        """The first web address in the cell, also inside a formula."""
        cell = self._written(cells, "link")
        found = re.search(r"https?://[^\s\"'<>;]+", cell.text if isinstance(cell, Formula) else str(cell))
        return found[0] if found else ""

    def _source(self, cells: Sequence[Cell], link: str) -> str:
        """The source by the link, otherwise by the named network, otherwise the program itself."""
        try:
            host = (urlsplit(link).hostname or "").removeprefix("www.").removeprefix("m.")
        except ValueError:
            host = ""
        named = self.plan.sources.get(plain(self._words(cells, "source")))
        return HOSTS.get(host) or (named if not host else None) or "incident"

    def _key(self, cells: Sequence[Cell], link: str, text: str, written: datetime | None) -> str:
        """The row's key: the program's number, or the text, link and time if there is none."""
        number = self._words(cells, "id")
        at = written.isoformat() if written is not None else ""
        whole = f"id|{number}" if number else f"words|{link}|{' '.join(text.split())}|{at}"
        return hashlib.sha256(whole.encode()).hexdigest()[:40]

    def _moment(self, cells: Sequence[Cell], field: str) -> datetime | None:
        """The aware moment; None if the cell is empty. ValueError with the cell's text if it is no moment; NotYetError
        if it is in the future.
        """
        cell = self._cell(cells, field)
        if not cell:
            return None
        if isinstance(cell, datetime):
            found = cell if cell.tzinfo else cell.replace(tzinfo=self.zone)
        elif isinstance(cell, date):
            found = datetime.combine(cell, time(), self.zone)
        else:
            found = self._parsed(cell)
        if found.year < FIRST_YEAR:
            raise ValueError(str(cell))
        if found > self.now + timedelta(days=1):
            raise NotYetError(found.strftime("%d.%m.%Y"))
        return found

    def _parsed(self, words: str) -> datetime:
        given = words
        if SERIAL.fullmatch(words) and SERIALS[0] <= (days := float(words.replace(",", "."))) < SERIALS[1]:
            return (BEGINNING + timedelta(seconds=round(days * 86400))).replace(tzinfo=self.zone)
        words = re.sub(r"\s+", " ", words.replace(",", " ")).strip()
        try:
            found = datetime.fromisoformat(words)
            return found if found.tzinfo else found.replace(tzinfo=self.zone)
        except ValueError:
            pass
        for form in FORMATS:
            try:
                return datetime.strptime(words, form).replace(tzinfo=self.zone)
            except ValueError:
                continue
        raise ValueError(given)
