"""Official pages as they are shown, made at the moment of sending from what the book holds then."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.answering.accounts import reader_of
from bot.answering.letters import others_made_true
from bot.delivery.ports import Show
from bot.messenger import Screen
from bot.official.pages import screens as words
from bot.official.publications.norms import BEHIND, behind_screen
from config.texts import Texts
from handlers.updates import Incoming
from storage.official_pages import OfficialPages
from storage.transaction import Transaction
from workflow.effects import Priority
from workflow.office import Office
from workflow.official.page import (
    PageState,
)
from workflow.ports import Letter, account_lane

KIND = "official_page"
"""How a message that shows a page is known; its version is the page's number."""


def page_letter(number: int, account: int, *, menu: str = "", notice: str = "", reason: str = "") -> Letter:
    """The page as it stands when it is sent, under the news about it if there is any."""
    body = {"page": number, "menu": menu, "notice": notice, "reason": reason}
    fold = f"page:{number}:{account}" + (f":{notice}" if notice else "")
    return Letter(KIND, account_lane(account), Priority.TAP, account=account, fold=fold, body=body)


async def _made_true(tx: Transaction, number: int, incoming: Incoming, now: datetime) -> None:
    """Every message that shows the page shows it as it is now."""
    await tx.outbox.put(others_made_true(await tx.messages.shown(KIND, number), incoming), now)


async def show_page(
    tx: Transaction,
    texts: Texts,
    number: int,
    account: int | None,
    menu: str | None,
    office: Office,
    now: datetime,
    notice: str = "",
    reason: str = "",
) -> Show | None:
    """A message with the page, as its reader may see it."""
    book = OfficialPages(tx)
    found = await book.get(number)
    if found is None:
        return None
    history = await book.history(number, words.NEWEST) if menu == "history" else ()
    seen = words.Seen(found, await reader_of(tx, account), menu or "", history, notice, {"reason": reason})
    screen = words.one(texts, seen, office, now)
    quiet = bool(notice) and office.is_quiet(now)
    return Show(replace(screen, silent=quiet), KIND, number, menu=menu or None)


async def show_letter(tx: Transaction, texts: Texts, letter: Letter, office: Office, now: datetime) -> Show | None:
    body = letter.body
    number, menu, notice, reason = int(body["page"]), str(body["menu"]), str(body["notice"]), str(body["reason"])
    return await show_page(tx, texts, number, letter.account, menu, office, now, notice, reason)


LISTS = frozenset({"official_pages", BEHIND})


async def list_pages(tx: Transaction, texts: Texts, letter: Letter, office: Office, now: datetime) -> Screen | None:
    """One of `LISTS` as it is now; None where there is nothing to say any more."""
    account = letter.account
    if letter.body["which"] == BEHIND:
        return await behind_screen(tx, texts, account, office, now)
    pages = [one for one in await OfficialPages(tx).every() if one.state is not PageState.CLOSED]
    return words.listing(texts, pages, await reader_of(tx, account), office, now)
