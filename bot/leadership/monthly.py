"""Send the monthly report (KU-22): once a month, to the people the regulation names and the curator, on the last
working day up to the regulation's day.

If the regulation has no report, the curator gets one on the first working day (**beyond** the regulation). With it each
other deputy gets the month's figures of the departments they oversee (KU-21). Only a letter is put into the outbox; the
figures are counted when it is sent, and stored as they were sent. Sends nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.daily import Task
from reports.period import Month
from storage.lists import anything_detected
from storage.moderation import ModerationBook
from storage.official_pages import OfficialPages
from storage.transaction import Transaction
from workflow.effects import Priority
from workflow.office import Office, Role
from workflow.ports import GROUP_LANE, Letter, account_lane
from workflow.regulation import Ear

MARK = "monthly_report"
"""The key under which the month reported last is stored."""
AT = time(10, 0)
OWN = "departments"
"""The name of the list with the figures of the departments that its reader oversees."""


@dataclass(frozen=True)
class MonthlyReport:
    """Makes the daily task that sends the monthly report. `beyond`: whether the curator gets a report although the
    regulation asks for none."""

    beyond: bool = True

    @property
    def tasks(self) -> tuple[Task, ...]:
        return (Task(MARK, self._due, self._report),)

    def _due(self, office: Office, now: datetime) -> str | None:
        """Return the month before («2026-01») once its report is due; None before that."""
        rule = office.regulation.report
        if rule is None and not self.beyond:
            return None
        month = Month.of(now, office.zone)
        day = due_day(month, rule.day, office) if rule is not None else first_working_day(month, office)
        return str(month.before) if now >= datetime.combine(day, AT, office.zone) else None

    async def _report(self, tx: Transaction, office: Office, now: datetime, last: str | None) -> bool:
        month = Month.of(now, office.zone).before
        if last is None and not await _anything_happened(tx, month, office):
            return False
        await tx.outbox.put(await self._letters(tx, month, office, now), now)
        return True

    async def _letters(self, tx: Transaction, month: Month, office: Office, now: datetime) -> list[Letter]:
        ears = office.regulation.report.to if office.regulation.report is not None else ()
        named = [_person(ear, office) for ear in ears]
        present = [key for person in named if person is not None for key in office.present(person, now)]
        people = list(dict.fromkeys([*present, *office.holders(Role.CURATOR, now)]))
        bound = [b for b in await tx.people.all() if b.person in people and b.reachable]
        accounts = {b.account: tuple(o.person for o in bound if o.account == b.account) for b in bound}
        body = {
            "which": "report",
            "number": None,
            "private": True,
            "step": str(month),
            "reply_to": None,
        }
        beside = await _of_departments(tx, {**body, "which": OWN}, set(people), month, office, now)
        body["sending"] = True
        fold = f"report:{month}"
        if not accounts:
            return [Letter("list", GROUP_LANE, Priority.DIGEST, fold=fold, body={**body, "people": people}), *beside]
        return [
            *beside,
            *(
                Letter(
                    "list", account_lane(a), Priority.DIGEST, account=a, fold=f"{fold}:{a}", body={**body, "people": k}
                )
                for a, k in sorted(accounts.items())
            ),
        ]


async def _of_departments(
    tx: Transaction, body: Mapping[str, object], informed: Collection[str], month: Month, office: Office, now: datetime
) -> list[Letter]:
    """Return letters (queued messages) to each overseer who does not get the whole report, with the figures of the
    departments they oversee (KU-21)."""
    own: dict[str, list[str]] = {}
    for department in office.departments.values():
        for person in office.present(department.overseen_by, now) if department.overseen_by else ():
            if person not in informed:
                own.setdefault(person, []).append(department.key)
    return [
        Letter(
            "list",
            account_lane(b.account),
            Priority.DIGEST,
            account=b.account,
            fold=f"{OWN}:{month}:{b.person}",
            body={**body, "people": [b.person], "departments": own[b.person]},
        )
        for b in await tx.people.all()
        if b.person in own and b.reachable
    ]


async def _anything_happened(tx: Transaction, month: Month, office: Office) -> bool:
    """Whether the month has anything to report. Even a municipality that handles its cases under another act may have
    publications and moderation (PA-2.2, PA-2.3)."""
    since, until = month.bounds(office.zone)
    published = await OfficialPages(tx).published_since(since, until)
    moderated = await ModerationBook(tx).moderated_between(since, until)
    return bool(published or moderated) or await anything_detected(tx, since, until)


def _person(ear: Ear, office: Office) -> str | None:
    match ear:
        case Ear.HEAD:
            return office.head
        case Ear.FIRST_DEPUTY:
            return office.first_deputy
        case Ear.SUPERVISOR | Ear.OVERSEER:
            return office.supervisor


def due_day(month: Month, day: int, office: Office) -> date:
    """Return the last working day up to and including that day of the month; the day itself if there is no working day
    before it."""
    last = date(month.year, month.month, day)
    days = [last - timedelta(days=back) for back in range(day)]
    return next((one for one in days if _is_working(one, office)), last)


def first_working_day(month: Month, office: Office) -> date:
    return next((day for day in month.days if _is_working(day, office)), month.days[0])


def _is_working(day: date, office: Office) -> bool:
    return bool(office.working_time.day(day).stretches)
