"""Find the message that a letter edits or replies to, among the sent messages that the bot remembers."""

from __future__ import annotations

from datetime import datetime

from bot.delivery.ledger import GONE
from bot.messenger import Address
from storage.transaction import Transaction
from workflow.ports import Known, Letter

GATHERED = frozenset({"wave", "crowd", "moderations", "pinned"})
"""Kinds of messages that show many cases or comments at once, one for each person or for the group."""
EDITED_IN_PLACE = frozenset({"card", "offer"}) | GATHERED
"""Kinds of messages of which a case has one (offers: one per person): it is edited while possible, otherwise a new one
is posted."""


async def known_message(tx: Transaction, letter: Letter, chat: int) -> Known | None:
    """Return the message that the letter edits; None if there is none or it can no longer be edited."""
    if letter.kind == "edit":
        known = await tx.messages.at(int(letter.body["chat"]), int(letter.body["message"]))
        return known if known is not None and known.shown != GONE else None
    if letter.kind in GATHERED:
        return await _gathered(tx, letter, chat)
    if letter.kind not in EDITED_IN_PLACE or letter.case_id is None:
        return None
    there = [k for k in await tx.messages.of_case(letter.case_id, letter.kind) if k.shown != GONE]
    if letter.kind == "card":
        there = [k for k in there if k.chat_id == chat]
    else:
        # An offer that could not be sent in private was posted in the group, with a mention.
        group = await tx.people.working_group()
        chats = {chat, group[0]} if group is not None else {chat}
        there = [k for k in there if k.account == letter.account and k.chat_id in chats]
    return max(there, key=lambda k: k.message_id, default=None)


async def to_be_posted_anew(tx: Transaction, letter: Letter) -> Known | None:
    """Return the message that this letter was to edit but could not, so that a new one is posted instead; None for
    other letters."""
    if not letter.body.get("anew"):
        return None
    return await tx.messages.at(int(letter.body["chat"]), int(letter.body["message"]))


async def _gathered(tx: Transaction, letter: Letter, chat: int) -> Known | None:
    """Return the newest editable message that shows this wave in the chat, or this list and is not older than `since`;
    None if there is none."""
    since = datetime.fromisoformat(letter.body["since"]) if "since" in letter.body else None
    shown = await tx.messages.shown(letter.kind, letter.body.get("wave"), since)
    there = [k for k in shown if k.account == letter.account and k.chat_id == chat and k.shown != GONE]
    return there[-1] if there else None


async def card_address(tx: Transaction, letter: Letter, chat: int) -> Address | None:
    """Return the address of the case's newest card in this chat, to reply to; None if there is none."""
    if letter.case_id is None:
        return None
    there = [k for k in await tx.messages.of_case(letter.case_id, "card") if k.chat_id == chat]
    newest = max(there, key=lambda k: k.message_id, default=None)
    return Address(newest.chat_id, newest.message_id) if newest is not None else None
