"""YAML files that people edit: read with line numbers, so that every complaint names the file and the
line.

`load` gives plain data (dicts, lists, scalars; dates and times stay strings, repeated keys are refused)
and the lines it came from; `problems_of` turns what pydantic has against the data into sentences a clerk
can act on. Reads one file at a time and decides nothing about what is in it. The messages are Russian:
they are for people.
"""

from __future__ import annotations

import copy
import difflib
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from pathlib import Path
from types import UnionType
from typing import Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq, TaggedScalar
from ruamel.yaml.constructor import DuplicateKeyError, RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import ScalarNode

from config import washing

Where = tuple[str | int, ...]
"""A place in the data: keys and indices from the top."""


_PAIR = re.compile(r"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a file, in Russian, and where; `line` counts from 1, None where there is no line
    to name.
    """

    file: str
    line: int | None
    words: str

    def __str__(self) -> str:
        return f"{self.file}, строка {self.line}: {self.words}" if self.line else f"{self.file}: {self.words}"


class BrokenConfiguration(Exception):  # noqa: N818 - the name the project agreed on (STYLE 4)
    """Start-up cannot go on: the files are not as they must be. `problems` is never empty."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(frozen=True, slots=True)
class Lines:
    """Where in the file each key and item stands."""

    at: Mapping[Where, int] = field(default_factory=dict)

    def of(self, where: Sequence[str | int]) -> int | None:
        """The line of the place, or of the nearest place around it that the file has; None for an empty
        file.
        """
        place = tuple(where)
        while place not in self.at and place:
            place = place[:-1]
        return self.at.get(place)


class Loaded(NamedTuple):
    data: dict[str, Any]
    lines: Lines


class _Constructor(RoundTripConstructor):
    """Dates and times stay the strings they were written as: `09:00` and `2026-07-08` mean what they say."""


def _as_written(constructor: RoundTripConstructor, node: ScalarNode, values: object = None) -> str:
    return str(node.value)


_Constructor.add_constructor("tag:yaml.org,2002:timestamp", _as_written)


def load(path: Path) -> Loaded:
    """The file's top-level mapping as plain data, with the lines. BrokenConfiguration if it is none."""
    return loads(read(path), path.name)


def read(path: Path) -> str:
    """The text of the file, without a byte order mark. BrokenConfiguration if it cannot be read."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise BrokenConfiguration([Problem(path.name, None, f"файла нет: {path}")]) from None
    except UnicodeDecodeError:
        raise BrokenConfiguration([Problem(path.name, None, "сохраните файл в кодировке UTF-8")]) from None
    except OSError as error:
        raise BrokenConfiguration([Problem(path.name, None, f"файл не читается: {error.strerror}")]) from None


def loads(text: str, name: str) -> Loaded:
    """As `load`, from the text itself; `name` is what complaints call the file."""
    data, lines = _parsed(text, name)
    return Loaded(copy.deepcopy(data), lines)


@lru_cache(maxsize=32)
def _parsed(text: str, name: str) -> Loaded:
    """Parsing takes a tenth of a second for a long file, and a process asks for the same text several times."""
    text = in_whole_characters(text)
    yaml = YAML(typ="rt", pure=True)
    yaml.Constructor = _Constructor
    lines: dict[Where, int] = {(): 1}
    try:
        root = yaml.load(io.StringIO(text))
        if not isinstance(root, CommentedMap):
            raise BrokenConfiguration([Problem(name, 1, "ожидались строки вида «ключ: значение»")])
        data = _plain(root, (), lines)
    except YAMLError as error:
        raise BrokenConfiguration([_unreadable(error, name)]) from None
    except RecursionError:
        raise BrokenConfiguration([Problem(name, None, "слишком глубоко вложено")]) from None
    except ValueError:
        raise BrokenConfiguration([Problem(name, None, "число слишком длинное")]) from None
    _refuse_unfit(data, (), Lines(lines), name)
    assert isinstance(data, dict)
    return Loaded(data, Lines(lines))


def in_whole_characters(text: str) -> str:
    """The text with each pair of escapes JSON writes one character by (`"\\ud83d\\ude00"`) as the one escape YAML has for it."""
    return _PAIR.sub(lambda pair: f"{pair[1]}\\U{_together(pair[2], pair[3]):08x}", text)


def _together(high: str, low: str) -> int:
    return 0x10000 + ((int(high, 16) - 0xD800) << 10) + (int(low, 16) - 0xDC00)


def _refuse_unfit(node: Any, place: Where, lines: Lines, name: str) -> None:
    """What no database could hold is refused with its line: settings are not washed behind their author's back."""
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


def _plain(node: Any, place: Where, lines: dict[Where, int]) -> Any:
    match node:
        case CommentedMap():
            plain: dict[Any, Any] = {}
            for key, value in node.items():
                own = _scalar(key)
                here = (*place, own if isinstance(own, int) else str(own))
                if key in (node.lc.data or {}):  # a merged key (<<) has no line of its own
                    lines[here] = node.lc.key(key)[0] + 1
                plain[own] = _plain(value, here, lines)
            return plain
        case CommentedSeq():
            items: list[Any] = []
            for index, value in enumerate(node):
                lines[(*place, index)] = node.lc.item(index)[0] + 1
                items.append(_plain(value, (*place, index), lines))
            return items
        case _:
            return _scalar(node)


def _scalar(value: Any) -> Any:
    match value:
        case TaggedScalar():
            return str(value.value)
        case bool() | None:
            return value
        case int():
            return int(value)
        case float():
            return float(value)
        case _:
            return str(value)


def _unreadable(error: YAMLError, name: str) -> Problem:
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark is not None else None
    if isinstance(error, DuplicateKeyError):
        key = str(error.problem).split('"')[1]
        return Problem(name, line, f"ключ «{key}» стоит дважды, оставьте один")
    problem = str(error.problem) if isinstance(error, MarkedYAMLError) else ""
    if "\\t" in problem:
        return Problem(name, line, "табуляция в отступе, поставьте пробелы")
    if "mapping values are not allowed" in problem:
        return Problem(name, line, "лишнее двоеточие или сбитый отступ; текст с двоеточием возьмите в кавычки")
    if "<stream end>" in problem or "unexpected end of stream" in problem:
        start = getattr(error, "context_mark", None)
        return Problem(name, start.line + 1 if start is not None else line, "скобка или кавычка не закрыта")
    return Problem(name, line, "строка не читается: проверьте отступы, двоеточия, кавычки и скобки")


# --- what pydantic has against the data, in words -------------------------------------------------


def problems_of(error: ValidationError, model: type[BaseModel], lines: Lines, file: str) -> tuple[Problem, ...]:
    """One sentence for each complaint, in the order of the lines."""
    complaints = [(complaint, _place(complaint["loc"], lines)) for complaint in error.errors()]
    misspelt = {
        (*where[:-1], near)
        for complaint, where in complaints
        if complaint["type"] == "extra_forbidden" and (near := _nearest(str(where[-1]), _keys_at(model, where[:-1])))
    }
    found: dict[tuple[int, str], Problem] = {}
    for complaint, where in complaints:
        if complaint["type"] == "missing" and where in misspelt:
            continue  # it is there, misspelt, and the other complaint says so
        words, line = _words(complaint, where, model), lines.of(where)
        found.setdefault((line or 0, words), Problem(file, line, words))
    return tuple(found[key] for key in sorted(found, key=lambda key: key[0]))


def suggestion(word: str, known: Iterable[str]) -> str:
    """«, возможно «…»?» if a known word is like this one, else «; можно: …» or nothing where there is
    nothing known.
    """
    words = list(known)
    near = _nearest(word, words)
    if near is not None:
        return f", возможно «{near}»?"
    return f"; можно: {', '.join(words)}" if words else ""


def _nearest(word: str, known: Iterable[str]) -> str | None:
    return next(iter(difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)), None)


def _place(loc: Sequence[str | int], lines: Lines) -> Where:
    """The error's location without what pydantic adds to it (names of union members, `[key]`)."""
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
    """The keys the model knows at the place, for a suggestion; empty where any key will do."""
    here: list[Any] = [model]
    for step in where:
        here = [inner for kind in here for inner in _inside(kind, step)]
    models = [kind for kind in here if isinstance(kind, type) and issubclass(kind, BaseModel)]
    return [info.alias or key for kind in models for key, info in kind.model_fields.items()]


def _inside(kind: Any, step: str | int) -> list[Any]:
    """The types a value at `step` inside a value of type `kind` may have."""
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
