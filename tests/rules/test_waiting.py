"""Whose move it is, and who answers for it; how long an author may be silent."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.rules.offices import CURATOR, HEAD, NETWORK_LINK, ROADS, ZHKH, at, carried_out, new_case, office
from tests.rules.test_life_of_a_case import TEXT, run
from workflow.case import Case, Move
from workflow.commands import (
    Accept,
    Approve,
    CloseWithoutPosting,
    Contribute,
    Forward,
    Posted,
    ProposeInterim,
    Release,
    SetImportance,
    SubmitDraft,
)
from workflow.office import CLOCK, NETWORK, Actor, may_enter, may_look_back
from workflow.outcomes import Accepted, Reason, Refused
from workflow.regulation import DraftKind, Importance
from workflow.waiting import answered_for, waits_on


def out(kind: DraftKind, key: str, importance: Importance = Importance.NORMAL) -> Case:
    """A case whose executor's answer of this kind was posted at half past nine."""
    return run(
        new_case(key),
        SetImportance(CURATOR, 1, importance),
        Forward(CURATOR, 1, ("zhkh",)),
        SubmitDraft(ZHKH, 1, TEXT, kind=kind),
        Approve(CURATOR, 1, 1),
        Release(CLOCK, 1, 1),
        Posted(NETWORK, 1, NETWORK_LINK),
        key=key,
        start="2026-01-12 09:00",
    )


def moves(case: Case, key: str) -> list[tuple[str, Move]]:
    return [(wait.who, wait.move) for wait in waits_on(case, office(key))]


def test_mo_13_after_an_interim_answer_of_high_importance_the_curator_names_the_final_ones_date() -> None:
    case = out(DraftKind.INTERIM, "moskalensky", Importance.HIGH)
    assert moves(case, "moskalensky") == [("curator", Move.NAME_FINAL)]
    drafting = run(case, Forward(CURATOR, 1, ("roads",)), key="moskalensky", start="2026-01-12 11:00")
    assert moves(drafting, "moskalensky") == [("roads", Move.ACCEPT), ("curator", Move.NAME_FINAL)]


def test_a_case_without_a_lead_executor_waits_for_the_curator_to_forward_it() -> None:
    case = run(new_case(), Forward(CURATOR, 1, ("zhkh",)), Accept(ZHKH, 1), start="2026-01-12 09:00")
    assert moves(replace(case, parts=()), "kursky") == [("curator", Move.FORWARD)]


def test_ku_16_the_curator_passes_contributions_on_while_the_lead_is_waited_for_too() -> None:
    case = run(
        new_case(),
        Forward(CURATOR, 1, ("zhkh", "roads")),
        Contribute(ROADS, 1, "Дорогу расчистили."),
        start="2026-01-12 09:00",
    )
    assert moves(case, "kursky") == [("zhkh", Move.ACCEPT), ("curator", Move.PASS_CONTRIBUTION)]


def test_sl_6_an_author_who_was_asked_may_be_silent_for_five_working_days() -> None:
    of = office("slavgorod")
    case = out(DraftKind.REQUEST, "slavgorod")
    silent = CloseWithoutPosting(CURATOR, 1, "author_silent")
    early = carried_out(case, silent, of, at("2026-01-19 17:59"))
    assert isinstance(early, Refused)
    assert (early.reason, early.facts) == (Reason.AUTHOR_MAY_REPLY, {"at": at("2026-01-19 18:00")})
    assert isinstance(carried_out(case, silent, of, at("2026-01-19 18:00")), Accepted)
    unasked = carried_out(new_case("slavgorod"), silent, of, at("2026-01-19 18:00"))
    assert isinstance(unasked, Refused)
    assert unasked.reason is Reason.NOT_ASKED_THE_AUTHOR


@pytest.mark.parametrize(
    ("keys", "answers"),
    [
        (["curator"], ({"curator"}, True)),
        (["zhkh_head"], ({"zhkh"}, True)),
        (["first_deputy"], ({"zhkh", "roads", "school", "curator"}, False)),
        (["head"], (set[str](), False)),
    ],
)
def test_everybody_answers_for_his_own_moves_or_for_those_below_him(
    keys: list[str], answers: tuple[set[str], bool]
) -> None:
    found, own = answered_for([office().people[key] for key in keys], office())
    assert (set(found), own) == answers


NOW = at("2026-01-12 09:00")


@pytest.mark.parametrize(
    ("actor", "others"), [(CURATOR, True), (Actor(("first_deputy",), 4), True), (ZHKH, False), (HEAD, False)]
)
def test_who_may_enter_the_absences_of_others(actor: Actor, others: bool) -> None:
    entered = may_enter(office(), actor, NOW)
    assert entered[0] == actor.people[0]
    assert (len(entered) == len(office().people)) is others
    assert may_look_back(office(), actor, "roads_head", NOW) is others
    assert not may_look_back(office(), actor, actor.people[0], NOW)


def test_ku_12_an_interim_answer_of_the_curators_own_waits_for_his_approval() -> None:
    case = run(
        new_case(),
        Forward(CURATOR, 1, ("zhkh",)),
        ProposeInterim(CURATOR, 1, "Ответим в ближайшие дни."),
        start="2026-01-12 09:00",
    )
    assert moves(case, "kursky") == [("curator", Move.APPROVE)]
