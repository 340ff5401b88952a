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
        """The office in its present state."""

    @property
    def now(self) -> datetime: ...

    @property
    def actor(self) -> Actor:
        """The account that caused the update: its standing, and the people of the municipality's file it is bound
        to."""

    @property
    def group(self) -> int | None:
        """The id of the working group's chat; None if there is none yet."""

    @property
    def bot_name(self) -> str:
        """The bot's username in lower case, without @."""

    @property
    def citizens(self) -> Citizens:
        """The messenger places where citizens may write."""

    @property
    def kept(self) -> Mapping[str, FileRef]:
        """The stored files of the update, by the id each has in the messenger."""

    @property
    def missing(self) -> tuple[MissingFile, ...]:
        """The update's files that could not be fetched."""

    @property
    def has_sheet(self) -> bool:
        """Whether one of the files is an export of another program, whether or not it could be read."""

    @property
    def is_admin_here(self) -> bool:
        """Whether the sender is an administrator of the chat; looked up only if the pressed button needs it."""

    async def case(self, case_id: int) -> Case | None: ...

    async def case_numbered(self, number: int) -> Case | None:
        """The case with this public number; None if there is none."""

    async def known(self, chat: int, message: int) -> Known | None: ...

    async def question(self, question_id: int) -> Question | None:
        """The question with this id if it is still open, otherwise None."""

    async def question_at(self, chat: int, message: int) -> Question | None: ...

    async def open_questions(self) -> list[Question]:
        """The sender's open questions, newest first."""

    async def passed_by(self) -> tuple[int, int]:
        """Two ids of questions (0 for none): those up to the first can be answered only by a Reply, because the sender
        did something else since; those up to the second the sender declared unanswered."""

    def is_appeal(self, text: str) -> bool:
        """Whether the text alone would be taken for a citizen's appeal."""

    def with_files(self, kept: Mapping[str, FileRef], missing: tuple[MissingFile, ...]) -> View:
        """A copy of this view with the files of an earlier message in place of the update's own."""

    async def cases_of(self, department: str) -> list[Case]:
        """The department's open cases, oldest first."""

    async def drafted(self) -> list[Case]:
        """The open cases that have a draft, oldest first."""


_NUMBER = re.compile(r"[№#\s]*+([0-9]++)\s*+")


KEPT = 19
"""The most digits of a number that are read: no case has more, and a reply must not repeat a page of digits."""


def case_number(words: str) -> int | None:
    """The case number in «17», «№ 17» or «#17»; None for other text. The case need not exist."""
    found = _NUMBER.fullmatch(words)
    return int(found[1].lstrip("0")[:KEPT] or 0) if found is not None else None


def turned_away(view: View) -> list[Wish]:
    """Refuse an actor who is not of the office or has left its group; [] for everyone else."""
    if view.actor.standing == "left":
        return [Refuse(Reason.LEFT_THE_GROUP)]
    return [] if view.actor.people else [Refuse(Reason.STRANGER)]
