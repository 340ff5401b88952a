"""The morning and evening digests: what is due today, what was not done in time. Each person gets their own duties, the
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
from workflow.case import Case, Wait
from workflow.effects import Priority
from workflow.office import Office, Role
from workflow.ports import GROUP_LANE, Binding, Letter, account_lane
from workflow.regulation import Kind
from workflow.terms.alarms import idle_name, idles, owed_by, running, watcher_of
from workflow.terms.deadlines import Deadline
from workflow.waiting import CURATOR

MORNING, EVENING = "morning", "evening"
BEFORE_EVENING = timedelta(minutes=30)
"""How long before the end of work the evening digest comes."""
STILL_WORTH_IT = timedelta(hours=2)
MOST_CASES = 500
"""How many cases a digest reads; no office has more due on one day."""
MOST_ITEMS = 20
"""How many cases a digest lists; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Due:
    """A duty due today or earlier: its case, its term, and whether it is overdue."""

    case: Case
    run: Deadline
    late: bool

    @property
    def item(self) -> dict[str, Any]:
        return {"case": self.case.id, "step": self.run.name, "due": self.run.until.isoformat()}


@dataclass(frozen=True, slots=True)
class Idling:
    """A case that has waited for somebody, without a term, since an earlier day."""

    case: Case
    wait: Wait
    late: bool = False

    @property
    def item(self) -> dict[str, Any]:
        return {"case": self.case.id, "step": "", "waits": idle_name(self.wait), "due": self.wait.since.isoformat()}


@dataclass(frozen=True)
class Digests:
    """Makes the daily tasks that put the morning and the evening digest into the outbox."""

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
        found: list[Due | Idling] = [
            one for one in await self._due(tx, tomorrow, now) if which == EVENING or not one.late
        ]
        found += await self._idle(tx, today) if which == MORNING else []
        lanes: dict[str, tuple[int | None, list[Due | Idling]]] = {}
        if await tx.people.working_group() is not None:
            lanes[GROUP_LANE] = (None, found)
        bindings = [b for b in await tx.people.all() if b.reachable]
        for account in sorted({b.account for b in bindings}):
            people = {b.person for b in bindings if b.account == account}
            lanes[account_lane(account)] = (account, [one for one in found if people & responsible(one, office, now)])
        posted = await self._posted(tx, today, office) if which == EVENING else []
        lost = await undelivered(tx, now) if which == MORNING else []
        reached = {b.person for b in bindings}
        curators = set(office.holders(Role.CURATOR, now))
        to_curators = {account_lane(b.account) for b in bindings if b.person in curators}
        letters = []
        for lane, (to, own) in lanes.items():
            told = lost if lane in to_curators else []
            done = [case for case in posted if to is not None and _prepared_by(case, to, bindings, office, now)]
            if (own or told or done) and await _is_news(tx, which, lane, own, told, done):
                body = {
                    **_body(which, own),
                    "lost": bool(told),
                    "posted": [case.id for case in done],
                    "to_all": lane == GROUP_LANE,
                    "quietly": lane == GROUP_LANE and all(responsible(one, office, now) & reached for one in own),
                }
                letters.append(Letter("digest", lane, Priority.DIGEST, account=to, body=body))
        return letters

    async def _posted(self, tx: Transaction, today: date, office: Office) -> list[Case]:
        """Return the cases answered since the beginning of the office's day."""
        return await tx.lists.answered_since(datetime.combine(today, time(), office.zone))

    async def _due(self, tx: Transaction, until: datetime, now: datetime) -> list[Due]:
        """Return the duties of open cases due before `until`, the earliest first."""
        found: list[Due] = []
        for case in await tx.lists.open(MOST_CASES, 0, due_before=until):
            office = self.offices.at(tx.municipality, case.regulation)
            for run in running(case, office).values():
                if run.kind is Kind.DUTY and run.until < until:
                    found.append(Due(case, run, run.until < now))
        return sorted(found, key=lambda one: (one.run.until, one.case.number))

    async def _idle(self, tx: Transaction, today: date) -> list[Idling]:
        """Return what cases have waited for, without a term, since an earlier day, the longest wait first."""
        found: list[Idling] = []
        for case in await tx.lists.open(MOST_CASES, 0):
            office = self.offices.at(tx.municipality, case.regulation)
            waits = idles(case, office) if office.policy.idle.remind else ()
            found += [Idling(case, wait) for wait in waits if wait.since.astimezone(office.zone).date() < today]
        return sorted(found, key=lambda one: (one.wait.since, one.case.number))


