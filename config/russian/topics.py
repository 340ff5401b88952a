"""The list of topics, from `topics.yaml`, and the meaning of a municipality's word in it.

Reads the file and looks words up; `config.russian.detection` guesses a topic from a citizen's text. For the reports
each topic also keeps its group and topic of the federal classifier.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from config.yamlfile import BrokenConfiguration, Problem, load, problems_of, suggestion
from workflow.office import Topic

FILE = "topics.yaml"
PACKAGED = Path(__file__).parents[1] / FILE
LABEL = 24
"""The most characters of a topic's label: a longer one does not fit beside another button on a phone."""


@dataclass(frozen=True, slots=True)
class ListedTopic:
    """A topic of the list. `group`: the name we give to its group; `federal`: its group and topic in the federal
    classifier."""

    topic: Topic
    group: str
    federal: tuple[str, str]


@dataclass(frozen=True)
class TopicList:
    """The list of topics. `topics`: by code, in the order of the file; `groups`: our name of a group → the federal
    group; `danger`: words of danger."""

    topics: Mapping[str, ListedTopic]
    groups: Mapping[str, str]
    danger: tuple[str, ...]

    def of_group(self, group: str) -> tuple[str, ...]:
        """The codes of the topics in the group with this name; () if there is none."""
        return tuple(code for code, listed in self.topics.items() if listed.group == group)

    def means(self, word: str) -> str | None:
        """The code of the topic that the word names by its code, label or keyword; None for an unknown word.

        A keyword of several topics means the first of them.
        """
        return self._codes.get(plain(word))

    @cached_property
    def _codes(self) -> Mapping[str, str]:
        """The code for each known word. A code wins over a label, a label over a keyword, an earlier topic over a later
        one.
        """
        last_first = list(self.topics.items())[::-1]
        by_keyword = {plain(keyword): code for code, item in last_first for keyword in item.topic.keywords}
        by_label = {plain(item.topic.label): code for code, item in last_first}
        return by_keyword | by_label | {code: code for code in self.topics}


def plain(word: str) -> str:
    """The word normalised for comparison: lower case, single spaces."""
    return " ".join(word.lower().split())


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid")

    label: str = Field(min_length=1)
    group: str
    federal: str
    keywords: list[str] = Field(min_length=1)

    @field_validator("label")
    @classmethod
    def _fits(cls, label: str) -> str:
        if len(label) > LABEL:
            raise ValueError(f"подпись «{label}» длиннее {LABEL} знаков")
        return label


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    groups: dict[str, str]
    topics: dict[str, _Entry]
    danger: list[str] = []


def load_topics(folders: Sequence[Path] = ()) -> TopicList:
    """Read the first `topics.yaml` found in the folders, or the packaged one. BrokenConfiguration names the lines."""
    path = next((folder / FILE for folder in folders if (folder / FILE).is_file()), None)
    return _packaged() if path is None else read_topics(path)


@cache
def _packaged() -> TopicList:
    return read_topics(PACKAGED)


def read_topics(path: Path) -> TopicList:
    data, lines = load(path)
    try:
        file = _File.model_validate(data)
    except ValidationError as error:
        raise BrokenConfiguration(problems_of(error, _File, lines, path.name)) from None
    problems = [
        Problem(
            path.name,
            lines.of(("topics", code, "group")),
            f"{code}: группы «{entry.group}» нет в groups{suggestion(entry.group, file.groups)}",
        )
        for code, entry in file.topics.items()
        if entry.group not in file.groups
    ]
    problems += [
        Problem(path.name, lines.of(("topics", code)), f"код темы «{code}»: нужны строчные буквы без пробелов")
        for code in file.topics
        if code != plain(code) or " " in code or ":" in code
    ]
    if problems:
        raise BrokenConfiguration(problems)
    topics = {
        code: ListedTopic(
            Topic(code, entry.label, tuple(plain(keyword) for keyword in entry.keywords)),
            entry.group,
            (file.groups[entry.group], entry.federal),
        )
        for code, entry in file.topics.items()
    }
    return TopicList(topics, file.groups, tuple(plain(word) for word in file.danger))
