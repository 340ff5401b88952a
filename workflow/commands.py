"""Commands: everything an actor can ask of a case. Handlers, `simulate` and the journal share this vocabulary.

A command names the actor, the action and the case. A command that decides about a draft also names its version.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from workflow.case import Appeal, Beside, Context, Draft, FileRef, Mark, MissingFile, Other
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
    SEND_BACK_CONTRIBUTION = "send_back_contribution"
    NOTE = "note"
    BEGIN_DRAFT = "begin_draft"
    TAKE_BASIS = "take_basis"
    DRAFT = "draft"
    PROPOSE_INTERIM = "propose_interim"
    SET_KIND = "set_kind"
    CORRECT = "correct"
    APPROVE = "approve"
    UNDO = "undo"
    TAKE_BACK = "take_back"
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
    PROPOSE_TERM = "propose_term"
    SET_IMPORTANCE = "set_importance"
    SET_TOPIC = "set_topic"
    SET_LOCATION = "set_location"
    SET_SOURCE = "set_source"
    ANNUL = "annul"
    RECKON = "reckon"
    AUTHOR_JUDGED = "author_judged"
    MARK_ANSWER = "mark_answer"


@dataclass(frozen=True, slots=True)
class Command:
    by: Actor
    case: int


@dataclass(frozen=True, slots=True)
class Detect(Command):
    """Opens a case for a citizen's message. The storage assigns `case` and `number`; `arrived` is when the bot saw the
    message."""

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
    likeliest: tuple[str, ...] = ()
    sure: bool = False
    alike: tuple[Other, ...] = ()
    answered_before: tuple[Other, ...] = ()
    context: Context | None = None


@dataclass(frozen=True, slots=True)
class Forward(Command):
    """Gives the case to departments, the lead executor's first. Also forwards it again after a return, or redirects it.

    `in_turn`: the co-executors get the case one after another, each after the previous one is done (MO-14).
    """

    action: ClassVar[Action] = Action.FORWARD
    to: tuple[str, ...]
    in_turn: bool = False

    @property
    def departments(self) -> tuple[str, ...]:
        """The departments (keys) the case is forwarded to, without repetitions, the lead executor's first."""
        return tuple(dict.fromkeys(self.to))


@dataclass(frozen=True, slots=True)
class Recall(Command):
    """Takes the case back from its executors without naming new ones."""

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
    """Gives the co-executor's contribution to the common draft. A second contribution replaces the first."""

    action: ClassVar[Action] = Action.CONTRIBUTE
    text: str
    files: tuple[FileRef, ...] = ()
    missing: tuple[MissingFile, ...] = ()


@dataclass(frozen=True, slots=True)
class PassContribution(Command):
    """The curator passes a department's contribution on to the lead executor (KU-16)."""

    action: ClassVar[Action] = Action.PASS_CONTRIBUTION
    department: str


@dataclass(frozen=True, slots=True)
class SendBackContribution(Command):
    """Sends a department's contribution back to it with a remark. Only the receiver of contributions may give this command:
    the curator (KU-16) or the lead executor (MO-14)."""

    action: ClassVar[Action] = Action.SEND_BACK_CONTRIBUTION
    department: str
    remark: str


@dataclass(frozen=True, slots=True)
class AddNote(Command):
    """Adds a note to the case for the people who work on it. A note is never posted, fulfils no duty and moves no term."""

    action: ClassVar[Action] = Action.NOTE
    text: str


@dataclass(frozen=True, slots=True)
class BeginDraft(Command):
    """Records that the actor is writing the draft now («Черновик»), so that colleagues of the lead executor's department
    see it."""

    action: ClassVar[Action] = Action.BEGIN_DRAFT


@dataclass(frozen=True, slots=True)
class TakeBasis(Command):
    """Takes the posted answer to case `of`, or the ready answer number `ready`, to write the draft from («Взять за основу»).
    `text`: the words that the person is given; "" if there is no such answer, or none that others may use. The command
    itself sends nothing."""

    action: ClassVar[Action] = Action.TAKE_BASIS
    text: str
    of: Other | None = None
    ready: int = 0


@dataclass(frozen=True, slots=True)
class SubmitDraft(Command):
    """Submits the lead executor's draft of an answer for approval. `early`: why he does not wait for the co-executors'
    contributions, "" if there is nothing to wait for."""

    action: ClassVar[Action] = Action.DRAFT
    text: str
    files: tuple[FileRef, ...] = ()
    kind: DraftKind = DraftKind.FINAL
    early: str = ""
    missing: tuple[MissingFile, ...] = ()


@dataclass(frozen=True, slots=True)
class ProposeInterim(Command):
    """The curator proposes an interim answer while the executor still works. It fulfils none of the executor's duties."""

    action: ClassVar[Action] = Action.PROPOSE_INTERIM
    text: str


