"""A practice message for an executor: they accept or return it, answer it and see what would follow.

It is a question to one person and nothing else: no case, no number, no deadline; nothing is counted or sent to anyone.
Only a Reply to the practice message is taken as its answer, so that no real draft is lost in it.
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
"""The argument of the button «Вернуть» under the practice message."""


def asked(incoming: Incoming, view: View) -> list[Wish]:
    """Handle `/practice`: show the practice message; only in private."""
    return [_offer(view)] if incoming.private else [Say("practice_in_private")]


def pressed(callback: Callback, view: View) -> list[Wish]:
    """Handle the button in the bot's first greeting: show the practice message to an executor; others are refused."""
    if not view.office.has_role(view.actor, Role.EXECUTOR, view.now):
        return [Toast("practice_is_executors")]
    return [_offer(view)]


def _offer(view: View) -> Ask:
    departments = [p.department for p in view.office.acting(view.actor, view.now) if p.department]
    return Ask(OFFERED, None, {"departments": departments[:1]})


def chosen(question: Question, argument: str) -> list[Wish]:
    """Handle «Принять» (ask for a practice answer) or «Вернуть» (finish) under the practice message."""
    if question.kind != OFFERED:
        return [Toast("question_is_over")]
    if argument == RETURNED:
        return [Close(question.id), Say("practice_returned")]
    return [Close(question.id), Ask(ANSWER, None, {})]


def told(question: Question, text: str) -> list[Wish]:
    """Take the reply as the practice draft and finish the practice; without words, ask for words."""
    if question.kind != ANSWER:
        return [Say("practice_by_button")]
    if not text:
        return [Say("answer_in_words")]
    return [Close(question.id), Say("practice_done")]
