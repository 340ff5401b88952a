"""Compares the regulations that a test claims in its name with those it actually used.

A test with a clause in its name (`test_mo_15_…`) proves that clause only if it ran under its regulation. While a test
runs, every access to a field of a `Regulation` is recorded; `unproved` compares the record with the name. Loading a
file or naming it (`key`, `text_hash`) does not count. A test that accesses no regulation holds under each.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from workflow.regulation import Regulation

REGULATIONS = {
    "iz": "izobilnensky",
    "mo": "moskalensky",
    "sl": "slavgorod",
    "ku": "kursky",
    "pa": "primorsko-akhtarsky",
}
CLAUSE = re.compile(rf"(?<=_)({'|'.join(REGULATIONS)})_[ad]?\d")
ASKED = (
    *("clock", "steps", "draft_kinds", "approval", "return_reason_required", "return_reasons", "grounds", "policy"),
    *(
        "executors_may_name_ground",
        "request_meets_draft",
        "contributions_to",
        "hears_of_missed",
        "hears_of_significant",
    ),
    *("curator_term", "report", "publication_norms", "moderation", "pages", "registry_published"),
)
UNDER = "under"
"""The fixture that says which of the regulations its name claims a test runs under this time."""

asked: set[str] = set()
"""The regulations the running test has asked."""


def claimed(name: str) -> tuple[str, ...]:
    """The regulations whose clauses are in a test's name, without repeats, in the order of the name."""
    return tuple(dict.fromkeys(REGULATIONS[found] for found in CLAUSE.findall(name)))


class _Noting:
    """A field of `Regulation` that also records the regulation it was read from."""

    def __init__(self, field: Any, key: Any) -> None:
        self._field = field
        self._key = key

    def __get__(self, regulation: Regulation | None, owner: type | None = None) -> Any:
        if regulation is None:
            return self
        asked.add(self._key.__get__(regulation))
        return self._field.__get__(regulation)

    def __set__(self, regulation: Regulation, value: object) -> None:
        self._field.__set__(regulation, value)


def watch() -> None:
    """Start recording accesses to regulations."""
    for name in ASKED:
        field = vars(Regulation)[name]
        if not isinstance(field, _Noting):
            setattr(Regulation, name, _Noting(field, vars(Regulation)["key"]))


def unproved(item: pytest.Function) -> list[str]:
    """The regulations that the test claims and did not use. For a test that runs once under each: the one of this run
    and those it never runs under.
    """
    claims = claimed(item.originalname)
    callspec = getattr(item, "callspec", None)
    given: Mapping[str, object] = callspec.params if callspec is not None else {}
    declared = set(_named(mark.args[1] for mark in item.iter_markers("parametrize")))
    if UNDER in given:
        declared |= set(claims)
    if not declared:
        return [one for one in claims if asked and one not in asked]
    here = set(_named(given.values()))
    return [one for one in claims if one not in declared or (asked and one in here and one not in asked)]


def _named(values: Iterable[object]) -> list[str]:
    """The regulations named anywhere in the values."""
    found: list[str] = []
    for value in values:
        if isinstance(value, str):
            found += [value] if value in REGULATIONS.values() else []
        elif isinstance(value, type(pytest.param())):
            found += _named(value.values)
        elif isinstance(value, list | tuple | set | frozenset | dict):
            found += _named(value)
    return found
