"""Taking back a return, a sending back or a report within the time for «Отменить»: what stands afterwards, and for whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.rules.offices import CURATOR, HEAD, ROADS, ZHKH, at, carried_out, new_case, office
from tests.rules.test_life_of_a_case import TEXT, forwarded, on_approval, refuse, run
from tests.rules.test_several_executors import handed
from workflow.case import Case, State
from workflow.changes.taking_back import AT_MOST
from workflow.commands import (
    Accept,
    AnyCommand,
    Approve,
    Contribute,
    Forward,
    MarkSignificant,
    ProposeInterim,
    Return,
    SendBack,
    SendBackContribution,
    SetTopic,
    SubmitDraft,
    TakeBack,
    Undo,
)
from workflow.decide import decide
from workflow.effects import Notify, ShowCard, ShowOffer
from workflow.outcomes import Accepted, Reason
from workflow.regulation import Step
from workflow.terms.alarms import newest_runs, runs_of
from workflow.terms.register import settle

IN_WORK = run(forwarded(), Accept(ZHKH, 1), start="2026-01-12 09:30")
GIVEN = run(handed("zhkh", "roads"), Contribute(ROADS, 1, "Проезд расчищен полностью."), start="2026-01-12 10:00")
INTERIM = run(forwarded(), ProposeInterim(CURATOR, 1, "Бригада выехала, ответим завтра."), start="2026-01-12 09:40")
IN_TURN = run(new_case(), Forward(CURATOR, 1, ("zhkh", "roads", "school"), in_turn=True))

ACTS: dict[str, tuple[Case, AnyCommand]] = {
    "return": (IN_WORK, Return(ZHKH, 1, "не наша территория")),
    "return at once": (forwarded(), Return(ZHKH, 1, "не наша территория")),
    "return of a part": (handed("zhkh", "roads"), Return(ROADS, 1, "не наша дорога")),
    "return of a part in turns": (IN_TURN, Return(ROADS, 1, "не наша дорога")),
    "return of all in turns": (IN_TURN, Return(ZHKH, 1, "не наша территория")),
    "send back": (on_approval(), SendBack(CURATOR, 1, 1, "назовите срок")),
    "put the curator's own away": (INTERIM, SendBack(CURATOR, 1, 1, "рано")),
    "send a contribution back": (GIVEN, SendBackContribution(CURATOR, 1, "roads", "назовите срок")),
    "report": (IN_WORK, MarkSignificant(CURATOR, 1)),
}
WHEN = "2026-01-12 10:20:00"


def done(act: str) -> tuple[Case, Accepted]:  # type: ignore[type-arg]
    before, command = settle(ACTS[act][0], office(), at(WHEN)), ACTS[act][1]
    decision = decide(before, command, office(), at(WHEN))
    assert isinstance(decision, Accepted), decision
    return before, decision


def due(case: Case) -> dict[str, datetime]:
    return {name: one.until for name, one in newest_runs(case, office()).items() if one.is_open}


@pytest.mark.parametrize("act", ACTS)
def test_the_case_is_as_it_was_with_the_terms_it_had(act: str) -> None:
    before, decision = done(act)
    back = run(decision.after, TakeBack(ACTS[act][1].by, 1, decision.after.version), start="2026-01-12 10:20:20")
    same = ("state", "parts", "drafts", "contributions", "queue", "suggested", "approved", "significant", "waits")
    assert {name: getattr(back, name) for name in same} == {name: getattr(before, name) for name in same}
    assert due(back) == due(before)
    assert settle(back, office(), at("2026-01-12 10:20:30")).missed == before.missed
    assert back.taken_back == (decision.after.version,)


@pytest.mark.parametrize("act", ACTS)
def test_nobody_else_hears_before_the_time_is_over(act: str) -> None:
    _, decision = done(act)
    seen = [effect for effect in decision.effects if isinstance(effect, Notify | ShowCard | ShowOffer)]
    assert seen
    assert {effect.after for effect in seen} == {at(WHEN) + timedelta(seconds=30)}


@pytest.mark.parametrize("act", ACTS)
def test_it_is_too_late_afterwards_and_another_may_not(act: str) -> None:
    _, decision = done(act)
    command = TakeBack(ACTS[act][1].by, 1, decision.after.version)
    assert refuse(decision.after, command, moment="2026-01-12 10:20:30") is Reason.TOO_LATE_TO_TAKE_BACK
    assert refuse(decision.after, replace(command, by=HEAD), moment="2026-01-12 10:20:05") is Reason.NOT_WHO_DID_IT
    other = replace(command, line=command.line - 1)
    assert refuse(decision.after, other, moment="2026-01-12 10:20:05") is Reason.TOO_LATE_TO_TAKE_BACK


def test_what_was_built_on_it_stands() -> None:
    _, decision = done("return")
    line = decision.after.version
    moved = run(decision.after, Forward(CURATOR, 1, ("roads",)), start="2026-01-12 10:20:10")
    assert refuse(moved, TakeBack(ZHKH, 1, line), moment="2026-01-12 10:20:20") is Reason.TOO_LATE_TO_TAKE_BACK
    named = run(decision.after, SetTopic(CURATOR, 1, ("voda",)), start="2026-01-12 10:20:10")
    back = run(named, TakeBack(ZHKH, 1, line), start="2026-01-12 10:20:20")
    assert (back.state, back.topics) == (State.IN_WORK, ("voda",))


def test_once_taken_back_it_can_be_done_again_but_not_taken_back_twice() -> None:
    _, decision = done("send back")
    line = decision.after.version
    back = run(decision.after, TakeBack(CURATOR, 1, line), start="2026-01-12 10:20:10")
    assert refuse(back, TakeBack(CURATOR, 1, line), moment="2026-01-12 10:20:12") is Reason.TOO_LATE_TO_TAKE_BACK
    again = run(back, SendBack(CURATOR, 1, 1, "назовите день"), start="2026-01-12 10:20:15")
    assert again.drafts[0].remark == "назовите день"


def test_where_an_approval_cannot_be_undone_nothing_waits() -> None:
    there = replace(office(), approval_delay=timedelta(0))
    decision = decide(*ACTS["return"], there, at(WHEN))
    assert isinstance(decision, Accepted)
    assert decision.after.former is None
    assert {e.after for e in decision.effects if isinstance(e, Notify | ShowCard | ShowOffer)} == {None}


def test_nobody_is_late_for_the_seconds_in_which_it_was_done() -> None:
    """The draft was due at 13:00; returned ten seconds before, it is owed for ten more seconds afterwards."""
    back = run(IN_WORK, Return(ZHKH, 1, "не наше"), start="2026-01-12 12:59:50")
    back = run(back, TakeBack(ZHKH, 1, back.version), start="2026-01-12 13:00:15")
    draft = newest_runs(back, office())["draft"]
    assert (draft.due_at, draft.until) == (at("2026-01-12 13:00"), at("2026-01-12 14:00:10"))
    given = run(IN_WORK, SubmitDraft(ZHKH, 1, TEXT), start="2026-01-12 12:59")
    calm = run(given, SendBack(CURATOR, 1, 1, "срок"), start="2026-01-12 13:30")
    assert run(calm, TakeBack(CURATOR, 1, calm.version), start="2026-01-12 13:30:10").missed == ()


def test_the_time_ends_soon_after_the_answers_term() -> None:
    late = run(on_approval(), SendBack(CURATOR, 1, 1, "срок"), start="2026-01-13 10:00:35")
    assert late.former is not None
    assert late.former.until == at("2026-01-13 10:00:45")


def test_an_executor_who_is_told_late_has_the_whole_term_from_then_on() -> None:
    slow = replace(office(), approval_delay=timedelta(minutes=10))
    decision = decide(*ACTS["send back"], slow, at(WHEN))
    assert isinstance(decision, Accepted)
    case = decision.after
    rework = next(run for run in runs_of(case, slow) if run.step is Step.REWORK)
    assert (rework.due_at, rework.until) == (at("2026-01-12 10:50"), at("2026-01-12 11:00"))


@pytest.mark.parametrize("key", ["izobilnensky", "slavgorod"])
def test_a_term_missed_before_goes_on_in_the_register_as_late_as_it_was(key: str) -> None:
    """The return ended the draft's row; taken back, it has ended nothing."""
    here, moment = office(key), at("2026-01-14 12:00")
    given = carried_out(new_case(key), Forward(CURATOR, 1, ("zhkh",)), here, at("2026-01-12 09:10"))
    assert isinstance(given, Accepted)
    late = settle(given.after, here, moment)
    assert Step.DRAFT in [row.step for row in late.missed if row.ended_at is None]
    returned = carried_out(late, Return(ZHKH, 1, "не наша территория"), here, moment)
    assert isinstance(returned, Accepted)
    assert Step.DRAFT not in [row.step for row in returned.after.missed if row.ended_at is None]
    command = TakeBack(ZHKH, 1, returned.after.version)
    back = carried_out(returned.after, command, here, moment + timedelta(seconds=20))
    assert isinstance(back, Accepted)
    assert back.after.missed == late.missed


