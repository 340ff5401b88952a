"""A case: one citizen's message and everything done about it.

All values are frozen. Only `workflow.decide` changes a case, by returning a new one. Moments are aware datetimes in
UTC. People and departments are named by their keys in the municipality's file.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from workflow.regulation import ClockKind, DraftKind, Event, Importance, Source, Step
from workflow.terms.deadlines import Grant, Happening


class State(StrEnum):
    """The state of the whole case. Each executor's part also has its own state, `PartState`."""

    NEW = "new"
    FORWARDED = "forwarded"
    IN_WORK = "in_work"
    ON_APPROVAL = "on_approval"
    REWORK = "rework"
    APPROVED = "approved"
    NOT_POSTED = "not_posted"
    WAITING_AUTHOR = "waiting_author"
    INTERIM = "interim"
    CLOSED = "closed"
    CLOSED_WITHOUT_POSTING = "closed_without_posting"
    NOT_PROCESSED = "not_processed"
    MERGED = "merged"


ENDED = frozenset({State.CLOSED, State.CLOSED_WITHOUT_POSTING, State.NOT_PROCESSED, State.MERGED})
"""States in which nobody works on the case itself. A merged case is answered together with the one it was merged into."""


class Loss(StrEnum):
    """What has been done about a final answer that is no longer visible in the network.

    SEEN: the bot saw that it is gone. ON_ITS_WAY: it is being posted again. NOT_TAKEN: posting it again failed.
    """

    SEEN = "seen"
    ON_ITS_WAY = "on_its_way"
    NOT_TAKEN = "not_taken"


class Mark(StrEnum):
    """The curator's opinion of a posted answer: good, or poor (a mere formality)."""

    GOOD = "good"
    POOR = "poor"


class PartState(StrEnum):
    ASKED = "asked"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    CONTRIBUTED = "contributed"
    PASSED = "passed"


@dataclass(frozen=True, slots=True)
class FileRef:
    """A stored file. `key` names it in the file store; `kind` is photo, video, document or voice."""

    key: str
    kind: str
    name: str
    size: int


class Why(StrEnum):
    """Why the bot could not download a file: too big for the messenger, refused, or no answer."""

    TOO_BIG = "too_big"
    REFUSED = "refused"
    NOT_NOW = "not_now"


@dataclass(frozen=True, slots=True)
class MissingFile:
    """A file of a message that the bot could not download, and why. It is mentioned wherever the message is shown."""

    kind: str
    name: str
    why: Why


class BesideKind(StrEnum):
    """What a message may hold besides its text. For OTHER, `Beside.words` is the network's own name for the thing."""

    PHOTO = "photo"
    VIDEO = "video"
    DOC = "doc"
    DOCUMENT = "document"
    VOICE = "voice"
    VIDEO_NOTE = "video_note"
    AUDIO = "audio"
    GIF = "gif"
    STICKER = "sticker"
    GIFT = "gift"
    POLL = "poll"
    ARTICLE = "article"
    ALBUM = "album"
    GOODS = "goods"
    EVENT = "event"
    STORY = "story"
    CALL = "call"
    PLACE = "place"
    CONTACT = "contact"
    GAME = "game"
    LIST = "list"
    PAID = "paid"
    GIVEAWAY = "giveaway"
    LINK = "link"
    QUOTE = "quote"
    FORWARD = "forward"
    FORWARDED_FROM = "forwarded_from"
    REPOST = "repost"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Beside:
    """Something in a message besides its text and the files stored here: a place, a poll, a forwarded message, a video
    that was not downloaded. `kind`: one of `BesideKind`; `words`: its text; `link`: its address; `remote`: the messenger's
    id of a file, with which the bot that received it can send it on."""

    kind: str
    words: str = ""
    link: str = ""
    remote: str = ""


QUOTED = frozenset({"forward", "repost"})
"""Kinds of `Beside` that hold another person's message, which the author forwards as his own concern."""


