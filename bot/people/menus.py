"""Set the commands that the messenger offers behind «/». The commands are listed in `handlers`; their captions are with
the other texts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

import structlog

from bot.cases.screens.help import commands
from bot.messenger_side import Menu, MessengerSide
from config.texts import Texts
from storage.books import Books
from workflow.office import Role

log = structlog.get_logger()

IN_GROUP = frozenset({"open", "overdue", "case", "why"})
MARK = "menu_accounts"
"""The key under which the accounts whose chats may have a menu of their own are stored."""


def menus(texts: Texts, accounts: Sequence[int] | None = None) -> tuple[Menu, ...]:
    """Return the menus of commands: in private all commands, in groups those with answers everybody there may see.
    `accounts`: the office's accounts, if citizens also write to the bot in private; then only these accounts get the
    private menu."""
    private = tuple(commands(texts, [role.value for role in Role]))
    group = tuple((name, words) for name, words in private if name in IN_GROUP)
    if accounts is None:
        return Menu(private, "private"), Menu(group, "groups")
    of_office = (Menu(private, "chat", chat=account) for account in accounts)
    return Menu((), "private"), Menu(group, "groups"), *of_office


@dataclass
class OfficeMenus:
    """Keeps the private menu of commands for the office's accounts only, where citizens also write to the bot in
    private."""

    books: Books
    municipality: str
    messenger: MessengerSide
    texts: Texts
    _set: frozenset[int] | None = field(default=None, repr=False)

    async def look(self) -> int:
        """Give the menu to accounts that joined the office, take it from those that left; return how many joined or
        left. The first call sets all of them."""
        async with self.books.write(self.municipality) as tx:
            accounts = frozenset(b.account for b in await tx.people.all() if b.in_group)
            if accounts == self._set:
                return 0
            before = frozenset(json.loads(await tx.mark(MARK) or "[]")) | (self._set or frozenset())
            await tx.set_mark(MARK, json.dumps(sorted(before | accounts)))
        first, self._set = self._set is None, accounts
        wanted = menus(self.texts, sorted(accounts))
        changed = [menu for menu in wanted if first or (menu.chat is not None and menu.chat not in before)]
        taken = [Menu((), "chat", chat=account) for account in sorted(before - accounts)]
        failed = await self.messenger.set_menus([*changed, *taken])
        if failed:
            log.warning("menus not set", failed=len(failed))
        async with self.books.write(self.municipality) as tx:
            await tx.set_mark(MARK, json.dumps(sorted(accounts)))
        return len(accounts ^ before)
