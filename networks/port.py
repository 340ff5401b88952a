"""What the program asks of any citizens' network, whichever it is.

Plain frozen values and one Protocol. Imports nothing of ours and nothing of any network's library, so that
the rest of the house can speak of networks without loading one. Times are aware UTC; texts are citizens'
data and never formatted here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Literal, Protocol, runtime_checkable

Kind = Literal["comment", "post", "message"]
AttachmentKind = Literal["photo", "doc", "video", "link"]
Change = Literal["new", "edited", "deleted", "restored"]


# --- what a network gives


@dataclass(frozen=True)
class Attachment:
    """Something a citizen attached: where it is to be seen, and its title if it has one."""

    kind: AttachmentKind
    url: str
    title: str


@dataclass(frozen=True)
class Found:
    """One message of a citizen, as a network gives it.

    `ref` is its stable identity inside the network: the key against repeats and the address of the answer.
    `reply_to` is the ref of what it answers, None when it answers nothing but the post. `author_ref` is
    stable too. `change`: what happened to it; all but "new" come for a `ref` given before as "new"
    (of what was deleted only `ref` is sure; `written_at` is then when it was written or, where the network does
    not say, when the deletion was heard of). `ours`: the municipality itself wrote it, by
    hand or through us; it is no appeal, and where `reply_to` is a case's message it may be the answer to it.
    `own_page`: for all to see on a page of the municipality's own, so that it may be moderated. `cut`: `text` is its beginning.
    """

    network: str
    ref: str
    kind: Kind
    text: str
    author_name: str
    author_ref: str
    written_at: datetime
    link: str
    place: str
    attachments: tuple[Attachment, ...] = ()
    reply_to: str | None = None
    change: Change = "new"
    ours: bool = False
    own_page: bool = False
    cut: bool = False


@dataclass(frozen=True)
class Published:
    """Something a page has put out in its own name, for everybody to see. `pages`: every address of the page the network
    tells; `place`: what the page is called; `formats`: "text", "photo", "video", "animation", "live", "polls". `own`: it is
    the page we are connected to, not another that is watched."""

    link: str
    pages: tuple[str, ...]
    place: str
    at: datetime
    formats: tuple[str, ...] = ()
    own: bool = True


@dataclass(frozen=True)
class RawEvent:
    """One event as it came, to be kept before anything is acknowledged. `key` stays the same if it comes
    again."""

    key: str
    raw: str


@dataclass(frozen=True)
class Batch:
    """What one poll brought. Keep `items` and `position` in one transaction; only the next poll from
    `position` acknowledges. `gap`: the network no longer has the events from before; `catch_up` reads what
    was written meanwhile.
    """

    items: tuple[RawEvent, ...]
    position: str
    gap: bool = False


class PollError(Exception):
    """A poll brought nothing and moved nothing. Try again after `seconds`; with `operator_needed` waiting
    won't help."""

    def __init__(self, detail: str, seconds: float, operator_needed: bool = False) -> None:
        super().__init__(detail)
        self.detail = detail
        self.seconds = seconds
        self.operator_needed = operator_needed


class UnreadableError(Exception):
    """A kept event does not have the shape its network promises; it is to be parked, not dropped."""


# --- what a network takes


@dataclass(frozen=True)
class OutFile:
    """A file that goes out with an answer."""

    name: str
    mime: str
    content: bytes | Path = field(repr=False)


@dataclass(frozen=True)
class Answer:
    """An approved answer to a message. `attempt_id` stays the same when the same answer is tried again, so
    that a network that can tell repeats apart does. `since`: when the first attempt was made, for `look_up`.
    """

    in_reply_to: str
    kind: Kind
    text: str
    files: tuple[OutFile, ...]
    attempt_id: str
    since: datetime | None = None


@dataclass(frozen=True)
class WallPost:
    """An approved post of the office's own, for the page of that address. `attempt_id` and `since` as in `Answer`."""

    page: str
    text: str
    files: tuple[OutFile, ...]
    attempt_id: str
    since: datetime | None = None


@dataclass(frozen=True)
class PostLimits:
    """What one post may hold: letters (UTF-16 units), letters where pictures stand with them, pictures and videos,
    documents."""

    text: int
    text_with_files: int
    pictures: int
    documents: int


class PostFailure(StrEnum):
    """Why a network will not take the answer, however often it is asked."""

    TOKEN_BAD = "token_bad"  # noqa: S105
    CAPTCHA = "captcha"
    NO_RIGHT = "no_right"
    HIDDEN = "hidden"
    COMMENTS_CLOSED = "comments_closed"
    LINKS_FORBIDDEN = "links_forbidden"
    TOO_MANY_REPLIES = "too_many_replies"
    MESSAGES_FORBIDDEN = "messages_forbidden"
    DOES_NOT_FIT = "does_not_fit"
    FILE_REFUSED = "file_refused"
    REJECTED = "rejected"


@dataclass(frozen=True)
class Posted:
    """The answer stands in the network under `ref`; `link` shows it."""

    ref: str
    link: str


@dataclass(frozen=True)
class NotPosted:
    """The answer does not stand there and asking again will not help. `detail` is for the log: no tokens, no
    texts."""

    reason: PostFailure
    detail: str


@dataclass(frozen=True)
class Ambiguous:
    """The request went out and no answer came: it may stand there. `look_up` before trying again."""

    detail: str


@dataclass(frozen=True)
class TryLater:
    """The answer does not stand there, or where it stands cannot be seen just now; ask again after `seconds`."""

    seconds: float
    detail: str


Outcome = Posted | NotPosted | Ambiguous | TryLater


