"""Commands: everything anybody can ask of a case. The one vocabulary of handlers, `simulate` and the journal.

A command says who, what, on which case. What must be exact names it: approving and sending back name the draft's version.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from workflow.case import Appeal, Draft, FileRef, MissingFile, Other
from workflow.office import Actor
from workflow.regulation import DraftKind, Importance, Source


class Action(StrEnum):
    DETECT = "detect"
    FORWARD = "forward"
    RECALL = "recall"
    ACCEPT = "accept"
    RETURN = "return"
    CONTRIBUTE = "contribute"
    PASS_CONTRIBUTION = "pass_contribution"  # noqa: S105
    DRAFT = "draft"
    PROPOSE_INTERIM = "propose_interim"
    SET_KIND = "set_kind"
    CORRECT = "correct"
    APPROVE = "approve"
    UNDO = "undo"
    SEND_BACK = "send_back"
    RELEASE = "release"
    RETRY = "retry"
    POSTED = "posted"
    POST_FAILED = "post_failed"
    ANSWER_GONE = "answer_gone"
    POST_AGAIN = "post_again"
    CLOSE_WITHOUT_POSTING = "close_without_posting"
    NOT_PROCESS = "not_process"
    REOPEN = "reopen"
    AUTHOR_REPLIED = "author_replied"
    AUTHOR_EDITED = "author_edited"
    AUTHOR_DELETED = "author_deleted"
    AUTHOR_RESTORED = "author_restored"
    LINK_REPEAT = "link_repeat"
    MERGE = "merge"
    TAKE_IN = "take_in"
    SPLIT = "split"
    LET_GO = "let_go"
    ANSWER_TOGETHER = "answer_together"
    MARK_SIGNIFICANT = "mark_significant"
    SET_TERM = "set_term"
    SET_IMPORTANCE = "set_importance"
    SET_TOPIC = "set_topic"
    SET_LOCATION = "set_location"
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
    alike: tuple[Other, ...] = ()


@dataclass(frozen=True, slots=True)
class Forward(Command):
    """Hand the case to departments, the lead first; again after a return, or to redirect it.

    `in_turn`: the co-executors get it one after another, each when the one before has given his part (MO-14).
    """

    action: ClassVar[Action] = Action.FORWARD
    to: tuple[str, ...]
    in_turn: bool = False

    @property
    def departments(self) -> tuple[str, ...]:
        """Each once, in order."""
        return tuple(dict.fromkeys(self.to))


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
class Contribute(Command):
    """A co-executor's information for the common draft; given again, it replaces what he gave before."""

    action: ClassVar[Action] = Action.CONTRIBUTE
    text: str
    files: tuple[FileRef, ...] = ()
    missing: tuple[MissingFile, ...] = ()


@dataclass(frozen=True, slots=True)
class PassContribution(Command):
    """The curator lets the lead have a department's contribution (KU-16)."""

    action: ClassVar[Action] = Action.PASS_CONTRIBUTION
    department: str


@dataclass(frozen=True, slots=True)
class SubmitDraft(Command):
    """`early`: why the lead does not wait for the co-executors; `missing`: files that came with it and could not be had."""

    action: ClassVar[Action] = Action.DRAFT
    text: str
    files: tuple[FileRef, ...] = ()
    kind: DraftKind = DraftKind.FINAL
    early: str = ""
    missing: tuple[MissingFile, ...] = ()


@dataclass(frozen=True, slots=True)
class ProposeInterim(Command):
    """The curator's own interim answer while the executor still works; it meets no duty of the executor's."""

    action: ClassVar[Action] = Action.PROPOSE_INTERIM
    text: str


@dataclass(frozen=True, slots=True)
class SetKind(Command):
    """Version `version` is a final answer, an interim one, or a question to the author."""

    action: ClassVar[Action] = Action.SET_KIND
    version: int
    kind: DraftKind


@dataclass(frozen=True, slots=True)
class Correct(Command):
    """The curator's own wording of version `version`; its files stay unless he takes them away."""

    action: ClassVar[Action] = Action.CORRECT
    version: int
    text: str
    without_files: bool = False


@dataclass(frozen=True, slots=True)
class Approve(Command):
    """Of the wording and the kind that were seen; `kind` None: of whatever kind it is."""

    action: ClassVar[Action] = Action.APPROVE
    version: int
    kind: DraftKind | None = None


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
    """The answer stands in the network: said by delivery, or by the curator who put it there by hand. `network`: the one
    the ref is of; none: the message's own."""

    action: ClassVar[Action] = Action.POSTED
    link: str
    ref: str = ""
    network: str | None = None


