"""What a draft of an answer lacks under a regulation, each with the clause that asks for it. Pure."""

from __future__ import annotations

from datetime import date

from config.russian.judging.answers import Asked, Hint, draft_hints
from config.russian.judging.lacks import Lack
from workflow.case import Case
from workflow.regulation import DraftKind, Regulation

HARMS = frozenset({Lack.PERSONAL, Lack.PAST_DATE, Lack.OFFICIALESE})
"""Faults of a draft of any kind; other hints are for final answers only, since an interim answer and a request need not
answer the question."""


def under(regulation: Regulation, text: str, asked: Asked) -> list[tuple[Hint, str]]:
    """The hints about a text that the regulation has switched on, each with its clause («» where no clause asks for
    it)."""
    clauses = dict(regulation.hints)
    return [(hint, clauses[hint.lack]) for hint in draft_hints(text, asked) if hint.lack in clauses]


def asked_under(regulation: Regulation, question: str, today: date | None, repeat: bool = False) -> Asked:
    """The citizen's question with the facts by which a draft that answers it is judged under this regulation."""
    return Asked(
        question,
        repeat=repeat,
        today=today,
        may_ask=DraftKind.REQUEST in regulation.draft_kinds,
        plain=regulation.style is not None and regulation.style.answers,
    )


def of_draft(
    case: Case, text: str, regulation: Regulation, today: date, kind: DraftKind = DraftKind.FINAL
) -> list[tuple[Hint, str]]:
    """The hints for a draft of this case with their clauses, the weightiest first; empty if nothing is amiss."""
    asked = asked_under(regulation, case.appeal.text, today, case.repeat_of is not None)
    found = under(regulation, text, asked)
    return [one for one in found if kind is DraftKind.FINAL or one[0].lack in HARMS]