@dataclass(frozen=True)
class LookUpImpossible:
    """The network does not let us see whether it stands there; a person must look."""

    detail: str


class LinkTrouble(StrEnum):
    """Why a link did not become a message."""

    NOT_A_LINK = "not_a_link"
    NO_TOKEN = "no_token"  # noqa: S105
    NOT_FOUND = "not_found"
    UNREADABLE = "unreadable"
    OWN = "own"
    TRY_LATER = "try_later"


@dataclass(frozen=True)
class LinkProblem:
    """A link that could not be read. `detail` is for the log."""

    reason: LinkTrouble
    detail: str = ""


@dataclass(frozen=True)
class Finding:
    """One line of `check`, in the operator's language. `error`: it will not work; `warning`: it will, with
    less."""

    level: Literal["ok", "warning", "error"]
    text: str


# --- afterwards


@dataclass(frozen=True)
class Stands:
    """It is there, and says `text` now."""

    text: str


@dataclass(frozen=True)
class Gone:
    """It surely is not there any more."""


@dataclass(frozen=True)
class NotSeen:
    """Whether it is there could not be seen. `detail` is for the log."""

    detail: str


Standing = Stands | Gone | NotSeen


@dataclass(frozen=True)
class Done:
    """The network has done what it was told; telling it again does no harm."""


@dataclass(frozen=True)
class NotDone:
    """The network did not do it and will not. `detail` is for the log."""

    reason: PostFailure
    detail: str


Moderation = Done | NotDone | Ambiguous | TryLater


@runtime_checkable
class LooksAfter(Protocol):
    """A network that can see what has become of a question or an answer."""

    def ref_of(self, link: str) -> str | None:
        """The ref of what a link shows, where that can be looked after; None for a link to anything else. Pure."""

    async def look_after(self, refs: Sequence[str]) -> dict[str, Standing]:
        """What has become of each; never raises for what the network does."""


@runtime_checkable
class Moderates(Protocol):
    """A network in which we may delete and ban: only when a person asked for it, never by ourselves."""

    @property
    def may_moderate(self) -> bool:
        """Whether the tokens allow it; without it every outcome is `NotDone`."""

    async def delete(self, ref: str) -> Moderation:
        """The message is no longer seen."""

    async def restore(self, ref: str) -> Moderation:
        """The deleted message is seen again, where the network can do that."""

    async def ban(self, author_ref: str, reason: str = "") -> Moderation:
        """Its author can write to the community no more, until he is let in again; `reason` is shown to him where the
        network can show one."""

    async def unban(self, author_ref: str) -> Moderation:
        """He can write again."""


@runtime_checkable
class ShowsPublished(Protocol):
    """A network that shows what its pages publish themselves, in the same kept events."""

    def published(self, raw: str) -> Published | None:
        """A kept event as a publication; None for anything else. Pure. Raises UnreadableError."""


@runtime_checkable
class Publishes(Protocol):
    """A network in which we may publish on the office's own pages."""

    @property
    def may_publish(self) -> bool:
        """Whether what we were given may allow it at all; without it every outcome is `NotPosted`."""

    @property
    def post_limits(self) -> PostLimits:
        """For the preview."""

    def post_problems(self, text: str, files: tuple[OutFile, ...]) -> list[str]:
        """What of this post the network would not take, in words for the editor; empty: all is well."""

    async def publish(self, post: WallPost) -> Outcome:
        """Publishes once. Never raises for what the network does."""

    async def look_up_post(self, post: WallPost) -> Posted | LookUpImpossible | TryLater | None:
        """Whether it stands there after all; None: it surely does not; TryLater: it cannot be seen just now."""


async def look_after(network: Network, refs: Sequence[str]) -> dict[str, Standing]:
    """What has become of questions and answers; where a network cannot tell, `NotSeen`."""
    if isinstance(network, LooksAfter):
        return await network.look_after(refs)
    return {ref: NotSeen("this network does not tell") for ref in refs}


class Network(Protocol):
    """One network of one municipality. All that waits is a coroutine with a limit on its time."""

    @property
    def key(self) -> str:
        """The source's name: "vk"."""

    async def poll(self, position: str | None) -> Batch:
        """Events after `position`, the one kept with the last batch; None or "" begins from now. Nothing is
        acknowledged: the same position gives the same events again. Raises PollError."""

    def read(self, raw: str) -> Found | None:
        """A kept event as a message; None when not for us (our own, another type). Pure. Raises
        UnreadableError."""

    async def catch_up(self, since: datetime) -> tuple[RawEvent, ...] | LookUpImpossible:
        """What was written since, found by reading; after a gap. What was polled before has the same
        `ref`."""

    def limits(self, text: str, kind: Kind, files: tuple[OutFile, ...] = ()) -> list[str]:
        """What of this answer the network would not take, in words for the curator; empty: all is well."""

    def too_long(self, text: str, kind: Kind) -> str:
        """By how much the text is longer than anybody can post there, in words; empty where it fits."""

    def as_shown(self, text: str) -> str:
        """The text as it will go out, for the preview."""

    async def post(self, answer: Answer) -> Outcome:
        """Posts once. Never raises for what the network does."""

    async def look_up(self, answer: Answer) -> Posted | LookUpImpossible | TryLater | None:
        """Whether it stands there after all; None: it surely does not; TryLater: it cannot be seen just now."""

    async def fetch_link(self, link: str) -> Found | LinkProblem:
        """The message behind a link a person gave."""

    async def check(self) -> list[Finding]:
        """What the tokens and the settings allow."""

    async def close(self) -> None:
        """Connections are closed; a call under way is abandoned."""
