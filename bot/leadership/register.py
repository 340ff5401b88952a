"""Read violations (rows of the register) for a list, and for each whether the reader may annul it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.cases.reckoning import CORRECTED, undone_rows
from bot.leadership.register_screens import Violation
from bot.offices import Offices
from reports.period import Month
from reports.rows import missed_of
from storage.lists import done_between
from storage.transaction import Transaction
from storage.violations import KeptMissed
from workflow.case import State
from workflow.commands import Action, Annul
from workflow.office import Actor, Office, Person, Role
from workflow.terms.register import Spared, may_strike, spared
from workflow.transitions import rows_for
from workflow.waiting import CURATOR

MOVING = frozenset({Action.SET_IMPORTANCE, Action.SET_SOURCE, Action.SET_TERM, Action.TAKE_IN})
"""The commands after which an answer may be due at a moment that has passed already."""


async def violations_of(
    tx: Transaction, source: str, people: Sequence[str], offices: Offices, now: datetime
) -> list[Violation]:
    """Return the violations of terms that passed in a month (`source`: «2026-01»), or those that today's calendar would
    not have entered (`CORRECTED`); only those that these people may read about."""
    office = offices.today(tx.municipality)
    acting, strikes = office.acting(Actor(tuple(people)), now), strikes_any(people, office, now)
    if source == CORRECTED:
        found: Sequence[tuple[KeptMissed, datetime | None]] = await undone_rows(tx, offices, now)
    else:
        since, until = Month.parse(source).bounds(office.zone)
        found = [(kept, None) for kept in await tx.violations.passed(since, until)]
    return [
        Violation(
            missed_of(kept.case_number, kept.missed, office, now),
            kept.case_id,
            kept.missed.number,
            strikes and kept.missed.stands and may_strike(kept.missed, people, office, now),
            kept.missed,
            instead,
        )
        for kept, instead in found
        if hears_of(acting, kept.missed.who, office)
    ]


async def spared_in(tx: Transaction, month: Month, people: Sequence[str], offices: Offices) -> list[tuple[int, Spared]]:
    """Return the notes of terms that a command of this month moved into the past, which are no violations: case number
    and note, only those that these people may read about."""
    office = offices.today(tx.municipality)
    since, until = month.bounds(office.zone)
    acting = office.acting(Actor(tuple(people)), until)
    found = []
    for case_id in dict.fromkeys(row["case_id"] for row in await done_between(tx, MOVING, since, until)):
        case = await tx.case(case_id)
        if case is None or not hears_of(acting, case.lead.department if case.lead else CURATOR, office):
            continue
        own = offices.at(tx.municipality, case.regulation)
        found += [(case.number, one) for one in spared(case, own) if since <= one.at < until]
    return found


def strikes_any(people: Sequence[str], office: Office, now: datetime) -> bool:
    """Whether the table lets one of these people annul violations at all."""
    actor = Actor(tuple(people))
    rows = rows_for(Action.ANNUL, State.NEW)
    return any(who(office, None, Annul(actor, 0, (), ""), now) for row in rows for who in row.who)


def hears_of(people: Sequence[Person], who: str | None, office: Office) -> bool:
    """Whether any of these people may read what `who` missed: a department's key, or `curator` (None counts the same).
    Curators, the head, the first deputy and the supervisor read everything; others only what the departments they
    oversee missed (KU-21)."""
    keys = {person.key for person in people}
    if keys & {office.supervisor, office.first_deputy} or any(
        {Role.CURATOR, Role.HEAD} & set(person.roles) for person in people
    ):
        return True
    department = office.departments.get(who) if who is not None else None
    return department is not None and department.overseen_by in keys
