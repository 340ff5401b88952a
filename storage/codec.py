"""Converts frozen values to JSON and back, without knowing what they mean."""

from __future__ import annotations

from collections import OrderedDict
from functools import cache
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter

from workflow.case import Case

T = TypeVar("T")
REMEMBERED = 256
"""How many cases are cached by their JSON."""
_CASES: OrderedDict[str, Case] = OrderedDict()


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def dump(value: Any, kind: Any = None) -> str:
    """Return the value as one line of JSON; moments keep their offset, enumerations become their values. `kind`: its type,
    if it is not the value's own class."""
    adapter: TypeAdapter[Any] = _adapter(cast(Any, kind or type(value)))
    return adapter.dump_json(value).decode()


def load(kind: type[T], text: str) -> T:
    """Return the value of type `kind` that this JSON holds, validated; ValueError if it does not hold one."""
    adapter: TypeAdapter[Any] = _adapter(cast(Any, kind))
    return cast(T, adapter.validate_json(text))


def load_case(text: str) -> Case:
    """Return the case that this JSON holds. The same JSON gives the same object while it is in the cache of recently used
    ones, because computed terms are cached by object. ValueError if it holds no case."""
    return _remembered(text, _CASES.get(text) or load(Case, text))


def dump_case(case: Case) -> str:
    """Return the case as JSON, and cache it so that `load_case` need not parse that JSON again."""
    text = dump(case)
    _remembered(text, case)
    return text


def _remembered(text: str, case: Case) -> Case:
    _CASES.pop(text, case)
    _CASES[text] = case
    if len(_CASES) > REMEMBERED:
        _CASES.popitem(last=False)
    return case
