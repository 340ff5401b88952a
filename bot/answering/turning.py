"""The message whose button was pressed, and its turning to another menu; how every kind of message with menus does it. Sends
nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.answering.letters import made_true
from handlers.updates import Incoming, Kind
from storage.transaction import Transaction
from workflow.ports import Known, Letter


async def pressed(tx: Transaction, incoming: Incoming) -> Known | None:
    """The message under which the button stood, if the bot remembers it; None also where nothing was pressed."""
    return await tx.messages.at(incoming.chat, incoming.message) if incoming.kind is Kind.PRESS else None


async def turn(tx: Transaction, incoming: Incoming, kind: str, number: int | None, menu: str, now: datetime) -> bool:
    """The pressed message shows what it shows at the menu; False where it is none of the kind, or about another number."""
    known = await pressed(tx, incoming)
    if known is None or known.kind != kind or known.version != number:
        return False
    turned = replace(known, menu=menu or None, shown=None)
    await tx.messages.remember(turned, now)
    await tx.outbox.put([made_true(turned)], now)
    return True


def others_made_true(shown: Sequence[Known], incoming: Incoming | None) -> list[Letter]:
    """Each of the messages shows what is true now, but the one that was pressed: that one is turned by itself."""
    itself = (incoming.chat, incoming.message) if incoming is not None else None
    return [made_true(known) for known in shown if (known.chat_id, known.message_id) != itself]
