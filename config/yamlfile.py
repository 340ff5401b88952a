"""YAML files that people edit: read with line numbers, so that every error message names the file and the line.

`load` returns plain data (dicts, lists, scalars; dates and times stay strings, repeated keys are refused) and the line
of each value. `problems_of` turns pydantic's validation errors into sentences that a clerk can act on. Reads one file
at a time and knows nothing about its content. The messages are in Russian: people read them.
"""

from __future__ import annotations

import copy
import difflib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from types import UnionType
from typing import Any, Literal, NamedTuple, Union, get_args, get_origin

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from config import washing

Where = tuple[str | int, ...]
"""A place in the data of a file: keys and indices from the top."""


_PAIR = re.compile(r"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")
UNREADABLE = "строка не читается: проверьте отступы, двоеточия, кавычки и скобки"


@dataclass(frozen=True, slots=True)
class Problem:
    """An error in a file, in Russian, with its place; `line` counts from 1, None if there is no line to name."""

    file: str
    line: int | None
    words: str

    def __str__(self) -> str:
        return f"{self.file}, строка {self.line}: {self.words}" if self.line else f"{self.file}: {self.words}"


class BrokenConfiguration(Exception):  # noqa: N818 - the name the project agreed on (STYLE 4)
    """The configuration files are invalid, and the program cannot start. `problems` is never empty."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(frozen=True, slots=True)
class Lines:
    """The line of each key and item in a file, by its place."""

    at: Mapping[Where, int] = field(default_factory=dict)

    def of(self, where: Sequence[str | int]) -> int | None:
        """The line of the place, or of the nearest enclosing place in the file; None for an empty file."""
        place = tuple(where)
        while place not in self.at and place:
            place = place[:-1]
        return self.at.get(place)


class Loaded(NamedTuple):
    data: dict[str, Any]
    lines: Lines


_QUICK: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAG = "tag:yaml.org,2002:"
_MERGE = "<<"
_CORE: dict[str, bool | None] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
}
"""The words for true, false and null in YAML 1.2, in which `off` and `09:00` are plain words."""
_CORE_1_1: dict[str, bool | None] = {
    **_CORE,
    **{case(word): True for word in ("yes", "on") for case in (str, str.capitalize, str.upper)},
    **{case(word): False for word in ("no", "off") for case in (str, str.capitalize, str.upper)},
}
"""The words for true, false and null in a file that says `%YAML 1.1`."""
_INT = re.compile(r"[-+]?(0b[01_]+|0o[0-7_]+|0x[0-9a-fA-F_]+|_*[0-9][0-9_]*)")
_FLOAT = re.compile(
    r"[-+]?([0-9][0-9_]*\.[0-9_]*([eE][-+]?[0-9]+)?|[0-9][0-9_]*[eE][-+]?[0-9]+|\.[0-9][0-9_]*([eE][-+]?[0-9]+)?"
    r"|\.(inf|Inf|INF))|\.(nan|NaN|NAN)"
)
_BASES = {"0b": 2, "0o": 8, "0x": 16}


def load(path: Path) -> Loaded:
    """Read the file's top-level mapping as plain data, with the line of each value. BrokenConfiguration if it has
    none."""
    return loads(read(path), path.name)


def read(path: Path) -> str:
    """Read the file's text without a byte order mark. BrokenConfiguration if it cannot be read."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise BrokenConfiguration([Problem(path.name, None, f"файла нет: {path}")]) from None
    except UnicodeDecodeError:
        raise BrokenConfiguration([Problem(path.name, None, "сохраните файл в кодировке UTF-8")]) from None
    except OSError as error:
        raise BrokenConfiguration([Problem(path.name, None, f"файл не читается: {error.strerror}")]) from None


def loads(text: str, name: str, *, words_in: str = "") -> Loaded:
    """Like `load`, from the text itself; `name` is the file's name in error messages. Below the top-level key
    `words_in` scalars stay strings, except true, false and null.
    """
    text = in_whole_characters(text)
    try:
        loaded = _read(text, name, words_in)
    except yaml.YAMLError as error:
        raise BrokenConfiguration([_unreadable(error, name)]) from None
    except RecursionError:
        raise BrokenConfiguration([Problem(name, None, "слишком глубоко вложено")]) from None
    except ValueError:
        raise BrokenConfiguration([Problem(name, None, "число слишком длинное")]) from None
    _refuse_unfit(loaded.data, (), loaded.lines, name)
    return loaded


