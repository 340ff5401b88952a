"""The lists of the morning and the evening: what is due today, what has stayed; to each his own, the whole to the group.

The morning says nothing of what is late already: that is told again by its own notice. Once a working day each, also where
the bot was off at the minute but is back within two hours. Nothing is said where there is nothing, or nothing has changed
since the last such list. It puts letters into the outbox and sends nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from bot.daily import Task
from bot.messenger import Screen
from bot.offices import Offices
from bot.screens import Screens
from bot.screens import digests as lists
from bot.screens.digests import Entry
from storage.page import Page
from workflow.alarms import department_of, running, terms_of
from workflow.case import Case
from workflow.deadlines import Deadline, has_happened
from workflow.effects import Priority
from workflow.office import Office, Role
from workflow.ports import GROUP_LANE, Letter, account_lane
from workflow.regulation import Event, Holder, Kind, Step

MORNING, EVENING = "morning", "evening"
BEFORE_EVENING = timedelta(minutes=30)
"""The evening's list comes so long before the end of work."""
STILL_WORTH_IT = timedelta(hours=2)
MOST_CASES = 500
"""So many cases are looked into; there are more of them due at one day nowhere."""
MOST_ITEMS = 20
"""So many lines a list has; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Due:
    """A duty of today, or of a day past: whose, and whether it is late."""

    case: Case
    run: Deadline
    department: str | None
    late: bool

    @property
    def item(self) -> dict[str, Any]:
        return {"case": self.case.id, "step": self.run.name, "due": self.run.due_at.isoformat()}


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

    async def _tell(self, which: str, page: Page, office: Office, now: datetime, last: str | None) -> bool:
        letters = await self._letters(page, which, now.astimezone(office.zone).date(), office, now)
        await page.outbox.put(letters, now)
        return bool(letters)

    async def _letters(self, page: Page, which: str, today: date, office: Office, now: datetime) -> list[Letter]:
        tomorrow = datetime.combine(today + timedelta(days=1), time(), office.zone)
        found = [one for one in await self._due(page, tomorrow, now) if which == EVENING or not one.late]
        lanes: dict[str, tuple[int | None, list[Due]]] = {}
        if await page.people.working_group() is not None:
            lanes[GROUP_LANE] = (None, found)
        bindings = [b for b in await page.people.all() if b.reachable]
        for account in sorted({b.account for b in bindings}):
            people = {b.person for b in bindings if b.account == account}
            lanes[account_lane(account)] = (account, [one for one in found if people & responsible(one, office, now)])
        letters = []
        for lane, (to, own) in lanes.items():
            if own and await _is_news(page, which, lane, own):
                body = _body(which, own)
                letters.append(Letter("digest", lane, Priority.DIGEST, account=to, body=body))
        return letters

    async def _due(self, page: Page, until: datetime, now: datetime) -> list[Due]:
        """The duties due before the moment, what is due first first."""
        found: list[Due] = []
        for case in await page.lists.open(MOST_CASES, 0, due_before=until):
            office = self.offices.at(page.municipality, case.regulation)
            for run in running(case, office).values():
                if run.kind is Kind.DUTY and run.due_at < until:
                    found.append(Due(case, run, department_of(run, case), run.due_at < now))
        return sorted(found, key=lambda one: (one.run.due_at, one.case.number))


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
    """Who is to do it; who is away is replaced by his substitute."""
    if one.run.holder is Holder.CURATOR:
        return set(office.holders(Role.CURATOR, now))
    return set(office.holders(Role.EXECUTOR, now, one.department)) if one.department else set()


def _body(which: str, own: Sequence[Due]) -> Mapping[str, Any]:
    items = [one.item for one in own[:MOST_ITEMS]]
    return {"which": which, "items": items, "more": len(own) - len(items)}


async def _is_news(page: Page, which: str, lane: str, own: Sequence[Due]) -> bool:
    """Whether it says anything the last such list to the same lane did not; it is that last list from now on."""
    said = "\n".join(f"{one.case.id} {one.run.name} {one.run.due_at.isoformat()} {one.late}" for one in own)
    told = hashlib.sha256(said.encode()).hexdigest()
    mark = f"{which}_to:{lane}"[:64]
    if await page.mark(mark) == told:
        return False
    await page.set_mark(mark, told)
    return True


async def digest_screen(
    page: Page, body: Mapping[str, Any], screens: Screens, offices: Offices, now: datetime
) -> Screen | None:
    """The list as true at the moment of sending: what has been done meanwhile is not on it; None where nothing is left."""
    entries: list[Entry] = []
    for item in body["items"]:
        case = await page.case(int(item["case"]))
        office = offices.at(page.municipality, case.regulation if case is not None else None)
        run = running(case, office).get(str(item["step"])) if case is not None else None
        if case is not None and run is not None:
            entries.append(Entry(case, run, office))
    if not entries and not body["more"]:
        return None
    return lists.digest(
        screens.texts, str(body["which"]), entries, int(body["more"]), offices.today(page.municipality), now
    )


async def promises_screen(page: Page, screens: Screens, offices: Offices, now: datetime) -> Screen:
    """The register of promises: open cases a citizen was given an interim answer on, what was promised first first (MO-13)."""
    found = [
        Entry(case, terms_of(case, office)[Step.FINAL], office)
        for case in await page.lists.open(MOST_CASES, 0)
        for office in [offices.at(page.municipality, case.regulation)]
        if has_happened(case.history, Event.INTERIM_POSTED) and Step.FINAL in terms_of(case, office)
    ]
    found.sort(key=lambda one: (one.run.due_at, one.case.number))
    return lists.promises(screens.texts, found, offices.today(page.municipality), now)
