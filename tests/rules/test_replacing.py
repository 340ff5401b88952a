"""Our `replace` does what the standard library's does, for every kind of dataclass the rules copy."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from workflow.case import Case
from workflow.replacing import replace


@dataclasses.dataclass(frozen=True, slots=True)
class Plain:
    one: int
    two: str = ""


@dataclasses.dataclass(frozen=True)
class WithoutSlots:
    one: int
    two: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Careful:
    one: int
    two: str = ""

    def __post_init__(self) -> None:
        if self.one < 0:
            raise ValueError("below nothing")


@dataclasses.dataclass(frozen=True, slots=True)
class Further(Plain):
    three: int = 3


@pytest.mark.parametrize("thing", [Plain(1), WithoutSlots(1), Careful(1), Further(1)])
def test_a_copy_differs_in_what_was_changed_only(thing: Any) -> None:
    made = replace(thing, two="changed")
    assert made == dataclasses.replace(thing, two="changed")
    assert (thing.two, type(made)) == ("", type(thing))
    with pytest.raises(TypeError):
        replace(thing, none=1)


def test_what_is_checked_when_made_is_checked_when_copied() -> None:
    with pytest.raises(ValueError, match="below nothing"):
        replace(Careful(1), one=-1)


def test_a_case_is_copied_field_by_field() -> None:
    values = {field.name: object() for field in dataclasses.fields(Case)}
    case = Case(**values)  # type: ignore[arg-type]
    assert replace(case, version=7) == dataclasses.replace(case, version=7)