def test_a_report_holds_up_nothing_and_gives_nobody_time() -> None:
    case = run(on_approval(), MarkSignificant(CURATOR, 1), start="2026-01-13 09:59:50")
    back = run(case, TakeBack(CURATOR, 1, case.version), start="2026-01-13 10:00:15")
    assert newest_runs(back, office())["answer"].until == at("2026-01-13 10:00")


@pytest.mark.parametrize("delay", [30, 3600])
def test_terms_are_not_pushed_on_for_ever_by_acting_and_taking_back(delay: int) -> None:
    """A department returns and takes back as long as it can: it gains no more than the time for «Отменить» three times."""
    here = replace(office(), approval_delay=timedelta(seconds=delay))
    case, now = IN_WORK, at("2026-01-12 12:59:50")
    while True:
        returned = carried_out(case, Return(ZHKH, 1, "не наша территория"), here, now)
        assert isinstance(returned, Accepted)
        if returned.after.former is None:
            break
        now = returned.after.former.until - timedelta(seconds=1)
        back = carried_out(returned.after, TakeBack(ZHKH, 1, returned.after.version), here, now)
        assert isinstance(back, Accepted)
        case, now = back.after, now + timedelta(seconds=1)
    assert len(case.taken_back) == AT_MOST
    assert {e.after for e in returned.effects if isinstance(e, Notify | ShowCard | ShowOffer)} == {None}
    gained = here.clock.working.between(at("2026-01-12 13:00"), newest_runs(case, here)["draft"].until)
    assert timedelta(0) < gained <= AT_MOST * here.approval_delay


