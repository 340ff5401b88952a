"""`imports.yaml` as values: how to read an export of another program. `networks.incident` reads the export itself."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from config.yamlfile import BrokenConfiguration, Problem, load, problems_of

FILE = "imports.yaml"
PACKAGED = Path(__file__).with_name(FILE)

Detected = Literal["entered", "access"]
Words = list[Annotated[str, Field(min_length=1)]]


class _Columns(BaseModel):
    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True)

    id: Words = []
    text: Annotated[Words, Field(min_length=1)]
    link: Words = []
    author: Words = []
    written: Words = []
    access: Words = []
    source: Words = []
    topic: Words = []
    place: Words = []
    municipality: Words = []
    status: Words = []
    answer: Words = []


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    columns: _Columns
    sources: dict[Literal["vk", "ok", "telegram"], Words] = {}
    answered: Words = []
    common: Words = []
    older_than_days: Annotated[int, Field(ge=1)] = 30
    most_rows: Annotated[int, Field(ge=1, le=20_000)] = 20_000
    detected: Detected = "entered"
    detected_by_regulation: dict[str, Detected] = {}


@dataclass(frozen=True)
class ImportPlan:
    """`columns`: column name, normalised by `plain`, to field; `sources`, `answered` and `common` (words that do not
    tell municipalities apart) are normalised the same way.
    """

    columns: Mapping[str, str]
    sources: Mapping[str, str]
    answered: tuple[str, ...]
    common: frozenset[str]
    oldest: timedelta
    most_rows: int
    detected: Detected
    by_regulation: Mapping[str, Detected]

    def detected_under(self, regulation: str) -> Detected:
        """Which moment counts as «выявление» of an imported message under this regulation."""
        return self.by_regulation.get(regulation, self.detected)

    def names_of(self, field: str) -> tuple[str, ...]:
        """The column names that mean this field."""
        return tuple(name for name, meant in self.columns.items() if meant == field)


def plain(words: str) -> str:
    """Normalise a column name for comparison: lower-case letters and digits, single spaces; «№» stays."""
    return " ".join(re.findall(r"[^\W_]+|№", words.lower().replace("ё", "е")))


def load_plan(folders: Sequence[Path] = ()) -> ImportPlan:
    """Read the first `imports.yaml` in the folders, or the packaged one. BrokenConfiguration names the lines."""
    path = next((folder / FILE for folder in folders if (folder / FILE).is_file()), PACKAGED)
    data, lines = load(path)
    try:
        file = _File.model_validate(data)
    except ValidationError as error:
        raise BrokenConfiguration(problems_of(error, _File, lines, path.name)) from None
    columns: dict[str, str] = {}
    for field, names in file.columns:
        for name in names:
            if columns.setdefault(plain(name), field) != field:
                words = f"столбец «{name}» назван дважды: {columns[plain(name)]} и {field}"
                raise BrokenConfiguration([Problem(path.name, lines.of(("columns", field)), words)])
    return ImportPlan(
        columns=columns,
        sources={plain(name): source for source, names in file.sources.items() for name in names},
        answered=tuple(plain(words) for words in file.answered),
        common=frozenset(plain(word) for word in file.common),
        oldest=timedelta(days=file.older_than_days),
        most_rows=file.most_rows,
        detected=file.detected,
        by_regulation=file.detected_by_regulation,
    )
