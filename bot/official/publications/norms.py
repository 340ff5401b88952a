"""Norms of publications: once a day the keepers of a page that is behind are notified (IZ-4, MO-A2.10).

`workflow.official.publications` computes what is behind, again at the moment of sending. Sends nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.daily import Task, on_each_day
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


def _norms_are_counted(office: Office, now: datetime) -> str | None:
    """The occasion: once a day, in the second half of its working time."""
    clock = office.working_time
    counted = bool(office.regulation.publication_norms) and clock.is_working(now) and is_second_half(now, clock)
    return on_each_day(office, now) if counted else None


async def _warn(tx: Transaction, office: Office, now: datetime, last: str | None) -> bool:
    found = await pages_behind(tx, office, now)
    bindings = [b for b in await tx.people.all() if b.reachable]
    accounts = sorted({b.account for b in bindings for one, _ in found if b.person in keepers(one, office, now)})
    await tx.outbox.put([_letter(account) for account in accounts], now)
    return bool(accounts)


NORMS = Task(MARK, _norms_are_counted, _warn)


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
