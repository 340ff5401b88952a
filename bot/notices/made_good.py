"""The weekly list of what was missed and made good before those above were told (MO-20, KU-21): they learn of every missed
term, but not of each at once. Puts letters into the outbox and sends nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from bot.daily import Task
from bot.notices.digests import STILL_WORTH_IT
from bot.offices import Offices
from storage.transaction import Transaction
from storage.violations import KeptMissed
from workflow.effects import Priority
from workflow.office import Office
from workflow.ports import Letter, account_lane
from workflow.regulation import ClockKind
from workflow.terms.alarms import people_there, told_above
from workflow.waiting import CURATOR

WEEKLY = "weekly"
WEEK = timedelta(days=7)
BEFORE_THE_END = timedelta(hours=1)
MOST_ROWS = 50
"""How many lines the list has; the rest are counted."""


@dataclass(frozen=True)
class MadeGood:
    """A task of the daily round."""

    offices: Offices

    @property
    def tasks(self) -> tuple[Task, ...]:
        return (Task("made_good", weekly_due, self._tell),)

    async def _tell(self, tx: Transaction, office: Office, now: datetime, last: str | None) -> bool:
        """Tell what ended since the last list, or within a week if there was none."""
        former = moment_of(date.fromisoformat(last), office) if last is not None else None
        since = former or now - WEEK
        rows = [row for row in await tx.violations.passed(since - WEEK, now) if self._is_news(tx, row, since, now)]
        heard: dict[str, list[KeptMissed]] = {}
        for row in rows:
            for person in self._above(tx, row, now):
                heard.setdefault(person, []).append(row)
        accounts: dict[int, list[KeptMissed]] = {}
        for binding in await tx.people.all():
            if binding.reachable and binding.person in heard:
                known = accounts.setdefault(binding.account, [])
                known += [row for row in heard[binding.person] if row not in known]
        letters = [
            Letter("digest", account_lane(account), Priority.DIGEST, account=account, body=_body(found))
            for account, found in sorted(accounts.items())
        ]
        await tx.outbox.put(letters, now)
        return bool(letters)

    def _is_news(self, tx: Transaction, row: KeptMissed, since: datetime, now: datetime) -> bool:
        missed = row.missed
        if not missed.stands or missed.ended_at is None or not since <= missed.ended_at < now:
            return False
        office = self.offices.at(tx.municipality, missed.edition)
        clock = office.clock.working if missed.counted_by is ClockKind.WORKING else office.clock.calendar
        return missed.ended_at < clock.add(missed.until, timedelta(minutes=office.policy.of(missed.step).after))

    def _above(self, tx: Transaction, row: KeptMissed, now: datetime) -> set[str]:
        """The people who would have been told at once, with substitutes in place of absent ones."""
        office = self.offices.at(tx.municipality, row.missed.edition)
        department = None if row.missed.who == CURATOR else row.missed.who
        there = people_there(department, office)
        people = [there[audience] for audience in told_above(row.missed.step, department, office)]
        return {key for person in people for key in office.present(person, now)}


def _body(rows: list[KeptMissed]) -> Mapping[str, Any]:
    named = rows[:MOST_ROWS]
    items = [{"case": r.case_id, "step": r.missed.step, "row": r.missed.number} for r in named]
    return {"which": WEEKLY, "items": items, "more": len(rows) - len(named)}


def weekly_due(office: Office, now: datetime) -> str | None:
    """The day whose list is due at `now`, if it is: the weekday of the policy, or the last working day before it."""
    today = now.astimezone(office.zone).date()
    moment = moment_of(today, office)
    if moment is None or today != _list_day(today, office):
        return None
    return today.isoformat() if moment <= now < moment + STILL_WORTH_IT else None


def _list_day(today: date, office: Office) -> date:
    """The next day of a weekly list, from today on."""
    named = today + timedelta(days=(office.policy.weekly - today.weekday()) % 7)
    back = (named - timedelta(days=days) for days in range((named - today).days + 1))
    return next((day for day in back if office.working_time.day(day).stretches), named)


def moment_of(day: date, office: Office) -> datetime | None:
    """An hour before the end of that working day; None on a day off."""
    stretches = office.working_time.day(day).stretches
    if not stretches:
        return None
    return datetime.combine(day, time(), office.zone) + timedelta(minutes=stretches[-1][1]) - BEFORE_THE_END
