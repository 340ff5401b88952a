"""The commands offered behind «/»; which there are is the doors' list, their captions are with the other texts."""

from __future__ import annotations

from bot.screens import Screens
from bot.telegram import Menu
from workflow.office import Role

IN_GROUP = frozenset({"open", "overdue", "case"})


def menus(screens: Screens) -> tuple[Menu, ...]:
    """In private all commands, in groups those whose answer everybody there may see."""
    private = tuple(screens.commands([role.value for role in Role]))
    group = tuple((name, words) for name, words in private if name in IN_GROUP)
    return Menu(private, "private"), Menu(group, "groups")
