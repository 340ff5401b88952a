"""What the leadership asks for by a command or a button: figures, reports, lists by the page, one case. Reads only.

What a person may see of a list is decided where the list is made; here only whether he may ask at all.
"""

from __future__ import annotations

from handlers.callbacks import NUMBER, Callback, Verb
from handlers.updates import Incoming
from handlers.view import View, turned_away
from handlers.wishes import Lists, Say, Toast, Turn, Wish
from workflow.case import Case
from workflow.visibility import cases_of, may_read

COMMANDS = frozenset({"report", "stats", "violations", "find"})
VERBS = frozenset({Verb.LEAF, Verb.CASE, Verb.FILE})


def asked(incoming: Incoming, view: View) -> list[Wish]:
    """One of `COMMANDS`; answered in private only, since it may hold what not everybody of the group should read."""
    if not incoming.private:
        return [Say("figures_in_private", {"command": incoming.command})]
    if incoming.command == "find" and not incoming.argument.strip():
        return [Say("how_find")]
    return [Lists(incoming.command, step=incoming.argument.strip())]


async def pressed(callback: Callback, incoming: Incoming, view: View) -> list[Wish]:
    """One of `VERBS`."""
    if refusal := turned_away(view):
        return refusal
    if callback.verb is Verb.LEAF:
        return await _turned(callback, incoming, view)
    case = await view.case(callback.subject)
    if case is None:
        return [Toast("unknown_button")]
    if callback.verb is Verb.CASE:
        return [Lists("case", case.number)]
    return [Lists("file", case.number)] if _may_read(case, view) else [Toast("file_is_not_yours")]


async def _turned(callback: Callback, incoming: Incoming, view: View) -> list[Wish]:
    """Another page of the same list: what the list is of stays as the message has it."""
    known = await view.known(incoming.chat, incoming.message)
    if known is None or known.menu is None or NUMBER.fullmatch(callback.argument) is None:
        return [Toast("unknown_button")]
    _, _, rest = known.menu.partition("|")
    return [Turn(f"{max(1, int(callback.argument))}|{rest}")]


def _may_read(case: Case, view: View) -> bool:
    return may_read(cases_of(view.office.acting(view.actor, view.now)), case)
