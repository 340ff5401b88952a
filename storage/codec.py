"""Convert frozen values to JSON and back, without knowing what they mean."""

from __future__ import annotations

from collections import OrderedDict
from functools import cache
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter

from workflow.case import Case

T = TypeVar("T")
REMEMBERED = 256
"""How many cases are remembered by their texts."""
_CASES: OrderedDict[str, Case] = OrderedDict()


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def dump(value: Any, kind: Any = None) -> str:
    """One line of JSON; moments keep their offset, enumerations become their values."""
    adapter: TypeAdapter[Any] = _adapter(cast(Any, kind or type(value)))
    return adapter.dump_json(value).decode()


def load(kind: type[T], text: str) -> T:
    """The value, validated; ValueError if the text does not hold one."""
    adapter: TypeAdapter[Any] = _adapter(cast(Any, kind))
    return cast(T, adapter.validate_json(text))


def load_case(text: str) -> Case:
    """The case of this text. The same text gives the same object, as long as it is among the last ones used: its computed
    terms are remembered by it."""
    return _remembered(text, _CASES.get(text) or load(Case, text))


def dump_case(case: Case) -> str:
    """The text of the case, which `load_case` need not read again."""
    text = dump(case)
    _remembered(text, case)
    return text


def _remembered(text: str, case: Case) -> Case:
    _CASES.pop(text, case)
    _CASES[text] = case
    if len(_CASES) > REMEMBERED:
        _CASES.popitem(last=False)
    return case
