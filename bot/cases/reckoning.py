"""At start: give people more time where terms of open cases moved although nobody gave a command (CLOCK §1.1, §1.7,
§2).

Two things move terms. The calendar changed: another day off, other hours, another region. Or the bot was off when a
term passed, so that nobody was reminded and nothing could be pressed. In both cases the case's journal says so, and the
person who owes the step gets the period of grace from now. Rows of the register of violations that the changed calendar
would not have entered stay; the people who may annul them get a list of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from bot.answering.accounts import accounts_of
from bot.offices import Offices
from storage.books import Books
from storage.transaction import Transaction
from storage.violations import KeptMissed
from workflow.case import Case, Missed
from workflow.commands import Reckon
from workflow.desk import Desk
from workflow.effects import Priority
from workflow.office import CLOCK, Office, Role
from workflow.ports import Letter, account_lane
from workflow.terms.alarms import key_of
from workflow.terms.register import may_strike, still_asked, undone_by
from workflow.terms.worktime import WorkingTime

CALENDAR = "calendar"
"""The key under which the fingerprint of the calendar that the stored terms were counted by is stored."""
OFF = timedelta(minutes=10)
BATCH = 50
CORRECTED = "календарь"
"""The argument of `/violations` that lists the violations which today's calendar would not have entered."""
LOOKED_BACK = timedelta(days=92)
"""How far back violations are checked if working hours or the time zone changed: a calendar's text does not say since
when."""
NEVER = datetime.max.replace(tzinfo=UTC)
COUNTED_BACK = timedelta(days=31)
"""The longest time that a term is counted back from a later moment; violations this long before the first changed day
may depend on that day."""


@dataclass
class Reckoning:
    books: Books
    municipality: str
    desk: Desk
    offices: Offices

    async def look(self, now: datetime, off_since: datetime | None) -> int:
        """If the calendar has changed since the last call, or the bot was off for over ten minutes, recount the terms
        of the open cases in batches, note the outage for the report and queue notices about violations that today's
        calendar would not have entered. Return how many cases had a term moved or passed meanwhile. `off_since`: when
        the bot last ran, None if it never did. A finished batch stays done if the program is killed: what moved once
        does not move again."""
        fingerprint = self.offices.today(self.municipality).working_time.fingerprint
        async with self.books.write(self.municipality) as tx:
            known = await tx.mark(CALENDAR)
        changed = known is not None and known != fingerprint
        off = off_since if off_since is not None and now - off_since > OFF else None
        moved, last = 0, 0
        while changed or off is not None:
            async with self.books.write(self.municipality) as tx:
                cases = await tx.open_after(last, BATCH)
                for case in cases:
                    moved += await self._reckon(tx, case, now, off, calendar=changed)
            if len(cases) < BATCH:
                break
            last = cases[-1].number
        async with self.books.write(self.municipality) as tx:
            await tx.set_mark(CALENDAR, fingerprint)
            if off is not None:
                await tx.keep_outage(off, now)
            if changed and (undone := await undone_rows(tx, self.offices, now)):
                office = self.offices.today(self.municipality)
                await tx.outbox.put(await _letters(tx, [row.missed for row, _ in undone], office, now), now)
        return moved

    async def _reckon(
        self, tx: Transaction, case: Case, now: datetime, off: datetime | None, *, calendar: bool
    ) -> bool:
        office = self.offices.at(self.municipality, case.regulation)
        names = set(await moved_by_calendar(tx, case, office)) if calendar else set()
        if off is not None:
            entered = {row.key for row in case.missed}
            passed = ((name, run) for name, run in still_asked(case, office).items() if off < run.until <= now)
            names |= {name for name, run in passed if key_of(run) not in entered}
        if not names:
            return False
        await self.desk.carry_out(tx, Reckon(CLOCK, case.id, tuple(sorted(names))), now, self.municipality)
        return True


async def moved_by_calendar(tx: Transaction, case: Case, office: Office) -> tuple[str, ...]:
    """Return the names of the case's running terms that today's calendar puts at another moment than the stored one."""
    stored = await tx.dues(case.id)
    runs = still_asked(case, office)
    return tuple(sorted(name for name, run in runs.items() if stored.get(name, run.due_at) != run.due_at))


async def undone_rows(tx: Transaction, offices: Offices, now: datetime) -> list[tuple[KeptMissed, datetime]]:
    """Return the standing (not annulled) violations that today's calendar would not have entered, each with the due
    moment by today's calendar. They are looked for from shortly before the first corrected day, however long ago that
    is."""
    today = offices.today(tx.municipality).working_time
    since = {hash_: _reached(text, today, now) for hash_, text in (await tx.calendars()).items()}
    since[today.fingerprint] = NEVER
    kept = await tx.violations.standing_since(min(*since.values(), now - LOOKED_BACK))
    others = {
        (one.case_id, one.missed.number): one
        for one in kept
        if one.missed.passed_at >= since.get(one.missed.calendar, now - LOOKED_BACK)
    }
    found = []
    for case_id in dict.fromkeys(case_id for case_id, _ in others):
        case = await tx.case(case_id)
        if case is not None:
            undone = undone_by(offices.at(tx.municipality, case.regulation), case, now)
            found += [(others[case_id, row.number], at) for row, at in undone if (case_id, row.number) in others]
    return found


def _reached(text: str, today: WorkingTime, now: datetime) -> datetime:
    """Return the earliest moment for which violations entered under the calendar of this text may differ under today's
    calendar."""
    changed = today.first_changed(text)
    return datetime.combine(changed, time(), UTC) - COUNTED_BACK if changed is not None else now - LOOKED_BACK


async def _letters(tx: Transaction, rows: Sequence[Missed], office: Office, now: datetime) -> list[Letter]:
    """Return letters that list these violations for the supervisor, else the head; if the bot can write to neither, for
    the curators."""
    able = (key for key in (office.supervisor, office.head) if key is not None)
    first = next((key for key in able if any(may_strike(row, (key,), office, now) for row in rows)), None)
    bindings = await tx.people.all()
    people = set(office.present(first, now)) if first is not None else set()
    accounts = accounts_of(people, bindings) or accounts_of(office.holders(Role.CURATOR, now), bindings)
    body = {"which": "violations", "number": None, "private": True, "step": CORRECTED, "reply_to": None}
    return [
        Letter(
            "list", account_lane(account), Priority.DIGEST, account=account, fold=f"corrected:{account}",
            body={**body, "people": [b.person for b in bindings if b.account == account]},
        )
        for account in sorted(accounts)
    ]  # fmt: skip
