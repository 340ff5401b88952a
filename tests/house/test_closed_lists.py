"""Lists that are closed have nothing idle on them: every reason is given by somebody, every action, effect and button used."""

from __future__ import annotations

import ast
from enum import StrEnum
from typing import get_args

import pytest

from handlers.callbacks import Verb
from handlers.wishes import Wish
from tests.house.source import attributes, calls, dotted, names_of_tests, python_files, tree
from workflow.case import PartState, State
from workflow.commands import PRESSED, Action, AnyCommand
from workflow.effects import Audience, Effect, Notice
from workflow.official.material import MaterialAction, MaterialNotice, MaterialState, PlaceState
from workflow.official.moderation import Matter, ModerationAction, ModerationEvent, ModerationState, Offence, Order
from workflow.official.page import PageAction, PageNotice, PageState
from workflow.outcomes import Reason
from workflow.regulation import Telling
from workflow.shortcomings import ShortcomingAction, ShortcomingState
from workflow.terms.alarms import AlarmKind

NOT_YET: dict[type[StrEnum], set[str]] = {}
"""Members nothing uses yet, each with the reason."""

LISTS: tuple[type[StrEnum], ...] = (
    Reason, Action, Verb, Notice, Audience, AlarmKind, State, PartState, PageAction, PageNotice, PageState,
    ModerationAction, ModerationEvent, ModerationState, Offence, Order, Matter,
    MaterialAction, MaterialNotice, MaterialState, PlaceState,
    ShortcomingAction, ShortcomingState, Telling,
)  # fmt: skip


def used_outside(listed: type[StrEnum]) -> set[str]:
    """Members named anywhere but in the list's own body; an alias of the class (`S, A = State, Action`) counts."""
    found: set[str] = set()
    for path in python_files("workflow", "handlers", "bot"):
        asked = attributes(path)
        for name in {listed.__name__} | _aliases(tree(path), listed.__name__):
            found |= asked.get(name, set())
    return found & set(listed.__members__)


def _aliases(module: ast.Module, name: str) -> set[str]:
    """`S, A = State, Action` makes S an alias of State."""
    found: set[str] = set()
    for node in module.body:
        if (
            isinstance(node, ast.Assign)
            and isinstance(node.value, ast.Tuple)
            and isinstance(node.targets[0], ast.Tuple)
        ):
            for target, value in zip(node.targets[0].elts, node.value.elts, strict=True):
                if dotted(value) == name:
                    found.add(dotted(target))
    return found


@pytest.mark.parametrize("listed", LISTS, ids=lambda listed: listed.__name__)
def test_nothing_on_a_closed_list_is_idle(listed: type[StrEnum]) -> None:
    assert set(listed.__members__) - used_outside(listed) == NOT_YET.get(listed, set())


@pytest.mark.parametrize(
    ("union", "makers"), [(Effect, ("workflow",)), (Wish, ("handlers",)), (AnyCommand, ("handlers", "bot"))]
)
def test_every_member_of_a_closed_union_is_made_by_somebody(union: object, makers: tuple[str, ...]) -> None:
    made = {
        dotted(node.func).rpartition(".")[2]
        for path in python_files(*makers, *(["workflow"] if union is AnyCommand else []))
        for node in calls(path)
    }
    made |= {command.__name__ for command in get_args(AnyCommand) if command in PRESSED.values()}  # by one button
    assert {member.__name__ for member in get_args(union)} - made == set()


def test_no_two_tests_of_one_file_share_a_name() -> None:
    for path in python_files("tests"):
        names = [node.name for node in tree(path).body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
        assert len(names) == len(set(names)), path
    assert names_of_tests()
