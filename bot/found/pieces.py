"""Recognise the pieces of one private message: what is wrong, the address and a picture, sent one after another, are
one case."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.answering.letters import appeal_of
from config.russian.detection import Guess
from networks.port import Found
from storage.transaction import Transaction
from workflow.case import Case
from workflow.regulation import Importance

ONE_TALK = timedelta(minutes=15)
"""A private message within this time of the previous one continues it."""
ADDED = timedelta(minutes=3)
"""What the author adds this soon after writing under our answer belongs to that, whatever it is about."""
LOOKED_BACK = timedelta(days=1)
COMES_AGAIN = timedelta(days=60)
"""For this long a network may deliver a message again: as another event, or when missed messages are read back."""


async def is_kept_reply(tx: Transaction, found: Found, now: datetime) -> bool:
    """Whether the message is already stored as a reply on one of its author's cases, open or ended."""
    if not found.author_ref or (found.kind != "message" and found.reply_to is None):
        return False
    cases = await tx.cases_near(appeal_of(found), "", now - COMES_AGAIN)
    return any(reply.ref == found.ref and reply.text == found.text for case in cases for reply in case.replies)


async def begun(tx: Transaction, found: Found, guess_of: Callable[[], Guess], now: datetime) -> Case | None:
    """Return the open case that this private message continues. None if its author wrote nothing in the last minutes,
    or if the message is clearly about something else or more dangerous."""
    if found.kind != "message" or found.reply_to is not None or not found.author_ref:
        return None
    near = await tx.cases_near(appeal_of(found), "", now - LOOKED_BACK)
    case = next((one for one in near if one.appeal.kind == "message"), None)
    if case is None or case.is_ended or now - max([case.arrived, *(r.at for r in case.replies)]) >= ONE_TALK:
        return None
    guess = guess_of()
    if guess.importance is Importance.HIGH and case.importance is not Importance.HIGH:
        return None
    if case.context is not None and case.context.own and now - case.arrived < ADDED:
        return case
    department = case.lead.department if case.lead is not None else case.suggested
    is_another = guess.sure and department is not None and guess.department not in (None, department)
    return None if is_another else case


def said_so_far(case: Case, found: Found) -> str:
    """Return everything the author wrote on the case, with this piece."""
    return "\n".join(part for part in (case.appeal.words, *(r.text for r in case.replies), found.words) if part)
