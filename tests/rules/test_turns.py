"""What «по очереди» leaves of the lead executor's term, before the curator decides."""

from __future__ import annotations

from tests.rules.offices import CURATOR, ZHKH, at, new_case, office
from tests.rules.test_life_of_a_case import run
from workflow.case import Case
from workflow.commands import Accept, Forward
from workflow.regulation import Step
from workflow.terms.turns import late_in_turn

KEY = "moskalensky"
ALL = ("zhkh", "roads", "school")


def warned(case: Case, departments: tuple[str, ...], moment: str) -> str | None:
    late = late_in_turn(case, departments, office(KEY), at(moment))
    assert late is None or late.step is Step.DRAFT
    return late.until.astimezone(office().zone).strftime("%d %H:%M") if late is not None else None


def test_mo_14_turns_that_fit_into_the_draft_are_no_warning() -> None:
    assert warned(new_case(KEY), ("zhkh", "roads"), "2026-01-12 09:20") is None


def test_mo_14_turns_that_take_longer_than_the_draft_say_until_when() -> None:
    case = new_case(KEY)
    assert warned(case, ALL, "2026-01-12 09:20") == "12 16:20"
    taken = run(case, Forward(CURATOR, 1, ALL, in_turn=True), key=KEY, start="2026-01-12 09:20")
    assert warned(taken, ALL, "2026-01-12 09:25") == "12 16:20"


def test_mo_14_a_co_executor_joined_to_a_lead_who_has_the_case_is_counted_from_then() -> None:
    case = run(new_case(KEY), Forward(CURATOR, 1, ("zhkh",)), Accept(ZHKH, 1), key=KEY, start="2026-01-12 09:20")
    assert warned(case, ("zhkh", "roads"), "2026-01-12 09:30") is None
    assert warned(case, ALL, "2026-01-12 12:30") == "13 10:30"
