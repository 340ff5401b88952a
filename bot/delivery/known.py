"""The message a letter is to edit or to reply to, among those the bot remembers."""

from __future__ import annotations

from datetime import datetime

from bot.delivery.ledger import GONE
from bot.messenger import Address
from storage.transaction import Transaction
from workflow.ports import Known, Letter

GATHERED = frozenset({"wave", "crowd", "moderations", "pinned"})
"""Kinds that gather many cases, or comments, into one message per person, or for the group."""
EDITED_IN_PLACE = frozenset({"card", "offer"}) | GATHERED
"""Kinds with one message per case (an offer: one per person): edited while possible, otherwise posted anew."""


async def known_message(tx: Transaction, letter: Letter, chat: int) -> Known | None:
    """The message the letter is to edit, if there is one that still can be."""
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
        # An offer the person could not be given in private stands in the group, with a mention.
        group = await tx.people.working_group()
        chats = {chat, group[0]} if group is not None else {chat}
        there = [k for k in there if k.account == letter.account and k.chat_id in chats]
    return max(there, key=lambda k: k.message_id, default=None)


async def to_be_posted_anew(tx: Transaction, letter: Letter) -> Known | None:
    """The message an edit was meant for, if it must be posted anew instead and has not been yet."""
    if not letter.body.get("anew"):
        return None
    return await tx.messages.at(int(letter.body["chat"]), int(letter.body["message"]))


async def _gathered(tx: Transaction, letter: Letter, chat: int) -> Known | None:
    """The newest message of this wave in the chat, or of this list if it is not older than `since`."""
    since = datetime.fromisoformat(letter.body["since"]) if "since" in letter.body else None
    shown = await tx.messages.shown(letter.kind, letter.body.get("wave"), since)
    there = [k for k in shown if k.account == letter.account and k.chat_id == chat and k.shown != GONE]
    return there[-1] if there else None


async def card_address(tx: Transaction, letter: Letter, chat: int) -> Address | None:
    """The newest card of the case in this chat, to reply to."""
    if letter.case_id is None:
        return None
    there = [k for k in await tx.messages.of_case(letter.case_id, "card") if k.chat_id == chat]
    newest = max(there, key=lambda k: k.message_id, default=None)
    return Address(newest.chat_id, newest.message_id) if newest is not None else None
