"""The rules of material for publication: versions, remarks, pages and times, the end on each page (MO-A2.9)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests.house.permissions_material import ACTORS, LATER, NOW, PICTURE, office, situations
from workflow.effects import Told
from workflow.office import NETWORK, Actor, Person, Role
from workflow.official.content_plan import monday, week_plan
from workflow.official.material import (
    ApproveMaterial,
    EditMaterial,
    HandOverMaterial,
    Material,
    MaterialAction,
    MaterialCommand,
    MaterialNotice,
    MaterialPublished,
    MaterialState,
    Place,
    PlaceState,
    Publish,
    RecallMaterial,
    ResendMaterial,
    RetryMaterial,
    ReturnMaterial,
    SendMaterial,
    WithdrawMaterial,
)
from workflow.official.material_rules import MATERIALS, is_being_published
from workflow.official.page import OfficialPage, PageState
from workflow.official.page_items import PageNetwork, Whose
from workflow.official.publications import Publication
from workflow.outcomes import Accepted, Reason, Refused

EDITOR, SENDER, KEEPER = ACTORS["editor"], ACTORS["sender"], ACTORS["keeper of the page"]
SENT, APPROVED = situations()["sent"], situations()["approved, waits"]
GIVEN = situations()["handed_over"]


Done = Accepted[Material, Told | Publish]


def accepted(material: Material | None, command: MaterialCommand, now: datetime = NOW) -> Done:
    decision = MATERIALS.decide(material, command, office(), now)
    assert isinstance(decision, Accepted), decision
    return decision


def told(done: Done) -> tuple[Told, ...]:
    return tuple(one for one in done.effects if isinstance(one, Told))


def to_publish(done: Done) -> tuple[int, ...]:
    return tuple(one.page for one in done.effects if isinstance(one, Publish))


def reason(material: Material | None, command: MaterialCommand, now: datetime = NOW) -> Reason:
    decision = MATERIALS.decide(material, command, office(), now)
    assert isinstance(decision, Refused), decision
    return decision.reason


def approve(**values: Any) -> ApproveMaterial:
    return ApproveMaterial(**{
        "by": EDITOR, "material": 1, "wording": 1, "pages": (7,), "at": LATER, "in_force": frozenset({7, 8}), **values
    })  # fmt: skip


def test_mo_a2_9_what_is_not_given_in_a_new_version_stays() -> None:
    both = accepted(None, SendMaterial(SENDER, 1, "okrug", " Чиним мост. ", (PICTURE,))).after
    words = accepted(both, ResendMaterial(SENDER, 1, "Мост чиним.")).after
    assert (words.newest.text, words.newest.files, words.newest.number) == ("Мост чиним.", (PICTURE,), 2)
    another = replace(PICTURE, key="1" * 64)
    joined = accepted(words, ResendMaterial(SENDER, 1, "", (another,))).after
    assert (joined.newest.text, joined.newest.files) == ("Мост чиним.", (PICTURE, another))
    assert reason(joined, EditMaterial(EDITOR, 1, 3, "Мост чиним.")) is Reason.SAME


def test_mo_a2_9_remarks_are_a_list_without_its_signs() -> None:
    returned = accepted(SENT, ReturnMaterial(EDITOR, 1, 1, ("- когда?", "  ", "• кто?")))
    assert (returned.after.state, returned.after.newest.remarks) == (MaterialState.RETURNED, ("когда?", "кто?"))
    assert [(one.notice, one.people) for one in told(returned)] == [(MaterialNotice.RETURNED, ("zhkh_head",))]
    assert reason(SENT, ReturnMaterial(EDITOR, 1, 1, ("-", "", "нет", "👎"))) is Reason.NO_REMARKS


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (approve(wording=2), Reason.CHANGED),
        (approve(pages=()), Reason.NO_PAGES),
        (approve(pages=(7, 99)), Reason.UNKNOWN_PAGE),
        (approve(at=NOW), Reason.IN_THE_PAST),
        (approve(at=NOW + timedelta(days=93)), Reason.TOO_FAR),
        (approve(problems=((7, "слишком длинно"),)), Reason.DOES_NOT_FIT),
        (EditMaterial(EDITOR, 1, 0, "Иначе."), Reason.CHANGED),
        (ResendMaterial(SENDER, 1, "х" * 20_001), Reason.TOO_LONG),
        (ResendMaterial(SENDER, 1, "  "), Reason.EMPTY),
        (RecallMaterial(EDITOR, 1), Reason.NOT_NOW),
    ],
)
def test_mo_a2_9_what_cannot_be_is_refused_with_its_reason(command: MaterialCommand, why: Reason) -> None:
    assert reason(SENT, command) is why


def test_mo_a2_9_a_problem_of_a_page_that_was_not_chosen_is_none() -> None:
    assert to_publish(accepted(SENT, approve(pages=(8,), problems=((7, "длинно"),)))) == (8,)


def test_mo_a2_9_the_sender_hears_of_an_edit_and_the_editor_of_a_new_version() -> None:
    assert [one.notice for one in told(accepted(SENT, EditMaterial(EDITOR, 1, 1, "Иначе.")))] == [MaterialNotice.EDITED]
    resent = accepted(SENT, ResendMaterial(SENDER, 1, "Иначе."), NOW + timedelta(seconds=30))
    assert [(one.notice, one.people) for one in told(resent)] == [(MaterialNotice.NEW_VERSION, ("adviser",))]


def test_mo_a2_9_the_editor_hears_nothing_of_what_was_taken_back_in_time() -> None:
    soon = NOW + timedelta(seconds=29)
    assert told(accepted(SENT, WithdrawMaterial(SENDER, 1), soon)) == ()
    assert told(accepted(SENT, ResendMaterial(SENDER, 1, "Иначе."), soon)) == ()
    later = accepted(SENT, WithdrawMaterial(SENDER, 1), NOW + timedelta(seconds=30))
    assert [(one.notice, one.people) for one in told(later)] == [(MaterialNotice.WITHDRAWN, ("adviser",))]


def test_mo_a2_9_at_once_means_after_the_time_to_think_again() -> None:
    decided = accepted(SENT, approve(at=None, pages=(7, 8, 7)))
    assert (decided.after.publish_at, to_publish(decided)) == (NOW + timedelta(seconds=30), (7, 8))
    assert (decided.after.approval, decided.after.version, decided.after.approved_by) == (2, 2, "adviser")


def test_mo_a2_9_from_its_time_on_nothing_is_taken_back() -> None:
    assert not is_being_published(APPROVED, LATER - timedelta(seconds=1))
    recalled = accepted(APPROVED, RecallMaterial(EDITOR, 1))
    assert (recalled.after.state, recalled.after.places) == (MaterialState.SENT, ())
    assert [one.notice for one in told(recalled)] == [MaterialNotice.RECALLED]
    assert accepted(APPROVED, WithdrawMaterial(SENDER, 1)).after.state is MaterialState.WITHDRAWN
    for command in (RecallMaterial(EDITOR, 1), WithdrawMaterial(SENDER, 1)):
        assert reason(APPROVED, command, LATER) is Reason.BEING_PUBLISHED
        assert not MATERIALS.offers(APPROVED, command.action, office(), LATER, command.by)


def test_mo_a2_9_published_is_only_what_stands_on_every_page() -> None:
    two = replace(APPROVED, places=(Place(7), Place(8)))
    posted = MaterialPublished(NETWORK, 1, 7, "https://vk.com/wall-1_2", "wall-1_2")
    one = accepted(two, posted, LATER)
    assert (one.after.state, told(one), one.entry.by) == (MaterialState.APPROVED, (), "network")
    given = accepted(one.after, HandOverMaterial(NETWORK, 1, 8, "no_right", "first_deputy"), LATER)
    assert given.after.state is MaterialState.HANDED_OVER
    assert [(one.notice, one.people) for one in told(given)] == [(MaterialNotice.HANDED_OVER, ("first_deputy",))]
    assert reason(given.after, posted, LATER) is Reason.NOT_NOW
    by_hand = MaterialPublished(KEEPER, 1, 8, "https://t.me/okrug/5", keeper="first_deputy")
    assert reason(given.after, replace(by_hand, link=""), LATER) is Reason.NOT_A_LINK
    assert reason(given.after, replace(by_hand, fits=False), LATER) is Reason.ANOTHER_PAGES_LINK
    assert reason(given.after, replace(by_hand, keeper=""), LATER) is Reason.NOT_THE_KEEPER
    done = accepted(given.after, by_hand, LATER)
    assert (done.after.state, done.after.place(8).by) == (MaterialState.PUBLISHED, "first_deputy")  # type: ignore[union-attr]
    assert [one.people for one in told(done)] == [("zhkh_head", "adviser")]


def test_mo_a2_9_the_bot_tries_once_more_where_people_publish_and_never_where_it_may_stand_already() -> None:
    page = GIVEN.places[0].page
    retry = RetryMaterial(EDITOR, 1, page)
    tried = accepted(GIVEN, retry, LATER)
    place = tried.after.place(page)
    assert place is not None
    assert (place.state, place.reason, place.tries, place.at) == (PlaceState.PLANNED, "", 1, LATER)
    assert (tried.after.state, to_publish(tried), told(tried)) == (MaterialState.APPROVED, (page,), ())
    assert (tried.after.approval, tried.after.publish_at) == (GIVEN.approval, GIVEN.publish_at)
    assert to_publish(accepted(GIVEN, replace(retry, by=KEEPER, keeper="first_deputy"), LATER)) == (page,)
    assert reason(GIVEN, replace(retry, by=KEEPER), LATER) is Reason.NOT_THE_KEEPER
    assert reason(GIVEN, replace(retry, by=NETWORK), LATER) is Reason.NOT_THE_KEEPER
    assert reason(GIVEN, replace(retry, by_us=False), LATER) is Reason.NOT_BY_US
    assert reason(GIVEN, replace(retry, page=99), LATER) is Reason.NOT_NOW
    assert reason(tried.after, retry, LATER) is Reason.NOT_NOW
    doubtful = replace(GIVEN, places=(replace(GIVEN.places[0], reason="ambiguous"),))
    assert reason(doubtful, retry, LATER) is Reason.LOOK_FIRST


def test_a_person_enters_nothing_the_machine_has_still_to_do() -> None:
    by_hand = MaterialPublished(EDITOR, 1, 7, "https://vk.com/wall-1_2")
    assert reason(APPROVED, by_hand) is Reason.NOT_NOW


def test_what_stands_somewhere_stays_published_when_the_rest_is_withdrawn() -> None:
    there = Place(7, PlaceState.PUBLISHED, "https://vk.com/wall-1_2")
    half = replace(GIVEN, places=(there, Place(8, PlaceState.HANDED_OVER)))
    after = accepted(half, WithdrawMaterial(EDITOR, 1)).after
    assert (after.state, [one.state for one in after.places]) == (
        MaterialState.PUBLISHED,
        [PlaceState.PUBLISHED, PlaceState.GIVEN_UP],
    )
    assert accepted(GIVEN, WithdrawMaterial(SENDER, 1)).after.state is MaterialState.WITHDRAWN


@pytest.mark.parametrize(
    ("by", "standing"),
    [
        (Actor(standing="stranger", account=9), Reason.STRANGER),
        (Actor(("adviser",), 1, "left"), Reason.LEFT_THE_GROUP),
    ],
)
def test_strangers_and_those_who_left_are_refused_everything(by: Actor, standing: Reason) -> None:
    assert reason(None, SendMaterial(by, 1, "okrug", "Чиним мост.")) is standing
    assert reason(SENT, approve(by=by)) is standing
    assert reason(None, approve()) is Reason.NO_SUCH_MATERIAL


def test_a_colleague_of_the_department_sends_its_new_version() -> None:
    colleague = Person("zhkh_chief", "главный специалист", (Role.EXECUTOR,), "zhkh")
    here = replace(office(), people={**office().people, "zhkh_chief": colleague})
    decided = MATERIALS.decide(SENT, ResendMaterial(Actor(("zhkh_chief",), 8), 1, "Иначе."), here, NOW)
    assert isinstance(decided, Accepted)
    assert decided.after.newest.by == "zhkh_chief"
    of_nobody = replace(SENT, unit="", sender="curator")
    assert reason(of_nobody, ResendMaterial(SENDER, 1, "Иначе.")) is Reason.NOT_YOURS


def test_an_empty_material_is_refused_and_an_end_is_told_of_once() -> None:
    assert reason(None, SendMaterial(SENDER, 1, "okrug", " ")) is Reason.EMPTY
    handed = HandOverMaterial(NETWORK, 1, 7, "no_right")
    assert reason(GIVEN, handed) is Reason.NOT_NOW
    nobodys = accepted(APPROVED, handed, LATER)
    assert [(one.notice, one.people) for one in told(nobodys)] == [(MaterialNotice.HANDED_OVER, ("adviser",))]


def test_who_does_it_himself_is_told_nothing() -> None:
    own = accepted(None, SendMaterial(EDITOR, 1, "okrug", "Чиним мост."))
    assert told(own) == ()
    withdrawn = accepted(SENT, WithdrawMaterial(EDITOR, 1))
    assert [(one.notice, one.people) for one in told(withdrawn)] == [(MaterialNotice.WITHDRAWN, ("zhkh_head",))]


def test_buttons_are_shown_to_whom_they_serve() -> None:
    shown = {
        who: [action for action in MaterialAction if MATERIALS.offers(SENT, action, office(), NOW, by)]
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
    assert not MATERIALS.offers(SENT, MaterialAction.EDIT, office(), NOW, Actor(("adviser",), 1, "left"))


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
