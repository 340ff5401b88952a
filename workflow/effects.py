"""Effects: what a decision wants the world to see. A closed list; delivery has a sender for each (`match` and `assert_never`).

An effect never carries rendered words: the words are made at the moment of sending, from the newest case.
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
    """What goes first when the messenger lets only so much through (DESIGN rule 2)."""

    TAP = 0
    DEADLINE = 1
    OFFER = 2
    DIGEST = 3


class Audience(StrEnum):
    """Who is to hear of it; the desk turns an audience into accounts at the moment of the decision."""

    CURATORS = "curators"
    LEAD = "lead"
    DEPARTMENT = "department"
    OVERSEER = "overseer"
    FIRST_DEPUTY = "first_deputy"
    SUPERVISOR = "supervisor"
    HEAD = "head"


class Notice(StrEnum):
    """Messages that tell somebody something has happened to a case or is due."""

    REDIRECTED = "redirected"
    RECALLED = "recalled"
    RETURNED = "returned"
    PART_RETURNED = "part_returned"
    CONTRIBUTED = "contributed"
    CONTRIBUTION_PASSED = "contribution_passed"
    SENT_BACK = "sent_back"
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
    ESCALATION = "escalation"


@dataclass(frozen=True, slots=True)
class ShowCard:
    """The card in the working group says what is true now: posted if there is none, edited if there is.

    `soon` enough will do: the change is about to be followed by another, and the group's budget is small (DESIGN rule 13).
    """

    soon: bool = False


@dataclass(frozen=True, slots=True)
class ShowOffer:
    """The curators' offers say what is true now; while the case is new they are posted to those who have none."""


@dataclass(frozen=True, slots=True)
class ShowDraft:
    """Version `version` is put before the curators: a head with buttons and the bare text as the citizen will see it."""

    version: int


@dataclass(frozen=True, slots=True)
class SettleDrafts:
    """The heads of all drafts shown so far say what has become of them; buttons that no longer hold go."""


@dataclass(frozen=True, slots=True)
class PostAnswer:
    """Version `version` is posted where the citizen asked; the outcome comes back as a command."""

    version: int


@dataclass(frozen=True, slots=True)
class Notify:
    """Somebody is told: in private where he can be reached, else in the group with a mention, as a reply to the card.

    Of a term: `due` is its moment, `again` a repeat (not for whoever has answered «Вижу»), `only` the one account that
    asked to hear of it later.
    """

    notice: Notice
    to: Audience
    department: str | None = None
    step: Step | None = None
    text: str = ""
    due: datetime | None = field(default=None, compare=False)
    again: bool = False
    only: int | None = None


@dataclass(frozen=True, slots=True)
class Also:
    """Another case changes with this one, in the same breath. `required`: both commands hold, or neither."""

    command: AnyCommand
    required: bool = True


@dataclass(frozen=True, slots=True)
class Told:
    """These people are told; nobody twice, and never the one who did it."""

    notice: StrEnum
    people: tuple[str, ...]


def told(notice: StrEnum, people: Iterable[str], by: Actor) -> tuple[Told, ...]:
    others = tuple(key for key in dict.fromkeys(people) if key not in by.people)
    return (Told(notice, others),) if others else ()


Effect = ShowCard | ShowOffer | ShowDraft | SettleDrafts | PostAnswer | Notify | Also


def priority_of(effect: Effect) -> Priority:
    """Offers wait for the rest; notices about terms wait for the results of taps."""
    match effect:
        case ShowOffer():
            return Priority.OFFER
        case Notify(notice=Notice.REMINDER | Notice.OVERDUE | Notice.ESCALATION):
            return Priority.DEADLINE
        case _:
            return Priority.TAP
