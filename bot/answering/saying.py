"""Say something to a person or ask them a question, with letters that answer an update; close a question. Sends
nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.answering.answered import Answered
from bot.answering.letters import made_true, reply
from bot.answering.view import Look
from handlers.incoming import Incoming
from handlers.wishes import Ask, PassBy, Turn
from storage.transaction import Transaction
from workflow.effects import Priority
from workflow.ports import Letter, account_lane

KEEPING = frozenset({"which_answer", "which_case", "new_case"})
"""Questions that store a message until its sender says what it is; several of them may be open at once, each with its
own message."""


async def say(
    tx: Transaction,
    key: str,
    facts: Mapping[str, Any],
    incoming: Incoming,
    look: Look,
    *,
    once: bool = False,
    once_key: str | None = None,
) -> None:
    """Queue a message with the words of `key`, to the chat the update came from and as a reply to it. `once`: at most
    once a day to the same person; `once_key`: likewise, counted under this key."""
    account = incoming.sender.account if incoming.sender else 0
    if once or once_key:
        mark, today = f"said:{once_key or key}:{account}"[:64], look.now.date().isoformat()
        if await tx.mark(mark) == today:
            return
        await tx.set_mark(mark, today)
    roles = sorted({role for person in look.office.acting(look.actor, look.now) for role in person.roles})
    body = {"key": key, "facts": dict(facts), "roles": roles}
    await tx.outbox.put([reply("say", body, incoming, look)], look.now)


async def ask(tx: Transaction, wish: Ask, incoming: Incoming, look: Look) -> None:
    """Open the question and queue its message, in private if the bot can write to the person there. An earlier question
    of the same kind about the same case closes, unless it stores a message of its own."""
    account = incoming.sender.account if incoming.sender else 0
    beside = wish.kind in KEEPING
    for earlier in await tx.questions.open_of(account) if not beside else ():
        if (earlier.kind, earlier.case_id) == (wish.kind, wish.case):
            await close(tx, earlier.id, look.now)
    question = await tx.questions.ask(account, wish.kind, wish.case, wish.body, look.now, beside=beside)
    body = {"question": question, "kind": wish.kind, **wish.body}
    letter = reply("ask", body, incoming, look)
    if wish.kind != "working_group" and look.reachable(account):
        letter = replace(letter, lane=account_lane(account), account=account)
        if not incoming.private:
            letter = replace(letter, body={**body, "reply_to": None})
    await tx.outbox.put([replace(letter, case_id=wish.case)], look.now)


async def pass_by(tx: Transaction, wish: PassBy, look: Look) -> None:
    """From now on, the person's messages answer this question or an earlier one only if they reply to it."""
    passed, aside = await look.passed_by()
    if wish.question > (aside if wish.aside else passed):
        await tx.set_mark(f"{'aside' if wish.aside else 'passed'}:{look.actor.account}", str(wish.question))


async def close(tx: Transaction, question_id: int, now: datetime) -> None:
    """Close the question; its message, if one was sent, loses its buttons."""
    question = await tx.questions.get(question_id)
    if question is None:
        return
    await tx.questions.answered(question_id, now)
    if question.chat_id is not None and question.message_id is not None:
        known = await tx.messages.at(question.chat_id, question.message_id)
        if known is not None:
            await tx.outbox.put([made_true(known)], now)


async def turn_menu(tx: Transaction, wish: Turn, incoming: Incoming, now: datetime) -> None:
    """Switch the message whose button was pressed to another inline menu."""
    known = await tx.messages.at(incoming.chat, incoming.message)
    if known is not None:
        turned = replace(known, menu=wish.menu, shown=None)
        await tx.messages.remember(turned, now)
        await tx.outbox.put([made_true(turned)], now)


async def redraw(tx: Transaction, incoming: Incoming, now: datetime) -> None:
    """Refresh the message that carried the stale button."""
    known = await tx.messages.at(incoming.chat, incoming.message)
    if known is not None:
        await tx.outbox.put([made_true(known)], now)


REPEATED = timedelta(minutes=10)
"""A refusal that came too late for a toast is written to a person at most once in this time, if its words are the same.
"""


async def write_late_refusal(tx: Transaction, answered: Answered, now: datetime) -> None:
    """Write the refusal that no toast could show any more to the person, unless they were just sent the same words."""
    mark, said = f"late:{answered.account}", hashlib.sha256(answered.text.encode()).hexdigest()[:16]
    last, _, at = (await tx.mark(mark) or "").partition(" ")
    if last != said or now - datetime.fromisoformat(at) >= REPEATED:
        await tx.set_mark(mark, f"{said} {now.isoformat()}")
        await write_privately(tx, answered, now)


async def write_privately(tx: Transaction, answered: Answered, now: datetime) -> None:
    """Queue the words as a private message, if the bot can write to the account."""
    if answered.account in {b.account for b in await tx.people.all() if b.reachable}:
        body: dict[str, Any] = {"key": "plain", "facts": {"text": answered.text}, "roles": [], "reply_to": None}
        lane = account_lane(answered.account or 0)
        await tx.outbox.put([Letter("say", lane, Priority.TAP, account=answered.account, body=body)], now)
