"""Co-executors come and go beside a lead who stays: only who joins is asked, and what the others did stands (MO-14, KU-16)."""

from __future__ import annotations

import pytest

from reports.rows import Outcome, row_of
from tests.rules.offices import CURATOR, ROADS, SCHOOL, ZHKH, at, office
from tests.rules.test_life_of_a_case import TEXT, refuse, run
from tests.rules.test_several_executors import SPLIT, WATER, due, handed, told
from workflow.case import PartState, State
from workflow.commands import Accept, Contribute, Forward, SubmitDraft
from workflow.effects import Audience, Notice, Notify
from workflow.outcomes import Reason


@pytest.mark.parametrize("key", ["kursky", "moskalensky"])
def test_mo_14_ku_16_only_who_joins_is_asked_and_what_the_others_did_stands(key: str) -> None:
    case = run(handed("zhkh", "roads", key=key), Accept(ZHKH, 1), key=key, start="2026-01-12 09:30")
    case = run(case, Contribute(ROADS, 1, SPLIT), key=key, start="2026-01-12 10:00")
    wider = Forward(CURATOR, 1, ("zhkh", "roads", "school"))
    assert told(case, wider, "2026-01-12 10:10", key) == [Notify(Notice.WORK, Audience.DEPARTMENT, "school")]
    joined = run(case, wider, key=key, start="2026-01-12 10:10")
    assert (joined.state, joined.lead, joined.contributions) == (State.IN_WORK, case.lead, case.contributions)
    assert [(p.department, p.state) for p in joined.active_parts] == [
        ("zhkh", PartState.ACCEPTED),
        ("roads", PartState.CONTRIBUTED),
        ("school", PartState.ASKED),
    ]
    assert refuse(joined, Accept(ZHKH, 1), key) is Reason.ALREADY_ACCEPTED
    before, after = due(case, key), due(joined, key)
    assert after.pop("return@school") == "12 10:40"
    assert after.pop("contribution@school") == "12 12:10"
    before.pop("joint_draft", None)  # MO-14: two hours from the last contribution, and one more is owed now
    assert after == before
    given = run(joined, Contribute(SCHOOL, 1, WATER), key=key, start="2026-01-12 11:00")
    assert due(given, key).get("joint_draft") == {"kursky": None, "moskalensky": "12 13:00"}[key]


def test_a_draft_that_waits_for_approval_waits_on_when_somebody_joins() -> None:
    case = run(handed("zhkh"), SubmitDraft(ZHKH, 1, TEXT), start="2026-01-12 09:40")
    joined = run(case, Forward(CURATOR, 1, ("zhkh", "roads")), start="2026-01-12 09:50")
    assert joined.state is State.ON_APPROVAL
    assert due(joined) == {
        "return@roads": "12 10:20",
        "contribution@roads": "12 11:50",
        "approval": "12 10:10",
        "answer": "13 10:00",
    }


@pytest.mark.parametrize("key", ["kursky", "moskalensky"])
def test_mo_14_ku_16_who_is_left_out_owes_nothing_and_has_returned_nothing(key: str) -> None:
    case = run(handed("zhkh", "roads", "school", key=key), Accept(ZHKH, 1), key=key, start="2026-01-12 09:30")
    case = run(case, Contribute(SCHOOL, 1, WATER), key=key, start="2026-01-12 10:00")
    fewer = Forward(CURATOR, 1, ("zhkh", "school"))
    assert told(case, fewer, "2026-01-12 10:10", key) == [Notify(Notice.RECALLED, Audience.DEPARTMENT, "roads")]
    left = run(case, fewer, key=key, start="2026-01-12 10:10")
    assert ([p.department for p in left.active_parts], left.owing) == (["zhkh", "school"], ())
    assert "contribution@roads" not in due(left, key)
    assert due(left, key).get("joint_draft") == {"kursky": None, "moskalensky": "12 12:10"}[key]
    row = row_of(left, office(key), at("2026-01-12 10:20"))
    assert row.returns == 0
    assert [(one.department, one.outcome) for one in row.handed] == [
        ("roads", Outcome.TAKEN),
        ("zhkh", Outcome.OPEN),
        ("school", Outcome.OPEN),
    ]
    alone = run(left, Forward(CURATOR, 1, ("zhkh",)), key=key, start="2026-01-12 10:30")
    assert (alone.state, alone.co_executors, alone.contributions) == (State.IN_WORK, (), ())


def test_mo_14_in_turns_who_joins_waits_for_his_turn() -> None:
    key = "moskalensky"
    case = run(handed("zhkh", "roads", key=key, in_turn=True), Accept(ZHKH, 1), key=key, start="2026-01-12 09:30")
    later = run(case, Forward(CURATOR, 1, ("zhkh", "roads", "school"), in_turn=True), key=key)
    assert ([p.department for p in later.active_parts], later.queue) == (["zhkh", "roads"], ("school",))
    done = run(case, Contribute(ROADS, 1, SPLIT), key=key, start="2026-01-12 10:00")
    at_once = Forward(CURATOR, 1, ("zhkh", "roads", "school"), in_turn=True)
    assert told(done, at_once, "2026-01-12 10:10", key) == [Notify(Notice.WORK, Audience.DEPARTMENT, "school")]
    assert run(done, at_once, key=key, start="2026-01-12 10:10").queue == ()


def test_another_lead_begins_anew_with_everybody() -> None:
    case = run(handed("zhkh", "roads"), Accept(ZHKH, 1), start="2026-01-12 09:30")
    other = run(case, Forward(CURATOR, 1, ("roads", "zhkh")), start="2026-01-12 09:40")
    assert (other.state, [(p.department, p.state) for p in other.active_parts]) == (
        State.FORWARDED,
        [("roads", PartState.ASKED), ("zhkh", PartState.ASKED)],
    )
