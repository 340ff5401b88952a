"""What the audit notes of a list that somebody of the office asks for: that they looked, or that they took a document away."""

from __future__ import annotations

from collections.abc import Mapping

from bot.answering.view import Look
from handlers.wishes import Lists
from storage.transaction import Transaction

LOOKED, EXPORTED = "looked", "exported"
LISTS: Mapping[str, str] = {
    "case": LOOKED,
    "case_at_hand": LOOKED,
    "file": EXPORTED,
    "find": LOOKED,
    "mine": LOOKED,
    "open": LOOKED,
    "overdue": LOOKED,
    "people": LOOKED,
    "promises": LOOKED,
    "report": EXPORTED,
    "seen": LOOKED,
    "unprocessed": LOOKED,
    "violations": LOOKED,
    "why": LOOKED,
    "board": "",
    "ready": "",
    "stats": "",
}
"""Every list there is. "" where it shows nobody's data: figures, the office's own words, a link whose use is noted."""


async def looked(tx: Transaction, wish: Lists, look: Look) -> None:
    """Note in the audit who asked for what of people's data, and who took it away as a file."""
    action = LISTS[wish.which]
    if action:
        about = {"case": str(wish.number)} if wish.number is not None else {}
        await saw(tx, look, wish.which, action, **about)


async def saw(tx: Transaction, look: Look, kind: str, action: str = LOOKED, **about: str) -> None:
    """Note in the audit that somebody of the office has something shown."""
    if look.actor.people:
        await tx.audit.note(action, {"kind": kind, **about}, look.now, look.actor.people[0])
