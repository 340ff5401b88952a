"""What a door may look at while it makes wishes. Declared here, provided by `bot.reception.batches`; read only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from handlers.public import Citizens
from handlers.wishes import Refuse, Wish
from workflow.case import Case, FileRef, MissingFile
from workflow.office import Actor, Office
from workflow.outcomes import Reason
from workflow.ports import Known, Question


class View(Protocol):
    @property
    def office(self) -> Office:
        """The office as it is today."""

    @property
    def now(self) -> datetime: ...

    @property
    def actor(self) -> Actor:
        """Whoever caused the update, with the people of the file he is bound to and his standing."""

    @property
    def group(self) -> int | None:
        """The working group's chat."""

    @property
    def bot_name(self) -> str:
        """The bot's @name in small letters, without the @."""

    @property
    def citizens(self) -> Citizens:
        """Where citizens may write by the messenger."""

    @property
    def kept(self) -> Mapping[str, FileRef]:
        """The files of the update that were fetched and kept, by their remote names."""

    @property
    def missing(self) -> tuple[MissingFile, ...]:
        """The files of the update that could not be had."""

    @property
    def has_sheet(self) -> bool:
        """Whether one of the files is another program's export that was read, or tried to be."""

    @property
    def is_admin_here(self) -> bool:
        """Whether the sender is an administrator of the chat (looked up only where a button needs it)."""

    async def case(self, case_id: int) -> Case | None: ...

    async def case_numbered(self, number: int) -> Case | None:
        """The case people call by this number."""

    async def known(self, chat: int, message: int) -> Known | None: ...

    async def question(self, question_id: int) -> Question | None:
        """The question, if it is still open."""

    async def question_at(self, chat: int, message: int) -> Question | None: ...

    async def open_questions(self) -> list[Question]:
        """What the sender was asked and has not answered, the newest first."""

    async def cases_of(self, department: str) -> list[Case]:
        """Open cases the department answers for, the oldest first."""


_NUMBER = re.compile(r"[№#\s]*+([0-9]++)\s*+")


KEPT = 19
"""So many digits of a number are read: no case has one of more, and an answer need not repeat a page of them."""


def case_number(words: str) -> int | None:
    """The number in «17», «№ 17» or «#17»; None where the words are no number. It may be one no case can have."""
    found = _NUMBER.fullmatch(words)
    return int(found[1].lstrip("0")[:KEPT] or 0) if found is not None else None


def turned_away(view: View) -> list[Wish]:
    """Words for whoever is not of the office, or has left its group; nothing where he is."""
    if view.actor.standing == "left":
        return [Refuse(Reason.LEFT_THE_GROUP)]
    return [] if view.actor.people else [Refuse(Reason.STRANGER)]
