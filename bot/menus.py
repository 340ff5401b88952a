"""The commands offered behind «/»; which there are is the doors' list, their captions are with the other texts."""

from __future__ import annotations

from collections.abc import Sequence

from bot.screens import Screens
from bot.telegram import Menu
from workflow.office import Role

IN_GROUP = frozenset({"open", "overdue", "case", "why"})


def menus(screens: Screens, accounts: Sequence[int] | None = None) -> tuple[Menu, ...]:
    """In private all commands, in groups those whose answer everybody there may see. `accounts`: those of the office, where
    citizens write to the bot in private too: only they have the menu then."""
    private = tuple(screens.commands([role.value for role in Role]))
    group = tuple((name, words) for name, words in private if name in IN_GROUP)
    if accounts is None:
        return Menu(private, "private"), Menu(group, "groups")
    of_office = (Menu(private, "chat", chat=account) for account in accounts)
    return Menu((), "private"), Menu(group, "groups"), *of_office