def _prepared_by(case: Case, account: int, bindings: Sequence[Binding], office: Office, now: datetime) -> bool:
    """Whether a person behind the account is an executor of the department that prepared the answer, or a curator who
    did not choose to be notified of every answer at once."""
    curators = office.holders(Role.CURATOR, now)
    if any(b.account == account and not b.posted_at_once and b.person in curators for b in bindings):
        return True
    lead = next((part.department for part in reversed(case.parts) if part.lead), None)
    people = set(office.holders(Role.EXECUTOR, now, lead)) if lead is not None else set()
    return any(b.account == account and b.person in people for b in bindings)


def due_list(which: str, office: Office, now: datetime) -> str | None:
    """Return the day (ISO) whose digest of this kind is due at `now`; None if it is not due."""
    today = now.astimezone(office.zone).date()
    lists = lists_of(today, office)
    if which not in lists:
        return None
    superseded = which == MORNING and now >= lists[EVENING]
    return today.isoformat() if lists[which] <= now < lists[which] + STILL_WORTH_IT and not superseded else None


def lists_of(day: date, office: Office) -> Mapping[str, datetime]:
    """Return when each digest of this day comes; {} on a day off or if the office's policy wants no digests."""
    stretches = office.working_time.day(day).stretches
    if not office.policy.digests or not stretches:
        return {}
    midnight = datetime.combine(day, time(), office.zone)
    starts, ends = (_minute(midnight, minute) for minute in (stretches[0][0], stretches[-1][1]))
    return {MORNING: starts, EVENING: ends - BEFORE_EVENING}


def _minute(midnight: datetime, minute: int) -> datetime:
    return midnight.replace(hour=minute // 60, minute=minute % 60) if minute < 24 * 60 else midnight + timedelta(days=1)


def responsible(one: Due | Idling, office: Office, now: datetime) -> set[str]:
    """Return the keys of the people who owe this duty or whom the idle case waits for, with substitutes in place of
    absent ones."""
    who = watcher_of(one.wait) if isinstance(one, Idling) else owed_by(one.run, one.case)
    if who == CURATOR:
        return set(office.holders(Role.CURATOR, now))
    return set(office.holders(Role.EXECUTOR, now, who)) if who else set()


def _body(which: str, own: Sequence[Due | Idling]) -> Mapping[str, Any]:
    """Return the letter's body: everything due of the first `MOST_ITEMS` cases, and how many cases are left out."""
    cases = list(dict.fromkeys(one.case.id for one in own))
    listed = set(cases[:MOST_ITEMS])
    return {
        "which": which,
        "items": [one.item for one in own if one.case.id in listed],
        "more": len(cases) - len(listed),
    }


def _answers(posted: Sequence[Case]) -> list[str]:
    return [f"posted {case.id} {len(case.postings)}" for case in posted]


async def _is_news(
    tx: Transaction,
    which: str,
    lane: str,
    own: Sequence[Due | Idling],
    lost: Sequence[Lost],
    posted: Sequence[Case],
) -> bool:
    """Whether this digest says anything that the last one of its kind to the same chat did not; if so, remember it as
    the last."""
    lines = [f"{' '.join(str(value) for value in one.item.values())} {one.late}" for one in own]
    said = "\n".join([*lines, *(f"{one.kind} {one.at.isoformat()}" for one in lost), *_answers(posted)])
    told = hashlib.sha256(said.encode()).hexdigest()
    mark = f"{which}_to:{lane}"[:64]
    if await tx.mark(mark) == told:
        return False
    await tx.set_mark(mark, told)
    return True