@dataclass(frozen=True, slots=True)
class SetKind(Command):
    """Sets the kind of this version of the draft: a final answer, an interim answer, or a question to the author."""

    action: ClassVar[Action] = Action.SET_KIND
    version: int
    kind: DraftKind


@dataclass(frozen=True, slots=True)
class Correct(Command):
    """Adds a new version of the draft with the curator's correction of `version`. It keeps the files unless
    `without_files`."""

    action: ClassVar[Action] = Action.CORRECT
    version: int
    text: str
    without_files: bool = False


@dataclass(frozen=True, slots=True)
class Approve(Command):
    """Approves this version of the draft, with the kind that the curator saw; None approves it with any kind."""

    action: ClassVar[Action] = Action.APPROVE
    version: int
    kind: DraftKind | None = None


@dataclass(frozen=True, slots=True)
class Undo(Command):
    """Takes an approval back («Отменить») before the answer is released."""

    action: ClassVar[Action] = Action.UNDO
    version: int


@dataclass(frozen=True, slots=True)
class TakeBack(Command):
    """Takes back («Отменить») the action with this journal line, before anybody else was notified of it: a return, a
    sending back, a report to the head."""

    action: ClassVar[Action] = Action.TAKE_BACK
    line: int


@dataclass(frozen=True, slots=True)
class SendBack(Command):
    action: ClassVar[Action] = Action.SEND_BACK
    version: int
    remark: str


@dataclass(frozen=True, slots=True)
class Release(Command):
    """Has the approved version posted once the time for undoing the approval has passed. The clock gives this command."""

    action: ClassVar[Action] = Action.RELEASE
    version: int


@dataclass(frozen=True, slots=True)
class Retry(Command):
    """Tries again to post an answer that could not be posted."""

    action: ClassVar[Action] = Action.RETRY


@dataclass(frozen=True, slots=True)
class Posted(Command):
    """Records that the answer is posted. Delivery gives this command, or the curator who posted the answer by hand.

    `network` is the network of `ref`; None: the network of the message.
    """

    action: ClassVar[Action] = Action.POSTED
    link: str
    ref: str = ""
    network: str | None = None


@dataclass(frozen=True, slots=True)
class PostFailed(Command):
    """Records that the answer could not be posted. `reason` is a value of `networks.port.PostFailure` or `by_hand`."""

    action: ClassVar[Action] = Action.POST_FAILED
    reason: str


@dataclass(frozen=True, slots=True)
class AnswerGone(Command):
    """Records that the answer that closed the case is no longer visible. The check of posted answers reports it."""

    action: ClassVar[Action] = Action.ANSWER_GONE


@dataclass(frozen=True, slots=True)
class PostAgain(Command):
    """Posts the lost answer again in the same words. The case stays closed."""

    action: ClassVar[Action] = Action.POST_AGAIN


@dataclass(frozen=True, slots=True)
class CloseWithoutPosting(Command):
    """Closes the case without a posted answer. `reason`: one of `guards.CLOSING_REASONS`; `confirmed`: the person knows that
    an interim answer has promised the author a final one."""

    action: ClassVar[Action] = Action.CLOSE_WITHOUT_POSTING
    reason: str
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class NotProcess(Command):
    """Ends the case without an answer because the message is not to be processed. `ground`: the code of one of the
    regulation's grounds; `confirmed`: the person knows that an interim answer has promised the author a final one."""

    action: ClassVar[Action] = Action.NOT_PROCESS
    ground: str
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Reopen(Command):
    action: ClassVar[Action] = Action.REOPEN


@dataclass(frozen=True, slots=True)
class AuthorReplied(Command):
    """Records a reply of the author under his message or our question, or the next piece of a private message. The
    network or a curator gives this command.

    `topics`, `suggested` (a department) and `location` are guessed from all he wrote, for a new case that has none.
    """

    action: ClassVar[Action] = Action.AUTHOR_REPLIED
    text: str
    beside: tuple[Beside, ...] = ()
    files: tuple[FileRef, ...] = ()
    ref: str = ""
    topics: tuple[str, ...] = ()
    suggested: str | None = None
    location: str = ""


@dataclass(frozen=True, slots=True)
class AuthorEdited(Command):
    """Records that the author edited his message. The network gives this command; the case keeps the earlier text.

    `first`: `text` is the original wording, and it reached the bot only after the edited one. `location`: the place that
    the new text names instead of the one guessed from the old; None if it names no other. `topics`, `suggested`: the
    guess from the new text, for a case that is still new and has none.
    """

    action: ClassVar[Action] = Action.AUTHOR_EDITED
    text: str
    first: bool = False
    location: str | None = None
    topics: tuple[str, ...] = ()
    suggested: str | None = None


@dataclass(frozen=True, slots=True)
class AuthorDeleted(Command):
    """Records that the author deleted his message. The network gives this command."""

    action: ClassVar[Action] = Action.AUTHOR_DELETED


@dataclass(frozen=True, slots=True)
class AuthorRestored(Command):
    """Records that the deleted message is visible again. The network gives this command."""

    action: ClassVar[Action] = Action.AUTHOR_RESTORED


