"""Publications: entered by hand, and once a day whoever keeps a page that is behind its norm hears of it (IZ-4, MO-A2.10).

What is behind is worked out by `workflow.publications`, again at the moment of sending. Nothing is sent from here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.daily import Task, on_each_day
from bot.look import Look
from bot.messenger import Screen
from bot.screens import Screens
from bot.screens import pages as page_words
from bot.screens import publications as words
from handlers.wishes import Ask, EnterPublication
from storage.page import Page
from storage.pages import OfficialPages
from workflow.effects import Priority
from workflow.office import Office
from workflow.official_page import OfficialPage, PageAction, PageState
from workflow.outcomes import Reason, Refused
from workflow.page_addresses import belongs_to, network_of
from workflow.pages import OFFICIAL_PAGES, editors
from workflow.ports import Letter, account_lane
from workflow.publications import Behind, Publication, behind, is_second_half, norm_of

MARK = "page_norms"
BEHIND = "pages_behind"
WEEK = timedelta(days=8)
MOST_ASKED = 20


@dataclass(frozen=True, slots=True)
class Counted:
    """The words for whoever entered it; `ask`: which page it is on; `why`: the reason it does not count."""

    text: str = ""
    why: Reason | None = None
    ask: Ask | None = None

    @property
    def refused(self) -> bool:
        return self.why is not None


async def enter(page: Page, wish: EnterPublication, screens: Screens, look: Look) -> Counted:
    """The publication counts for its page, once; or a question which page it is, or why not."""
    book, texts = OfficialPages(page), screens.texts
    if await book.is_published(wish.link):
        return Counted(words.counted_already(texts))
    in_force = [one for one in await book.every() if one.state is PageState.IN_FORCE]
    fitting = _fitting(in_force, wish)
    if not fitting:
        return Counted(words.counted_nowhere(texts), Reason.NO_SUCH_PAGE)
    own = [one for one in fitting if OFFICIAL_PAGES.offers(one, PageAction.FILL, look.office, look.now, look.actor)]
    if not own:
        why = Reason.NOT_YOUR_PAGE
        return Counted(page_words.refused(texts, Refused(why)), why)
    if len(own) > 1:
        asked = [{"page": one.id, "name": page_words.name_of(texts, look.office, one)} for one in own[:MOST_ASKED]]
        return Counted(ask=Ask("page_published", None, {"link": wish.link, "pages": asked}))
    new = await book.publish(Publication(own[0].id, look.now, wish.link), look.actor.people[0])
    return Counted(await _so_many(book, own[0], screens, look) if new else words.counted_already(texts))


def _fitting(pages: Sequence[OfficialPage], wish: EnterPublication) -> list[OfficialPage]:
    """The pages the publication may stand on: the one that was chosen, the one its link tells, else all of its network."""
    if wish.page is not None:
        return [one for one in pages if one.id == wish.page]
    told = [one for one in pages if belongs_to(wish.link, one.address)]
    return told or [one for one in pages if one.network is network_of(wish.link)]


async def _so_many(book: OfficialPages, page: OfficialPage, screens: Screens, look: Look) -> str:
    office, today = look.office, look.now.astimezone(look.office.zone).date()
    norm = norm_of(page, office.regulation)
    per = norm.per if norm is not None else "month"
    since = {"day": today, "week": today - timedelta(days=today.weekday()), "month": today.replace(day=1)}[per]
    begun = datetime(since.year, since.month, since.day, tzinfo=office.zone)
    have = sum(one.page == page.id for one in await book.published_since(begun))
    return words.counted(screens.texts, page, have, per, norm.at_least if norm is not None else None, office)


# --- once a day --------------------------------------------------------------------------------------------------------


async def pages_behind(page: Page, office: Office, now: datetime) -> list[tuple[OfficialPage, Behind]]:
    """The pages that are to be warned of at `now`."""
    book = OfficialPages(page)
    lately = await book.published_since(now - WEEK)
    found = [
        (one, behind(one, lately, norm_of(one, office.regulation), now, office.working_time))
        for one in await book.every()
    ]
    return [(one, warning) for one, warning in found if warning is not None]


def _norms_are_counted(office: Office, now: datetime) -> str | None:
    """Once a day, in the second half of its working time."""
    clock = office.working_time
    counted = bool(office.regulation.publication_norms) and clock.is_working(now) and is_second_half(now, clock)
    return on_each_day(office, now) if counted else None


async def _warn(page: Page, office: Office, now: datetime, last: str | None) -> bool:
    found = await pages_behind(page, office, now)
    bindings = [b for b in await page.people.all() if b.reachable]
    accounts = sorted({b.account for b in bindings for one, _ in found if b.person in keepers(one, office, now)})
    await page.outbox.put([_letter(account) for account in accounts], now)
    return bool(accounts)


NORMS = Task(MARK, _norms_are_counted, _warn)


def keepers(page: OfficialPage, office: Office, now: datetime) -> set[str]:
    """Whoever hears of what the page lacks: the editors and its responsible person, as far as they are there."""
    return {*editors(office, now), *office.present(page.responsible, now)}


def _letter(account: int) -> Letter:
    body = {"which": BEHIND}
    return Letter(
        "list", account_lane(account), Priority.DIGEST, account=account, fold=f"{BEHIND}:{account}", body=body
    )


async def behind_screen(
    page: Page, screens: Screens, account: int | None, office: Office, now: datetime
) -> Screen | None:
    """What the person keeps that is behind now; None where nothing is any more."""
    bindings = await page.people.of_account(account) if account is not None else []
    people = {b.person for b in bindings}
    found = [
        (one, warning) for one, warning in await pages_behind(page, office, now) if people & keepers(one, office, now)
    ]
    return words.behind(screens.texts, found, office) if found else None
