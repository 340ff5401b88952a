"""When a message may end without an answer: from which states, on which grounds, and what was promised before."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.house.permissions_tried import situations
from tests.rules.offices import CURATOR, at, new_case, office
from tests.rules.test_kinds_of_draft import INTERIM, drafted, out
from tests.rules.test_life_of_a_case import run
from workflow.case import ENDED, Other, State
from workflow.commands import CloseWithoutPosting, LetGo, NotProcess, Reopen
from workflow.decide import decide
from workflow.effects import Also
from workflow.office import CLOCK
from workflow.outcomes import Accepted, Reason, Refused

EVENING = at("2026-01-12 17:00")


@pytest.mark.parametrize("key", ["kursky", "moskalensky", "slavgorod"])
def test_mo_18_sl_11_ku_20_an_open_message_may_be_left_alone_unless_its_answer_is_on_its_way(key: str) -> None:
    open_ones = {name: s.case for name, s in situations(key).items() if s.case.state not in ENDED}
    left = {
        name
        for name, case in open_ones.items()
        if isinstance(decide(case, NotProcess(CURATOR, 1, "obscene", confirmed=True), office(key), EVENING), Accepted)
    }
    assert left == {name for name, case in open_ones.items() if case.state is not State.APPROVED}
    assert {case.state for case in open_ones.values()} >= {
        State.NEW,
        State.ON_APPROVAL,
        State.APPROVED,
        State.NOT_POSTED,
    }


def test_ku_11_ku_20_a_promised_answer_is_given_up_knowingly() -> None:
    case = out(drafted(INTERIM, "kursky"), 1, "kursky")
    for end, state in (
        (CloseWithoutPosting(CURATOR, 1, "author_deleted"), State.CLOSED_WITHOUT_POSTING),
        (NotProcess(CURATOR, 1, "obscene"), State.NOT_PROCESSED),
    ):
        decision = decide(case, end, office("kursky"), at("2026-01-13 10:00"))
        assert decision == Refused(Reason.PROMISE_STANDS, {"due": at("2026-01-21 18:00")})
        ended = run(case, replace(end, confirmed=True), start="2026-01-13 10:00")
        assert (ended.state, [p.kind for p in ended.postings]) == (state, [INTERIM])


def test_what_was_answered_with_another_and_is_taken_up_again_stands_alone() -> None:
    """Otherwise its terms would go by the other one's for ever."""
    left = run(new_case(), NotProcess(CURATOR, 1, "obscene"))
    together = replace(left, merged_into=Other(2, 2))
    decision = decide(together, Reopen(CURATOR, 1), office(), at("2026-01-12 10:00"))
    assert isinstance(decision, Accepted)
    assert (decision.after.state, decision.after.merged_into) == (State.NEW, None)
    assert Also(LetGo(CLOCK, 2, 1), required=False) in decision.effects
