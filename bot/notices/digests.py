"""The morning and evening digests: what is due today, what was left undone. Each person gets their own duties, the
group gets all.

The morning digest leaves out overdue duties: their own notices repeat those. Each digest comes once a working day, up
to two hours late if the bot was off. Nothing is sent if there is nothing to say, or nothing has changed since the last
digest of that kind. Puts letters into the outbox and sends nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from bot.offices import Offices
from storage.transaction import Transaction
from workflow.case import Case
from workflow.effects import Priority
from workflow.office import Office, Role
from workflow.ports import GROUP_LANE, Letter, account_lane
from workflow.regulation import Holder, Kind
from workflow.terms.alarms import department_of, running
from workflow.terms.deadlines import Deadline

MORNING, EVENING = "morning", "evening"
BEFORE_EVENING = timedelta(minutes=30)
"""How long before the end of work the evening digest comes."""
STILL_WORTH_IT = timedelta(hours=2)
MOST_CASES = 500
"""How many cases a digest looks through; no office has more due on one day."""
MOST_ITEMS = 20
"""How many lines a digest has; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Due:
    """A duty due today or earlier: its case, its department, and whether it is late."""

    case: Case
    run: Deadline
    department: str | None
    late: bool

    @property
    def item(self) -> dict[str, Any]:
        return {"case": self.case.id, "step": self.run.name, "due": self.run.due_at.isoformat()}


@dataclass
class Digests:
    """`look` is called at every tick; it reads the books only when a digest is due."""

    offices: Offices
    _next: datetime | None = field(default=None, repr=False)

    async def look(self, tx: Transaction, now: datetime) -> bool:
        """Put the digest that is due now into the outbox if it says anything new; return whether it did."""
        if self._next is not None and now < self._next:
            return False
        office = self.offices.today(tx.municipality)
        which, until = due_list(office, now)
        told = await self._tell(tx, which, office, now) if which is not None and office.policy.digests else False
        before = self._next
        tx.if_lost(lambda: self._forget(before))
        self._next = until
        return told

    async def _tell(self, tx: Transaction, which: str, office: Office, now: datetime) -> bool:
        today = now.astimezone(office.zone).date()
        mark = f"digest:{which}"
        if await tx.mark(mark) == today.isoformat():
            return False
        await tx.set_mark(mark, today.isoformat())
        letters = await self._letters(tx, which, today, office, now)
        await tx.outbox.put(letters, now)
        return bool(letters)

    def _forget(self, before: datetime | None) -> None:
        self._next = before

    async def _letters(self, tx: Transaction, which: str, today: date, office: Office, now: datetime) -> list[Letter]:
        tomorrow = datetime.combine(today + timedelta(days=1), time(), office.zone)
        found = [one for one in await self._due(tx, tomorrow, now) if which == EVENING or not one.late]
        lanes: dict[str, tuple[int | None, list[Due]]] = {}
        if await tx.people.working_group() is not None:
            lanes[GROUP_LANE] = (None, found)
        bindings = [b for b in await tx.people.all() if b.reachable]
        for account in sorted({b.account for b in bindings}):
            people = {b.person for b in bindings if b.account == account}
            lanes[account_lane(account)] = (account, [one for one in found if people & responsible(one, office, now)])
        letters = []
        for lane, (to, own) in lanes.items():
            if own and await _is_news(tx, which, lane, own):
                body = _body(which, own)
                letters.append(Letter("digest", lane, Priority.DIGEST, account=to, body=body))
        return letters

    async def _due(self, tx: Transaction, until: datetime, now: datetime) -> list[Due]:
        """The duties due before `until`, the earliest first."""
        found: list[Due] = []
        for case in await tx.lists.open(MOST_CASES, 0, due_before=until):
            office = self.offices.at(tx.municipality, case.regulation)
            for run in running(case, office).values():
                if run.kind is Kind.DUTY and run.due_at < until:
                    found.append(Due(case, run, department_of(run, case), run.due_at < now))
        return sorted(found, key=lambda one: (one.run.due_at, one.case.number))


def due_list(office: Office, now: datetime) -> tuple[str | None, datetime]:
    """The digest that is due at `now`, if any, and when to look again."""
    local = now.astimezone(office.zone)
    marks: list[tuple[datetime, str]] = []
    for ahead in range(2):
        day = local.date() + timedelta(days=ahead)
        if stretches := office.working_time.day(day).stretches:
            midnight = datetime.combine(day, time(), office.zone)
            starts, ends = (_minute(midnight, minute) for minute in (stretches[0][0], stretches[-1][1]))
            marks += [(starts, MORNING), (ends - BEFORE_EVENING, EVENING)]
    which = next((name for mark, name in reversed(marks) if mark <= now < mark + STILL_WORTH_IT), None)
    later = [mark for mark, _ in marks if mark > now]
    return which, min(later) if later else now + timedelta(hours=12)


def _minute(midnight: datetime, minute: int) -> datetime:
    return midnight.replace(hour=minute // 60, minute=minute % 60) if minute < 24 * 60 else midnight + timedelta(days=1)


def responsible(one: Due, office: Office, now: datetime) -> set[str]:
    """The people who have to do it, with substitutes in place of absent ones."""
    if one.run.holder is Holder.CURATOR:
        return set(office.holders(Role.CURATOR, now))
    return set(office.holders(Role.EXECUTOR, now, one.department)) if one.department else set()


def _body(which: str, own: Sequence[Due]) -> Mapping[str, Any]:
    items = [one.item for one in own[:MOST_ITEMS]]
    return {"which": which, "items": items, "more": len(own) - len(items)}


async def _is_news(tx: Transaction, which: str, lane: str, own: Sequence[Due]) -> bool:
    """Whether the digest differs from the last one of this kind on this lane; store it as the last one."""
    said = "\n".join(f"{one.case.id} {one.run.name} {one.run.due_at.isoformat()} {one.late}" for one in own)
    told = hashlib.sha256(said.encode()).hexdigest()
    mark = f"{which}_to:{lane}"[:64]
    if await tx.mark(mark) == told:
        return False
    await tx.set_mark(mark, told)
    return True
