"""Drafts that wait for the co-executors' contributions («Дождусь сведений»): kept in an open question that is not shown
to anybody, and offered again to their author once no contribution is owed (MO-14, KU-16). Sends nothing."""

from __future__ import annotations

from datetime import datetime

from bot.answering.saying import close
from storage.transaction import Transaction
from workflow.case import Case
from workflow.commands import Action
from workflow.effects import Priority
from workflow.office import Actor, Office
from workflow.ports import Letter, Question, account_lane
from workflow.transitions import may
from workflow.waiting import must_wait_for_contributions

KEPT = "kept_draft"
OFFERED = "draft_again"
WAITING = frozenset({KEPT, "why_early"})


async def keep_back(tx: Transaction, question: int, office: Office, now: datetime) -> list[Letter]:
    """Close the question «почему без сведений?» and store its draft for later. Return the letters (queued messages)
    that offer the draft again, at once if no contribution is owed any more; else []."""
    asked = await tx.questions.get(question)
    if asked is None or asked.case_id is None:
        return []
    await close(tx, asked.id, now)
    await tx.questions.ask(asked.account, KEPT, asked.case_id, asked.body, now)
    case = await tx.case(asked.case_id)
    return await offered_again(tx, case, office, now) if case is not None else []


async def offered_again(tx: Transaction, case: Case, office: Office, now: datetime) -> list[Letter]:
    """Return letters (queued messages) that offer the drafts kept back on this case to their authors once no
    contribution is owed; else []. An earlier offer loses its buttons if there is a newer draft or another lead
    executor."""
    if len(case.parts) < 2 or (not case.is_ended and must_wait_for_contributions(case, office)):
        return []
    letters: list[Letter] = []
    offered: set[int] = set()
    for asked in await tx.questions.open_about(case.id, WAITING | {OFFERED}):
        stands = await _stands(tx, asked, case, office, now) and asked.account not in offered
        if asked.kind == OFFERED and stands:
            offered.add(asked.account)
            continue
        await close(tx, asked.id, now)
        if stands:
            offered.add(asked.account)
            number = await tx.questions.ask(asked.account, OFFERED, case.id, asked.body, now)
            body = {"question": number, "kind": OFFERED, "reply_to": None}
            lane = account_lane(asked.account)
            letters.append(Letter("ask", lane, Priority.DEADLINE, case.id, asked.account, body=body))
    return letters


async def _stands(tx: Transaction, asked: Question, case: Case, office: Office, now: datetime) -> bool:
    """Whether the author of the kept draft may still send it, and nobody has sent a newer draft."""
    people = tuple(binding.person for binding in await tx.people.of_account(asked.account))
    lead = case.lead
    if lead is None or not may(Action.DRAFT, case.state):
        return False
    newer = case.draft is not None and case.draft.at >= asked.asked_at
    return not newer and office.of_department(Actor(people, asked.account), [lead.department], now) is not None
