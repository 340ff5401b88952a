"""Decide whether to show an executor what their draft lacks before it goes to the curator (MO-17, MO-15, SL-9, SL-10,
KU-18). One more tap sends it as it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from config.draft_hints import of_draft
from handlers.view import View
from workflow.basis import blanks
from workflow.case import Case
from workflow.ports import Question
from workflow.regulation import Kind
from workflow.terms.alarms import running_terms

KIND = "hinted_draft"
HURRY = timedelta(minutes=15)
"""If a duty of the case ends within this time, the executor is not asked: a hint must not make a draft late."""


def is_hinted(case: Case, text: str, view: View) -> bool:
    """Whether to ask about the draft first: it lacks something (or has unfilled blanks), and no duty ends within
    `HURRY`."""
    office = view.office
    today = view.now.astimezone(office.zone).date()
    ends = [run.until for run in running_terms(case, office).values() if run.kind is Kind.DUTY]
    if any(until - view.now <= HURRY for until in ends):
        return False
    return bool(blanks(text) or of_draft(case, text, office.regulation, today))


def overtaken(asked: Sequence[Question]) -> list[Question]:
    """Those of the open questions that ask about an earlier draft's hints: a newer draft makes them void."""
    return [question for question in asked if question.kind == KIND]
