"""The read-only data a door may use to make wishes; `bot.reception.batches` provides it."""

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
        """The account behind the update, with its standing and the people of the file it is bound to."""

    @property
    def group(self) -> int | None:
        """The working group's chat."""

    @property
    def bot_name(self) -> str:
        """The bot's username in lower case, without @."""

    @property
    def citizens(self) -> Citizens:
        """The messenger places where citizens may write."""

    @property
    def kept(self) -> Mapping[str, FileRef]:
        """The update's files that were fetched and stored, by their remote names."""

    @property
    def missing(self) -> tuple[MissingFile, ...]:
        """The update's files that could not be fetched."""

    @property
    def has_sheet(self) -> bool:
        """Whether one of the files is another program's export, parsed or rejected."""

    @property
    def is_admin_here(self) -> bool:
        """Whether the sender is an administrator of the chat (looked up only if a button needs it)."""

    async def case(self, case_id: int) -> Case | None: ...

    async def case_numbered(self, number: int) -> Case | None:
        """The case with this public number."""

    async def known(self, chat: int, message: int) -> Known | None: ...

    async def question(self, question_id: int) -> Question | None:
        """The question, if it is still open."""

    async def question_at(self, chat: int, message: int) -> Question | None: ...

    async def open_questions(self) -> list[Question]:
        """The sender's open questions, newest first."""

    async def passed_by(self) -> tuple[int, int]:
        """Up to which question the sender has done something else since, and up to which he said it was no answer."""

    def is_appeal(self, text: str) -> bool:
        """Whether the text by itself would be taken for a citizen's message."""

    def with_files(self, kept: Mapping[str, FileRef], missing: tuple[MissingFile, ...]) -> View:
        """The same view with these files of an earlier message."""

    async def cases_of(self, department: str) -> list[Case]:
        """The department's open cases, oldest first."""

    async def drafted(self) -> list[Case]:
        """The open cases that have a draft, oldest first."""


_NUMBER = re.compile(r"[№#\s]*+([0-9]++)\s*+")


KEPT = 19
"""The most digits of a number to read: no case has more, and a reply must not repeat a page of digits."""


def case_number(words: str) -> int | None:
    """The number in «17», «№ 17» or «#17»; None for other text. The case need not exist."""
    found = _NUMBER.fullmatch(words)
    return int(found[1].lstrip("0")[:KEPT] or 0) if found is not None else None


def turned_away(view: View) -> list[Wish]:
    """Refuse an actor who is not of the office or has left its group; [] for everyone else."""
    if view.actor.standing == "left":
        return [Refuse(Reason.LEFT_THE_GROUP)]
    return [] if view.actor.people else [Refuse(Reason.STRANGER)]
