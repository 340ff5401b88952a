"""Ready answers: the curator keeps one, lists them, rewords and removes them. Reads presses and words into wishes."""

from __future__ import annotations

from handlers.callbacks import NUMBER, Callback, Verb
from handlers.incoming import Incoming
from handlers.view import View, turned_away
from handlers.wishes import Carry, Lists, Say, ShowReady, Toast, Turn, Wish
from workflow.case import Other
from workflow.office import Role
from workflow.ports import Known
from workflow.ready import KeepReady, ReadyAction, RemoveReady, RewordReady, WidenReady

VERBS = frozenset({Verb.READY, Verb.READY_KEEP})
MESSAGES = frozenset({"ready", "ready_text"})
"""Kinds of messages that show one ready answer; a reply is its new wording."""
ALL = "all"
PAGE = "p"
"""How the argument of a button begins that turns the list to a page."""


def asked(incoming: Incoming) -> list[Wish]:
    """The list, in private: in the group it would be in everybody's way."""
    return [Lists("ready")] if incoming.private else [Say("ready_in_private")]


def pressed(callback: Callback, view: View) -> list[Wish]:
    """Handle a button of `VERBS`."""
    if refusal := turned_away(view):
        return refusal
    by, number, argument = view.actor, callback.subject, callback.argument
    if callback.verb is Verb.READY_KEEP:
        return [Carry(KeepReady(by, 0, view.office.key, "", Other(number, 0)))]
    if argument == ReadyAction.REMOVE:
        return [Carry(RemoveReady(by, number))]
    if argument == ALL:
        return [Carry(WidenReady(by, number))]
    if argument in view.office.departments:
        return [Carry(WidenReady(by, number, argument))]
    if view.office.has_role(by, Role.CURATOR, view.now) is None:
        return [Toast("menu_is_curators")]
    if argument.startswith(PAGE) and NUMBER.fullmatch(argument.removeprefix(PAGE)):
        return [Turn(argument.removeprefix(PAGE))]
    return [ShowReady(number)]


def replied(known: Known, incoming: Incoming, view: View) -> list[Wish]:
    """A reply to a ready answer is its new wording."""
    if known.version is None or not incoming.text.strip():
        return [Say("answer_in_words")]
    return [Carry(RewordReady(view.actor, known.version, incoming.text.strip()))]
