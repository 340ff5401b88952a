"""The rules of material for publication: versions, remarks, pages and times, the end on each page (MO-A2.9)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests.house.permissions_material import ACTORS, LATER, NOW, PICTURE, office, situations
from workflow.office import NETWORK, Actor, Person, Role
from workflow.official.content_plan import monday, week_plan
from workflow.official.material import (
    ApproveMaterial,
    EditMaterial,
    HandOverMaterial,
    Material,
    MaterialAccepted,
    MaterialAction,
    MaterialCommand,
    MaterialNotice,
    MaterialPublished,
    MaterialReason,
    MaterialRefused,
    MaterialState,
    Place,
    PlaceState,
    RecallMaterial,
    ResendMaterial,
    RetryMaterial,
    ReturnMaterial,
    SendMaterial,
    WithdrawMaterial,
)
from workflow.official.material_rules import decide_material, is_being_published, may_with_material
from workflow.official.page import OfficialPage, PageState
from workflow.official.page_items import PageNetwork, Whose
from workflow.official.publications import Publication

EDITOR, SENDER, KEEPER = ACTORS["editor"], ACTORS["sender"], ACTORS["keeper of the page"]
SENT, APPROVED = situations()["sent"], situations()["approved, waits"]
GIVEN = situations()["handed_over"]


def accepted(material: Material | None, command: MaterialCommand, now: datetime = NOW) -> MaterialAccepted:
    decision = decide_material(material, command, office(), now)
    assert isinstance(decision, MaterialAccepted), decision
    return decision


def reason(material: Material | None, command: MaterialCommand, now: datetime = NOW) -> MaterialReason:
    decision = decide_material(material, command, office(), now)
    assert isinstance(decision, MaterialRefused), decision
    return decision.reason


def approve(**values: Any) -> ApproveMaterial:
    return ApproveMaterial(**{
        "by": EDITOR, "material": 1, "wording": 1, "pages": (7,), "at": LATER, "in_force": frozenset({7, 8}), **values
    })  # fmt: skip


def test_mo_a2_9_what_is_not_given_in_a_new_version_stays() -> None:
    both = accepted(None, SendMaterial(SENDER, 1, "okrug", " Чиним мост. ", (PICTURE,))).material
    words = accepted(both, ResendMaterial(SENDER, 1, "Мост чиним.")).material
    assert (words.newest.text, words.newest.files, words.newest.number) == ("Мост чиним.", (PICTURE,), 2)
    another = replace(PICTURE, key="1" * 64)
    joined = accepted(words, ResendMaterial(SENDER, 1, "", (another,))).material
    assert (joined.newest.text, joined.newest.files) == ("Мост чиним.", (PICTURE, another))
    assert reason(joined, EditMaterial(EDITOR, 1, 3, "Мост чиним.")) is MaterialReason.SAME


def test_mo_a2_9_remarks_are_a_list_without_its_signs() -> None:
    returned = accepted(SENT, ReturnMaterial(EDITOR, 1, 1, ("- когда?", "  ", "• кто?")))
    assert (returned.material.state, returned.material.newest.remarks) == (MaterialState.RETURNED, ("когда?", "кто?"))
    assert [(told.notice, told.people) for told in returned.told] == [(MaterialNotice.RETURNED, ("zhkh_head",))]
    assert reason(SENT, ReturnMaterial(EDITOR, 1, 1, ("-", ""))) is MaterialReason.NO_REMARKS


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (approve(wording=2), MaterialReason.CHANGED),
        (approve(pages=()), MaterialReason.NO_PAGES),
        (approve(pages=(7, 99)), MaterialReason.UNKNOWN_PAGE),
        (approve(at=NOW), MaterialReason.IN_THE_PAST),
        (approve(at=NOW + timedelta(days=93)), MaterialReason.TOO_FAR),
        (approve(problems=((7, "слишком длинно"),)), MaterialReason.DOES_NOT_FIT),
        (EditMaterial(EDITOR, 1, 0, "Иначе."), MaterialReason.CHANGED),
        (ResendMaterial(SENDER, 1, "х" * 20_001), MaterialReason.TOO_LONG),
        (ResendMaterial(SENDER, 1, "  "), MaterialReason.EMPTY),
        (RecallMaterial(EDITOR, 1), MaterialReason.NOT_NOW),
    ],
)
def test_mo_a2_9_what_cannot_be_is_refused_with_its_reason(command: MaterialCommand, why: MaterialReason) -> None:
    assert reason(SENT, command) is why


def test_mo_a2_9_a_problem_of_a_page_that_was_not_chosen_is_none() -> None:
    assert accepted(SENT, approve(pages=(8,), problems=((7, "длинно"),))).publish == (8,)


def test_mo_a2_9_the_sender_hears_of_an_edit_and_the_editor_of_a_new_version() -> None:
    assert [told.notice for told in accepted(SENT, EditMaterial(EDITOR, 1, 1, "Иначе.")).told] == [
        MaterialNotice.EDITED
    ]
    resent = accepted(SENT, ResendMaterial(SENDER, 1, "Иначе."))
    assert [(told.notice, told.people) for told in resent.told] == [(MaterialNotice.NEW_VERSION, ("adviser",))]


def test_mo_a2_9_at_once_means_after_the_time_to_think_again() -> None:
    decided = accepted(SENT, approve(at=None, pages=(7, 8, 7)))
    assert (decided.material.publish_at, decided.publish) == (NOW + timedelta(seconds=30), (7, 8))
    assert (decided.material.approval, decided.material.version, decided.material.approved_by) == (2, 2, "adviser")


def test_mo_a2_9_from_its_time_on_nothing_is_taken_back() -> None:
    assert not is_being_published(APPROVED, LATER - timedelta(seconds=1))
    recalled = accepted(APPROVED, RecallMaterial(EDITOR, 1))
    assert (recalled.material.state, recalled.material.places) == (MaterialState.SENT, ())
    assert [told.notice for told in recalled.told] == [MaterialNotice.RECALLED]
    assert accepted(APPROVED, WithdrawMaterial(SENDER, 1)).material.state is MaterialState.WITHDRAWN
    for command in (RecallMaterial(EDITOR, 1), WithdrawMaterial(SENDER, 1)):
        assert reason(APPROVED, command, LATER) is MaterialReason.BEING_PUBLISHED
        assert not may_with_material(APPROVED, command.action, command.by, office(), LATER)


def test_mo_a2_9_published_is_only_what_stands_on_every_page() -> None:
    two = replace(APPROVED, places=(Place(7), Place(8)))
    posted = MaterialPublished(NETWORK, 1, 7, "https://vk.com/wall-1_2", "wall-1_2")
    one = accepted(two, posted, LATER)
    assert (one.material.state, one.told, one.entry.by) == (MaterialState.APPROVED, (), "network")
    given = accepted(one.material, HandOverMaterial(NETWORK, 1, 8, "no_right", "first_deputy"), LATER)
    assert given.material.state is MaterialState.HANDED_OVER
    assert [(told.notice, told.people) for told in given.told] == [(MaterialNotice.HANDED_OVER, ("first_deputy",))]
    assert reason(given.material, posted, LATER) is MaterialReason.NOT_NOW
    by_hand = MaterialPublished(KEEPER, 1, 8, "https://t.me/okrug/5", keeper="first_deputy")
    assert reason(given.material, replace(by_hand, link=""), LATER) is MaterialReason.NOT_A_LINK
    assert reason(given.material, replace(by_hand, fits=False), LATER) is MaterialReason.ANOTHER_PAGES_LINK
    assert reason(given.material, replace(by_hand, keeper=""), LATER) is MaterialReason.NOT_THE_KEEPER
    done = accepted(given.material, by_hand, LATER)
    assert (done.material.state, done.material.place(8).by) == (MaterialState.PUBLISHED, "first_deputy")  # type: ignore[union-attr]
    assert [told.people for told in done.told] == [("zhkh_head", "adviser")]


def test_mo_a2_9_the_bot_tries_once_more_where_people_publish_and_never_where_it_may_stand_already() -> None:
    page = GIVEN.places[0].page
    retry = RetryMaterial(EDITOR, 1, page)
    tried = accepted(GIVEN, retry, LATER)
    place = tried.material.place(page)
    assert place is not None
    assert (place.state, place.reason, place.tries, place.at) == (PlaceState.PLANNED, "", 1, LATER)
    assert (tried.material.state, tried.publish, tried.told) == (MaterialState.APPROVED, (page,), ())
    assert (tried.material.approval, tried.material.publish_at) == (GIVEN.approval, GIVEN.publish_at)
    assert accepted(GIVEN, replace(retry, by=KEEPER, keeper="first_deputy"), LATER).publish == (page,)
    assert reason(GIVEN, replace(retry, by=KEEPER), LATER) is MaterialReason.NOT_THE_KEEPER
    assert reason(GIVEN, replace(retry, by=NETWORK), LATER) is MaterialReason.NOT_THE_KEEPER
    assert reason(GIVEN, replace(retry, by_us=False), LATER) is MaterialReason.NOT_BY_US
    assert reason(GIVEN, replace(retry, page=99), LATER) is MaterialReason.NOT_NOW
    assert reason(tried.material, retry, LATER) is MaterialReason.NOT_NOW
    doubtful = replace(GIVEN, places=(replace(GIVEN.places[0], reason="ambiguous"),))
    assert reason(doubtful, retry, LATER) is MaterialReason.LOOK_FIRST


def test_a_person_enters_nothing_the_machine_has_still_to_do() -> None:
    by_hand = MaterialPublished(EDITOR, 1, 7, "https://vk.com/wall-1_2")
    assert reason(APPROVED, by_hand) is MaterialReason.NOT_NOW


def test_what_stands_somewhere_stays_published_when_the_rest_is_withdrawn() -> None:
    there = Place(7, PlaceState.PUBLISHED, "https://vk.com/wall-1_2")
    half = replace(GIVEN, places=(there, Place(8, PlaceState.HANDED_OVER)))
    after = accepted(half, WithdrawMaterial(EDITOR, 1)).material
    assert (after.state, [one.state for one in after.places]) == (
        MaterialState.PUBLISHED,
        [PlaceState.PUBLISHED, PlaceState.GIVEN_UP],
    )
    assert accepted(GIVEN, WithdrawMaterial(SENDER, 1)).material.state is MaterialState.WITHDRAWN


@pytest.mark.parametrize("by", [Actor(standing="stranger", account=9), Actor(("adviser",), 1, "left")])
def test_strangers_and_those_who_left_are_refused_everything(by: Actor) -> None:
    assert reason(None, SendMaterial(by, 1, "okrug", "Чиним мост.")) is MaterialReason.NOT_OURS
    assert reason(SENT, approve(by=by)) is MaterialReason.NOT_OURS
    assert reason(None, approve()) is MaterialReason.NO_SUCH_MATERIAL


def test_a_colleague_of_the_department_sends_its_new_version() -> None:
    colleague = Person("zhkh_chief", "главный специалист", (Role.EXECUTOR,), "zhkh")
    here = replace(office(), people={**office().people, "zhkh_chief": colleague})
    decided = decide_material(SENT, ResendMaterial(Actor(("zhkh_chief",), 8), 1, "Иначе."), here, NOW)
    assert isinstance(decided, MaterialAccepted)
    assert decided.material.newest.by == "zhkh_chief"
    of_nobody = replace(SENT, unit="", sender="curator")
    assert reason(of_nobody, ResendMaterial(SENDER, 1, "Иначе.")) is MaterialReason.NOT_YOURS


def test_an_empty_material_is_refused_and_an_end_is_told_of_once() -> None:
    assert reason(None, SendMaterial(SENDER, 1, "okrug", " ")) is MaterialReason.EMPTY
    handed = HandOverMaterial(NETWORK, 1, 7, "no_right")
    assert reason(GIVEN, handed) is MaterialReason.NOT_NOW
    nobodys = accepted(APPROVED, handed, LATER)
    assert [(told.notice, told.people) for told in nobodys.told] == [(MaterialNotice.HANDED_OVER, ("adviser",))]


def test_who_does_it_himself_is_told_nothing() -> None:
    own = accepted(None, SendMaterial(EDITOR, 1, "okrug", "Чиним мост."))
    assert own.told == ()
    withdrawn = accepted(SENT, WithdrawMaterial(EDITOR, 1))
    assert [(told.notice, told.people) for told in withdrawn.told] == [(MaterialNotice.WITHDRAWN, ("zhkh_head",))]


def test_buttons_are_shown_to_whom_they_serve() -> None:
    shown = {
        who: [action for action in MaterialAction if may_with_material(SENT, action, by, office(), NOW)]
        for who, by in ACTORS.items()
    }
    assert shown == {
        "editor": ["edit", "return", "approve", "withdraw"],
        "curator": [],
        "sender": ["resend", "withdraw"],
        "another department": [],
        "keeper of the page": [],
        "network": [],
    }
    assert not may_with_material(SENT, MaterialAction.EDIT, Actor(("adviser",), 1, "left"), office(), NOW)


# --- the plan ----------------------------------------------------------------------------------------------------------


def page(number: int, whose: Whose = Whose.ADMINISTRATION) -> OfficialPage:
    return OfficialPage(number, "okrug", 1, PageState.IN_FORCE, PageNetwork.VK, whose)


def test_mo_a2_10_the_plan_counts_published_and_planned_against_the_norm() -> None:
    clock = office().working_time
    first = monday(clock.local(NOW).date())
    assert first == date(2026, 1, 12)
    done = replace(APPROVED, id=2, places=(Place(7, PlaceState.PUBLISHED, "https://vk.com/wall-1_2"),))
    gone = replace(APPROVED, id=3, places=(Place(7, PlaceState.GIVEN_UP),))
    plan = week_plan(
        first,
        [APPROVED, done, gone, SENT],
        [Publication(7, LATER, "https://vk.com/wall-1_2"), Publication(8, LATER, "x")],
        [page(7), page(8, Whose.UNIT)],
        office().regulation,
        clock,
    )
    assert [(one.material.id, one.place.state) for one in plan.days[0].planned] == [(1, "planned"), (2, "published")]
    assert (plan.days[0].counted, plan.days[1].planned) == (((7, 1), (8, 1)), ())
    assert [(one.page, one.have, one.planned, one.missing) for one in plan.short] == [(7, 1, 1, 5), (8, 1, 0, 2)]
