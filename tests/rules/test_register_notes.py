"""What a row of the register says beside its moments, and what it notes where there is no violation (CLOCK §1.1, §2)."""

from __future__ import annotations

import pytest

from tests.rules.offices import CURATOR, ZHKH, at, carried_out, new_case, office
from tests.rules.test_life_of_a_case import TEXT
from workflow.case import Case, Missed
from workflow.commands import AnyCommand, Forward, SetImportance, SetTerm, SubmitDraft
from workflow.outcomes import Accepted
from workflow.regulation import Event, Importance, Step
from workflow.terms.deadlines import Grant
from workflow.terms.register import Spared, settle, spared

MO = "moskalensky"
HIGH = SetImportance(CURATOR, 1, Importance.HIGH)


def after(*given: tuple[str, AnyCommand], key: str = MO) -> Case:
    case = new_case(key)
    for moment, command in given:
        decision = carried_out(case, command, office(key), at(f"2026-01-12 {moment}"))
        assert isinstance(decision, Accepted), (moment, decision)
        case = decision.after
    return case


def row(case: Case, step: Step, moment: str, key: str = MO) -> Missed:
    return next(one for one in settle(case, office(key), at(f"2026-01-{moment}")).missed if one.step is step)


def test_mo_9_a_row_says_that_importance_was_raised_and_when() -> None:
    case = after(("09:20", Forward(CURATOR, 1, ("zhkh",))), ("12:00", HIGH))
    draft = row(case, Step.DRAFT, "12 12:31")
    assert (draft.until, draft.text_due) == (at("2026-01-12 12:30"), at("2026-01-12 11:00"))
    assert (draft.grant, draft.granted_at, draft.moved_by) == (
        Grant.MOVED,
        at("2026-01-12 12:00"),
        Event.IMPORTANCE_SET,
    )


def test_ku_11_a_row_that_nothing_moved_says_nothing_and_one_of_minutes_says_when_the_case_went_on() -> None:
    plain = row(after(("09:20", Forward(CURATOR, 1, ("zhkh",))), key="kursky"), Step.DRAFT, "12 14:01", "kursky")
    assert (plain.grant, plain.granted_at, plain.moved_by, plain.got_at) == (None, None, None, None)
    late = row(after(("12:55", Forward(CURATOR, 1, ("zhkh",))), key="kursky"), Step.DRAFT, "12 14:01", "kursky")
    assert (late.who, late.got_at) == ("curator", at("2026-01-12 12:55"))


def test_mo_8_an_answer_put_into_the_past_is_a_note_and_no_violation() -> None:
    """Raised at 15:10, four working hours had passed at 13:00: the draft is asked at 15:40, the answer an hour later."""
    case = after(("09:20", Forward(CURATOR, 1, ("zhkh",))), ("15:10", HIGH))
    noted = Spared(at("2026-01-12 15:10"), Event.IMPORTANCE_SET, at("2026-01-12 13:00"), at("2026-01-12 16:40"))
    assert list(spared(case, office(MO))) == [noted]
    assert [one.step for one in case.missed] == [Step.DRAFT], "of 15:00, before it was raised"


@pytest.mark.parametrize(
    "given",
    [
        [("12:00", HIGH)],
        [("09:10", SetTerm(CURATOR, 1, at("2026-01-12 12:00")))],
        [("09:10", HIGH), ("15:10", HIGH)],
        [("09:10", HIGH), ("15:10", SetImportance(CURATOR, 1, Importance.NORMAL))],
    ],
)
def test_mo_8_what_is_moved_to_a_moment_ahead_or_was_missed_already_is_no_note(
    given: list[tuple[str, AnyCommand]],
) -> None:
    assert list(spared(after(*given), office(MO))) == []


def test_mo_8_a_note_stays_whatever_comes_after() -> None:
    forwarded = ("09:20", Forward(CURATOR, 1, ("zhkh",)))
    case = after(forwarded, ("15:10", HIGH), ("15:30", SubmitDraft(ZHKH, 1, TEXT)))
    assert [one.until for one in spared(case, office(MO))] == [at("2026-01-12 16:40")]
