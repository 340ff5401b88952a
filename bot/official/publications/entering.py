"""Publications on official pages that people enter by hand: each counts once for its page. Sends nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.answering.answered import Answered
from bot.answering.toasts import short
from bot.answering.view import Look
from bot.official.pages import screens as page_words
from bot.official.publications import screens as words
from config.texts import Texts
from handlers.wishes import Ask, EnterPublication
from storage.official_pages import OfficialPages
from storage.transaction import Transaction
from workflow.official.page import OfficialPage, PageAction, PageState
from workflow.official.page_addresses import belongs_to, network_of
from workflow.official.page_rules import OFFICIAL_PAGES
from workflow.official.publications import Publication, norm_of
from workflow.outcomes import Reason, Refused

MOST_ASKED = 20


async def enter(tx: Transaction, wish: EnterPublication, texts: Texts, look: Look) -> Answered:
    """Count the publication once for its page and return the confirmation; otherwise ask which page it is on, or say
    why it does not count."""
    book = OfficialPages(tx)
    if await book.is_published(wish.link):
        return Answered(short(words.counted_already(texts)))
    in_force = [one for one in await book.every() if one.state is PageState.IN_FORCE]
    fitting = _fitting(in_force, wish)
    if not fitting:
        return Answered(short(words.counted_nowhere(texts)), refused=True, reason=Reason.NO_SUCH_PAGE)
    own = [one for one in fitting if OFFICIAL_PAGES.offers(one, PageAction.FILL, look.office, look.now, look.actor)]
    if not own:
        why = Reason.NOT_YOUR_PAGE
        return Answered(short(page_words.refused(texts, Refused(why))), refused=True, reason=why)
    if len(own) > 1:
        asked = [{"page": one.id, "name": page_words.name_of(texts, look.office, one)} for one in own[:MOST_ASKED]]
        return Answered(ask=Ask("page_published", None, {"link": wish.link, "pages": asked}))
    new = await book.publish(Publication(own[0].id, look.now, wish.link), look.actor.people[0])
    return Answered(short(await _so_many(book, own[0], texts, look) if new else words.counted_already(texts)))


def _fitting(pages: Sequence[OfficialPage], wish: EnterPublication) -> list[OfficialPage]:
    """Return the pages the publication may be on: the chosen one, the ones its link names, else all pages of its
    network."""
    if wish.page is not None:
        return [one for one in pages if one.id == wish.page]
    told = [one for one in pages if belongs_to(wish.link, one.address)]
    return told or [one for one in pages if one.network is network_of(wish.link)]


async def _so_many(book: OfficialPages, page: OfficialPage, texts: Texts, look: Look) -> str:
    office, today = look.office, look.now.astimezone(look.office.zone).date()
    norm = norm_of(page, office.regulation)
    per = norm.per if norm is not None else "month"
    since = {"day": today, "week": today - timedelta(days=today.weekday()), "month": today.replace(day=1)}[per]
    begun = datetime(since.year, since.month, since.day, tzinfo=office.zone)
    have = sum(one.page == page.id for one in await book.published_since(begun))
    return words.counted(texts, page, have, per, norm.at_least if norm is not None else None, office)
