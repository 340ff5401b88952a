"""How a subject renders its letters, messages and lists: one function for each kind."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.delivery.ports import Rendered
from bot.messenger import Address
from storage.transaction import Transaction
from workflow.case import Case
from workflow.office import Office
from workflow.ports import Known, Letter


@dataclass(frozen=True, slots=True)
class Wanted:
    """A letter at the moment of sending. `known`: the message to edit, None for a new one. `case`: the letter's case in
    its current state. `office`: the office under that case's regulation, otherwise today's. `chat`: where the letter will
    stand; 0 for a network's."""

    tx: Transaction
    letter: Letter
    known: Known | None
    case: Case | None
    office: Office
    now: datetime
    chat: int

    @property
    def body(self) -> Mapping[str, Any]:
        return self.letter.body

    @property
    def menu(self) -> str | None:
        """The menu the known message is at."""
        return self.known.menu if self.known is not None else None

    async def reply_to(self) -> Address | None:
        """The message the letter answers."""
        message = self.letter.body.get("reply_to")
        return Address(self.chat, int(message)) if message is not None else None


Maker = Callable[[Wanted], Awaitable[Rendered | None]]
"""Returns None if there is nothing left to show; the letter is then dropped silently."""


@dataclass(frozen=True, slots=True)
class Makers:
    """The renderers of one subject. `letters`: by the letter's kind; `messages`: refresh existing messages, by the
    message's kind; `lists`: letters of the kind `list`, by `which`."""

    letters: Mapping[str, Maker] = field(default_factory=dict)
    messages: Mapping[str, Maker] = field(default_factory=dict)
    lists: Mapping[str, Maker] = field(default_factory=dict)