@dataclass(frozen=True, slots=True)
class PostFailed(Command):
    """The network did not take the answer; `reason` is one of `networks.port.PostFailure`'s values or `by_hand`."""

    action: ClassVar[Action] = Action.POST_FAILED
    reason: str


@dataclass(frozen=True, slots=True)
class AnswerGone(Command):
    """The answer that closed the case no longer stands in the network: said by whoever looks after answers."""

    action: ClassVar[Action] = Action.ANSWER_GONE


@dataclass(frozen=True, slots=True)
class PostAgain(Command):
    """The answer that is gone is to be posted once more, in the same words; the case stays closed."""

    action: ClassVar[Action] = Action.POST_AGAIN


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
class AuthorReplied(Command):
    """The author wrote again under his message or under our question: said by the network, or by the curator who saw it."""

    action: ClassVar[Action] = Action.AUTHOR_REPLIED
    text: str


@dataclass(frozen=True, slots=True)
class AuthorEdited(Command):
    """The author rewrote his message: said by the network. The case keeps what stood there before. `first`: the text is that
    of the message as it was first written, told of only after the edit."""

    action: ClassVar[Action] = Action.AUTHOR_EDITED
    text: str
    first: bool = False


@dataclass(frozen=True, slots=True)
class AuthorDeleted(Command):
    """The author took his message away: said by the network."""

    action: ClassVar[Action] = Action.AUTHOR_DELETED


@dataclass(frozen=True, slots=True)
class AuthorRestored(Command):
    """What was taken away stands again: said by the network."""

    action: ClassVar[Action] = Action.AUTHOR_RESTORED


@dataclass(frozen=True, slots=True)
class LinkRepeat(Command):
    """The message repeats that of case `earlier`; None: it repeats nothing after all."""

    action: ClassVar[Action] = Action.LINK_REPEAT
    earlier: Other | None


@dataclass(frozen=True, slots=True)
class Merge(Command):
    """The message is put under case `into` and answered together with it."""

    action: ClassVar[Action] = Action.MERGE
    into: Other


@dataclass(frozen=True, slots=True)
class TakeIn(Command):
    """The other half of `Merge`: the case takes `other` under it."""

    action: ClassVar[Action] = Action.TAKE_IN
    other: Other


@dataclass(frozen=True, slots=True)
class Split(Command):
    """The message goes its own way again."""

    action: ClassVar[Action] = Action.SPLIT


@dataclass(frozen=True, slots=True)
class LetGo(Command):
    """The other half of `Split`: the case lets the one with id `other` go."""

    action: ClassVar[Action] = Action.LET_GO
    other: int


@dataclass(frozen=True, slots=True)
class AnswerTogether(Command):
    """The answer of the case this one was put under goes out: it goes out here too."""

    action: ClassVar[Action] = Action.ANSWER_TOGETHER
    draft: Draft


@dataclass(frozen=True, slots=True)
class MarkSignificant(Command):
    """The message is socially significant: the head hears at once (MO-21, KU-23)."""

    action: ClassVar[Action] = Action.MARK_SIGNIFICANT


@dataclass(frozen=True, slots=True)
class SetTerm(Command):
    """The curator's own moment for the answer (MO-6.3); after an interim answer, for the final one (MO-13)."""

    action: ClassVar[Action] = Action.SET_TERM
    due: datetime


@dataclass(frozen=True, slots=True)
class SetImportance(Command):
    action: ClassVar[Action] = Action.SET_IMPORTANCE
    importance: Importance


@dataclass(frozen=True, slots=True)
class SetTopic(Command):
    action: ClassVar[Action] = Action.SET_TOPIC
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SetLocation(Command):
    """The place the message is about, in people's words; empty: none (MO-6.2, KU-8.1)."""

    action: ClassVar[Action] = Action.SET_LOCATION
    location: str


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
    | Contribute
    | PassContribution
    | SubmitDraft
    | ProposeInterim
    | SetKind
    | Correct
    | Approve
    | Undo
    | SendBack
    | Release
    | Retry
    | Posted
    | PostFailed
    | AnswerGone
    | PostAgain
    | CloseWithoutPosting
    | NotProcess
    | Reopen
    | AuthorReplied
    | AuthorEdited
    | AuthorDeleted
    | AuthorRestored
    | LinkRepeat
    | Merge
    | TakeIn
    | Split
    | LetGo
    | AnswerTogether
    | MarkSignificant
    | SetTerm
    | SetImportance
    | SetTopic
    | SetLocation
    | SetSource
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal: who did what, from which state to which, with what was said."""

    action: StrEnum
    at: datetime
    by: str | None
    on_behalf: str | None
    from_state: str | None
    to_state: str
    details: tuple[tuple[str, str], ...] = ()
