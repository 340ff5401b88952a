"""The curator's report of a department's shortcoming: `/shortcoming` or the button on a case, the department, then
words.

The rules decide (`workflow.shortcomings`); only someone who may report is asked for the words.
"""

from __future__ import annotations

from handlers.callbacks import Callback, Verb
from handlers.incoming import Incoming
from handlers.view import View
from handlers.wishes import Ask, Carry, Say, Toast, Wish
from workflow.case import Case, Other
from workflow.office import Actor
from workflow.outcomes import Refused
from workflow.ports import Question
from workflow.reasons import STAND_IN
from workflow.shortcomings import SHORTCOMINGS, ReportShortcoming

VERBS = frozenset({Verb.SHORTCOMING})
QUESTIONS = frozenset({"shortcoming"})


def asked(incoming: Incoming) -> list[Wish]:
    """Handle `/shortcoming`: offer the departments; only in private."""
    return [Say("shortcoming_whose" if incoming.private else "shortcoming_in_private")]


async def pressed(callback: Callback, view: View) -> list[Wish]:
    """Ask for the words of the report about the button's department; if the button belongs to a case, the report names
    it. Someone who may not report is refused."""
    case = await view.case(callback.subject) if callback.subject else None
    trial = _report(view.actor, callback.argument, STAND_IN, case)
    if isinstance(SHORTCOMINGS.decide(None, trial, view.office, view.now), Refused):
        return [Carry(trial)]
    body = {"departments": [trial.department]}
    return [Toast("asked_shortcoming"), Ask("shortcoming", case.id if case is not None else None, body)]


def told(question: Question, text: str, case: Case | None, view: View) -> list[Wish]:
    """Make the report of a shortcoming from the answer."""
    [department] = question.body["departments"]
    return [Carry(_report(view.actor, str(department), text, case), answers=question.id)]


def _report(by: Actor, department: str, text: str, case: Case | None) -> ReportShortcoming:
    about = Other(case.id, case.number) if case is not None else None
    return ReportShortcoming(by, department, text, about)
