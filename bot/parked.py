"""Telling people what is parked: each row once, the newest by name, never what was written in it.

Not at once, but with the clock's next round, so that many at a time are one message; and not oftener than once an hour.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.look import accounts_of
from storage.inbox import Arrival
from storage.page import Page
from workflow.effects import Priority
from workflow.office import Office, Role
from workflow.ports import Letter, account_lane

MARK = "parked_reported"
EVERY = timedelta(hours=1)


@dataclass(frozen=True)
class ParkedReport:
    office_today: Callable[[str], Office]

    async def look(self, page: Page, now: datetime) -> bool:
        """The curators hear of what was parked since they last did; whether there was anything to tell."""
        newest, total = await page.inbox.untold()
        if not total or not _is_time(await page.mark(MARK), now):
            return False
        people = set(self.office_today(page.municipality).holders(Role.CURATOR, now))
        accounts = sorted(accounts_of(people, await page.people.all()))
        if not accounts:
            return False
        facts = {"total": total, "rows": [await _told(page, row) for row in newest]}
        body = {"key": "parked", "facts": facts, "roles": [Role.CURATOR.value]}
        letters = [Letter("say", account_lane(a), Priority.DEADLINE, account=a, body=body) for a in accounts]
        await page.outbox.put(letters, now)
        await page.inbox.told(now)
        await page.set_mark(MARK, now.isoformat())
        return True


def _is_time(last: str | None, now: datetime) -> bool:
    try:
        return last is None or now - datetime.fromisoformat(last) >= EVERY
    except (ValueError, TypeError):
        return True  # an earlier edition kept the day alone


async def _told(page: Page, row: Arrival) -> dict[str, object]:
    case = await page.case(row.case_id) if row.case_id is not None else None
    return {
        "source": row.source,
        "at": row.received_at.isoformat(),
        "number": case.number if case is not None else None,
    }
