"""Norms of publications: once a day the keepers of a page that is behind are notified (IZ-4, MO-A2.10).

`workflow.official.publications` computes what is behind, again at the moment of sending. Sends nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.messenger import Screen
from bot.official.publications import screens as words
from config.texts import Texts
from storage.official_pages import OfficialPages
from storage.transaction import Transaction
from workflow.effects import Priority
from workflow.office import Office
from workflow.official.page import OfficialPage
from workflow.official.page_rules import editors
from workflow.official.publications import Behind, behind, is_second_half, norm_of
from workflow.ports import Letter, account_lane

MARK = "page_norms"
WEEK = timedelta(days=8)
BEHIND = "pages_behind"


async def pages_behind(tx: Transaction, office: Office, now: datetime) -> list[tuple[OfficialPage, Behind]]:
    """The pages to warn about at `now`, each with how far it is behind."""
    book = OfficialPages(tx)
    lately = await book.published_since(now - WEEK)
    found = [
        (one, behind(one, lately, norm_of(one, office.regulation), now, office.working_time))
        for one in await book.every()
    ]
    return [(one, warning) for one, warning in found if warning is not None]


@dataclass
class NormRound:
    """Looks for pages behind their norm once a day, in the second half of the working time."""

    _looked: date | None = None

    async def look(self, tx: Transaction, office: Office, now: datetime) -> bool:
        """Notify the keepers of pages that are behind; return whether anybody is notified."""
        today = now.astimezone(office.zone).date()
        clock = office.working_time
        if not office.regulation.publication_norms or self._looked == today:
            return False
        if not clock.is_working(now) or not is_second_half(now, clock):
            return False
        before, self._looked = self._looked, today
        tx.if_lost(lambda: self._look_again(before))
        if await tx.mark(MARK) == today.isoformat():
            return False
        await tx.set_mark(MARK, today.isoformat())
        found = await pages_behind(tx, office, now)
        bindings = [b for b in await tx.people.all() if b.reachable]
        accounts = sorted({b.account for b in bindings for one, _ in found if b.person in keepers(one, office, now)})
        await tx.outbox.put([_letter(account) for account in accounts], now)
        return bool(accounts)

    def _look_again(self, before: date | None) -> None:
        self._looked = before


def keepers(page: OfficialPage, office: Office, now: datetime) -> set[str]:
    """The people notified about the page: the editors and its responsible person, or their substitutes."""
    return {*editors(office, now), *office.present(page.responsible, now)}


def _letter(account: int) -> Letter:
    body = {"which": BEHIND}
    return Letter(
        "list", account_lane(account), Priority.DIGEST, account=account, fold=f"{BEHIND}:{account}", body=body
    )


async def behind_screen(
    tx: Transaction, texts: Texts, account: int | None, office: Office, now: datetime
) -> Screen | None:
    """The pages of this person that are behind now; None if none is."""
    bindings = await tx.people.of_account(account) if account is not None else []
    people = {b.person for b in bindings}
    found = [
        (one, warning) for one, warning in await pages_behind(tx, office, now) if people & keepers(one, office, now)
    ]
    return words.behind(texts, found, office) if found else None
