"""How to read an export of another program: `imports.yaml` as values. `networks.incident` reads the export itself."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from config.yamlfile import BrokenConfiguration, Problem, load, problems_of

FILE = "imports.yaml"
PACKAGED = Path(__file__).with_name(FILE)

Detected = Literal["entered", "access"]
Words = list[Annotated[str, Field(min_length=1)]]


class _Things(BaseModel):
    """For each field of a message, the words of `imports.yaml` that mean it in a column's name."""

    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True)

    id: Words = []
    text: Words = []
    link: Words = []
    author: Words = []
    written: Words = []
    time: Words = []
    source: Words = []
    topic: Words = []
    place: Words = []
    municipality: Words = []
    status: Words = []
    answer: Words = []
    executor: Words = []


class _Headings(_Things):
    other: Words = []


class _Columns(_Things):
    text: Annotated[Words, Field(min_length=1)]
    access: Words = []


class _About(BaseModel):
    model_config = ConfigDict(extra="forbid")

    answer: Words = []
    access: Words = []
    other: Words = []


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    columns: _Columns
    remarks: Words | None = None
    headings: _Headings | None = None
    about: _About | None = None
    sources: dict[Literal["vk", "ok", "telegram", "max"], Words] = {}
    answered: Words = []
    open: Words | None = None
    empty: Words | None = None
    totals: Words | None = None
    common: Words = []
    older_than_days: Annotated[int, Field(ge=1)] = 30
    most_rows: Annotated[int, Field(ge=1, le=20_000)] = 20_000
    detected: Detected = "entered"
    detected_by_regulation: dict[str, Detected] = {}


FALLING_BACK = ("remarks", "headings", "about", "open", "empty", "totals")
"""Sections that an office's own `imports.yaml` may leave out; the packaged file's are used then."""

Meanings = tuple[tuple[str, str], ...]
"""Pairs of a word's beginning and what such a word means, the longest beginning first."""


@dataclass(frozen=True)
class ImportPlan:
    """How to read an export. `columns`: column name, normalised by `plain`, to field and its place in the list;
    `remarks`: names of columns that may hold another's words than the citizen's, the best first; `headings`: what the
    first known word of any other column name means, `about`: what its later words mean. `sources`, `empty`, `totals`
    and `common` (words that do not tell municipalities apart) are normalised by `plain`, `answered` and `open` by
    `status_form`. `oldest`: older messages are skipped.
    """

    columns: Mapping[str, tuple[str, int]]
    remarks: tuple[str, ...]
    headings: Meanings
    about: Meanings
    sources: Mapping[str, str]
    answered: frozenset[str]
    open: frozenset[str]
    empty: frozenset[str]
    totals: tuple[str, ...]
    common: frozenset[str]
    oldest: timedelta
    most_rows: int
    detected: Detected
    by_regulation: Mapping[str, Detected]

    def detected_under(self, regulation: str) -> Detected:
        """Which moment counts as «выявление» of an imported message under this regulation: its entry or its access."""
        return self.by_regulation.get(regulation, self.detected)

    def is_answered(self, status: str) -> bool | None:
        """Whether the status says that the message was answered; None if none of its words is known. One open part
        («закрыто, не решено») keeps it open."""
        forms = [form for part in re.split(r"[;,.()/|:\n]| [-–—] ", status) if (form := status_form(part))]
        if whole := status_form(status):
            forms.append(whole)
        if any(form in self.open for form in forms):
            return False
        return True if any(form in self.answered for form in forms) else None


def meaning_of(word: str, meanings: Meanings) -> str | None:
    """What the word means, by the beginnings in `meanings`; None if unknown. A beginning of up to three letters must be
    the whole word."""
    return next(
        (meant for start, meant in meanings if word == start or (len(start) > 3 and word.startswith(start))), None
    )


def plain(words: str) -> str:
    """A column name normalised for comparison: lower-case letters and digits, single spaces; «№» stays."""
    return " ".join(re.findall(r"[^\W_]+|№", words.lower().replace("ё", "е")))


@cache
def status_form(words: str) -> str:
    """A status normalised for comparison: `plain`, without the numbers around it and without the endings of gender and
    number."""
    return " ".join(_form(word) for word in re.sub(r"^[\d №]+|[\d ]+$", "", plain(words)).split())


def _form(word: str) -> str:
    bare = re.sub(r"(?:ый|ой|ая|ое|ые)$", "", word) if len(word) > 4 else word
    if bare == word and len(word) > 4:
        bare = re.sub(r"(?<=[нт])[аоы]$", "", word)
    return bare[:-1] if bare.endswith("нн") else bare


def load_plan(folders: Sequence[Path] = ()) -> ImportPlan:
    """Read the first `imports.yaml` found in the folders, or the packaged one. BrokenConfiguration names the lines."""
    own = next((folder / FILE for folder in folders if (folder / FILE).is_file()), None)
    return _plan(own) if own is not None else _packaged_plan()


@cache
def _packaged_plan() -> ImportPlan:
    return _plan(PACKAGED)


def _plan(path: Path) -> ImportPlan:
    file, columns = _read(path)
    ours = file if path == PACKAGED else _read(PACKAGED)[0]
    given = {
        name: getattr(file, name) if getattr(file, name) is not None else getattr(ours, name) for name in FALLING_BACK
    }
    return ImportPlan(
        columns=columns,
        remarks=tuple(name for name in map(plain, given["remarks"]) if name not in columns),
        headings=_meanings(given["headings"]),
        about=_meanings(given["about"]),
        sources={plain(name): source for source, names in file.sources.items() for name in names},
        answered=frozenset(map(status_form, file.answered)),
        open=frozenset(map(status_form, given["open"])),
        empty=frozenset(map(plain, given["empty"])),
        totals=tuple(map(plain, given["totals"])),
        common=frozenset(plain(word) for word in file.common),
        oldest=timedelta(days=file.older_than_days),
        most_rows=file.most_rows,
        detected=file.detected,
        by_regulation=file.detected_by_regulation,
    )


def _read(path: Path) -> tuple[_File, dict[str, tuple[str, int]]]:
    data, lines = load(path)
    try:
        file = _File.model_validate(data)
    except ValidationError as error:
        raise BrokenConfiguration(problems_of(error, _File, lines, path.name)) from None
    columns: dict[str, tuple[str, int]] = {}
    for field, names in file.columns:
        for rank, name in enumerate(names):
            known, _ = columns.setdefault(plain(name), (field, rank))
            if known != field:
                words = f"столбец «{name}» назван дважды: {known} и {field}"
                raise BrokenConfiguration([Problem(path.name, lines.of(("columns", field)), words)])
    return file, columns


def _meanings(model: BaseModel) -> Meanings:
    found = [(plain(start), meant) for meant, starts in model for start in starts]
    return tuple(sorted(found, key=lambda one: -len(one[0])))
