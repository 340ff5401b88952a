"""Effects: what must become visible after a decision. This is the complete list of kinds; delivery handles each (`match`,
`assert_never`).

An effect never carries rendered text. Delivery renders the text when it sends, from the newest case.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum

from workflow.commands import AnyCommand
from workflow.office import Actor
from workflow.regulation import Step


class Priority(IntEnum):
    """The order of sending when the messenger limits the rate; the lowest value goes first (DESIGN rule 2)."""

    TAP = 0
    DEADLINE = 1
    OFFER = 2
    DIGEST = 3
    REDRAW = 4


class Audience(StrEnum):
    """Whom to notify. The postroom turns an audience into people's accounts in the transaction of the decision."""

    CURATORS = "curators"
    LEAD = "lead"
    DEPARTMENT = "department"
    OVERSEER = "overseer"
    FIRST_DEPUTY = "first_deputy"
    SUPERVISOR = "supervisor"
    HEAD = "head"


class Notice(StrEnum):
    """Kinds of notices: something happened to a case, or a deadline is near or missed."""

    WORK = "work"
    RECALLED = "recalled"
    RETURNED = "returned"
    PART_RETURNED = "part_returned"
    CONTRIBUTED = "contributed"
    CONTRIBUTION_PASSED = "contribution_passed"
    CONTRIBUTION_SENT_BACK = "contribution_sent_back"
    SENT_BACK = "sent_back"
    NOTE = "note"
    POSTED = "posted"
    NOT_POSTED = "not_posted"
    REOPENED = "reopened"
    AUTHOR_REPLIED = "author_replied"
    AUTHOR_EDITED = "author_edited"
    AUTHOR_DELETED = "author_deleted"
    AUTHOR_RESTORED = "author_restored"
    NAME_FINAL = "name_final"
    SIGNIFICANT = "significant"
    REMINDER = "reminder"
    OVERDUE = "overdue"
    MISSED = "missed"
    LAPSED = "lapsed"
    ESCALATION = "escalation"
    IDLE = "idle"
    IDLE_ABOVE = "idle_above"
    SHORTCOMING = "shortcoming"


OF_TERMS = frozenset({
    Notice.REMINDER, Notice.OVERDUE, Notice.MISSED, Notice.LAPSED, Notice.ESCALATION, Notice.IDLE, Notice.IDLE_ABOVE,
})  # fmt: skip
"""Notices that an alarm sends: a deadline is near or missed, or a case waits without one. Of a missed step OVERDUE tells
the holder, MISSED the curator and a department that is charged without being the holder, ESCALATION their superiors;
LAPSED tells the curator of a right that ran out unused."""


@dataclass(frozen=True, slots=True)
class ShowCard:
    """Refreshes the case's card in the working group: edits it, or posts it if there is none.

    `soon`: a short delay is fine, because another change follows and the group's send limit is low (DESIGN rule 13).
    `after`: not before this moment, because the action can be taken back until then; None: at once.
    """

    soon: bool = False
    after: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class ShowOffer:
    """Refreshes the messages that offer the case to the curators. While the case is new, also sends one to each curator who
    has none. `after`: not before this moment, because the action can be taken back until then; None: at once."""

    after: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Redraw:
    """Refreshes the card and the curators' offers when they became outdated without a change of state: a term was missed,
    somebody began to write (DESIGN rule 18). Not counted towards the limit of the case's messages in the group."""


@dataclass(frozen=True, slots=True)
class ShowDraft:
    """Shows this version of the draft to the curators: a header with buttons, and the plain text as the citizen will see
    it."""

    version: int


@dataclass(frozen=True, slots=True)
class SettleDrafts:
    """Refreshes the headers of all drafts shown so far: each says what became of its draft and loses stale buttons."""


@dataclass(frozen=True, slots=True)
class PostAnswer:
    """Posts this version of the draft in the network where the citizen wrote. The outcome comes back as a command:
    `Posted` or `PostFailed`."""

    version: int


@dataclass(frozen=True, slots=True)
class AskIfHelped:
    """Asks the author of a private message, some days after the answer, whether it helped (`workflow.helped`)."""


@dataclass(frozen=True, slots=True)
class Notify:
    """Notifies people in private, or, if the bot cannot reach them, in the group with a mention, as a reply to the
    card.

    For a notice about a term: `due` is the due moment; `again` marks a repeat, which people who answered «Вижу» do not
    get, or an answer posted not at the first try; `only` is the single account that asked to be reminded later. For an
    idle case `due` is since when it waits, and `text` names the move. `after`: not before this moment, and only if the
    action with this journal `line` was not taken back.
    """

    notice: Notice
    to: Audience
    department: str | None = None
    step: Step | None = None
    text: str = ""
    due: datetime | None = field(default=None, compare=False)
    again: bool = False
    only: int | None = None
    after: datetime | None = field(default=None, compare=False)
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Also:
    """Carries out a command on another case in the same transaction. `required`: if it is refused, the command that
    entailed it is refused too; otherwise it is skipped."""

    command: AnyCommand
    required: bool = True


@dataclass(frozen=True, slots=True)
class Told:
    """Notifies these people (keys), who are listed once each and do not include the actor; built by `told`."""

    notice: StrEnum
    people: tuple[str, ...]


def told(notice: StrEnum, people: Iterable[str], by: Actor) -> tuple[Told, ...]:
    others = tuple(key for key in dict.fromkeys(people) if key not in by.people)
    return (Told(notice, others),) if others else ()


Effect = ShowCard | ShowOffer | Redraw | ShowDraft | SettleDrafts | PostAnswer | AskIfHelped | Notify | Also


def priority_of(effect: Effect) -> Priority:
    """Return the priority for sending this effect: results of a tap first, then notices about terms, offers of new cases,
    questions whether an answer helped, and redrawing last."""
    match effect:
        case ShowOffer():
            return Priority.OFFER
        case AskIfHelped():
            return Priority.DIGEST
        case Redraw():
            return Priority.REDRAW
        case Notify(notice=notice) if notice in OF_TERMS:
            return Priority.DEADLINE
        case _:
            return Priority.TAP
