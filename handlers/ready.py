"""Ready answers: turn the curator's presses and words into wishes that keep, list, reword and remove them."""

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
"""Kinds of messages that show one ready answer; a reply to one is its new wording."""
ALL = "all"
PAGE = "p"
"""The prefix of a button's argument that switches the list to a page: `p3`."""


def asked(incoming: Incoming) -> list[Wish]:
    """Handle `/ready`: list the ready answers; only in private, so as not to disturb the group."""
    return [Lists("ready")] if incoming.private else [Say("ready_in_private")]


def pressed(callback: Callback, view: View) -> list[Wish]:
    """Handle a button of `VERBS`: keep an answer as a ready one, remove it, offer it to a department or to all, show it
    or another page of the list. People outside the office are refused."""
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
    """Take a reply to a ready answer as its new wording; without words, ask for words."""
    if known.version is None or not incoming.text.strip():
        return [Say("answer_in_words")]
    return [Carry(RewordReady(view.actor, known.version, incoming.text.strip()))]
