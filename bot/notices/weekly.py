"""The weekly list: what the superior of departments should know about them (KU-21, MO-20).

Each kind of line has its own function in `GATHERED`; to add one, write a function that returns its lines and a phrase
`weekly.<kind>`. The list is made once a week (`workflow.shortcomings.weekly_at`), only if it has a line; each line is
in one list only, for the people `told_of_work` names. Puts letters into the outbox and sends nothing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.answering.accounts import accounts_of
from bot.daily import Task
from bot.messenger import Screen
from bot.notices import shortcoming_screens as words
from bot.offices import Offices
from config.texts import Texts
from storage.lists import done_between
from storage.transaction import Transaction
from workflow.case import Case
from workflow.commands import Action
from workflow.effects import Priority
from workflow.office import Office, Role
from workflow.ports import Letter, account_lane
from workflow.regulation import ClockKind, Step, Telling
from workflow.shortcomings import last_weekly, told_of_work
from workflow.terms.alarms import people_there, told_above
from workflow.waiting import CURATOR

WEEKLY = "weekly"
MOST = 40
"""How many lines a list shows; the rest are counted."""
WEEK, MOMENT = timedelta(weeks=1), timedelta(microseconds=1)
WORDS = 200
"""How many characters of a reason or remark a line keeps."""
STEPS = {
    Action.RETURN.value: Step.RETURN,
    Action.SEND_BACK.value: Step.REWORK,
    Action.SEND_BACK_CONTRIBUTION.value: Step.REWORK,
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a weekly list. `kind`: its phrase is `weekly.<kind>`; `department`: whose it is, "" for the
    curator's; `people`: who gets it, None for the people `told_of_work` names; `row`: the number of the violation it is
    about, if any."""

    kind: str
    department: str
    case: int
    at: datetime
    text: str = ""
    step: Step | None = None
    row: int | None = None
    people: tuple[str, ...] | None = None

    @property
    def item(self) -> dict[str, Any]:
        kept = {"kind": self.kind, "department": self.department, "case": self.case, "at": self.at.isoformat()}
        return {**kept, "text": self.text[:WORDS], "step": self.step, "row": self.row}


Gather = Callable[[Transaction, Office, datetime, datetime], Awaitable[list[Line]]]
"""Returns the lines of one kind for the time [since, until), given (transaction, office, since, until)."""


async def returns_and_rework(tx: Transaction, office: Office, since: datetime, until: datetime) -> list[Line]:
    """Return a line for each case that a department returned and each draft sent back to it; [] if the policy has those
    reported at once."""
    if office.policy.shortcomings.tell is Telling.AT_ONCE:
        return []
    lines = []
    for row in await done_between(tx, STEPS, since, until):
        step, details = STEPS[row["action"]], row["details"]
        department = details.get("department") or await _drafted_by(tx, row["case_id"], details.get("version", ""))
        if department:
            text = details.get("reason") or details.get("remark") or ""
            lines.append(Line(step, department, row["case_id"], row["at"], text, step))
    return lines


async def _drafted_by(tx: Transaction, case_id: int, version: str) -> str:
    """Return the department that wrote this version of the draft, "" if unknown: earlier journal entries do not name
    it."""
    case = await tx.case(case_id)
    draft = case.draft_of(int(version)) if case is not None and version.isdecimal() else None
    return (draft.department or "") if draft is not None else ""


async def made_good(tx: Transaction, office: Office, since: datetime, until: datetime) -> list[Line]:
    """Return a line for each duty that was missed but done before the superiors were notified: they learn of every
    missed term, though not of each at once (MO-20, KU-21)."""
    lines = []
    for kept in await tx.violations.passed(since - WEEK, until):
        row = kept.missed
        if not row.stands or row.ended_at is None or not since <= row.ended_at < until:
            continue
        clock = office.clock.working if row.counted_by is ClockKind.WORKING else office.clock.calendar
        if row.ended_at >= clock.add(row.until, timedelta(minutes=office.policy.of(row.step).after)):
            continue
        department = None if row.who == CURATOR else row.who
        there = people_there(department, office)
        people = tuple(there[audience] for audience in told_above(row.step, department, office))
        lines.append(Line("made_good", department or "", kept.case_id, row.until, "", row.step, row.number, people))
    return lines


GATHERED: tuple[Gather, ...] = (returns_and_rework, made_good)


def _is_due(office: Office, now: datetime) -> str | None:
    """Return the moment (ISO) of the newest weekly list that should have been made by `now`; None if there is none."""
    moment = last_weekly(office, now)
    return moment.isoformat() if moment is not None else None


async def _tell(tx: Transaction, office: Office, now: datetime, last: str | None) -> bool:
    until = last_weekly(office, now)
    assert until is not None, "it is due"
    since = datetime.fromisoformat(last) if last is not None else last_weekly(office, until - MOMENT)
    letters = await weekly_letters(tx, office, since or until - WEEK, until, now)
    await tx.outbox.put(letters, now)
    return bool(letters)


WEEKLY_LIST = Task(WEEKLY, _is_due, _tell)


async def weekly_letters(
    tx: Transaction, office: Office, since: datetime, until: datetime, now: datetime
) -> list[Letter]:
    """Return a letter (queued message) with the weekly list for each account of each superior who has a line in [since,
    until). The list of a person the bot cannot write to goes to the curators, who pass it on."""
    lines = [line for gather in GATHERED for line in await gather(tx, office, since, until)]
    own: dict[str, list[Line]] = {}
    for line in sorted(lines, key=lambda one: (one.department, one.at)):
        above = told_of_work(line.department, office) if line.people is None else line.people
        people = [key for person in above for key in office.present(person, now)]
        for person in dict.fromkeys(people):
            own.setdefault(person, []).append(line)
    bindings = await tx.people.all()
    curators = accounts_of(office.holders(Role.CURATOR, now), bindings)
    letters = []
    for person, told in own.items():
        accounts = accounts_of({person}, bindings)
        body = {
            "which": WEEKLY,
            "since": since.isoformat(),
            "until": until.isoformat(),
            "items": [line.item for line in told],
            "instead_of": "" if accounts else person,
        }
        letters += [
            Letter("list", account_lane(a), Priority.DIGEST, account=a, body=body) for a in sorted(accounts or curators)
        ]
    return letters


def _stands(case: Case, row: int | None) -> bool:
    """Whether the violation that a line is about, if any, was not annulled meanwhile."""
    return row is None or any(missed.number == row and missed.stands for missed in case.missed)


async def weekly_screen(
    tx: Transaction, body: Mapping[str, Any], texts: Texts, offices: Offices, now: datetime
) -> Screen | None:
    """Return the list as it is at the moment of sending, without violations annulled meanwhile; None if nothing is
    left."""
    found = []
    for item in body["items"][:MOST]:
        case = await tx.case(int(item["case"]))
        if case is not None and _stands(case, item["row"]):
            found.append((item, case, offices.at(tx.municipality, case.regulation)))
    more = len(body["items"][MOST:])
    if not found and not more:
        return None
    return words.weekly(texts, body, found, more, offices.today(tx.municipality), now)
