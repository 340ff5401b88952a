"""The morning and evening digests: what is due today, what was left undone. Each person gets their own duties, the
group gets all.

The morning digest leaves out overdue duties: their own notices repeat those. Each digest comes once a working day, up
to two hours late if the bot was off. Nothing is sent if there is nothing to say, or nothing has changed since the last
digest of that kind. Puts letters into the outbox and sends nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from bot.cases.screens.lost import Lost
from bot.cases.undelivered import undelivered
from bot.daily import Task
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
        return {"case": self.case.id, "step": self.run.name, "due": self.run.until.isoformat()}


@dataclass(frozen=True)
class Digests:
    """The tasks of the daily round: the list of the morning, and that of the evening."""

    offices: Offices

    @property
    def tasks(self) -> tuple[Task, ...]:
        return tuple(
            Task(f"digest:{which}", partial(due_list, which), partial(self._tell, which))
            for which in (MORNING, EVENING)
        )

    async def _tell(self, which: str, tx: Transaction, office: Office, now: datetime, last: str | None) -> bool:
        letters = await self._letters(tx, which, now.astimezone(office.zone).date(), office, now)
        await tx.outbox.put(letters, now)
        return bool(letters)

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
        lost = await undelivered(tx, office, now) if which == MORNING else []
        curators = set(office.holders(Role.CURATOR, now))
        to_curators = {account_lane(b.account) for b in bindings if b.person in curators}
        letters = []
        for lane, (to, own) in lanes.items():
            told = lost if lane in to_curators else []
            if (own or told) and await _is_news(tx, which, lane, own, told):
                body = {**_body(which, own), "lost": bool(told)}
                letters.append(Letter("digest", lane, Priority.DIGEST, account=to, body=body))
        return letters

    async def _due(self, tx: Transaction, until: datetime, now: datetime) -> list[Due]:
        """The duties due before `until`, the earliest first."""
        found: list[Due] = []
        for case in await tx.lists.open(MOST_CASES, 0, due_before=until):
            office = self.offices.at(tx.municipality, case.regulation)
            for run in running(case, office).values():
                if run.kind is Kind.DUTY and run.until < until:
                    found.append(Due(case, run, department_of(run, case), run.until < now))
        return sorted(found, key=lambda one: (one.run.until, one.case.number))


def due_list(which: str, office: Office, now: datetime) -> str | None:
    """The day whose list is due at `now`, if it is."""
    local = now.astimezone(office.zone)
    stretches = office.working_time.day(local.date()).stretches
    if not office.policy.digests or not stretches:
        return None
    midnight = datetime.combine(local.date(), time(), office.zone)
    starts, ends = (_minute(midnight, minute) for minute in (stretches[0][0], stretches[-1][1]))
    mark = starts if which == MORNING else ends - BEFORE_EVENING
    superseded = which == MORNING and now >= ends - BEFORE_EVENING
    return local.date().isoformat() if mark <= now < mark + STILL_WORTH_IT and not superseded else None


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


async def _is_news(tx: Transaction, which: str, lane: str, own: Sequence[Due], lost: Sequence[Lost]) -> bool:
    """Whether it says anything the last such list to the same lane did not; it is that last list from now on."""
    lines = [f"{one.case.id} {one.run.name} {one.run.until.isoformat()} {one.late}" for one in own]
    said = "\n".join([*lines, *(f"{one.kind} {one.at.isoformat()}" for one in lost)])
    told = hashlib.sha256(said.encode()).hexdigest()
    mark = f"{which}_to:{lane}"[:64]
    if await tx.mark(mark) == told:
        return False
    await tx.set_mark(mark, told)
    return True
