"""Commands: everything anybody can ask of a case. The one vocabulary of handlers, `simulate` and the journal.

A command says who, what, on which case. What must be exact names it: approving and sending back name the draft's version.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from workflow.case import Appeal, FileRef
from workflow.office import Actor
from workflow.regulation import DraftKind, Importance, Source


class Action(StrEnum):
    DETECT = "detect"
    FORWARD = "forward"
    RECALL = "recall"
    ACCEPT = "accept"
    RETURN = "return"
    DRAFT = "draft"
    CORRECT = "correct"
    APPROVE = "approve"
    UNDO = "undo"
    SEND_BACK = "send_back"
    RELEASE = "release"
    RETRY = "retry"
    POSTED = "posted"
    POST_FAILED = "post_failed"
    CLOSE_WITHOUT_POSTING = "close_without_posting"
    NOT_PROCESS = "not_process"
    REOPEN = "reopen"
    SET_IMPORTANCE = "set_importance"
    SET_TOPIC = "set_topic"
    SET_SOURCE = "set_source"


@dataclass(frozen=True, slots=True)
class Command:
    by: Actor
    case: int


@dataclass(frozen=True, slots=True)
class Detect(Command):
    """A citizen's message enters; `case` and `number` were given out by the books;
    `arrived` is when the bot saw it."""

    action: ClassVar[Action] = Action.DETECT
    municipality: str
    number: int
    appeal: Appeal
    arrived: datetime
    importance: Importance = Importance.NORMAL
    topics: tuple[str, ...] = ()
    location: str = ""
    suggested: str | None = None
    suggested_by: tuple[str, ...] = ()
    sure: bool = False


@dataclass(frozen=True, slots=True)
class Forward(Command):
    """Hand the case to departments, the lead first; again after a return, or to redirect it."""

    action: ClassVar[Action] = Action.FORWARD
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Recall(Command):
    """Take the case back from its executors without naming new ones."""

    action: ClassVar[Action] = Action.RECALL


@dataclass(frozen=True, slots=True)
class Accept(Command):
    action: ClassVar[Action] = Action.ACCEPT


@dataclass(frozen=True, slots=True)
class Return(Command):
    action: ClassVar[Action] = Action.RETURN
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SubmitDraft(Command):
    action: ClassVar[Action] = Action.DRAFT
    text: str
    files: tuple[FileRef, ...] = ()
    kind: DraftKind = DraftKind.FINAL


@dataclass(frozen=True, slots=True)
class Correct(Command):
    """The curator's own wording of version `version`; its files stay unless he takes them away."""

    action: ClassVar[Action] = Action.CORRECT
    version: int
    text: str
    without_files: bool = False


@dataclass(frozen=True, slots=True)
class Approve(Command):
    action: ClassVar[Action] = Action.APPROVE
    version: int


@dataclass(frozen=True, slots=True)
class Undo(Command):
    """«Отменить» within the short time after an approval."""

    action: ClassVar[Action] = Action.UNDO
    version: int


@dataclass(frozen=True, slots=True)
class SendBack(Command):
    action: ClassVar[Action] = Action.SEND_BACK
    version: int
    remark: str


@dataclass(frozen=True, slots=True)
class Release(Command):
    """The short time after an approval is over: the answer goes out. Given by the clock."""

    action: ClassVar[Action] = Action.RELEASE
    version: int


@dataclass(frozen=True, slots=True)
class Retry(Command):
    """Try once more to post what the network did not take."""

    action: ClassVar[Action] = Action.RETRY


@dataclass(frozen=True, slots=True)
class Posted(Command):
    """The answer stands in the network: said by delivery, or by the curator who put it there by hand."""

    action: ClassVar[Action] = Action.POSTED
    link: str
    ref: str = ""


@dataclass(frozen=True, slots=True)
class PostFailed(Command):
    """The network did not take the answer; `reason` is one of `networks.port.PostFailure`'s values or `by_hand`."""

    action: ClassVar[Action] = Action.POST_FAILED
    reason: str


@dataclass(frozen=True, slots=True)
class CloseWithoutPosting(Command):
    action: ClassVar[Action] = Action.CLOSE_WITHOUT_POSTING
    reason: str


@dataclass(frozen=True, slots=True)
class NotProcess(Command):
    action: ClassVar[Action] = Action.NOT_PROCESS
    ground: str


@dataclass(frozen=True, slots=True)
class Reopen(Command):
    action: ClassVar[Action] = Action.REOPEN


@dataclass(frozen=True, slots=True)
class SetImportance(Command):
    action: ClassVar[Action] = Action.SET_IMPORTANCE
    importance: Importance


@dataclass(frozen=True, slots=True)
class SetTopic(Command):
    action: ClassVar[Action] = Action.SET_TOPIC
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SetSource(Command):
    """Where a message that was handed in had been written; its terms may depend on it (IZ-6.3)."""

    action: ClassVar[Action] = Action.SET_SOURCE
    source: Source


AnyCommand = (
    Detect
    | Forward
    | Recall
    | Accept
    | Return
    | SubmitDraft
    | Correct
    | Approve
    | Undo
    | SendBack
    | Release
    | Retry
    | Posted
    | PostFailed
    | CloseWithoutPosting
    | NotProcess
    | Reopen
    | SetImportance
    | SetTopic
    | SetSource
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal: who did what, from which state to which, with what was said."""

    action: Action
    at: datetime
    by: str | None
    on_behalf: str | None
    from_state: str | None
    to_state: str
    details: tuple[tuple[str, str], ...] = ()
