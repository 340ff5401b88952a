"""Render official pages at the moment of sending, from what the registry holds then."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.answering.accounts import reader_of
from bot.answering.letters import others_made_true
from bot.delivery.ports import Show
from bot.delivery.wanted import Makers, Wanted
from bot.official.pages import screens as words
from bot.official.publications.norms import BEHIND, behind_screen
from config.texts import Texts
from handlers.incoming import Incoming
from storage.official_pages import OfficialPages
from storage.transaction import Transaction
from workflow.effects import Priority
from workflow.official.page import (
    PageState,
)
from workflow.ports import Letter, account_lane

KIND = "official_page"
"""The kind of a message that shows an official page; the message's `version` is the page's number."""


def page_letter(number: int, account: int, *, menu: str = "", notice: str = "", reason: str = "") -> Letter:
    """Return a letter (queued message) that shows `account` the official page as it is when sent. `menu`: which of its
    menus is open; `notice`: the PageNotice above it, "" for none; `reason`: the words put into the notice."""
    body = {"page": number, "menu": menu, "notice": notice, "reason": reason}
    fold = f"page:{number}:{account}" + (f":{notice}" if notice else "")
    return Letter(KIND, account_lane(account), Priority.TAP, account=account, fold=fold, body=body)


async def page_made_true(tx: Transaction, number: int, incoming: Incoming, now: datetime) -> None:
    """Queue refreshes of every message that shows the official page, except the message whose button was pressed."""
    await tx.outbox.put(others_made_true(await tx.messages.shown(KIND, number), incoming), now)


@dataclass(frozen=True)
class PageRendering:
    texts: Texts

    @property
    def makers(self) -> Makers:
        return Makers(
            letters={KIND: self._new_page},
            messages={KIND: self._page},
            lists={"official_pages": self._listing, BEHIND: self._behind},
        )

    async def _new_page(self, wanted: Wanted) -> Show | None:
        """Return a new message with the official page as its reader may see it, below the notice about it; None if
        there is no such page."""
        body = wanted.body
        return await self._one(
            wanted,
            int(body["page"]),
            wanted.letter.account,
            str(body["menu"]),
            str(body["notice"]),
            str(body["reason"]),
        )

    async def _page(self, wanted: Wanted) -> Show | None:
        known = wanted.known
        if known is None or known.version is None:
            return None
        return await self._one(wanted, known.version, known.account, known.menu)

    async def _one(
        self, wanted: Wanted, number: int, account: int | None, menu: str | None, notice: str = "", reason: str = ""
    ) -> Show | None:
        book = OfficialPages(wanted.tx)
        found = await book.get(number)
        if found is None:
            return None
        history = await book.history(number, words.NEWEST) if menu == "history" else ()
        reader = await reader_of(wanted.tx, account)
        seen = words.Seen(found, reader, menu or "", history, notice, {"reason": reason})
        screen = words.one(self.texts, seen, wanted.office, wanted.now)
        quiet = bool(notice) and wanted.office.is_quiet(wanted.now)
        return Show(replace(screen, silent=quiet), KIND, number, menu=menu or None)

    async def _listing(self, wanted: Wanted) -> Show:
        pages = [one for one in await OfficialPages(wanted.tx).every() if one.state is not PageState.CLOSED]
        reader = await reader_of(wanted.tx, wanted.letter.account)
        screen = words.listing(self.texts, pages, reader, wanted.office, wanted.now)
        return Show(screen, reply_to=await wanted.reply_to())

    async def _behind(self, wanted: Wanted) -> Show | None:
        """Return the list of pages that publish less than their norm; None if none does any more."""
        pages = wanted.body.get("pages", ())
        screen = await behind_screen(wanted.tx, self.texts, pages, wanted.office, wanted.now)
        return Show(screen, reply_to=await wanted.reply_to()) if screen is not None else None