@dataclass(frozen=True, slots=True)
class Appeal:
    """The citizen's message, its text unchanged. It is untrusted: code that shows it must escape it.

    `attached` lists the kind and address of each attachment in the network, `files` the files stored here, `missing`
    the files that could not be stored. An answer is posted to `network` and `ref`; without a network it is posted by
    hand. `handed_in_by`: the person who entered the message by hand. `author_ref` is the author's id in the network, empty
    if unknown. `cut`: this text is truncated, the original is longer. `beside`: the rest of the message, mentioned wherever
    it is shown (DESIGN rule 20).
    """

    source: Source
    text: str
    author: str
    written_at: datetime
    place: str = ""
    link: str = ""
    network: str | None = None
    ref: str | None = None
    kind: str = "comment"
    files: tuple[FileRef, ...] = ()
    attached: tuple[tuple[str, str], ...] = ()
    handed_in_by: str | None = None
    author_ref: str = ""
    missing: tuple[MissingFile, ...] = ()
    cut: bool = False
    beside: tuple[Beside, ...] = ()

    @property
    def words(self) -> str:
        """The author's text followed by the texts of the messages it forwards, one a line: all that tells the topic."""
        return "\n".join(part for part in (self.text, *(b.words for b in self.beside if b.kind in QUOTED)) if part)


@dataclass(frozen=True, slots=True)
class Other:
    """A reference to a related case. It keeps the number beside the id, so the case can be named without loading it."""

    id: int
    number: int


@dataclass(frozen=True, slots=True)
class Basis:
    """A text that an executor took to write an answer from: the posted answer to another case (`case`), or a ready answer
    (`ready`: its number; 0: none). `text`: the wording that was given to the executor, `at`: when."""

    text: str
    at: datetime
    case: Other | None = None
    ready: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """One executor's share of a case; a case lists the lead executor's first. `writing`: who in the department last began
    a draft (a person's key), and when. `basis`: the text taken to write the next draft from."""

    department: str
    lead: bool
    state: PartState
    asked_at: datetime
    accepted_at: datetime | None = None
    accepted_by: str | None = None
    ended_at: datetime | None = None
    reason: str | None = None
    writing: tuple[str, datetime] | None = None
    basis: Basis | None = None

    @property
    def is_active(self) -> bool:
        return self.state is not PartState.RETURNED and self.ended_at is None


@dataclass(frozen=True, slots=True)
class Contribution:
    """A co-executor's material for the common draft. `passed_at` is when the lead executor was allowed to see it
    (KU-16). `remark` says what to correct; a contribution sent back with one does not count as given."""

    department: str
    text: str
    files: tuple[FileRef, ...]
    by: str
    at: datetime
    passed_at: datetime | None = None
    missing: tuple[MissingFile, ...] = ()
    remark: str = ""

    @property
    def waits(self) -> bool:
        """Whether the curator must still pass it on to the lead executor or send it back."""
        return self.passed_at is None and not self.remark


@dataclass(frozen=True, slots=True)
class Draft:
    """One exact wording of an answer. Versions count from 1 across the whole case.

    A curator's correction is a separate version; `corrects` names the original, which is kept (IZ-7). `early` is the
    lead executor's reason for submitting before the co-executors' contributions were in (MO-14). `basis`: the text that
    the executor had taken to write it from.
    """

    version: int
    kind: DraftKind
    text: str
    files: tuple[FileRef, ...]
    by: str
    department: str | None
    at: datetime
    corrects: int | None = None
    remark: str | None = None
    early: str = ""
    missing: tuple[MissingFile, ...] = ()
    basis: Basis | None = None


@dataclass(frozen=True, slots=True)
class Posting:
    """The record of a posted answer: which draft `version`, when, its `link` and its id in the network (`ref`). `network`
    is set only if it differs from the network of the message; `by_hand`: a person posted it, not the bot."""

    version: int
    at: datetime
    link: str = ""
    ref: str = ""
    by_hand: bool = False
    kind: DraftKind = DraftKind.FINAL
    network: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """A later text of the author: a reply under his message, or the message as he rewrote it. `ref`: the reply's own id in
    the network, "" if the network gave none."""

    text: str
    at: datetime
    beside: tuple[Beside, ...] = ()
    files: tuple[FileRef, ...] = ()
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """What a citizen's message replies to: the message of another case, `case`, or our answer to it (DESIGN rule 20).
    `words`: the text of that other message; `own`: both messages have one author; `answer`: the newest answer posted to
    `case` when this message came, and `answered_at`: when it was posted."""

    case: Other
    words: str
    own: bool
    answer: str = ""
    answered_at: datetime | None = None