@dataclass(frozen=True, slots=True)
class LinkRepeat(Command):
    """Links the message to the case it repeats. With `earlier` None it removes the link, or, where there is none, says that
    a message its author wrote under our answer is about something new."""

    action: ClassVar[Action] = Action.LINK_REPEAT
    earlier: Other | None


@dataclass(frozen=True, slots=True)
class Merge(Command):
    """Merges the case into case `into`, so that both get the same answer."""

    action: ClassVar[Action] = Action.MERGE
    into: Other


@dataclass(frozen=True, slots=True)
class TakeIn(Command):
    """The other half of `Merge`, given to the other case: `other` was merged into this case, which takes its importance if
    that is higher."""

    action: ClassVar[Action] = Action.TAKE_IN
    other: Other
    importance: Importance = Importance.NORMAL


@dataclass(frozen=True, slots=True)
class Split(Command):
    """Takes the case out of the one it was merged into, so that it is answered separately again."""

    action: ClassVar[Action] = Action.SPLIT


@dataclass(frozen=True, slots=True)
class LetGo(Command):
    """The other half of `Split`, given to the other case: the case with the id `other` is no longer merged into this one."""

    action: ClassVar[Action] = Action.LET_GO
    other: int


@dataclass(frozen=True, slots=True)
class AnswerTogether(Command):
    """Posts the answer of the case that this one was merged into as this case's answer too. `draft`: that answer."""

    action: ClassVar[Action] = Action.ANSWER_TOGETHER
    draft: Draft


@dataclass(frozen=True, slots=True)
class MarkSignificant(Command):
    """Marks the message as socially significant; the people whom the regulation names are notified (MO-21, KU-23)."""

    action: ClassVar[Action] = Action.MARK_SIGNIFICANT


@dataclass(frozen=True, slots=True)
class SetTerm(Command):
    """Sets the curator's own deadline for the answer (MO-6.3), or for the final answer after an interim one (MO-13)."""

    action: ClassVar[Action] = Action.SET_TERM
    due: datetime


@dataclass(frozen=True, slots=True)
class ProposeTerm(Command):
    """The executor proposes a deadline for the final answer to the curator, who then sets one (MO-13)."""

    action: ClassVar[Action] = Action.PROPOSE_TERM
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
    """Sets the place the message is about, as free text. An empty text removes it (MO-6.2, KU-8.1)."""

    action: ClassVar[Action] = Action.SET_LOCATION
    location: str


@dataclass(frozen=True, slots=True)
class SetSource(Command):
    """Sets the source of a message that was handed in. Its terms may depend on the source (IZ-6.3)."""

    action: ClassVar[Action] = Action.SET_SOURCE
    source: Source


@dataclass(frozen=True, slots=True)
class Annul(Command):
    """Annuls rows of the register of violations, given by their numbers within the case. Nothing undoes it."""

    action: ClassVar[Action] = Action.ANNUL
    rows: tuple[int, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Reckon(Command):
    """Recomputes the terms of these runs (`moved`: names of steps), which changed without a command: the calendar changed,
    or the bot was off when they passed.

    The clock gives this command; those who owe the steps get the grace period from now (CLOCK §1.1, §1.7).
    """

    action: ClassVar[Action] = Action.RECKON
    moved: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AuthorJudged(Command):
    """Records whether the answer helped, as the author said when asked. Accepted once; anything he writes later is handled
    as an ordinary message."""

    action: ClassVar[Action] = Action.AUTHOR_JUDGED
    helped: bool


@dataclass(frozen=True, slots=True)
class MarkAnswer(Command):
    """Sets the curator's mark of the posted answer, good or poor; None removes it."""

    action: ClassVar[Action] = Action.MARK_ANSWER
    mark: Mark | None


AnyCommand = (
    Detect
    | Forward
    | Recall
    | Accept
    | Return
    | Contribute
    | PassContribution
    | SendBackContribution
    | AddNote
    | BeginDraft
    | TakeBasis
    | SubmitDraft
    | ProposeInterim
    | SetKind
    | Correct
    | Approve
    | Undo
    | TakeBack
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
    | ProposeTerm
    | SetImportance
    | SetTopic
    | SetLocation
    | SetSource
    | Annul
    | Reckon
    | AuthorJudged
    | MarkAnswer
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One journal entry: who (`by`) took which action, on behalf of whom (None: his own right), the state before (None: the
    thing was created) and after, and the details."""

    action: StrEnum
    at: datetime
    by: str | None
    on_behalf: str | None
    from_state: str | None
    to_state: str
    details: tuple[tuple[str, str], ...] = ()


PRESSED: Mapping[Action, Callable[[Actor, int], AnyCommand]] = {Action.MARK_SIGNIFICANT: MarkSignificant}
"""The curator's actions whose command needs only the actor and the case. Each is a button in the menu «Ещё…», in this
order, shown while the table permits the action."""
