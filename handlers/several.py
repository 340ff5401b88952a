"""Choose several executors by taps; the first one chosen is the lead. The name of the message's menu holds the
choice."""

from __future__ import annotations

from dataclasses import dataclass, replace

from handlers.callbacks import Callback
from handlers.incoming import Incoming
from handlers.view import View
from handlers.wishes import Carry, Toast, Turn, Wish
from workflow.case import Case
from workflow.commands import Action, Forward
from workflow.office import Office
from workflow.transitions import may

MENU = "several"
IN_TURN = "~"
LONGEST = 255
"""The most characters of a menu's name that the database can store."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The chosen departments, the lead first, and whether the co-executors get the case one after another (MO-14)."""

    departments: tuple[str, ...] = ()
    in_turn: bool = False

    @staticmethod
    def read(menu: str | None) -> Chosen:
        name, _, rest = (menu or "").partition(".")
        if name != MENU:
            return Chosen()
        keys = tuple(key for key in rest.removeprefix(IN_TURN).split(",") if key)
        return Chosen(keys, rest.startswith(IN_TURN))

    @staticmethod
    def of(menu: str | None, case: Case, office: Office) -> Chosen:
        """The choice in the menu's name; before the first tap, the case's current executors. Unknown departments are
        left out."""
        chosen = Chosen.read(menu)
        if menu == MENU:
            chosen = Chosen((*(part.department for part in case.active_parts), *case.queue), bool(case.queue))
        return replace(chosen, departments=tuple(key for key in chosen.departments if key in office.departments))

    def menu(self) -> str:
        return f"{MENU}.{IN_TURN if self.in_turn else ''}{','.join(self.departments)}"

    def toggled(self, what: str) -> Chosen:
        if what == IN_TURN:
            return replace(self, in_turn=not self.in_turn)
        if what in self.departments:
            return replace(self, departments=tuple(key for key in self.departments if key != what))
        return replace(self, departments=(*self.departments, what))


async def picked(callback: Callback, incoming: Incoming, view: View) -> list[Wish]:
    case = await view.case(callback.subject)
    if case is None or not may(Action.FORWARD, case.state):
        return [Carry(Forward(view.actor, callback.subject, ()))]  # refused, with the reason
    if callback.argument != IN_TURN and callback.argument not in view.office.departments:
        return [Toast("unknown_button")]
    chosen = await _chosen(callback, incoming, view)
    menu = chosen.toggled(callback.argument).menu()
    return [Turn(menu)] if len(menu) <= LONGEST else [Toast("picked_enough")]


async def forwarded(callback: Callback, incoming: Incoming, view: View) -> list[Wish]:
    chosen = await _chosen(callback, incoming, view)
    if not chosen.departments:
        return [Toast("pick_lead")]
    forward = Carry(Forward(view.actor, callback.subject, chosen.departments, chosen.in_turn))
    return [Turn(None), forward]


async def _chosen(callback: Callback, incoming: Incoming, view: View) -> Chosen:
    known, case = await view.known(incoming.chat, incoming.message), await view.case(callback.subject)
    menu = known.menu if known is not None else None
    return Chosen.of(menu, case, view.office) if case is not None else Chosen()