class Move(StrEnum):
    """The next thing that must be done on an open case. Only a command of whoever has to do it ends a move."""

    FORWARD = "forward"
    ACCEPT = "accept"
    DRAFT = "draft"
    COMMON_DRAFT = "common_draft"
    CONTRIBUTION = "contribution"
    PASS_CONTRIBUTION = "pass_contribution"  # noqa: S105
    APPROVE = "approve"
    REWORK = "rework"
    RELEASE = "release"
    TAKE = "take"
    POST = "post"
    WATCH_AUTHOR = "watch_author"
    NAME_FINAL = "name_final"
    FINAL = "final"
    DECIDE_DELETED = "decide_deleted"


@dataclass(frozen=True, slots=True)
class Wait:
    """One move that an open case waits for: who has to make it (`curator`, a department's key, `clock` or `network`),
    and since when it has been waiting."""

    who: str
    move: Move
    since: datetime


@dataclass(frozen=True, slots=True)
class Annulled:
    """Who annulled a row of the register of violations (a person's key), when and why.

    `own`: the person annulled a row about themselves: they are both supervisor and curator, and there is no head.
    """

    at: datetime
    by: str
    reason: str
    own: bool = False


@dataclass(frozen=True, slots=True)
class Missed:
    """A row of the register of violations: one run of one duty that passed its `until` by a full minute (CLOCK §2).

    The row is found by step, executor ("" for steps of the whole case) and `line`, the journal line that began the run.
    `who` is charged: a department's key or `curator`; `people` are the keys of its people who were present while the term
    ran, `stood_in` a substitute who was present in their place. `got_at`: when the present holder got the case, too late
    to be charged. `late_minutes` are counted on the step's own clock `counted_by`, a begun minute as a whole one.
    `unsaid`: somebody of `who` was absent, but the absence was entered only afterwards. `grant` and `granted_at` say why
    `until` differs from `text_due`, `moved_by` which fact a command changed at that moment.

    A row is never changed, except that its ending (`ended_at`, `done_at`, `late_minutes`) is written once, and `annulled`.
    """

    number: int
    step: Step
    executor: str
    line: int
    until: datetime
    text_due: datetime
    passed_at: datetime
    who: str
    people: tuple[str, ...] = ()
    stood_in: str | None = None
    clause: str = ""
    edition: str = ""
    calendar: str = ""
    counted_by: ClockKind = ClockKind.WORKING
    got_at: datetime | None = None
    unsaid: bool = False
    ended_at: datetime | None = None
    done_at: datetime | None = None
    late_minutes: int | None = None
    annulled: Annulled | None = None
    imported: bool = False
    grant: Grant | None = None
    granted_at: datetime | None = None
    moved_by: Event | None = None

    @property
    def key(self) -> tuple[Step, str, int]:
        """The row's unique key within its case: step, executor, journal line that began the run."""
        return self.step, self.executor, self.line

    @property
    def stands(self) -> bool:
        """Whether this row of the register of violations counts in reports, that is, was not annulled."""
        return self.annulled is None


