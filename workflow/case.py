"""A case: one citizen's message and everything done about it.

Frozen values only. A case changes nowhere but in `workflow.decide`, which returns a new one. Moments are aware
datetimes in UTC; people and departments are named by their keys in the municipality's file.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from workflow.regulation import DraftKind, Event, Importance, Source
from workflow.terms.deadlines import Happening


class State(StrEnum):
    """Where the whole case stands; a part of each executor has a state of its own."""

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
"""Nobody works on such a case by itself; a merged one is answered together with the case it was put under."""


class Loss(StrEnum):
    """How far it is with a final answer that no longer stands in the network: seen to be gone, on its way once more, or not
    taken by the network the second time."""

    SEEN = "seen"
    ON_ITS_WAY = "on_its_way"
    NOT_TAKEN = "not_taken"


class PartState(StrEnum):
    ASKED = "asked"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    CONTRIBUTED = "contributed"
    PASSED = "passed"


@dataclass(frozen=True, slots=True)
class FileRef:
    """A file that is kept: `key` names it in the store of files, `kind` is photo, video, document or voice."""

    key: str
    kind: str
    name: str
    size: int


class Why(StrEnum):
    """Why a file could not be had: larger than the messenger hands over, refused by it, or it did not answer several times."""

    TOO_BIG = "too_big"
    REFUSED = "refused"
    NOT_NOW = "not_now"


@dataclass(frozen=True, slots=True)
class MissingFile:
    """A file that came with a message and could not be had; it is named where the message is shown."""

    kind: str
    name: str
    why: Why


@dataclass(frozen=True, slots=True)
class Appeal:
    """What the citizen wrote, as it was found. Hostile text: to be escaped by whoever shows it.

    `attached` are kinds and addresses of what hangs on it in the network, `files` what was kept here, `missing` what could
    not be.
    `network` and `ref` are the address an answer can be posted to; without a network the answer is posted by hand.
    `author_ref` is who wrote it, as the network numbers people; empty where nobody knows. `cut`: the text goes on where it was
    found.
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


@dataclass(frozen=True, slots=True)
class Part:
    """One executor's share of a case; the lead's is first."""

    department: str
    lead: bool
    state: PartState
    asked_at: datetime
    accepted_at: datetime | None = None
    accepted_by: str | None = None
    ended_at: datetime | None = None
    reason: str | None = None

    @property
    def is_active(self) -> bool:
        return self.state is not PartState.RETURNED and self.ended_at is None


@dataclass(frozen=True, slots=True)
class Contribution:
    """What a co-executor gave for the common draft; passed on once the lead is to see it (KU-16)."""

    department: str
    text: str
    files: tuple[FileRef, ...]
    by: str
    at: datetime
    passed_at: datetime | None = None
    missing: tuple[MissingFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """One exact wording of an answer. Versions count from 1 over the whole case.

    A curator's correction is a version of its own that names the one it `corrects`; the original stays beside it (IZ-7).
    `early`: why the lead submitted it before the co-executors' contributions were in (MO-14).
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


@dataclass(frozen=True, slots=True)
class Posting:
    """An answer of some kind as it stands in a network: that of the message, or another, where it is named."""

    version: int
    at: datetime
    link: str = ""
    ref: str = ""
    by_hand: bool = False
    kind: DraftKind = DraftKind.FINAL
    network: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What the author wrote after his message was taken up, under it or in its place."""

    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Other:
    """Another case this one is tied to; its number is kept beside its id, so that it can be named without being read."""

    id: int
    number: int


@dataclass(frozen=True, slots=True)
class Case:
    """The aggregate the desk loads and saves whole; `version` rises by one with each accepted command.

    `queue`: departments still to be handed the message, where the curator set turns (MO-14). `alike`: earlier cases this
    one may repeat, as found on receipt; `repeat_of`: the one the curator says it does. `merged`: the cases put under this
    one, `merged_into` the one it was put under. `loss`: the answer that closed it stands no longer.
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
    importance: Importance = Importance.NORMAL
    topics: tuple[str, ...] = ()
    location: str = ""
    suggested: str | None = None
    suggested_by: tuple[str, ...] = ()
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
    repeat_of: Other | None = None
    merged_into: Other | None = None
    merged: tuple[Other, ...] = ()
    not_posted_because: str | None = None
    ended_because: str | None = None
    loss: Loss | None = None

    @property
    def is_ended(self) -> bool:
        return self.state in ENDED

    @property
    def active_parts(self) -> tuple[Part, ...]:
        return tuple(part for part in self.parts if part.is_active)

    @property
    def lead(self) -> Part | None:
        """The part of the department that answers for the draft now, if there is one."""
        return next((part for part in self.parts if part.lead and part.is_active), None)

    @property
    def co_executors(self) -> tuple[Part, ...]:
        return tuple(part for part in self.parts if part.is_active and not part.lead)

    @property
    def owing(self) -> tuple[str, ...]:
        """Departments whose contribution the common draft still needs, those not yet asked last."""
        owed = (p.department for p in self.co_executors if p.state in (PartState.ASKED, PartState.ACCEPTED))
        return (*owed, *self.queue)

    def part_of(self, department: str) -> Part | None:
        """The department's part while it is active."""
        return next((part for part in self.parts if part.department == department and part.is_active), None)

    @property
    def posting(self) -> Posting | None:
        """The newest answer that stands in the network."""
        return self.postings[-1] if self.postings else None

    @property
    def answered_in(self) -> str | None:
        """The network the newest answer stands in; None where nobody knows."""
        posting = self.posting
        return (posting.network or self.appeal.network) if posting is not None and posting.ref else None

    @property
    def answer(self) -> Posting | None:
        """What the author was answered with: the first final answer, which stays so when it is posted once more; else the
        newest of any kind."""
        return next((posting for posting in self.postings if posting.kind is DraftKind.FINAL), self.posting)

    @property
    def draft(self) -> Draft | None:
        """The newest wording."""
        return self.drafts[-1] if self.drafts else None

    def draft_of(self, version: int) -> Draft | None:
        return next((draft for draft in self.drafts if draft.version == version), None)

    def without_own_term(self) -> Case:
        """The case as its terms would be had the curator named none of his own."""
        return replace(self, history=tuple(h for h in self.history if h.event is not Event.TERM_SET))

    @property
    def detected(self) -> datetime:
        """The moment the terms of the curator run from (DESIGN rule 11)."""
        return self.history[0].at
