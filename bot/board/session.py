"""Who is looking at the page: one-time links, sessions, and what a signed-in person may see.

Codes are made here and only their hashes are kept. Whether the person still has rights is asked at every request; nothing
is remembered between two. No HTTP here.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from storage.books import Books
from storage.sessions import Sessions
from storage.transaction import Transaction
from workflow.office import Actor
from workflow.visibility import cases_of

if TYPE_CHECKING:  # the running process is made of what this is part of
    from bot.process.app import Municipal

WEB_PORT = 9080
HERE = f"http://127.0.0.1:{WEB_PORT}"
"""Where the page is found unless PUBLIC_URL says otherwise."""

LINK_LASTS = timedelta(minutes=10)
SESSION_LASTS = timedelta(hours=12)


def hashed(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


@dataclass(frozen=True)
class Entrance:
    """Where the page is found from outside; `address` has no slash at its end."""

    address: str

    @property
    def is_https(self) -> bool:
        return urlsplit(self.address).scheme == "https"

    @property
    def is_local(self) -> bool:
        """Whether only this machine is meant to open the page."""
        return urlsplit(self.address).hostname in ("127.0.0.1", "::1", "localhost")

    @property
    def root(self) -> str:
        """What every path of the page begins with: empty, or where a server in front has put it."""
        return urlsplit(self.address).path.rstrip("/")

    @property
    def fits_a_button(self) -> bool:
        """Messengers take no address whose host has no dot in it."""
        return "." in (urlsplit(self.address).hostname or "")

    async def link(self, tx: Transaction, account: int, now: datetime) -> str:
        """A new address that signs the account in once, within ten minutes."""
        code = secrets.token_urlsafe(32)
        await Sessions(tx).offer(hashed(code), account, now + LINK_LASTS, now)
        return f"{self.address}/enter/{code}"


@dataclass(frozen=True)
class Visitor:
    """Somebody signed in. `departments`: whose cases he sees; None: all."""

    bot: Municipal
    name: str
    departments: frozenset[str] | None

    def sees(self, departments: frozenset[str]) -> bool:
        """Whether a case these departments have is his to see."""
        return self.departments is None or bool(self.departments & departments)


async def begin(books: Books, code: str, now: datetime) -> str | None:
    """A new session's code for a link's; None where the link is used, past or none of ours."""
    session = secrets.token_urlsafe(32)
    async with books.write("") as tx:
        begun = await Sessions(tx).begin(hashed(code), hashed(session), now + SESSION_LASTS, now)
    return session if begun else None


async def is_fresh(books: Books, code: str, now: datetime) -> bool:
    async with books.write("") as tx:
        return await Sessions(tx).is_fresh(hashed(code), now)


async def end(books: Books, code: str) -> None:
    async with books.write("") as tx:
        await Sessions(tx).end(hashed(code))


async def visitor(books: Books, bots: Mapping[str, Municipal], code: str, now: datetime) -> Visitor | None:
    """Whose session it is, if it lasts and the person still has rights; one whose person has none is over for good."""
    async with books.write("") as tx:
        found = await Sessions(tx).whose(hashed(code), now)
    if found is None or found[0] not in bots:
        return None
    bot, account = bots[found[0]], found[1]
    async with bot.books.write(bot.key) as tx:
        seen = await _seen_by(tx, bot, account, now)
        if seen is None:
            await Sessions(tx).end_of(account)
    return seen


async def _seen_by(tx: Transaction, bot: Municipal, account: int, now: datetime) -> Visitor | None:
    bindings = await tx.people.of_account(account)
    if not bindings or not all(binding.in_group for binding in bindings):
        return None
    office = bot.offices.today(bot.key)
    acting = office.acting(Actor(tuple(binding.person for binding in bindings), account), now)
    if not acting:
        return None
    return Visitor(bot, acting[0].name, cases_of(acting))
