"""Decide whether a late letter still matters: nobody gets news they no longer need (DESIGN rule 19). Pure, except for
one look at shown messages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from bot.offices import Offices
from storage.transaction import Transaction
from workflow.case import Case, State
from workflow.effects import Notice, Priority
from workflow.office import Office
from workflow.ports import Letter
from workflow.regulation import Event, Kind
from workflow.terms.alarms import is_silent, running

ENDINGS = frozenset({Event.POSTED, Event.CLOSED, Event.MERGED})
TOLD_ALL_THE_SAME = frozenset({Notice.OVERDUE, Notice.MISSED, Notice.ESCALATION})
IDLE = frozenset({Notice.IDLE, Notice.IDLE_ABOVE})
STANDS_IN = {Notice.RETURNED: State.NEW, Notice.SENT_BACK: State.REWORK}
"""News of an act that can be taken back waits until it cannot; it is then sent only if the case is still in this state.
"""
OF_A_CASE = frozenset({"offer", "draft", "card", "ask"})


async def is_overtaken(tx: Transaction, letter: Letter, case: Case) -> bool:
    """Whether a new message about the case has become pointless: the case ended after the letter was queued, or, while
    the letter waited for its retry, the case was forwarded (of an offer) or the draft decided or replaced."""
    match letter.kind:
        case "offer" if letter.attempts and letter.priority is not Priority.TAP and case.state is not State.NEW:
            return True
        case "draft" if letter.attempts:
            newest = case.draft is not None and case.draft.version == int(letter.body["version"])
            if not newest or case.state not in (State.ON_APPROVAL, State.NOT_POSTED):
                return True
        case "card" if await tx.messages.of_case(case.id, "card"):
            return False  # an existing card must be refreshed; if it cannot be edited, a new one is sent
    return letter.kind in OF_A_CASE and ended_meanwhile(letter, case)


def still_holds(case: Case, item: Mapping[str, Any], letter: Letter, offices: Offices) -> bool:
    """Whether the item still applies to its case. A reminder of a completed step no longer does, nor news of a case
    that has ended or of an act that was taken back; overdue steps are always reported."""
    if item.get("line", 0) in case.taken_back:
        return False
    if item.get("line") and case.state is not STANDS_IN.get(item["notice"], case.state):
        return False
    if item["notice"] in TOLD_ALL_THE_SAME:
        return True
    if item["notice"] in IDLE:
        return any(wait.move == item["text"] and wait.since.isoformat() == item["due"] for wait in case.waits)
    if item["notice"] == Notice.WORK:
        part = case.part_of(str(item["department"]))
        return not case.is_ended and part is not None and part.is_active
    if item["notice"] not in (Notice.REMINDER, Notice.LAPSED):
        return not ended_meanwhile(letter, case)
    runs = running(case, offices.at(case.municipality, case.regulation)).values()
    own = [run for run in runs if run.step == item["step"] and run.who in (None, item["department"])]
    return any(run.kind is Kind.DUTY or is_silent(case, run) for run in own)


def ended_meanwhile(letter: Letter, case: Case) -> bool:
    """Whether the case ended after the letter was put into the outbox."""
    ended = max((h.at for h in case.history if h.event in ENDINGS), default=None)
    return case.is_ended and ended is not None and letter.created_at is not None and letter.created_at < ended


def evening_of(letter: Letter, office: Office) -> datetime | None:
    """Return until when a digest is worth sending: until the quiet hours of its evening, at the latest its midnight;
    None if it is not known when the letter was made."""
    if letter.created_at is None:
        return None
    made = letter.created_at.astimezone(office.zone)
    day = datetime.combine(made.date(), time(), office.zone)
    evening = day + timedelta(minutes=office.quiet_hours[0])
    return evening if made < evening else day + timedelta(days=1)
