"""Render the daily digests and the list of promises (interim answers) from the state at the moment of sending."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.cases.undelivered import undelivered
from bot.messenger import Screen
from bot.notices import digest_screens as lists
from bot.notices.digest_lines import Entry, IdleEntry
from bot.notices.digests import MOST_CASES
from bot.offices import Offices
from config.texts import Texts
from storage.transaction import Transaction
from workflow.regulation import Event, Step
from workflow.terms.alarms import idle_name, idles, running, terms_of
from workflow.terms.deadlines import has_happened


async def digest_screen(
    tx: Transaction, body: Mapping[str, Any], texts: Texts, offices: Offices, now: datetime
) -> Screen | None:
    """Return the digest as it is at the moment of sending, without duties fulfilled meanwhile; None if nothing is left."""
    entries: list[Entry | IdleEntry] = []
    for item in body["items"]:
        case = await tx.case(int(item["case"]))
        office = offices.at(tx.municipality, case.regulation if case is not None else None)
        if case is None:
            continue
        if run := running(case, office).get(str(item["step"])):
            entries.append(Entry(case, run, office))
        elif wait := next((wait for wait in idles(case, office) if idle_name(wait) == item.get("waits")), None):
            entries.append(IdleEntry(case, wait, office))
    office = offices.today(tx.municipality)
    posted = await tx.lists.by_ids(body.get("posted", []))
    lost = await undelivered(tx, now) if body.get("lost") else []
    if not entries and not body["more"] and not lost and not posted:
        return None
    which, more, to_all = str(body["which"]), int(body["more"]), bool(body.get("to_all"))
    return lists.digest(texts, which, entries, more, office, now, lost, posted, to_all=to_all)


async def promises_screen(tx: Transaction, texts: Texts, offices: Offices, now: datetime) -> Screen:
    """Return the list of promises: open cases with an interim answer, the earliest promised final answer first (MO-13)."""
    found = [
        Entry(case, terms_of(case, office)[Step.FINAL], office)
        for case in await tx.lists.open(MOST_CASES, 0)
        for office in [offices.at(tx.municipality, case.regulation)]
        if has_happened(case.history, Event.INTERIM_POSTED) and Step.FINAL in terms_of(case, office)
    ]
    found.sort(key=lambda one: (one.run.until, one.case.number))
    return lists.promises(texts, found, offices.today(tx.municipality), now)