def _read(text: str, name: str, words_in: str) -> Loaded:
    try:
        return _Reading(_QUICK(text), name, words_in).whole()
    except yaml.YAMLError:  # the slow parser gives better messages, and detects a lone surrogate
        return _Reading(yaml.SafeLoader(text), name, words_in).whole()


class _Reading:
    """Turns the events of a YAML parser into plain data and records the line of each value."""

    def __init__(self, parser: Any, name: str, words_in: str) -> None:
        self.next: Callable[[], Any] = parser.get_event
        self.name, self.words_in = name, words_in
        self.core = _CORE
        self.lines: dict[Where, int] = {(): 1}
        self.anchors: dict[str, tuple[Any, Where]] = {}

    def whole(self) -> Loaded:
        self.next()
        if getattr(start := self.next(), "version", None) == (1, 1):
            self.core = _CORE_1_1
        if not isinstance(start, yaml.DocumentStartEvent) or not isinstance(self.next(), yaml.MappingStartEvent):
            raise self.broken(1, "ожидались строки вида «ключ: значение»")
        data = self.mapping((), words=False)
        self.next()
        if not isinstance(event := self.next(), yaml.StreamEndEvent):
            raise self.unreadable(event)
        return Loaded(data, Lines(self.lines))

    def mapping(self, place: Where, *, words: bool) -> dict[Any, Any]:
        """Read a mapping. A repeated key is an error. Merged-in keys (`<<`) give way to the mapping's own and have no
        lines.
        """
        plain: dict[Any, Any] = {}
        merged: list[dict[Any, Any]] = []
        first = self.lines.get(place)
        while not isinstance(event := self.next(), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                raise self.unreadable(event)
            if event.value == _MERGE and event.implicit[0]:
                merged += self.merged(place, words=words)
                continue
            key, line = self.scalar(event, place, words=words), self.line_of(event)
            if key in plain:
                raise self.broken(line, f"ключ «{key}» стоит дважды, оставьте один")
            here = (*place, key if isinstance(key, int) else str(key))
            if line != first or not words:  # saves memory: a long list of events has one line an item
                self.lines[here] = line
            plain[key] = self.value(self.next(), here, words=words or (not place and key == self.words_in))
        for source in merged:
            plain |= {key: value for key, value in source.items() if key not in plain}
        return plain

    def merged(self, place: Where, *, words: bool) -> list[dict[Any, Any]]:
        """The mappings merged in by `<<`, in order: the first one wins."""
        lines, self.lines = self.lines, {}
        value = self.value(self.next(), place, words=words)
        self.lines = lines
        sources = value if isinstance(value, list) else [value]
        return [source for source in sources if isinstance(source, dict)]

    def value(self, event: Any, place: Where, *, words: bool) -> Any:
        value: Any
        if isinstance(event, yaml.AliasEvent):
            return self.again(event, place)
        if isinstance(event, yaml.ScalarEvent):
            value = self.scalar(event, place, words=words)
        elif isinstance(event, yaml.MappingStartEvent):
            value = self.mapping(place, words=words)
        else:
            value = []
            while not isinstance(item := self.next(), yaml.SequenceEndEvent):
                here = (*place, len(value))
                self.lines[here] = self.line_of(item)
                value.append(self.value(item, here, words=words))
        if event.anchor is not None:
            self.anchors[event.anchor] = (value, place)
        return value

    def again(self, event: Any, place: Where) -> Any:
        """The value of the anchor that an alias names, with the lines of its definition."""
        if event.anchor not in self.anchors:
            raise self.unreadable(event)
        value, there = self.anchors[event.anchor]
        inside = [(at, line) for at, line in self.lines.items() if at[: len(there)] == there and at != there]
        self.lines.update({(*place, *at[len(there) :]): line for at, line in inside})
        return copy.deepcopy(value)

    def scalar(self, event: Any, place: Where, *, words: bool) -> Any:
        written = str(event.value)
        kind = (event.tag or "").removeprefix(_TAG) or ("plain" if event.implicit[0] else "str")
        if kind in ("plain", "bool", "null") and written in self.core:
            return self.core[written]
        if words or kind not in ("plain", "int", "float"):
            return written
        if _INT.fullmatch(written):
            bare = written.replace("_", "").lower()
            return int(bare, _BASES.get(bare.lstrip("-+")[:2], 10))
        if _FLOAT.fullmatch(written):
            return float(written.replace("_", "").lower().replace(".inf", "inf").replace(".nan", "nan"))
        return written

    def broken(self, line: int, words: str) -> BrokenConfiguration:
        return BrokenConfiguration([Problem(self.name, line, words)])

    def unreadable(self, event: Any) -> BrokenConfiguration:
        return self.broken(self.line_of(event), UNREADABLE)

    @staticmethod
    def line_of(event: Any) -> int:
        return int(event.start_mark.line) + 1


def in_whole_characters(text: str) -> str:
    r"""The text with each JSON surrogate pair of escapes (`"\ud83d\ude00"`) replaced by the single escape that YAML has
    for the character.
    """
    return _PAIR.sub(lambda pair: f"{pair[1]}\\U{_together(pair[2], pair[3]):08x}", text)


def _together(high: str, low: str) -> int:
    return 0x10000 + ((int(high, 16) - 0xD800) << 10) + (int(low, 16) - 0xDC00)


def _refuse_unfit(node: Any, place: Where, lines: Lines, name: str) -> None:
    """Raise BrokenConfiguration, with the line, for a value that a database cannot hold; settings are never washed
    silently."""
    match node:
        case dict():
            for key, value in node.items():
                _refuse_unfit(key, (*place, key), lines, name)
                _refuse_unfit(value, (*place, key), lines, name)
        case list():
            for index, item in enumerate(node):
                _refuse_unfit(item, (*place, index), lines, name)
        case str() if not washing.is_clean(node):
            nul = "знак с кодом 0, уберите его"
            words = nul if "\x00" in node else "половина знака: у \\ud800–\\udfff нет пары"
            raise BrokenConfiguration([Problem(name, lines.of(place), words)])
        case int() | float() if washing.washed(node) is None:
            raise BrokenConfiguration([Problem(name, lines.of(place), "такого числа быть не может")])


def _unreadable(error: yaml.YAMLError, name: str) -> Problem:
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark is not None else None
    problem = str(getattr(error, "problem", ""))
    if "\\t" in problem:
        return Problem(name, line, "табуляция в отступе, поставьте пробелы")
    if "mapping values are not allowed" in problem:
        return Problem(name, line, "лишнее двоеточие или сбитый отступ; текст с двоеточием возьмите в кавычки")
    if "<stream end>" in problem or "unexpected end of stream" in problem:
        start = getattr(error, "context_mark", None)
        return Problem(name, start.line + 1 if start is not None else line, "скобка или кавычка не закрыта")
    return Problem(name, line, UNREADABLE)


# --- what pydantic has against the data, in words -------------------------------------------------


def problems_of(error: ValidationError, model: type[BaseModel], lines: Lines, file: str) -> tuple[Problem, ...]:
    """Describe each of pydantic's validation errors in one Russian sentence with its line, in the order of the
    lines."""
    complaints = [(complaint, _place(complaint["loc"], lines)) for complaint in error.errors()]
    misspelt = {
        (*where[:-1], near)
        for complaint, where in complaints
        if complaint["type"] == "extra_forbidden" and (near := _nearest(str(where[-1]), _keys_at(model, where[:-1])))
    }
    found: dict[tuple[int, str], Problem] = {}
    for complaint, where in complaints:
        if complaint["type"] == "missing" and where in misspelt:
            continue  # the key is there but misspelt, and the other message says so
        words, line = _words(complaint, where, model), lines.of(where)
        found.setdefault((line or 0, words), Problem(file, line, words))
    return tuple(found[key] for key in sorted(found, key=lambda key: key[0]))


def suggestion(word: str, known: Iterable[str]) -> str:
    """A hint for an unknown word: «, возможно «…»?» if a known word is similar, otherwise «; можно: …»; "" if no words
    are known."""
    words = list(known)
    near = _nearest(word, words)
    if near is not None:
        return f", возможно «{near}»?"
    return f"; можно: {', '.join(words)}" if words else ""


def _nearest(word: str, known: Iterable[str]) -> str | None:
    return next(iter(difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)), None)


