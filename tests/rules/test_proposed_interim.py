"""An interim answer the curator proposed himself: it is no executor's, so nobody reworks it and no term hangs on it."""

from __future__ import annotations

import pytest

from tests.rules.offices import CURATOR, ZHKH, at
from tests.rules.test_kinds_of_draft import FINAL, INTERIM, OURS, drafted
from tests.rules.test_life_of_a_case import refuse, run
from tests.rules.test_several_executors import due, handed, told
from workflow.case import State
from workflow.commands import Accept, ProposeInterim, SendBack, SetKind
from workflow.outcomes import Reason
from workflow.regulation import Event


@pytest.mark.parametrize(("accepts", "state"), [(False, State.FORWARDED), (True, State.IN_WORK)])
def test_a_proposed_interim_answer_is_set_aside_and_nobody_reworks_it(accepts: bool, state: State) -> None:
    case = handed("zhkh")
    case = run(case, Accept(ZHKH, 1), start="2026-01-12 09:30") if accepts else case
    proposed = run(case, ProposeInterim(CURATOR, 1, OURS), start="2026-01-12 09:40")
    aside = run(proposed, SendBack(CURATOR, 1, 1, "рано"), start="2026-01-12 09:45")
    in_hand = [(Event.TAKEN, at("2026-01-12 09:40")), (Event.GIVEN_BACK, at("2026-01-12 09:45"))]
    assert (aside.state, due(aside)) == (state, due(case))
    assert [(h.event, h.at) for h in aside.history] == [*((h.event, h.at) for h in case.history), *in_hand]
    assert [(one.text, one.remark, one.department) for one in aside.drafts] == [(OURS, "рано", None)]
    assert told(proposed, SendBack(CURATOR, 1, 1, "рано"), "2026-01-12 09:45") == []


def test_the_kind_of_a_proposed_answer_leaves_the_executors_draft_as_it_was() -> None:
    sent_back = run(drafted(FINAL, "kursky"), SendBack(CURATOR, 1, 1, "короче"), start="2026-01-12 10:05")
    proposed = run(sent_back, ProposeInterim(CURATOR, 1, OURS), start="2026-01-12 10:10")
    assert refuse(proposed, SetKind(CURATOR, 1, 2, FINAL)) is Reason.UNKNOWN_KIND
    same = run(proposed, SetKind(CURATOR, 1, 2, INTERIM), start="2026-01-12 10:15")
    assert [one.kind for one in same.drafts] == [FINAL, INTERIM]
    assert same.history[:-1] == sent_back.history
    assert same.history[-1].event is Event.TAKEN
