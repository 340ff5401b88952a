"""Absences and duties as they are shown, made at the moment of sending."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.cases.screens.sayings import case_lines
from bot.messenger import Screen
from bot.people import absence_screens
from bot.people.absence_screens import Listed
from bot.people.handing_over import in_work_of
from config.texts import Texts
from storage.transaction import Transaction
from workflow.case import State
from workflow.office import Office


async def list_screen(tx: Transaction, body: Mapping[str, Any], texts: Texts, office: Office, now: datetime) -> Screen:
    """The list of absences, or what is handed over, as true at the moment of sending."""
    if body["which"] == "handed_over":
        return await _handed_over(tx, body, texts, office, now)
    entered = await tx.absences.lasting(now)
    kept_ones = {(kept.absence.person, kept.absence.since, kept.absence.until) for kept in entered}
    of_file = [a for a in office.absences if a.until > now and (a.person, a.since, a.until) not in kept_ones]
    found = [Listed(kept.absence, kept.id, kept.absence.person in body["people"]) for kept in entered]
    found += [Listed(absence) for absence in of_file]
    return absence_screens.listed(texts, sorted(found, key=lambda one: one.absence.since), office, now)


async def _handed_over(tx: Transaction, body: Mapping[str, Any], texts: Texts, office: Office, now: datetime) -> Screen:
    person, reader = str(body["person"]), str(body["reader"])
    cases = [case for number in body["cases"] if (case := await tx.case(int(number))) is not None]
    fresh = sum(case.state is State.NEW for case in cases)
    in_work = await in_work_of(tx, office, person, reader)
    waits = absence_screens.Waits(case_lines(texts, in_work, office, now), fresh, len(cases) - fresh)
    return absence_screens.handed_over(texts, person, reader, waits, office, now)
