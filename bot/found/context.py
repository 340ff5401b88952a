"""Find what a found message answers: the case whose message, or whose posted answer, it replies to (DESIGN rule 20)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.answering.letters import appeal_of
from config.russian.detection import Guess
from config.russian.words import clean, excerpt, one_line
from networks.port import Found
from storage.cases import author_key
from storage.transaction import Transaction
from workflow.case import Case, Context, Other

LATELY = timedelta(days=3)
LOOKED_BACK = timedelta(days=60)
SHOWN = 300
"""How much of the question and of our answer is stored with the new case, in UTF-16 units."""


async def stands_above(tx: Transaction, found: Found) -> Case | None:
    """Return the case whose message, or whose posted answer, the found message replies to; None if it replies to
    neither."""
    if found.reply_to is None:
        return None
    known = await tx.case_by_ref(found.network, found.reply_to)
    known = known or await tx.case_answered_by(found.network, found.reply_to)
    return await tx.case(known) if known is not None else None


async def is_to_us(tx: Transaction, found: Found) -> bool:
    """Whether it is said to the office: in private, or under a case or our answer."""
    return found.kind == "message" or await stands_above(tx, found) is not None


async def answered(tx: Transaction, found: Found, now: datetime) -> Case | None:
    """Return the case that the message answers, or the case that one is merged into; None if it answers none. A private
    message soon after our answer there counts as speaking about that answer."""
    case = await stands_above(tx, found) or await _answered_lately(tx, found, now)
    if case is not None and case.merged_into is not None:
        return await tx.case(case.merged_into.id) or case
    return case


async def _answered_lately(tx: Transaction, found: Found, now: datetime) -> Case | None:
    if found.kind != "message" or found.reply_to is not None or not found.author_ref:
        return None
    near = await tx.cases_near(appeal_of(found), "", now - LOOKED_BACK)
    talks = (case for case in near if case.appeal.kind == "message" and case.posting is not None)
    return next((case for case in talks if case.posting is not None and now - case.posting.at < LATELY), None)


def context_of(found: Found, case: Case) -> Context:
    """Return this case as the context of the new message: what the message stands under, to be stored with the new
    case."""
    posting = case.posting
    draft = case.draft_of(posting.version) if posting is not None else None
    return Context(
        Other(case.id, case.number),
        _short(case.appeal.words),
        own=bool(found.author_ref) and author_key(case.appeal) == f"{found.network}:{found.author_ref}",
        answer=_short(draft.text) if draft is not None else "",
        answered_at=posting.at if posting is not None else None,
    )


def guessed_from(guess: Guess, case: Case, context: Context) -> Guess:
    """Return the guess, completed from the case that the message answers. The place is taken over only from the same
    author: a neighbour lives elsewhere."""
    department = case.lead.department if case.lead is not None else case.suggested
    if guess.department is None and not guess.topics:
        guess = replace(guess, topics=case.topics, department=department)
    if context.own and not guess.location:
        guess = replace(guess, location=case.location or None)
    return guess


def _short(text: str) -> str:
    return excerpt(one_line(clean(text)), SHOWN)
