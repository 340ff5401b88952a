"""Buttons under citizens' messages that the bot found in the networks: open a case from one, show one, forward or merge
a wave of similar ones, forward all by the bot's guess, accept the office's own answer as the answer.

Only curators may press them; the desk checks all other permissions.
"""

from __future__ import annotations

from handlers.callbacks import Callback, Verb
from handlers.view import View
from handlers.wishes import AskForwardGuessed, Carry, ForwardWave, GatherWave, ShowOne, TakeUp, Toast, Wish
from workflow.case import State
from workflow.commands import CloseWithoutPosting, Posted
from workflow.office import Role
from workflow.ports import Question

VERBS = frozenset({Verb.TAKE_UP, Verb.SHOW, Verb.FORWARD_WAVE, Verb.GATHER_WAVE, Verb.FORWARD_GUESSED})


def pressed(callback: Callback, view: View) -> list[Wish]:
    """Handle one of these buttons (`VERBS`); anyone but a curator is refused."""
    if view.office.has_role(view.actor, Role.CURATOR, view.now) is None or view.actor.standing != "ok":
        return [Toast("menu_is_curators")]
    match callback.verb:
        case Verb.TAKE_UP:
            return [TakeUp(callback.subject, callback.argument)]
        case Verb.SHOW:
            return [ShowOne(callback.subject)]
        case Verb.FORWARD_WAVE:
            return [ForwardWave(callback.subject, callback.argument)]
        case Verb.FORWARD_GUESSED:
            return [AskForwardGuessed()]
        case _:
            return [GatherWave(callback.subject)]


async def is_the_answer(question: Question, view: View) -> list[Wish]:
    """Handle «Да, это ответ»: the office had answered in the network by hand.

    If an approved answer waits for posting or was lost, record the found one as its posting; otherwise close the case
    as answered elsewhere."""
    case = await view.case(question.case_id) if question.case_id is not None else None
    if case is None:
        return [Toast("question_is_over")]
    if case.state in (State.APPROVED, State.NOT_POSTED) or case.loss is not None:
        posted = Posted(view.actor, case.id, str(question.body["link"]), str(question.body["ref"]))
        return [Carry(posted, answers=question.id)]
    return [Carry(CloseWithoutPosting(view.actor, case.id, "answered_elsewhere"), answers=question.id)]
