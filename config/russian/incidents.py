"""Recognises texts that are no appeal (thanks, praise, congratulations, chatter) by the words of `incidents.yaml`.
Pure.

It names the kind of text and the deciding words; `config.russian.detection.is_incident` decides whether to open a
case.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from unicodedata import category

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from config.russian.morphology import SKIPPED, Word, parses, plain, words_of
from config.yamlfile import BrokenConfiguration, load, problems_of

FILE = "incidents.yaml"
PACKAGED = Path(__file__).parents[1] / FILE
_LAUGHS = re.compile(r"(?:а?[хx][аеиоы]?){2,}|а?ха|хи|хе")
_LINK = re.compile(r"\b\w+://\S+")
_SMILES = re.compile(r"\){2,}|:-?[()]|^[^()]*\)[^()]*$|\bа?(?:ха){2,}|\bлол\b", re.IGNORECASE)
_CROSS = frozenset("😡😠🤬😤😢😭😞😔😩😫💩🤮🤢👎🆘⚠❗‼❓🙏🔥💧🚨🚧🗑❄🕳📍⛔⭕❌")
"""Pictures that a complaint has, too."""
_SAYS = frozenset(("NOUN", "VERB", "INFN", "PRTS", "PRTF", "ADJF", "ADJS", "PRED", "NUMR"))
"""The words without which a text says of nothing what it is or does."""
_TO_READER = re.compile(r"\s*(?:\[id\d+\|([^\]]{1,60})\]|([А-ЯЁ][а-яё]{2,}))\s*,")
"""The beginning of a text that answers another reader: «[id1|Ольга], …», «Ольга, …»."""


class Idle(StrEnum):
    """The reason why a text is no appeal to the office."""

    EMPTY = "empty"
    THANKS = "thanks"
    PRAISE = "praise"
    CONGRATULATIONS = "congratulations"
    CHATTER = "chatter"
    ADVERTISING = "advertising"
    FLOOD = "flood"


class _Longest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    thanks: int = Field(ge=1)
    praise: int = Field(ge=1)
    congratulations: int = Field(ge=1)
    chatter: int = Field(ge=1)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    thanks: list[str] = Field(min_length=1)
    praise: list[str]
    congratulations: list[str]
    chatter: list[str]
    complaint: list[str] = Field(min_length=1)
    wishes: list[str] = []
    office: list[str] = []
    matters: str = ""
    faint: list[str] = []
    light: list[str] = []
    longest: _Longest


@dataclass(frozen=True)
class Signs:
    """The words of `incidents.yaml`, in dictionary form with ё as е, and for each kind of idle text the longest one, in
    words, that counts as such."""

    words: dict[Idle, frozenset[str]]
    longest: dict[Idle, int]
    complaint: frozenset[str]
    wishes: frozenset[str] = frozenset()
    office: frozenset[str] = frozenset()
    matters: frozenset[str] = frozenset()
    faint: frozenset[str] = frozenset()
    light: frozenset[str] = frozenset()


def load_signs(folders: Sequence[Path] = ()) -> Signs:
    """Read the first `incidents.yaml` found in the folders, or the packaged one. BrokenConfiguration names the
    lines."""
    path = next((folder / FILE for folder in folders if (folder / FILE).is_file()), None)
    return packaged() if path is None else _read(path)


@cache
def packaged() -> Signs:
    return _read(PACKAGED)


def _read(path: Path) -> Signs:
    data, lines = load(path)
    try:
        file = _File.model_validate(data)
    except ValidationError as error:
        raise BrokenConfiguration(problems_of(error, _File, lines, path.name)) from None
    kinds = (Idle.THANKS, Idle.PRAISE, Idle.CONGRATULATIONS, Idle.CHATTER)
    return Signs(
        words={kind: frozenset(plain(word) for word in getattr(file, kind.value)) for kind in kinds},
        longest={kind: getattr(file.longest, kind.value) for kind in kinds},
        complaint=frozenset(plain(word) for word in file.complaint),
        wishes=frozenset(plain(word) for word in file.wishes),
        office=frozenset(plain(word) for word in file.office),
        matters=frozenset(plain(word) for word in file.matters.split()),
        faint=frozenset(plain(word) for word in file.faint),
        light=frozenset(plain(word) for word in file.light),
    )


@dataclass(frozen=True, slots=True)
class Talk:
    """The kind of a text. `idle`: why it is no appeal, None if it may be one; `words`: the deciding words, as written;
    `asks`: it contains a question, a complaint or a request. `says_nothing`: it contains nothing of these but a faint word,
    neither a number nor a word of what people write to the office about, and a tone in which nobody writes to an office.
    """

    idle: Idle | None
    words: tuple[str, ...]
    asks: bool
    says_nothing: bool = False


GUESSED = 50
"""How many words unknown to the dictionary are checked for being an imperative: each takes 0.1 ms."""


def talk(text: str, signs: Signs | None = None) -> Talk:
    """Classify the text. An empty text, a sticker or a bare exclamation mark is EMPTY."""
    signs = signs or packaged()
    question = "?" in _LINK.sub(" ", text)
    every = words_of(text)
    words = [word for word in every if not word.is_number]
    if not words:
        return Talk(None if question else Idle.EMPTY, (), question)
    matters = bool(_of(words, signs.matters))
    nothing = bool(signs.matters) and not matters and len(words) == len(every) and _is_light(text, words, signs)
    if question or (asking := _asking(words, signs)):
        faint = not question and all(_forms(word) & signs.faint for word in asking)
        return Talk(None, () if question else _written(asking), True, nothing and faint)
    for kind in (Idle.THANKS, Idle.PRAISE, Idle.CONGRATULATIONS):
        found = _of(words, signs.words[kind])
        if found and len(words) <= signs.longest[kind] and not (matters and kind is Idle.PRAISE):
            return Talk(kind, _written(found), False)
    small = signs.words[Idle.CHATTER] | SKIPPED
    if len(words) <= signs.longest[Idle.CHATTER] and all(
        _forms(word) & small or _LAUGHS.fullmatch(word.plain) for word in words
    ):
        return Talk(Idle.CHATTER, _written(words), False)
    return Talk(None, (), False, nothing)


def to_another_reader(text: str, signs: Signs | None = None) -> str:
    """The name of the reader whom the text addresses at its beginning; "" if it addresses nobody or mentions an
    official."""
    match = _TO_READER.match(text)
    if match is None or (match[2] and not _is_first_name(match[2])):
        return ""
    office = (signs or packaged()).office
    return "" if any(_forms(word) & office for word in words_of(text)) else match[1] or match[2]


def _is_light(text: str, words: Sequence[Word], signs: Signs) -> bool:
    """Whether the text speaks as among friends: of «я» or «ты», with a picture or a smile, or without a noun and a verb."""
    if (
        _SMILES.search(text)
        or any(category(sign) == "So" and sign not in _CROSS for sign in text)
        or _of(words, signs.light)
    ):
        return True
    tags = [parses(word.plain)[0].tag for word in words]
    if any(tag.POS == "VERB" and tag.person in ("1per", "2per") and tag.number == "sing" for tag in tags):
        return True
    return all(word.known and tag.POS not in _SAYS for word, tag in zip(words, tags, strict=True))


def _is_first_name(word: str) -> bool:
    return any("Name" in one.tag for one in parses(word.lower()))


def is_noise(text: str) -> bool:
    """Whether the text is thanks, praise, a sticker or empty; the bot then proposes «благодарность». Never a reason to
    drop it.
    """
    return talk(text).idle in (Idle.EMPTY, Idle.THANKS, Idle.PRAISE)


def _of(words: Sequence[Word], wanted: frozenset[str]) -> list[Word]:
    return [word for word in words if _forms(word) & wanted]


def _asking(words: Sequence[Word], signs: Signs) -> list[Word]:
    """Those of the words that express a complaint or a request, and verbs in the imperative."""
    unknown = {word.start for word in [word for word in words if not word.known][GUESSED:]}
    return [
        word
        for word in words
        if _forms(word) & signs.complaint or (word.start not in unknown and _is_asked(word, signs.wishes))
    ]


def _is_asked(word: Word, wishes: frozenset[str]) -> bool:
    """Whether the word tells somebody to do something: «посмотрите», not «здравствуйте» or «будьте здоровы»."""
    text = word.plain
    readings = parses(text) if text.endswith(("те", "тесь")) else parses(text)[:1]
    return any(one.tag.mood == "impr" and plain(one.normal_form) not in wishes for one in readings)


def _forms(word: Word) -> frozenset[str]:
    return word.lemmas | {word.plain}


def _written(words: Sequence[Word]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.text.lower() for word in words))
