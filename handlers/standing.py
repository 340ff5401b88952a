"""Who may press anything at all, asked by the doors that are about no case. What exactly he may, the rules decide."""

from __future__ import annotations

from handlers.view import View
from handlers.wishes import Refuse, Wish
from workflow.outcomes import Reason


def turned_away(view: View) -> list[Wish]:
    """Words for whoever is not of the office, or has left its group; nothing where he is."""
    if view.actor.standing == "left":
        return [Refuse(Reason.LEFT_THE_GROUP)]
    return [] if view.actor.people else [Refuse(Reason.STRANGER)]
