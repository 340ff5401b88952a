"""Convert frozen values to JSON and back, without knowing what they mean."""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter

from workflow.case import Case

T = TypeVar("T")


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
    return load(Case, text)
