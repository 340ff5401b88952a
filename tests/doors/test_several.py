"""Choosing several departments by taps: what is chosen stands in the name of the menu, and is forwarded from there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers.cases import pressed
from handlers.several import LONGEST, Chosen
from handlers.wishes import Carry, Toast, Turn, Wish
from tests.doors.door_view import Sight, press, sight
from tests.doors.screens_office import accepted, after, at, detected, many_departments, shared, town
from tests.rules.offices import CURATOR, ZHKH
from workflow.case import Case
from workflow.commands import Forward
from workflow.office import Actor
from workflow.ports import Known

OFFER = 5


def offered(menu: str | None, case: Case | None = None, actor: Actor = CURATOR) -> Sight:
    found = case or detected()
    return replace(sight(found, actor), messages=(Known(55, OFFER, "offer", found.id, menu=menu),))


async def tapped(data: str, view: Sight) -> list[Wish]:
    return await pressed(press(view.actor, data, OFFER, 55), view)


@pytest.mark.parametrize(
    ("menu", "chosen"),
    [
        (None, Chosen()),
        ("", Chosen()),
        ("departments.2", Chosen()),
        ("several", Chosen()),
        ("several.", Chosen()),
        ("several.zhkh", Chosen(("zhkh",))),
        ("several.~", Chosen((), in_turn=True)),
        ("several.~zhkh,roads", Chosen(("zhkh", "roads"), in_turn=True)),
        ("several.,,zhkh,", Chosen(("zhkh",))),
    ],
)
def test_a_menus_name_says_what_is_chosen(menu: str | None, chosen: Chosen) -> None:
    assert Chosen.read(menu) == chosen
    assert Chosen.read(chosen.menu()) == chosen


@pytest.mark.parametrize(
    ("menu", "tap", "turned"),
    [
        ("several", "zhkh", "several.zhkh"),
        ("several.", "zhkh", "several.zhkh"),
        ("several.zhkh", "roads", "several.zhkh,roads"),
        ("several.zhkh,roads", "zhkh", "several.roads"),
        ("several.zhkh", "zhkh", "several."),
        ("several.zhkh,roads,school", "~", "several.~zhkh,roads,school"),
        ("several.~zhkh,roads,school", "~", "several.zhkh,roads,school"),
        ("several.~zhkh,roads,school", "roads", "several.~zhkh,school"),
        ("several.zags,zhkh", "roads", "several.zhkh,roads"),
        (None, "roads", "several.roads"),
    ],
)
async def test_mo_14_a_tap_chooses_and_a_second_lets_go(menu: str | None, tap: str, turned: str) -> None:
    assert await tapped(f"pk:147:{tap}", offered(menu)) == [Turn(turned)]


async def test_mo_14_the_first_chosen_is_the_lead_and_the_menu_closes() -> None:
    assert await tapped("fp:147", offered("several.roads,zhkh")) == [
        Turn(None),
        Carry(Forward(CURATOR, 147, ("roads", "zhkh"))),
    ]
    assert await tapped("fp:147", offered("several.~zhkh,roads,school")) == [
        Turn(None),
        Carry(Forward(CURATOR, 147, ("zhkh", "roads", "school"), in_turn=True)),
    ]


@pytest.mark.parametrize("menu", [None, "several.", "several.~", "several.zags", "departments"])
async def test_nothing_chosen_is_told_what_to_do(menu: str | None) -> None:
    assert await tapped("fp:147", offered(menu)) == [Toast("pick_lead")]


async def test_of_a_case_at_work_the_choosing_begins_with_those_who_have_it() -> None:
    assert await tapped("pk:147:school", offered("several", accepted())) == [Turn("several.zhkh,school")]
    assert await tapped("pk:147:roads", offered("several", shared(town()))) == [Turn("several.zhkh,school")]
    assert await tapped("fp:147", offered("several", shared(town()))) == [
        Turn(None),
        Carry(Forward(CURATOR, 147, ("zhkh", "roads", "school"))),
    ]
    turns = after(detected(), Forward(CURATOR, 147, ("zhkh", "roads", "school"), in_turn=True), at(9, 20))
    assert await tapped("pk:147:roads", offered("several", turns)) == [Turn("several.~zhkh,school")]


@pytest.mark.parametrize("data", ["pk:147:zhkh", "fp:147"])
async def test_only_a_curator_chooses(data: str) -> None:
    assert await tapped(data, offered("several.zhkh", actor=ZHKH)) == [Toast("menu_is_curators")]


async def test_a_key_nobody_put_under_a_button_chooses_nobody() -> None:
    assert await tapped("pk:147:zags,roads", offered("several.zhkh")) == [Toast("unknown_button")]
    view = offered("several.zhkh")
    assert await tapped("fp:999", view) == [Toast("pick_lead")]


async def test_more_than_the_books_hold_is_not_chosen() -> None:
    office = many_departments(99)
    most = Chosen(tuple(f"d{i}" for i in range(1, 65)))
    assert LONGEST - 4 < len(most.menu()) <= LONGEST
    view = replace(offered(most.menu()), office=office)
    assert await tapped("pk:147:d99", view) == [Toast("picked_enough")]
    assert await tapped("pk:147:d1", view) == [Turn(Chosen(most.departments[1:]).menu())]
