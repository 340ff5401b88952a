"""Ready answers: wordings that the curator stores for a topic and a department, with blanks for what differs. Pure.

The table `READY` says who may store, reword and remove one. Those of the municipality's file are changed in the file; they
have negative numbers and no journal.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from workflow.case import Other
from workflow.engine import Asked, Change, Life, Row, curator, row
from workflow.office import Actor, Office
from workflow.outcomes import Reason, Refused
from workflow.ready_answer import MOST, ReadyAnswer, ReadyState
from workflow.reasons import says_something


class ReadyAction(StrEnum):
    KEEP = "keep"
    REWORD = "reword"
    WIDEN = "widen"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class KeepReady:
    """Stores the answer posted to case `of` as a ready answer. The storage assigns the number `ready` and supplies `text`,
    "" if the answer must not be offered for other cases. `known`: the number of the ready answer stored from this case
    already; 0: none."""

    action: ClassVar[ReadyAction] = ReadyAction.KEEP
    by: Actor
    ready: int
    municipality: str
    text: str
    of: Other
    department: str = ""
    topic: str = ""
    known: int = 0


@dataclass(frozen=True, slots=True)
class RewordReady:
    action: ClassVar[ReadyAction] = ReadyAction.REWORD
    by: Actor
    ready: int
    text: str


@dataclass(frozen=True, slots=True)
class WidenReady:
    """Offers the ready answer to every department ("") or only to `department`."""

    action: ClassVar[ReadyAction] = ReadyAction.WIDEN
    by: Actor
    ready: int
    department: str = ""


@dataclass(frozen=True, slots=True)
class RemoveReady:
    action: ClassVar[ReadyAction] = ReadyAction.REMOVE
    by: Actor
    ready: int


ReadyCommand = KeepReady | RewordReady | WidenReady | RemoveReady


# --- guards ------------------------------------------------------------------------------------------------------------


def others_may_have_it(office: Office, thing: None, command: Asked, now: datetime) -> Refused | None:
    assert isinstance(command, KeepReady)
    if command.known:
        return Refused(Reason.ALREADY_READY, {"number": command.known})
    return None if command.text.strip() else Refused(Reason.NOT_FOR_OTHERS)


def words_fit(office: Office, thing: object, command: Asked, now: datetime) -> Refused | None:
    assert isinstance(command, KeepReady | RewordReady)
    if not says_something(command.text):
        return Refused(Reason.EMPTY_DRAFT)
    return Refused(Reason.READY_TOO_LONG, {"most": MOST}) if len(command.text) > MOST else None


def words_are_new(office: Office, thing: ReadyAnswer, command: Asked, now: datetime) -> Refused | None:
    assert isinstance(command, RewordReady)
    return Refused(Reason.SAME) if command.text.strip() == thing.text else None


# --- changes -----------------------------------------------------------------------------------------------------------


def _keep(thing: None, command: KeepReady, by: str, office: Office, now: datetime) -> Change[ReadyAnswer, object]:
    text, of = command.text.strip(), command.of
    kept = ReadyAnswer(command.ready, command.municipality, text, command.department, command.topic, of.id, by)
    details = {"number": str(of.number), "department": command.department, "topic": command.topic}
    return Change(kept, (), details)


def _reword(
    thing: ReadyAnswer, command: RewordReady, by: str, office: Office, now: datetime
) -> Change[ReadyAnswer, object]:
    return Change(replace(thing, text=command.text.strip()), (), {"text": command.text.strip()})


def _widen(
    thing: ReadyAnswer, command: WidenReady, by: str, office: Office, now: datetime
) -> Change[ReadyAnswer, object]:
    known = command.department if command.department in office.departments else ""
    return Change(replace(thing, department=known), (), {"department": known})


def _remove(
    thing: ReadyAnswer, command: RemoveReady, by: str, office: Office, now: datetime
) -> Change[ReadyAnswer, object]:
    return Change(thing)


A, S = ReadyAction, ReadyState

TABLE: tuple[Row, ...] = (
    #   action     from     who       to          needs
    row(A.KEEP,    (),      curator,  S.KEPT,     others_may_have_it, words_fit),
    row(A.REWORD,  S.KEPT,  curator,  None,       words_fit, words_are_new),
    row(A.WIDEN,   S.KEPT,  curator,  None),
    row(A.REMOVE,  S.KEPT,  curator,  S.REMOVED),
)  # fmt: skip

READY: Life[ReadyAnswer, object] = Life(
    actions=tuple(A),
    states=S,
    table=TABLE,
    changes={A.KEEP: _keep, A.REWORD: _reword, A.WIDEN: _widen, A.REMOVE: _remove},
    no_such=Reason.NO_SUCH_READY,
    ends=frozenset({S.REMOVED}),
    others=dict.fromkeys(A, Reason.NOT_A_CURATOR),
)
