"""A `View` for the tests of doors: cases, messages and questions that a test sets up by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from handlers.incoming import Attached, Incoming, Kind, Sender
from handlers.public import Citizens
from tests.doors.screens_office import at, town
from tests.rules.offices import CURATOR
from workflow.case import Case, FileRef, MissingFile
from workflow.office import Actor, Office
from workflow.ports import Known, Question

GROUP, PRIVATE = -100, 55
CARD, NOTICE, ASKED = 7, 8, 9
"""Numbers of the messages a test replies to: the card, some other message of the case, a question."""
TEN = at(10)


@dataclass
class Sight:
    """`asked`: the open questions, each at the message ASKED of the private chat."""

    office: Office = field(default_factory=town)
    now: datetime = TEN
    actor: Actor = CURATOR
    group: int | None = GROUP
    bot_name: str = "dezhurny_bot"
    citizens: Citizens = field(default_factory=Citizens)
    kept: Mapping[str, FileRef] = field(default_factory=dict)
    missing: tuple[MissingFile, ...] = ()
    is_admin_here: bool = False
    has_sheet: bool = False
    cases: tuple[Case, ...] = ()
    messages: tuple[Known, ...] = ()
    asked: tuple[Question, ...] = ()
    passed: int = 0
    aside: int = 0
    appeals: frozenset[str] = frozenset()

    async def case(self, case_id: int) -> Case | None:
        return next((case for case in self.cases if case.id == case_id), None)

    async def case_numbered(self, number: int) -> Case | None:
        return next((case for case in self.cases if case.number == number), None)

    async def known(self, chat: int, message: int) -> Known | None:
        return next((k for k in self.messages if (k.chat_id, k.message_id) == (chat, message)), None)

    async def question(self, question_id: int) -> Question | None:
        return next((one for one in self.asked if one.id == question_id), None)

    async def question_at(self, chat: int, message: int) -> Question | None:
        return next((q for q in self.asked if (q.chat_id, q.message_id) == (chat, message)), None)

    async def open_questions(self) -> list[Question]:
        return [one for one in self.asked if one.account == self.actor.account]

    async def passed_by(self) -> tuple[int, int]:
        return self.passed, self.aside

    def is_appeal(self, text: str) -> bool:
        return text in self.appeals

    def with_files(self, kept: Mapping[str, FileRef], missing: tuple[MissingFile, ...]) -> Sight:
        return replace(self, kept=kept, missing=missing)

    async def cases_of(self, department: str) -> list[Case]:
        return [case for case in self.cases if case.lead is not None and case.lead.department == department]

    async def drafted(self) -> list[Case]:
        return [case for case in self.cases if case.drafts]


def sight(case: Case, actor: Actor, there: Office | None = None, **more: Any) -> Sight:
    """The actor's view of the case, its card in the group at CARD, and a notice of it at NOTICE."""
    known = (Known(GROUP, CARD, "card", case.id), Known(GROUP, NOTICE, "notice", case.id))
    return replace(Sight(there or town(), actor=actor, cases=(case,), messages=known), **more)


def question(kind: str, actor: Actor, case: int | None = 147, **body: object) -> Question:
    assert actor.account is not None
    return Question(31, actor.account, kind, case, PRIVATE, ASKED, body, at(9, 50))


def reply(actor: Actor, text: str, to: int = CARD, chat: int = GROUP, files: tuple[Attached, ...] = ()) -> Incoming:
    assert actor.account is not None
    sender = Sender(actor.account, "Имя")
    return Incoming(Kind.MESSAGE, chat, chat == PRIVATE, message=70, sender=sender, text=text, reply_to=to, files=files)


def press(actor: Actor, data: str, message: int = CARD, chat: int = GROUP) -> Incoming:
    assert actor.account is not None
    return Incoming(Kind.PRESS, chat, chat == PRIVATE, message=message, sender=Sender(actor.account, "Имя"), data=data)
