"""The author rewrites his message or takes it away while the case is open."""

from __future__ import annotations

import pytest

from tests.house.permissions_tried import NOW, carried_out, office, situations
from tests.rules.offices import CURATOR
from workflow.case import State
from workflow.commands import AuthorDeleted, AuthorEdited, AuthorRestored, Posted
from workflow.effects import Audience, Notice, Notify
from workflow.office import NETWORK
from workflow.outcomes import Accepted, Reason, Refused

RULES = office("kursky")


@pytest.mark.parametrize(
    ("situation", "state"),
    [
        ("new", State.NEW),
        ("in_work", State.IN_WORK),
        ("on_approval", State.ON_APPROVAL),
        ("approved", State.ON_APPROVAL),
        ("approved, on its way", State.NOT_POSTED),
        ("not_posted", State.NOT_POSTED),
        ("merged", State.MERGED),
    ],
)
def test_an_answer_to_what_is_gone_is_held(situation: str, state: State) -> None:
    there = situations("kursky")[situation].cases
    decision = carried_out(there, AuthorDeleted(NETWORK, 1), RULES, NOW).decision
    assert isinstance(decision, Accepted)
    case = decision.after
    assert (case.state, case.deleted_at, case.post_at) == (state, NOW, None)
    assert case.appeal == there[1].appeal


@pytest.mark.parametrize(
    ("situation", "state"),
    [("in_work", State.IN_WORK), ("approved", State.ON_APPROVAL), ("approved, on its way", State.NOT_POSTED)],
)
def test_what_stands_again_is_no_longer_gone_and_a_held_answer_waits(situation: str, state: State) -> None:
    there = situations("kursky")[situation].cases
    books = carried_out(there, AuthorDeleted(NETWORK, 1), RULES, NOW).books
    decision = carried_out(books.cases, AuthorRestored(NETWORK, 1), RULES, NOW).decision
    assert isinstance(decision, Accepted)
    assert (decision.after.state, decision.after.deleted_at, decision.after.post_at) == (state, None, None)


def test_what_went_out_all_the_same_is_posted() -> None:
    there = situations("kursky")["approved, on its way"].cases
    books = carried_out(there, AuthorDeleted(NETWORK, 1), RULES, NOW).books
    posted = carried_out(books.cases, Posted(NETWORK, 1, "https://vk.com/wall-1_2?reply=4"), RULES, NOW).decision
    assert isinstance(posted, Accepted)
    assert posted.after.state is State.CLOSED


def test_both_wordings_stay_and_no_clock_moves() -> None:
    there = situations("kursky")["in_work"].cases
    decision = carried_out(there, AuthorEdited(NETWORK, 1, "Воды нет на всей улице"), RULES, NOW).decision
    assert isinstance(decision, Accepted)
    before, case = there[1], decision.after
    assert (case.appeal, case.history, case.state) == (before.appeal, before.history, before.state)
    assert [one.text for one in case.rewritten] == ["Воды нет на всей улице"]


@pytest.mark.parametrize(
    "command",
    [AuthorEdited(NETWORK, 1, "иначе"), AuthorDeleted(NETWORK, 1), AuthorRestored(NETWORK, 1)],
    ids=["edit", "delete", "restore"],
)
def test_a_closed_case_stays_as_it_is(command: AuthorEdited | AuthorDeleted | AuthorRestored) -> None:
    decision = carried_out(situations("kursky")["closed"].cases, command, RULES, NOW).decision
    assert isinstance(decision, Refused)
    assert decision.reason is Reason.ALREADY_ENDED


def test_only_the_network_says_what_the_author_did() -> None:
    decision = carried_out(situations("kursky")["in_work"].cases, AuthorDeleted(CURATOR, 1), RULES, NOW).decision
    assert isinstance(decision, Refused)


def test_a_first_wording_that_came_late_is_the_message_and_the_later_one_stands_beside_it() -> None:
    there = situations("kursky")["in_work"].cases
    decision = carried_out(there, AuthorEdited(NETWORK, 1, "Нет воды", first=True), RULES, NOW).decision
    assert isinstance(decision, Accepted)
    before, case = there[1], decision.after
    assert (case.appeal.text, case.history) == ("Нет воды", before.history)
    assert [one.text for one in case.rewritten] == [before.appeal.text]
    assert [effect for effect in decision.effects if isinstance(effect, Notify)] == []


def test_a_message_nobody_has_yet_is_rewritten_without_a_word() -> None:
    for situation, heard in (("new", []), ("in_work", [Audience.LEAD, Audience.CURATORS])):
        there = situations("kursky")[situation].cases
        decision = carried_out(there, AuthorEdited(NETWORK, 1, "Воды нет на всей улице"), RULES, NOW).decision
        assert isinstance(decision, Accepted)
        assert [effect.to for effect in decision.effects if isinstance(effect, Notify)] == heard


def heard_by(decision: object, notice: Notice) -> list[tuple[Audience, str | None]]:
    assert isinstance(decision, Accepted)
    return [(one.to, one.department) for one in decision.effects if isinstance(one, Notify) and one.notice is notice]


@pytest.mark.parametrize(
    ("situation", "departments"),
    [("new", []), ("forwarded", ["zhkh"]), ("in_work", ["zhkh"]), ("rework", ["zhkh"]), ("on_approval", []),
     ("approved", []), ("forwarded, to several", ["zhkh", "roads"])],
)  # fmt: skip
def test_the_department_whose_move_it_is_hears_that_the_words_are_gone_and_back(
    situation: str, departments: list[str]
) -> None:
    there = situations("kursky")[situation].cases
    gone = carried_out(there, AuthorDeleted(NETWORK, 1), RULES, NOW)
    at_work = [(Audience.DEPARTMENT, key) for key in departments]
    assert heard_by(gone.decision, Notice.AUTHOR_DELETED) == [(Audience.CURATORS, None), *at_work]
    back = carried_out(gone.books.cases, AuthorRestored(NETWORK, 1), RULES, NOW).decision
    assert heard_by(back, Notice.AUTHOR_RESTORED) == [(Audience.CURATORS, None), *at_work]


def test_a_co_executor_hears_of_the_new_words_too() -> None:
    there = situations("kursky")["forwarded, to several"].cases
    decision = carried_out(there, AuthorEdited(NETWORK, 1, "иначе"), RULES, NOW).decision
    assert heard_by(decision, Notice.AUTHOR_EDITED) == [
        (Audience.LEAD, None), (Audience.CURATORS, None), (Audience.DEPARTMENT, "roads")
    ]  # fmt: skip
