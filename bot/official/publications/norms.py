"""Norms of publications: once a day the people responsible for a page that publishes less than its norm are notified
(IZ-4, MO-A2.10); of a department's page the department is, a working day before the editors.

`workflow.official.publications` computes which pages are behind, again at the moment of sending. Sends nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from bot.daily import Task, on_each_day
from bot.messenger import Screen
from bot.official.publications import screens as words
from config.texts import Texts
from storage.official_pages import OfficialPages
from storage.transaction import Transaction
from workflow.effects import Priority
from workflow.office import Office, Role
from workflow.official.page import OfficialPage
from workflow.official.page_items import Whose
from workflow.official.page_rules import editors
from workflow.official.publications import Behind, behind, is_second_half, norm_of
from workflow.ports import Letter, account_lane

MARK = "page_norms"
WEEK = timedelta(days=8)
BEHIND = "pages_behind"
FAR_BACK = 15
"""Within how many days the previous working day is looked for."""


async def pages_behind(tx: Transaction, office: Office, now: datetime) -> list[tuple[OfficialPage, Behind]]:
    """Return the pages that publish less than their norm at `now`, each with how far it is behind."""
    book = OfficialPages(tx)
    lately = await book.published_since(now - WEEK)
    found = [
        (one, behind(one, lately, norm_of(one, office.regulation), now, office.working_time))
        for one in await book.every()
    ]
    return [(one, warning) for one, warning in found if warning is not None]


def _norms_are_counted(office: Office, now: datetime) -> str | None:
    """Return the day (ISO) for which the norms are to be counted now: once a day, in the second half of its working
    time; None at other times or without norms."""
    clock = office.working_time
    counted = bool(office.regulation.publication_norms) and clock.is_working(now) and is_second_half(now, clock)
    return on_each_day(office, now) if counted else None


async def _warn(tx: Transaction, office: Office, now: datetime, last: str | None) -> bool:
    bindings = [b for b in await tx.people.all() if b.reachable]
    reachable = {b.person for b in bindings}
    heard: dict[int, list[int]] = {}
    for page, _ in await pages_behind(tx, office, now):
        people = await _hearers(tx, page, office, now, reachable)
        for account in {b.account for b in bindings if b.person in people}:
            heard.setdefault(account, []).append(page.id)
    await tx.outbox.put([_letter(account, pages) for account, pages in sorted(heard.items())], now)
    return bool(heard)


NORMS = Task(MARK, _norms_are_counted, _warn)


async def _hearers(
    tx: Transaction, page: OfficialPage, office: Office, now: datetime, reachable: Collection[str]
) -> set[str]:
    """Return the keys of the people to notify about the page today. A department is notified of its own page first, and
    the editors on the next working day if the page is still behind; of other pages, or if the bot can write to nobody
    of the department, the editors are notified at once."""
    own, kept = of_page(page, office, now), set(editors(office, now))
    if page.whose is not Whose.UNIT or not own & set(reachable):
        return own | kept
    mark, today = f"{BEHIND}:{page.id}", office.working_time.local(now).date()
    was_told = await tx.mark(mark) == _working_day_before(today, office).isoformat()
    await tx.set_mark(mark, today.isoformat())
    return own | kept if was_told else own


def _working_day_before(day: date, office: Office) -> date:
    days = (day - timedelta(days=back) for back in range(1, FAR_BACK))
    return next((one for one in days if office.working_time.day(one).stretches), day - timedelta(days=1))


def of_page(page: OfficialPage, office: Office, now: datetime) -> set[str]:
    """Return the keys of the page's own people, or their substitutes: its responsible person and, of a department's
    page, the department's executors."""
    unit = office.holders(Role.EXECUTOR, now, page.unit) if page.whose is Whose.UNIT and page.unit else ()
    return {*unit, *office.present(page.responsible, now)}


def _letter(account: int, pages: Sequence[int]) -> Letter:
    body = {"which": BEHIND, "pages": list(pages)}
    return Letter(
        "list", account_lane(account), Priority.DIGEST, account=account, fold=f"{BEHIND}:{account}", body=body
    )


async def behind_screen(
    tx: Transaction, texts: Texts, pages: Collection[int], office: Office, now: datetime
) -> Screen | None:
    """Return a list of those of the pages that are behind their norm now; None if none is."""
    found = [(one, warning) for one, warning in await pages_behind(tx, office, now) if one.id in pages]
    return words.behind(texts, found, office) if found else None
