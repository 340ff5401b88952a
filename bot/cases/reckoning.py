"""At start: gives people time where the terms of open cases moved by nobody's command (CLOCK §1.1, §1.7, §2).

Two things move them. The calendar changed: another day off, other hours, another region. Or the bot was off when a term
passed, so that nobody was reminded and nothing could be tapped. In both cases the case's journal says so, and whoever owes
the step has the grace from now.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.offices import Offices
from storage.books import Books
from storage.transaction import Transaction
from workflow.case import Case
from workflow.commands import Reckon
from workflow.desk import Desk
from workflow.office import CLOCK, Office
from workflow.terms.alarms import running

CALENDAR = "calendar"
"""The fingerprint of the calendar that the stored terms were counted by."""
OFF = timedelta(minutes=10)
BATCH = 50


@dataclass
class Reckoning:
    books: Books
    municipality: str
    desk: Desk
    offices: Offices

    async def look(self, now: datetime, off_since: datetime | None) -> int:
        """Reckons the open cases anew, in batches; how many of them moved. `off_since`: when the bot was last there, None if
        it never was. A batch that is done stays done if the program is killed: what moved once does not move again."""
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
        return moved

    async def _reckon(
        self, tx: Transaction, case: Case, now: datetime, off: datetime | None, *, calendar: bool
    ) -> bool:
        office = self.offices.at(self.municipality, case.regulation)
        names = set(await moved_by_calendar(tx, case, office)) if calendar else set()
        if off is not None:
            names |= {name for name, run in running(case, office).items() if off < run.until <= now}
        if not names:
            return False
        await self.desk.carry_out(tx, Reckon(CLOCK, case.id, tuple(sorted(names))), now, self.municipality)
        return True


async def moved_by_calendar(tx: Transaction, case: Case, office: Office) -> tuple[str, ...]:
    """The running terms of the case that today's calendar puts at another moment than the stored one."""
    stored = await tx.dues(case.id)
    runs = running(case, office)
    return tuple(sorted(name for name, run in runs.items() if stored.get(name, run.due_at) != run.due_at))
