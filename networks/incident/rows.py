"""Read one row of an export as a citizen's message, or give the reason to skip it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from functools import cached_property
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from config.imports import ImportPlan, plain
from config.russian import stamps
from config.russian.stamps import Stamp
from networks.incident.columns import Heading
from networks.incident.contents import address_in, is_empty, value_of
from networks.incident.identity import digest_of, is_rounded, keys_of
from networks.incident.tables import Cell, Formula, Line, Linked
from networks.incident.territory import Territory
from workflow.official.link_forms import source_of_host

FIRST_YEAR = 1900
SHORT_ANSWER = 3
"""Up to how many words a cell of the answer's column may merely say that there is no answer («не отвечено»)."""


class NotYetError(ValueError):
    """A date in the export lies more than a day in the future; the exception's message is that date."""


class Left(StrEnum):
    """The reason why a row of the export was skipped."""

    NO_TEXT = "no_text"
    OLD = "old"
    ANSWERED = "answered"
    ELSEWHERE = "elsewhere"
    BAD_DATE = "bad_date"
    FUTURE = "future"
    FORMULA = "formula"
    TWICE = "twice"
    CONFLICT = "conflict"
    HIDDEN = "hidden"
    HEADING = "heading"
    TOTAL = "total"
    SHIFTED = "shifted"


PAST = frozenset((Left.ANSWERED, Left.OLD))
"""Reasons to skip a row that was a citizen's message but is answered or old; the bot still learns to which department
it went."""
FAULTS = frozenset((Left.NO_TEXT, Left.BAD_DATE, Left.FUTURE, Left.FORMULA, Left.CONFLICT, Left.HIDDEN, Left.SHIFTED))
"""Reasons that are a fault of the file or of how it was read; if nothing else came of a file, its import failed."""


