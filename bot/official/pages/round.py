"""The daily round of official pages: enter the pages listed in a file into the book, remind once of each page whose
protection is due for a check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from bot.offices import Offices
from bot.official.material.rendering import plans_made_true
from bot.official.pages.rendering import page_letter
from bot.official.publications.norms import NormRound
from storage.official_pages import OfficialPages
from storage.transaction import Transaction
from workflow.office import Office
from workflow.official.page import (
    OfficialPage,
    PageAction,
    PageEntry,
    PageNotice,
    PageState,
)
from workflow.official.page_rules import check_was_due, editors


@dataclass
class PageRound:
    """Enters the pages listed in the file, and reminds once of each page whose protection nobody has checked for a
    quarter."""

    offices: Offices
    listed: Sequence[OfficialPage] = ()
    norms: NormRound = field(default_factory=NormRound)
    _looked: date | None = None
    _entered: bool = False

    async def look(self, tx: Transaction, now: datetime) -> bool:
        """Do the round; return whether there is anything to send. Reminders wait for working time."""
        office = self.offices.today(tx.municipality)
        if not self._entered:
            await self._enter(tx, now)
            self._entered = True
            tx.if_lost(self._forget)
        today = now.astimezone(office.zone).date()
        warned = await self.norms.look(tx, office, now)
        if self._looked == today or not office.working_time.is_working(now):
            return warned
        before, self._looked = self._looked, today
        tx.if_lost(lambda: self._look_again(before))
        plans = await plans_made_true(tx, now)
        await tx.outbox.put(plans, now)
        return await self._remind(tx, office, today, now) or warned or bool(plans)

    def _forget(self) -> None:
        self._entered = False

    def _look_again(self, before: date | None) -> None:
        self._looked = before

    async def _enter(self, tx: Transaction, now: datetime) -> None:
        """Enter the listed pages the book does not have; a closed page is not reopened although the file still lists
        it."""
        book = OfficialPages(tx)
        known = {one.address for one in await book.every()} if self.listed else set()
        for written in self.listed:
            if written.address in known:
                continue
            entered = replace(written, id=await book.next_number(), requested_at=now)
            details = (("value", entered.address),)
            line = PageEntry(PageAction.REQUEST, now, "", None, None, PageState.IN_FORCE, details)
            await book.save(entered, line)

    async def _remind(self, tx: Transaction, office: Office, today: date, now: datetime) -> bool:
        book = OfficialPages(tx)
        bindings = [b for b in await tx.people.all() if b.reachable]
        told = False
        for found in await book.every():
            if not check_was_due(found, today) or await book.reminded(found.id) == (found.checked or date.min):
                continue
            people = {*editors(office, now), *office.present(found.responsible, now)}
            accounts = sorted({b.account for b in bindings if b.person in people})
            if not accounts:
                continue
            letters = [page_letter(found.id, account, notice=PageNotice.CHECK_DUE) for account in accounts]
            await tx.outbox.put(letters, now)
            await book.remind(found.id, found.checked)
            told = True
        return told