def _place(loc: Sequence[str | int], lines: Lines) -> Where:
    """The error's location without pydantic's additions (names of union members, `[key]`)."""
    place: Where = ()
    for step in loc:
        if (*place, step) in lines.at or (step == loc[-1] and step != "[key]"):
            place = (*place, step)
    return place


def _words(complaint: ErrorDetails, where: Where, model: type[BaseModel]) -> str:
    name = next((step for step in reversed(where) if isinstance(step, str)), "")
    given = complaint.get("input")
    context = complaint.get("ctx", {})
    match complaint["type"]:
        case "missing":
            return f"не хватает ключа «{name}»"
        case "extra_forbidden":
            return f"неизвестный ключ «{name}»{suggestion(name, _keys_at(model, where[:-1]))}"
        case "value_error" | "assertion_error":
            return str(context.get("error", complaint["msg"]))
        case "enum" | "literal_error":
            known = [word.strip(" '") for word in str(context.get("expected", "")).replace(" or ", ",").split(",")]
            about = "" if str(given) == name else f"{name}: "
            return f"{about}неизвестное слово «{given}»{suggestion(str(given), known)}"
        case "int_type" | "int_parsing" | "int_from_float" | "float_parsing" | "float_type":
            return f"{name}: нужно число, стоит «{_short(given)}»"
        case "bool_type" | "bool_parsing":
            return f"{name}: нужно true (да) или false (нет), стоит «{_short(given)}»"
        case "string_type" | "string_too_short":
            return f"{name}: нужен текст" + (f", стоит «{_short(given)}»" if given not in (None, "") else "")
        case "date_from_datetime_parsing" | "date_parsing" | "date_type":
            return f"{name}: нужна дата вида 2026-07-08, стоит «{_short(given)}»"
        case "list_type" | "tuple_type" | "set_type":
            return f"{name}: нужен список, например [а, б]"
        case "dict_type" | "model_type" | "model_attributes_type":
            return f"{name}: нужны вложенные строки «ключ: значение»"
        case "greater_than" | "greater_than_equal":
            return f"{name}: нужно число не меньше {context.get('ge', context.get('gt'))}, стоит «{given}»"
        case "less_than" | "less_than_equal":
            return f"{name}: нужно число не больше {context.get('le', context.get('lt'))}, стоит «{given}»"
        case _:
            return f"{name}: значение «{_short(given)}» не подходит"


def _short(given: object) -> str:
    text = str(given)
    return text if len(text) <= 60 else text[:57] + "…"


def _keys_at(model: type[BaseModel], where: Where) -> list[str]:
    """The keys that the model knows at this place, for a suggestion; [] where any key is allowed."""
    here: list[Any] = [model]
    for step in where:
        here = [inner for kind in here for inner in _inside(kind, step)]
    models = [kind for kind in here if isinstance(kind, type) and issubclass(kind, BaseModel)]
    return [info.alias or key for kind in models for key, info in kind.model_fields.items()]


def _inside(kind: Any, step: str | int) -> list[Any]:
    """The types that a value at `step` inside a value of type `kind` may have; [] if unknown."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        for key, info in kind.model_fields.items():
            if step in (key, info.alias):
                return _members(info.annotation)
        return []
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is not None and origin is not Literal and arguments:
        return _members(arguments[-1] if origin is dict or origin is Mapping else arguments[0])
    return []


def _members(kind: Any) -> list[Any]:
    if get_origin(kind) in (Union, UnionType):
        return [member for argument in get_args(kind) for member in _members(argument)]
    return [] if kind is None or (isinstance(kind, type) and issubclass(kind, Enum)) else [kind]
