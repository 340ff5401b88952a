"""Turn `/moderation` and the buttons under a comment proposed for moderation into wishes. The rules check permissions.

Deleting a comment takes two presses: «Удалить» shows the grounds, and a ground deletes.
"""

from __future__ import annotations

from handlers.callbacks import NUMBER, Callback, Verb
from handlers.incoming import Incoming
from handlers.view import View, turned_away
from handlers.wishes import Carry, ListModeration, PutUp, Say, ShowComment, Toast, Wish
from workflow.official.moderation import Moderate, ModerationAction, Offence

VERBS = frozenset({Verb.COMMENT, Verb.MODERATE})
LIST = 0
"""Stands in place of a comment's number if a button concerns the list of comments."""


def asked(incoming: Incoming) -> list[Wish]:
    """Handle `/moderation`: show the list, or with a link put the linked comment up for deletion; only in private."""
    if not incoming.private:
        return [Say("moderation_in_private")]
    return [PutUp() if incoming.links else ListModeration()]


def pressed(callback: Callback, view: View) -> list[Wish]:
    """Handle a button of `VERBS` (a comment under moderation or the list of them); people outside the office are
    refused."""
    if refusal := turned_away(view):
        return refusal
    number, argument = callback.subject, callback.argument
    if callback.verb is Verb.MODERATE:
        return _decided(number, argument, view)
    if number == LIST:
        leaf = int(argument) if NUMBER.fullmatch(argument) else 1
        return [ListModeration(leaf)]
    return [ShowComment(number, argument)]


def _decided(number: int, argument: str, view: View) -> list[Wish]:
    """Parse a decision such as `delete.insult` or `keep` about the comment `number` and carry it out."""
    action, _, ground = argument.partition(".")
    if action not in tuple(ModerationAction) or (ground and ground not in tuple(Offence)):
        return [Toast("unknown_button")]
    named = Offence(ground) if ground else None
    return [Carry(Moderate(view.actor, number, ModerationAction(action), named))]