@dataclass(frozen=True, slots=True)
class Skipped:
    line: int
    reason: Left
    detail: str = ""
    text: str = ""
    link: str = ""
    source: str = ""
    status: str = ""
    written_at: datetime | None = None
    topic: str = ""
    executor: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A citizen's message from one line of the file. `line` counts from 1; `keys` identify the message in every import;
    `digest` shows whether another message under the same key has another text; `number`: the program's id, "" if it is
    not trusted. `dated`: the file says when it was written (else `written_at` is the time of the import); `rounded`:
    Excel rounded its id.
    """

    line: int
    keys: tuple[str, ...]
    text: str
    author: str
    link: str
    source: str
    topic: str
    place: str
    written_at: datetime
    access_at: datetime | None
    status: str = ""
    number: str = ""
    digest: str = ""
    dated: bool = True
    rounded: bool = False
    executor: str = ""

    @property
    def key(self) -> str:
        return self.keys[0]

    def left(self, reason: Left, detail: str) -> Skipped:
        at = self.written_at if self.dated else None
        return Skipped(
            self.line, reason, detail, self.text, self.link, self.source, self.status, at, self.topic, self.executor
        )


class NoteKind(StrEnum):
    """The kind of a note about how the file was read, shown to the person who imports it."""

    OTHERS = "others"
    HIDDEN = "hidden"
    HIDDEN_COLUMN = "hidden_column"
    REPEATED = "repeated"
    STOPPED = "stopped"
    RUNNING = "running"
    REPEATED_IDS = "repeated_ids"
    UNDATED = "undated"
    STATUS = "status"
    ROUNDED = "rounded"


@dataclass(frozen=True, slots=True)
class Note:
    """A note about how the file was read, shown to the person who imports it; `detail` is text from the file."""

    kind: NoteKind
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What was read from a file. `columns`: for each field, the names of the columns it was read from; `unread`: the
    names of unused columns; `name`: the name of the sheet that was read, "" for a text file."""

    rows: tuple[Row, ...]
    skipped: tuple[Skipped, ...]
    columns: Mapping[str, str]
    unread: tuple[str, ...]
    name: str = ""
    notes: tuple[Note, ...] = ()

    @property
    def past(self) -> tuple[Skipped, ...]:
        """The skipped messages that were answered or are too old, oldest first; those without a date come before all
        others."""
        over = [one for one in self.skipped if one.reason in PAST and one.text]
        return tuple(sorted(over, key=lambda one: (one.written_at is not None, one.written_at or 0)))


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file, line by line. `dry`: it was only previewed. `opened` and `known` pair a line with the
    number of its case; `conflicting` does so where the case with the same id has another text; `refused`: lines for
    which the office does not open a case; `taught`: how many lines named the department they went to.
    """

    sheet: Sheet
    dry: bool
    opened: tuple[tuple[int, int], ...] = ()
    known: tuple[tuple[int, int], ...] = ()
    refused: tuple[int, ...] = ()
    conflicting: tuple[tuple[int, int], ...] = ()
    taught: int = 0

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        return self.sheet.skipped

    @property
    def is_in_vain(self) -> bool:
        """Whether the file gave no case, although it should have: a line was refused or faulty, or there were no
        messages at all."""
        if self.opened or self.known:
            return False
        reasons = {one.reason for one in self.skipped}
        return bool(self.refused or self.conflicting or reasons & FAULTS) or reasons <= {Left.HEADING, Left.TOTAL}


@dataclass(frozen=True)
class RowReader:
    """Reads the rows under one heading. `trusted`: the column of ids identifies rows; `months_first`: dates are in the
    American order; `near`: the day the export was made, if it says so."""

    plan: ImportPlan
    zone: ZoneInfo
    now: datetime
    heading: Heading
    territory: Territory
    trusted: bool
    months_first: bool = False
    near: date | None = None
    _ours: dict[str, bool] = field(default_factory=dict)

    def row(self, line: Line) -> Row | Skipped:
        """Read the row as a citizen's message, or return the reason to skip it."""
        text, status, link = self._words(line, "text"), self._words(line, "status"), self._link(line)
        source = self._source(line, link)
        topic, executor = self._words(line, "topic"), self._words(line, "executor")

        def left(reason: Left, detail: str = "", at: datetime | None = None) -> Skipped:
            return Skipped(line.number, reason, detail, text, link, source, status, at, topic, executor)

        if (unmade := self._formula(line)) is not None:
            return left(Left.FORMULA, unmade.place)
        if not text or text.isdecimal():
            return left(Left.NO_TEXT)
        if (other := self._words(line, "municipality")) and not self._is_ours(other):
            return left(Left.ELSEWHERE, other[:60])
        try:
            written, access = self._written(line), self._moment(line, "access")
        except NotYetError as error:
            return left(Left.FUTURE, str(error))
        except ValueError as error:
            return left(Left.BAD_DATE, str(error)[:40])
        dated = written or access
        if self._is_answered(line, status):
            return left(Left.ANSWERED, status[:60], dated)
        at = dated or self.now
        if self.now - at > self.plan.oldest:
            return left(Left.OLD, at.astimezone(self.zone).strftime("%d.%m.%Y"), dated)
        number = str(value_of(self._cell(line, "id"))) if not is_empty(self._words(line, "id"), self.plan) else ""
        rounded = is_rounded(value) if isinstance(value := value_of(self._cell(line, "id")), str) else False
        number = number if self.trusted and not rounded else ""
        return Row(
            line=line.number,
            keys=keys_of(number, link, text, written),
            text=text,
            author=self._words(line, "author"),
            link=link,
            source=source,
            topic=topic,
            place=", ".join(self._each(line, "place")),
            written_at=at,
            access_at=access,
            status=status,
            number=number,
            digest=digest_of(text),
            dated=dated is not None,
            rounded=rounded,
            executor=executor,
        )

    def _cell(self, line: Line, name: str) -> Cell:
        place = self._first.get(name)
        return line.at(place) if place is not None else ""

    @cached_property
    def _first(self) -> dict[str, int]:
        return {name: places[0] for name, places in self.heading.places.items()}

    def _formula(self, line: Line) -> Formula | None:
        """The first formula without a stored result in a column that is read, other than the link's (there the
        formula's text is enough); None if there is none."""
        for name, places in self.heading.places.items():
            for place in places if name != "link" else ():
                cell = line.at(place)
                if isinstance(cell, Formula) and cell.value is None:
                    return cell
        return None

    def _words(self, line: Line, name: str) -> str:
        cell = self._cell(line, name)
        return self._said(cell) if cell else ""

    def _said(self, cell: Cell) -> str:
        words = str(value_of(cell)).strip()
        return "" if is_empty(words, self.plan) else words

    def _each(self, line: Line, name: str) -> Sequence[str]:
        """The texts in the columns of this field, without empty ones and repeats."""
        places = self.heading.places.get(name, ())
        return list(dict.fromkeys(said for place in places if (said := self._said(line.at(place)))))

    def _is_ours(self, written: str) -> bool:
        if written not in self._ours:
            self._ours[written] = self.territory.has(written)
        return self._ours[written]

    def _is_answered(self, line: Line, status: str) -> bool:
        for said in self._each(line, "answer"):
            words = plain(said).split()
            if not (
                words and len(words) <= SHORT_ANSWER and (words[0] in ("не", "нет", "без", "ожидается", "готовится"))
            ):
                return True
        return bool(status) and self.plan.is_answered(status) is True

    def _link(self, line: Line) -> str:
        cell, text = self._cell(line, "link"), self._cell(line, "text")
        target = text.target if isinstance(text, Linked) else text.text if isinstance(text, Formula) else ""
        return (address_in(cell) if cell else "") or address_in(target)

    def _source(self, line: Line, link: str) -> str:
        """The source: by the link's host, else by the network that the row names, else «incident» (the program
        itself)."""
        host = _host(link)
        words = self._words(line, "source")
        named = self.plan.sources.get(plain(words)) or source_of_host(_host(address_in(words) or f"//{words}"))
        return source_of_host(host) or (named if not host else None) or "incident"

    # --- dates -----------------------------------------------------------------------------------

    def _written(self, line: Line) -> datetime | None:
        """When the message was written, from one column or from a day's and a time's; None if the row does not say.
        ValueError if the time cannot be read."""
        stamp = self._stamp(line, "written")
        at = value_of(self._cell(line, "time"))
        if stamp is None or (stamp.at is not None and stamp.at != time()) or not at or is_empty(str(at), self.plan):
            return self._aware(stamp, "written")
        found = at.time() if isinstance(at, datetime) else at if isinstance(at, time) else stamps.read_time(str(at))
        if found is None:
            raise ValueError(str(at))
        return self._aware(Stamp(stamp.on, found, stamp.zone), "written")

    def _moment(self, line: Line, name: str) -> datetime | None:
        return self._aware(self._stamp(line, name), name)

    def _stamp(self, line: Line, name: str) -> Stamp | None:
        """The day and time in the cell; None if it is empty. ValueError with the cell's text if it is neither."""
        value = value_of(self._cell(line, name))
        if isinstance(value, datetime):
            return Stamp(value.date(), value.time(), value.tzinfo)
        if isinstance(value, date):
            return Stamp(value)
        if not value or is_empty(str(value), self.plan):
            return None
        found = stamps.read(str(value), months_first=self.months_first, near=self.near)
        if found is None:
            raise ValueError(str(value))
        return found

    def _aware(self, stamp: Stamp | None, name: str) -> datetime | None:
        """The moment with its time zone: the one the column's name mentions, else the municipality's; None without a
        stamp. NotYetError if it is more than a day in the future, ValueError if it is before 1900."""
        if stamp is None:
            return None
        if stamp.on.year < FIRST_YEAR:
            raise ValueError(f"{stamp.on:%d.%m}.{stamp.on.year:04}")
        found = stamp.moment(self._zones.get(name) or self.zone)
        if found > self.now + timedelta(days=1):
            raise NotYetError(found.strftime("%d.%m.%Y"))
        return found

    @cached_property
    def _zones(self) -> dict[str, tzinfo | None]:
        """The time zone that each field's column names mention («МСК»); None for a field whose names mention none."""
        return {name: stamps.zone_named(columns) for name, columns in self.heading.columns.items()}


def _host(link: str) -> str:
    try:
        return (urlsplit(link).hostname or "").removeprefix("www.").removeprefix("m.")
    except ValueError:
        return ""
