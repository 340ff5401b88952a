"""What a subject needs to render its letters, messages and lists: one function (maker) for each kind."""

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
    """A letter (queued message) to be rendered at the moment of sending. `known`: the message to edit, None for a new
    one. `case`: the letter's case in its current state. `office`: the office under that case's regulation, otherwise
    today's. `chat`: where the letter will stand; 0 for a network's."""

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
        """The menu that the message to edit shows; None if it shows the main one or the message is new."""
        return self.known.menu if self.known is not None else None

    async def reply_to(self) -> Address | None:
        """Return the address of the message that the letter answers, in its chat; None if it answers none."""
        message = self.letter.body.get("reply_to")
        return Address(self.chat, int(message)) if message is not None else None


Maker = Callable[[Wanted], Awaitable[Rendered | None]]
"""Renders one kind of letter. Returns None if there is nothing left to show; the letter is then dropped without a
notice."""


@dataclass(frozen=True, slots=True)
class Makers:
    """The renderers of one subject. `letters`: new messages, by the letter's kind; `messages`: refreshes of existing
    messages, by the message's kind; `lists`: letters of the kind `list`, by `which`."""

    letters: Mapping[str, Maker] = field(default_factory=dict)
    messages: Mapping[str, Maker] = field(default_factory=dict)
    lists: Mapping[str, Maker] = field(default_factory=dict)
