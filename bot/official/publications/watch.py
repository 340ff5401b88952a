"""Count publications seen in the networks, each once for its page in the registry (IZ-4, MO-A2.10, PA-2.2). They are
checked again while their days still count, so that deleted ones stop counting.

A publishing page that is not in force in the registry is reported once to the editors, who keep the registry; with an
empty registry nothing is reported, because nobody keeps one. Sends nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from bot.answering.accounts import accounts_of
from bot.clock import Clock
from bot.official.material.rendering import plans_made_true
from networks.port import Gone, Network, Published, look_after
from storage.books import Books
from storage.official_pages import OfficialPages
from storage.transaction import Transaction
from workflow.effects import Priority
from workflow.office import Office
from workflow.official.page import OPEN, OfficialPage, PageState
from workflow.official.page_addresses import network_of
from workflow.official.page_items import Format
from workflow.official.page_rules import editors
from workflow.official.publications import Publication, SeenPublication, page_of
from workflow.ports import Letter, account_lane

log = structlog.get_logger()

TOLD = "unknown_pages"
MOST_TOLD = 50
"""How many pages that are not in the registry are reported in all: anybody may make the bot an administrator of their
channel."""
AGAIN = timedelta(hours=3)
CARED_FOR = timedelta(days=9)
"""How long a publication may count for a norm's period that has not ended."""


def seen_in(published: Published) -> SeenPublication:
    """Return the publication in the form that the rules take."""
    formats = tuple(Format(one) for one in published.formats if one in tuple(Format))
    return SeenPublication(published.pages, published.place, published.link, published.at, formats, own=published.own)


@dataclass(frozen=True)
class PublicationWatch:
    office_today: Callable[[str], Office]

    async def saw(self, tx: Transaction, seen: SeenPublication, now: datetime) -> None:
        """Count the publication for its page, or report a page that is not in force to the editors."""
        book = OfficialPages(tx)
        pages = await book.every()
        found = page_of(seen, pages)
        if found is not None and found.state is PageState.IN_FORCE:
            await book.see(Publication(found.id, seen.at, seen.link, formats=seen.formats), now)
            await tx.outbox.put(await plans_made_true(tx, now), now)
        elif seen.own and any(one.state in OPEN for one in pages):
            await self._tell(tx, seen, found, now)

    async def _tell(self, tx: Transaction, seen: SeenPublication, found: OfficialPage | None, now: datetime) -> None:
        office = self.office_today(tx.municipality)
        address = (seen.addresses or (seen.link,))[-1]
        told = json.loads(await tx.mark(TOLD) or "[]")
        keepers = set(editors(office, now))
        accounts = sorted(accounts_of(keepers, await tx.people.all()))
        if address in told or len(told) >= MOST_TOLD or not accounts:
            return
        await tx.set_mark(TOLD, json.dumps([*told, address], ensure_ascii=False))
        facts = {
            "title": seen.title[:80],
            "address": address,
            "number": found.id if found is not None else 0,
        }
        body = {"key": "page_unknown", "facts": facts, "roles": []}
        letters = [Letter("say", account_lane(one), Priority.DIGEST, account=one, body=body) for one in accounts]
        await tx.outbox.put(letters, now)


@dataclass
class PublicationCare:
    """Checks every few hours whether recent publications are still in their networks. Awaits the networks outside any
    transaction."""

    books: Books
    municipality: str
    networks: Mapping[str, Network]
    clock: Clock
    _next: datetime | None = field(default=None)

    async def look(self) -> int:
        """Check the recent publications; return how many were found deleted; 0 also if the next check is not due yet."""
        now = self.clock.now()
        if self._next is not None and now < self._next:
            return 0
        async with self.books.write(self.municipality) as tx:
            lately = await OfficialPages(tx).seen_since(now - CARED_FOR)
        gone: list[str] = []
        for key, network in self.networks.items():
            refs = [one.ref for one in lately if one.ref is not None and network_of(one.link) == key]
            standings = await look_after(network, refs) if refs else {}
            gone += [ref for ref, standing in standings.items() if isinstance(standing, Gone)]
        if not gone:
            self._next = now + AGAIN
            return 0
        async with self.books.write(self.municipality) as tx:
            now = self.clock.now()
            count = await OfficialPages(tx).gone(gone, now)
            await tx.outbox.put(await plans_made_true(tx, now), now)
        self._next = now + AGAIN
        log.info("publications are deleted in their network", count=count)
        return count
