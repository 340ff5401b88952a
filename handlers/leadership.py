"""Read-only requests of the leadership: figures, reports, paged lists, one case.

This module decides only who may ask; the code that builds a list decides what a person sees in it.
"""

from __future__ import annotations

from handlers.callbacks import NUMBER, Callback, Verb
from handlers.incoming import Incoming
from handlers.view import View, turned_away
from handlers.wishes import Lists, Say, Toast, Turn, Wish
from workflow.case import Case
from workflow.visibility import cases_of, may_read

COMMANDS = frozenset({"report", "stats", "violations", "find"})
VERBS = frozenset({Verb.LEAF, Verb.CASE, Verb.CASE_AT_HAND, Verb.FILE, Verb.REPORT})


def asked(incoming: Incoming, view: View) -> list[Wish]:
    """Handle a command of `COMMANDS` (figures, reports, violations, search); only in private, because not everyone in
    the group may read the answer."""
    if not incoming.private:
        return [Say("figures_in_private", {"command": incoming.command})]
    if incoming.command == "find" and not incoming.argument.strip():
        return [Say("how_find")]
    return [Lists(incoming.command, step=incoming.argument.strip())]


async def pressed(callback: Callback, incoming: Incoming, view: View) -> list[Wish]:
    """Handle a button of `VERBS`: another page of a list, a case, a file of a case or a report. Strangers are
    refused."""
    if refusal := turned_away(view):
        return refusal
    if callback.verb is Verb.LEAF:
        return await _turned(callback, incoming, view)
    if callback.verb is Verb.REPORT:
        leads = cases_of(view.office.acting(view.actor, view.now)) is None
        return [
            Lists("report", step=callback.argument) if leads else Say("command_is_not_yours", {"command": "report"})
        ]
    case = await view.case(callback.subject)
    if case is None:
        return [Toast("unknown_button")]
    if callback.verb is Verb.CASE:
        return [Lists("case", case.number)]
    if callback.verb is Verb.CASE_AT_HAND:
        return [Lists("case_at_hand", case.number)]
    return [Lists("file", case.number)] if _may_read(case, view) else [Toast("file_is_not_yours")]


async def _turned(callback: Callback, incoming: Incoming, view: View) -> list[Wish]:
    """Show another page of the list in the pressed message; what the list is about comes from the message's stored
    menu."""
    known = await view.known(incoming.chat, incoming.message)
    if known is None or known.menu is None or NUMBER.fullmatch(callback.argument) is None:
        return [Toast("unknown_button")]
    _, _, rest = known.menu.partition("|")
    return [Turn(f"{max(1, int(callback.argument))}|{rest}")]


def _may_read(case: Case, view: View) -> bool:
    return may_read(cases_of(view.office.acting(view.actor, view.now)), case)