def test_a_co_executor_held_up_for_an_hour_by_the_leads_return_gets_the_hour_back() -> None:
    slow = replace(office(), approval_delay=timedelta(hours=1))
    case = run(handed("zhkh", "roads"), Accept(ROADS, 1), start="2026-01-12 09:30")
    owed = newest_runs(case, slow)["contribution@roads"].until
    returned = carried_out(case, Return(ZHKH, 1, "не наша территория"), slow, at("2026-01-12 10:20"))
    assert isinstance(returned, Accepted)
    back = carried_out(returned.after, TakeBack(ZHKH, 1, returned.after.version), slow, at("2026-01-12 11:10"))
    assert isinstance(back, Accepted)
    assert newest_runs(back.after, slow)["contribution@roads"].until == owed + timedelta(minutes=50)


def test_ku_16_a_part_returned_in_the_last_seconds_makes_the_lead_late_no_more_than_it_was() -> None:
    """The lead's draft waits for the contribution until 15:30; the part is returned after that, and taken back."""
    here = office()
    given = carried_out(new_case(), Forward(CURATOR, 1, ("zhkh", "roads")), here, at("2026-01-12 11:30"))
    assert isinstance(given, Accepted)
    assert newest_runs(given.after, here)["draft"].until == at("2026-01-12 15:30")
    returned = carried_out(given.after, Return(ROADS, 1, "не наша дорога"), here, at("2026-01-12 15:30:40"))
    assert isinstance(returned, Accepted)
    now = at("2026-01-12 15:31:01")
    back = carried_out(returned.after, TakeBack(ROADS, 1, returned.after.version), here, now)
    assert isinstance(back, Accepted)
    assert settle(back.after, here, now).missed == back.after.missed
    late = settle(back.after, here, now + timedelta(minutes=1)).missed
    assert (Step.DRAFT, "zhkh") in [(row.step, row.who) for row in late]


def test_an_approval_given_late_and_undone_is_as_late_as_before() -> None:
    """Due at 10:05, approved at 11:40 and undone: the curator owes it still."""
    here, moment = office(), at("2026-01-12 11:40")
    late = settle(on_approval(), here, moment)
    assert [(row.step, row.ended_at) for row in late.missed] == [(Step.APPROVAL, None)]
    approved = carried_out(late, Approve(CURATOR, 1, 1), here, moment)
    assert isinstance(approved, Accepted)
    assert approved.after.missed[0].ended_at == moment
    undone = carried_out(approved.after, Undo(CURATOR, 1, 1), here, moment + timedelta(seconds=20))
    assert isinstance(undone, Accepted)
    assert undone.after.missed == late.missed