@dataclass(frozen=True, slots=True)
class Former:
    """The fields that the last action changed, as they were before it. The action can be taken back until `until`, and
    nobody else is notified of it earlier. `line` is the version of the case that the action made, `by` the person whose
    right it was."""

    line: int
    action: str
    by: str
    at: datetime
    until: datetime
    state: State
    parts: tuple[Part, ...]
    drafts: tuple[Draft, ...]
    contributions: tuple[Contribution, ...]
    queue: tuple[str, ...]
    suggested: str | None
    approved: int | None
    not_posted_because: str | None
    significant: bool
    waits: tuple[Wait, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """One citizen's message and everything done about it; loaded and saved as a whole. Each accepted command raises
    `version` by one.

    `queue` lists the departments that will get the message later, if the curator set turns (MO-14). `alike` lists
    earlier cases this one may repeat, found on receipt; `answered_before` those of the same author with a posted final
    answer (MO-18); `repeat_of` is the one the curator confirmed. `merged` lists the cases merged into this one;
    `merged_into` is the case this one was merged into. `loss` is set when the answer that closed the case is no longer
    visible in the network. `first_source`: the source before anybody corrected it. `without_place`: the curator said
    that the message is about no place. `context`: the case it replies to. `waits`: whose move it is, the first one
    first, as the last command left it (`workflow.waiting`). `missed`: its rows of the register of violations.
    `failed`: the approved answer could not be posted at the first try. `former`: the last action, if it can still be
    taken back; `taken_back`: the journal lines of the actions that were. `helped`: whether the answer helped, as its
    author said; None: not said. `mark`: the curator's opinion of the answer. `erased_at`: when people's words in it
    were erased (`workflow.erasure`).
    """

    id: int
    municipality: str
    number: int
    version: int
    state: State
    regulation: str
    appeal: Appeal
    arrived: datetime
    history: tuple[Happening, ...]
    first_importance: Importance = Importance.NORMAL
    first_source: Source | None = None
    importance: Importance = Importance.NORMAL
    topics: tuple[str, ...] = ()
    location: str = ""
    without_place: bool = False
    suggested: str | None = None
    suggested_by: tuple[str, ...] = ()
    likeliest: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    drafts: tuple[Draft, ...] = ()
    approved: int | None = None
    post_at: datetime | None = None
    postings: tuple[Posting, ...] = ()
    contributions: tuple[Contribution, ...] = ()
    queue: tuple[str, ...] = ()
    replies: tuple[Reply, ...] = ()
    rewritten: tuple[Reply, ...] = ()
    deleted_at: datetime | None = None
    significant: bool = False
    alike: tuple[Other, ...] = ()
    answered_before: tuple[Other, ...] = ()
    repeat_of: Other | None = None
    context: Context | None = None
    merged_into: Other | None = None
    merged: tuple[Other, ...] = ()
    not_posted_because: str | None = None
    ended_because: str | None = None
    loss: Loss | None = None
    waits: tuple[Wait, ...] = ()
    missed: tuple[Missed, ...] = ()
    failed: bool = False
    former: Former | None = None
    taken_back: tuple[int, ...] = ()
    helped: bool | None = None
    mark: Mark | None = None
    erased_at: datetime | None = None

    @property
    def is_ended(self) -> bool:
        return self.state in ENDED

    @property
    def active_parts(self) -> tuple[Part, ...]:
        return tuple(part for part in self.parts if part.is_active)

    @property
    def lead(self) -> Part | None:
        """The part of the lead executor, the department responsible for the draft; None if no department has the case."""
        return next((part for part in self.parts if part.lead and part.is_active), None)

    @property
    def co_executors(self) -> tuple[Part, ...]:
        return tuple(part for part in self.parts if part.is_active and not part.lead)

    @property
    def owing(self) -> tuple[str, ...]:
        """Departments that still owe a contribution to the common draft; those not asked yet come last."""
        owed = (p.department for p in self.co_executors if p.state in (PartState.ASKED, PartState.ACCEPTED))
        return (*owed, *self.queue)

    def part_of(self, department: str) -> Part | None:
        """Return the department's active part (not returned, not ended); None if it has none."""
        return next((part for part in self.parts if part.department == department and part.is_active), None)

    @property
    def posting(self) -> Posting | None:
        """The newest posting of an answer, or None if none was posted."""
        return self.postings[-1] if self.postings else None

    @property
    def answered_in(self) -> str | None:
        """The network in which the newest answer was posted; None if none was posted or its address is unknown."""
        posting = self.posting
        return (posting.network or self.appeal.network) if posting is not None and posting.ref else None

    @property
    def answer(self) -> Posting | None:
        """The answer the author got: the first posting of a final answer, even if it was posted again later; without a
        final answer, the newest posting of any kind."""
        return next((posting for posting in self.postings if posting.kind is DraftKind.FINAL), self.posting)

    @property
    def draft(self) -> Draft | None:
        """The newest version of the answer's draft, or None if there is none."""
        return self.drafts[-1] if self.drafts else None

    def draft_of(self, version: int) -> Draft | None:
        return next((draft for draft in self.drafts if draft.version == version), None)

    def without_own_term(self) -> Case:
        """Return the case without the terms the curator set himself, to compute what the regulation alone makes due."""
        return replace(self, history=tuple(h for h in self.history if h.event is not Event.TERM_SET))

    @property
    def detected(self) -> datetime:
        """The moment (UTC) from which the curator's terms run; it may be later than `arrived` (DESIGN rule 11)."""
        return self.history[0].at
