"""The commands offered behind «/»; read off the doors' own list."""

from __future__ import annotations

from bot.telegram import Menu
from handlers.door import COMMANDS

WORDS = {
    "help": "Что умеет бот",
    "new": "Завести сообщение жителя",
    "open": "Открытые сообщения",
    "mine": "Мои сообщения",
    "overdue": "Просроченное",
    "case": "История сообщения: /case 17",
}
IN_GROUP = ("open", "overdue", "case")


def menus() -> tuple[Menu, ...]:
    """In private all commands, in groups those whose answer everybody there may see."""
    private = tuple((name, WORDS[name]) for name in COMMANDS)
    group = tuple((name, WORDS[name]) for name in COMMANDS if name in IN_GROUP)
    return Menu(private, "private"), Menu(group, "groups")
