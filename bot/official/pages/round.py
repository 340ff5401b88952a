"""Daily tasks for official pages: enter the pages listed in a file into the registry, remind once of each page whose
protection is due for a check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.daily import Task, on_each_day
from bot.official.material.rendering import plans_made_true
from bot.official.pages.rendering import page_letter
from bot.official.publications.norms import NORMS
from storage.official_pages import OfficialPages
from storage.transaction import Transaction
from workflow.commands import Entry
from workflow.office import Office
from workflow.official.page import (
    OfficialPage,
    PageAction,
    PageNotice,
    PageState,
)
from workflow.official.page_rules import check_was_due, editors


@dataclass(frozen=True)
class PageTasks:
    """The daily tasks: enter the pages listed in the file; report pages that publish less than their norm; in working
    time refresh the content plans for the new day, and remind once of each page whose protection is due for its
    quarterly check."""

    listed: Sequence[OfficialPage] = ()

    @property
    def tasks(self) -> tuple[Task, ...]:
        return (
            Task("listed pages", lambda office, now: "entered", self._enter, kept=False),
            NORMS,
            Task("official pages", _in_working_time, self._look, kept=False),
        )

    async def _enter(self, tx: Transaction, office: Office, now: datetime, last: str | None) -> bool:
        """Enter the listed pages that the registry does not have; return False, since nobody is notified. A closed page
        stays closed even if the file still lists it."""
        book = OfficialPages(tx)
        known = {one.address for one in await book.every()} if self.listed else set()
        for written in self.listed:
            if written.address in known:
                continue
            entered = replace(written, id=await book.next_number(), requested_at=now)
            details = (("value", entered.address),)
            line = Entry(PageAction.REQUEST, now, "", None, None, PageState.IN_FORCE, details)
            await book.save(entered, line)
        return False

    async def _look(self, tx: Transaction, office: Office, now: datetime, last: str | None) -> bool:
        plans = await plans_made_true(tx, now)
        await tx.outbox.put(plans, now)
        return await self._remind(tx, office, now.astimezone(office.zone).date(), now) or bool(plans)

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


def _in_working_time(office: Office, now: datetime) -> str | None:
    return on_each_day(office, now) if office.working_time.is_working(now) else None
