"""What the curators hear about the bot itself: what was parked, and a network that gives nothing more until somebody mends
its keys. Each thing once, never a word of what anybody wrote.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.look import accounts_of
from storage.inbox import Arrival
from storage.page import Page
from workflow.effects import Priority
from workflow.office import Office, Role
from workflow.ports import Letter, account_lane

PARKED_MARK = "parked_reported"
EVERY = timedelta(hours=1)
"""Not with each that is parked but with the clock's next round, and not oftener: so many at a time are one message."""
DAY = timedelta(days=1)


@dataclass(frozen=True)
class ParkedReport:
    office_today: Callable[[str], Office]

    async def look(self, page: Page, now: datetime) -> bool:
        """The curators hear of what was parked since they last did; whether there was anything to tell."""
        newest, total = await page.inbox.untold()
        if not total or not await _is_time(page, PARKED_MARK, EVERY, now):
            return False
        facts = {"total": total, "rows": [await _told(page, row) for row in newest]}
        if not await _tell_curators(page, self.office_today(page.municipality), "parked", facts, now):
            return False
        await page.inbox.told(now)
        await page.set_mark(PARKED_MARK, now.isoformat())
        return True


async def tell_network_trouble(page: Page, office: Office, network: str, now: datetime) -> bool:
    """The curators hear of it, once a day."""
    mark = f"network_trouble:{network}"
    if not await _is_time(page, mark, DAY, now):
        return False
    if not await _tell_curators(page, office, "network_trouble", {"network": network}, now):
        return False
    await page.set_mark(mark, now.isoformat())
    return True


async def _tell_curators(page: Page, office: Office, key: str, facts: Mapping[str, Any], now: datetime) -> bool:
    """Whether there is one who can be reached."""
    people = set(office.holders(Role.CURATOR, now))
    accounts = sorted(accounts_of(people, await page.people.all()))
    body = {"key": key, "facts": dict(facts), "roles": [Role.CURATOR.value]}
    letters = [Letter("say", account_lane(a), Priority.DEADLINE, account=a, body=body) for a in accounts]
    await page.outbox.put(letters, now)
    return bool(letters)


async def _is_time(page: Page, mark: str, every: timedelta, now: datetime) -> bool:
    last = await page.mark(mark)
    try:
        return last is None or now - datetime.fromisoformat(last) >= every
    except (ValueError, TypeError):
        return True  # an earlier edition kept the day alone


async def _told(page: Page, row: Arrival) -> dict[str, object]:
    case = await page.case(row.case_id) if row.case_id is not None else None
    return {
        "source": row.source,
        "at": row.received_at.isoformat(),
        "number": case.number if case is not None else None,
    }
