"""A practice message for an executor: accept or return it, answer it, see what would follow.

It is a question to one person and nothing else: no case, no number, no term, nothing is counted or sent to anybody. Only a
Reply to the practice itself is taken for its answer, so that no real draft can be lost in it.
"""

from __future__ import annotations

from handlers.callbacks import Callback, Verb
from handlers.incoming import Incoming
from handlers.view import View
from handlers.wishes import Ask, Close, Say, Toast, Wish
from workflow.office import Role
from workflow.ports import Question

VERBS = frozenset({Verb.PRACTICE})
OFFERED, ANSWER = "practice", "practice_answer"
QUESTIONS = frozenset({OFFERED, ANSWER})
RETURNED = "return"
"""The data of «Вернуть» under the practice message."""


def asked(incoming: Incoming, view: View) -> list[Wish]:
    """Handle `/practice`; only in private."""
    return [_offer(view)] if incoming.private else [Say("practice_in_private")]


def pressed(callback: Callback, view: View) -> list[Wish]:
    """Handle the button under the first greeting."""
    if not view.office.has_role(view.actor, Role.EXECUTOR, view.now):
        return [Toast("practice_is_executors")]
    return [_offer(view)]


def _offer(view: View) -> Ask:
    departments = [p.department for p in view.office.acting(view.actor, view.now) if p.department]
    return Ask(OFFERED, None, {"departments": departments[:1]})


def chosen(question: Question, argument: str) -> list[Wish]:
    """Handle «Принять» or «Вернуть»."""
    if question.kind != OFFERED:
        return [Toast("question_is_over")]
    if argument == RETURNED:
        return [Close(question.id), Say("practice_returned")]
    return [Close(question.id), Ask(ANSWER, None, {})]


def told(question: Question, text: str) -> list[Wish]:
    """Take the reply as the draft of the practice."""
    if question.kind != ANSWER:
        return [Say("practice_by_button")]
    if not text:
        return [Say("answer_in_words")]
    return [Close(question.id), Say("practice_done")]
