"""Washing: whatever comes in, what comes out can be kept by every database, and nothing but ValueError is raised."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import washing

ANY_TEXT = st.text(st.characters(codec=None), max_size=20) | st.sampled_from(
    ["\ud800", "\udc00x", "a\x00b", "\ud83d\ude00"]
)
NUMBERS = st.integers() | st.integers(-(10**6000), 10**6000) | st.floats() | st.booleans() | st.none()
VALUES = st.recursive(
    NUMBERS | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ANY_TEXT, inner, max_size=4),
    max_leaves=20,
)
HUGE = "9" * 5000


def is_fit(value: Any, level: int = 0) -> bool:
    """Whether every database keeps it."""
    assert level <= washing.DEEPEST
    match value:
        case str():
            return "\x00" not in value and value == value.encode("utf-8", "replace").decode()
        case bool() | None:
            return True
        case int():
            return -(2**63) <= value < 2**63
        case float():
            return math.isfinite(value)
        case list():
            return all(is_fit(one, level + 1) for one in value)
        case dict():
            return all(is_fit(key) and is_fit(one, level + 1) for key, one in value.items())
        case _:
            return False


@given(VALUES)
def test_a_washed_value_is_fit_and_washing_it_again_changes_nothing(value: Any) -> None:
    washed = washing.washed(value)
    assert is_fit(washed)
    assert washing.washed(washed) == washed
    assert washing.loads(json.dumps(washed, ensure_ascii=False)) == washed


@given(st.text(max_size=60) | st.text(alphabet='[]{}",:\\0e9', max_size=60) | st.binary(max_size=60))
def test_nothing_but_a_value_error_comes_of_any_text(written: str | bytes) -> None:
    try:
        assert is_fit(washing.loads(written))
    except ValueError:
        return


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("9223372036854775807", 2**63 - 1),
        ("9223372036854775808", None),
        ("-9223372036854775808", -(2**63)),
        ("-9223372036854775809", None),
        (HUGE, None),
        (f"-{HUGE}", None),
        ("1e999", None),
        ("1e19", None),
        ("NaN", None),
        ("-Infinity", None),
        (r'"\ud83d\ude00"', "😀"),
        (r'"a\ud83db"', "a�b"),
        (r'"a\u0000b"', "ab"),
        (r'{"a\u0000": 1}', {"a": 1}),
        ("0.5", 0.5),
        ("true", True),
    ],
)
def test_what_becomes_of_single_values(written: str, value: Any) -> None:
    assert washing.loads(written) == value
    assert washing.loads(f'{{"deep": [{written}, 1]}}') == {"deep": [value, 1]}


@pytest.mark.parametrize("opening", ["[", '{"a":', '[{"a":'])
@pytest.mark.parametrize("times", [99, 100, 101, 300, 990, 1000, 100_000])
def test_what_nests_too_deep_costs_itself_alone(opening: str, times: int) -> None:
    closing = "".join({"[": "]", "{": "}"}[sign] for sign in reversed(opening) if sign in "[{")
    found = washing.loads('{"before": 1, "deep": ' + opening * times + "1" + closing * times + ', "after": "]}\\"["}')
    assert (found["before"], found["after"]) == (1, ']}"[')
    assert is_fit(found)


@pytest.mark.parametrize("written", ["", "[" * 100_000, "[1" + "]" * 100_000, '{"a":' * 5000, "нет", b"\xff\xfe"])
def test_what_is_no_json_is_said(written: str | bytes) -> None:
    with pytest.raises(ValueError, match=r"Expecting|Extra|delimiter"):
        washing.loads(written)


@pytest.mark.parametrize("value", [True, None, 1.0, 2**63, "1.5", "", "٣", "9" * 30, [], {}, "- 1", "--1"])
def test_what_is_no_whole_number(value: Any) -> None:
    with pytest.raises(ValueError, match="not a whole number"):
        washing.whole(value)


@pytest.mark.parametrize(("value", "number"), [(0, 0), (-5, -5), ("17", 17), ("-17", -17), (2**63 - 1, 2**63 - 1)])
def test_whole_numbers(value: Any, number: int) -> None:
    assert washing.whole(value) == number
