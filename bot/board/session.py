"""Who the board's visitor is: one-time links, sessions, and what a signed-in person may see.

Session codes are made here and only hashes of codes are stored. The person's rights are checked again at every
request; nothing is cached between requests. No HTTP here.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.board.shown import Find, Shown
from bot.people.entrance import hashed
from storage.books import Books
from storage.sessions import Sessions
from storage.transaction import Transaction
from workflow.office import Actor
from workflow.visibility import cases_of

SESSION_LASTS = timedelta(hours=12)


@dataclass(frozen=True)
class Visitor:
    """A signed-in person. `key`: the person's key; `departments`: the departments whose cases they may see; None: all
    cases."""

    bot: Shown
    name: str
    key: str
    departments: frozenset[str] | None

    def sees(self, departments: frozenset[str]) -> bool:
        """Whether the visitor may see a case in which these departments take part."""
        return self.departments is None or bool(self.departments & departments)


async def begin(books: Books, code: str, now: datetime) -> str | None:
    """Exchange the code of a link for the code of a new session, and note the sign-in in the audit; None if the link
    was used, has expired or is not ours."""
    session = secrets.token_urlsafe(32)
    async with books.write("") as tx:
        begun = await Sessions(tx).begin(hashed(code), hashed(session), now + SESSION_LASTS, now)
        whose = await Sessions(tx).whose(hashed(session), now) if begun else None
    if whose is not None:
        async with books.write(whose[0]) as tx:
            bound = await tx.people.of_account(whose[1])
            await tx.audit.note("signed_in", {}, now, bound[0].person if bound else "")
    return session if begun else None


async def is_fresh(books: Books, code: str, now: datetime) -> bool:
    async with books.write("") as tx:
        return await Sessions(tx).is_fresh(hashed(code), now)


async def end(books: Books, code: str) -> None:
    async with books.write("") as tx:
        await Sessions(tx).end(hashed(code))


async def visitor(books: Books, find: Find, code: str, now: datetime) -> Visitor | None:
    """The visitor with this session code, if the session is valid and the person still has rights; otherwise None. If
    they have no rights, all sessions of their account are ended for good."""
    async with books.write("") as tx:
        found = await Sessions(tx).whose(hashed(code), now)
    bot = await find(found[0]) if found is not None else None
    if found is None or bot is None:
        return None
    account = found[1]
    async with bot.books.write(bot.key) as tx:
        seen = await _seen_by(tx, bot, account, now)
        if seen is None:
            await Sessions(tx).end_of(account)
    return seen


async def _seen_by(tx: Transaction, bot: Shown, account: int, now: datetime) -> Visitor | None:
    bindings = await tx.people.of_account(account)
    if not bindings or not all(binding.in_group for binding in bindings):
        return None
    office = bot.offices.today(bot.key)
    acting = office.acting(Actor(tuple(binding.person for binding in bindings), account), now)
    if not acting:
        return None
    return Visitor(bot, acting[0].name, acting[0].key, cases_of(acting))
