"""The interface of every citizens' network.

Plain frozen values and Protocols. Imports nothing of ours but attachments and no network's library, so the rest of the
program can use these types without loading a network. Times are aware UTC; texts are citizens' data and never formatted here.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Literal, Protocol, runtime_checkable

from networks.attachment import QUOTED, TRIFLES
from networks.attachment import Attachment as Attachment
from networks.unread import Unread as Unread

Kind = Literal["comment", "post", "message"]
Change = Literal["new", "edited", "deleted", "restored"]


# --- incoming


@dataclass(frozen=True)
class Found:
    """One citizen's message from a network.

    `ref` identifies the message in the network: it detects duplicates and addresses the answer. `reply_to` is the ref
    of the message it answers, None if it answers only the post. `author_ref` is stable too. `change`: every value
    except "new" refers to a `ref` delivered before as "new"; for a deleted message only `ref` is certain, and
    `written_at` is the time of writing or, if the network does not tell, the time we learnt of the deletion. `ours`:
    the municipality wrote it, by hand or through us; it is not an appeal, but if `reply_to` is a case's message it may
    be the answer. `own_page`: public on one of the municipality's own pages, so it may be moderated. `cut`: `text` is
    only the beginning. `pressed`: the data of the choice (`Answer.choices`) whose button wrote it; a modified client can
    send any.
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
    pressed: str = ""

    @property
    def words(self) -> str:
        """The text, followed by the texts of the messages it forwards or reposts."""
        return "\n".join(part for part in (self.text, *(a.title for a in self.attachments if a.kind in QUOTED)) if part)

    @property
    def holds_more(self) -> bool:
        """Whether an attachment may be an appeal by itself (anything but a sticker, a gif or a gift)."""
        return any(attachment.kind not in TRIFLES for attachment in self.attachments)


@dataclass(frozen=True)
class Published:
    """A public post of a page in its own name. `pages`: all addresses of the page that the network tells; `place`: the
    page's name; `formats`: "text", "photo", "video", "animation", "live", "polls". `own`: the page is the one we are
    connected to, not a watched one."""

    link: str
    pages: tuple[str, ...]
    place: str
    at: datetime
    formats: tuple[str, ...] = ()
    own: bool = True


@dataclass(frozen=True)
class RawEvent:
    """One raw event, to be stored before it is acknowledged. `key` is the same if the event comes again."""

    key: str
    raw: str


@dataclass(frozen=True)
class Batch:
    """The result of one poll. Store `items` and `position` in one transaction; only the next poll from `position`
    acknowledges them. `gap`: the network no longer has some earlier events; `catch_up` reads the messages of that time.
    """

    items: tuple[RawEvent, ...]
    position: str
    gap: bool = False


ReadBack = RawEvent | Unread | None


class PollError(Exception):
    """A poll failed and left the position unchanged. Retry after `seconds`; with `operator_needed` waiting won't
    help."""

    def __init__(self, detail: str, seconds: float, operator_needed: bool = False) -> None:
        super().__init__(detail)
        self.detail = detail
        self.seconds = seconds
        self.operator_needed = operator_needed


class UnreadableError(Exception):
    """A stored event does not have the form its network promises; the caller must park it, not drop it."""


# --- outgoing


@dataclass(frozen=True)
class OutFile:
    """A file attached to an answer or a post."""

    name: str
    mime: str
    content: bytes | Path = field(repr=False)


@dataclass(frozen=True)
class Choice:
    """A button under a private message: its words, and the data that comes back as `Found.pressed`."""

    words: str
    data: str


@dataclass(frozen=True)
class Answer:
    """An approved answer to a message. `attempt_id` is the same in every retry, so that a network which detects
    duplicates can. `since`: the time of the first attempt, for `look_up`. `choices`: buttons under a private message; a
    network without buttons leaves them out, so the text must say what to write instead.
    """

    in_reply_to: str
    kind: Kind
    text: str
    files: tuple[OutFile, ...]
    attempt_id: str
    since: datetime | None = None
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class WallPost:
    """An approved post for the office's own page whose address is `page`. `attempt_id` and `since` as in `Answer`."""

    page: str
    text: str
    files: tuple[OutFile, ...]
    attempt_id: str
    since: datetime | None = None


@dataclass(frozen=True)
class PostLimits:
    """How much one post may hold: text (UTF-16 units), text with pictures; how many pictures and videos, documents."""

    text: int
    text_with_files: int
    pictures: int
    documents: int


class PostFailure(StrEnum):
    """The reason why a network rejects an answer permanently."""

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
    """Outcome (returned): the answer or post is in the network under `ref`; `link` opens it."""

    ref: str
    link: str


@dataclass(frozen=True)
class NotPosted:
    """Outcome (returned): the answer or post was not published, and a retry will not help. `detail` is for the log: no
    tokens, no texts."""

    reason: PostFailure
    detail: str


@dataclass(frozen=True)
class Ambiguous:
    """Outcome (returned): the request was sent but not confirmed, so the answer may be in the network. Call `look_up`
    before a retry."""

    detail: str


@dataclass(frozen=True)
class TryLater:
    """Outcome (returned): the answer was not posted, or cannot be looked up now; retry after `seconds`. `detail` is
    for the log."""

    seconds: float
    detail: str


Outcome = Posted | NotPosted | Ambiguous | TryLater


@dataclass(frozen=True)
class LookUpImpossible:
    """Outcome (returned): the network does not let us check whether the answer was posted; a person must look.
    `detail` is for the log."""

    detail: str


class LinkTrouble(StrEnum):
    """The reason why a link could not be read as a message."""

    NOT_A_LINK = "not_a_link"
    NO_TOKEN = "no_token"  # noqa: S105
    NOT_FOUND = "not_found"
    UNREADABLE = "unreadable"
    OWN = "own"
    TRY_LATER = "try_later"


@dataclass(frozen=True)
class LinkProblem:
    """The result for a link that could not be read as a message. `detail` is for the log."""

    reason: LinkTrouble
    detail: str = ""


@dataclass(frozen=True)
class Finding:
    """One line of `check`'s result, for the operator. `error`: it will not work; `warning`: it will work partly."""

    level: Literal["ok", "warning", "error"]
    text: str


# --- afterwards


@dataclass(frozen=True)
class Stands:
    """The message (a question or an answer) still exists; its current text is `text`."""

    text: str


@dataclass(frozen=True)
class Gone:
    """The message (a question or an answer) certainly no longer exists."""


@dataclass(frozen=True)
class NotSeen:
    """We could not check whether the message exists. `detail` is for the log."""

    detail: str


Standing = Stands | Gone | NotSeen


@dataclass(frozen=True)
class Done:
    """The network carried out the deletion, ban or its reversal; repeating the request is harmless."""


@dataclass(frozen=True)
class NotDone:
    """The network did not carry out the deletion, ban or its reversal; a retry won't help. `detail` is for the log."""

    reason: PostFailure
    detail: str


Moderation = Done | NotDone | Ambiguous | TryLater


@runtime_checkable
class LooksAfter(Protocol):
    """A network that can check whether a citizen's message or our answer still exists."""

    def ref_of(self, link: str) -> str | None:
        """The ref of the message to which the link leads; None for links that this network cannot check. Pure."""

    async def look_after(self, refs: Sequence[str]) -> dict[str, Standing]:
        """Check whether the message of each ref exists and what its text is now; never raises on network errors."""


@runtime_checkable
class AsksInPrivate(Protocol):
    """A network in which somebody who wrote to us in private can be asked something later."""

    @property
    def may_ask(self) -> bool:
        """Whether our tokens allow that."""


@runtime_checkable
class Moderates(Protocol):
    """A network in which we may delete and ban, only when a person asked for it."""

    @property
    def may_moderate(self) -> bool:
        """Whether the tokens allow moderation; otherwise every outcome is `NotDone`."""

    async def delete(self, ref: str) -> Moderation:
        """Delete the message with this ref."""

    async def restore(self, ref: str) -> Moderation:
        """Restore the deleted message with this ref, if the network supports that."""

    async def ban(self, author_ref: str, reason: str = "") -> Moderation:
        """Ban the author from writing to the community until `unban`; the network shows them `reason` if it can."""

    async def unban(self, author_ref: str) -> Moderation:
        """Lift the author's ban."""


@runtime_checkable
class ShowsPublished(Protocol):
    """A network whose stored events include the publications of its own pages."""

    def published(self, raw: str) -> Published | None:
        """Read a stored event as a publication; None for other events. Pure. Raises UnreadableError."""


@runtime_checkable
class Publishes(Protocol):
    """A network in which we can publish on the office's own pages."""

    @property
    def may_publish(self) -> bool:
        """Whether the tokens we have could allow publishing; if not, every outcome is `NotPosted`."""

    @property
    def post_limits(self) -> PostLimits:
        """The limits of one post, as the editor's preview shows them."""

    def post_problems(self, text: str, files: tuple[OutFile, ...]) -> list[str]:
        """The reasons, worded for the editor, why the network would reject this post; empty if it is fine."""

    async def publish(self, post: WallPost) -> Outcome:
        """Publish the post once and return the outcome. Never raises on network errors."""

    async def look_up_post(self, post: WallPost) -> Posted | LookUpImpossible | TryLater | None:
        """Check whether the post was published after all; None: certainly not; TryLater: not visible at the moment."""


async def look_after(network: Network, refs: Sequence[str]) -> dict[str, Standing]:
    """Check whether the message of each ref still exists; all `NotSeen` if the network is not a `LooksAfter`."""
    if isinstance(network, LooksAfter):
        return await network.look_after(refs)
    return {ref: NotSeen("this network does not tell") for ref in refs}


class Network(Protocol):
    """One network of one municipality. Every waiting call is a coroutine with a time limit."""

    @property
    def key(self) -> str:
        """The network's name in cases and settings: "vk"."""

    async def poll(self, position: str | None) -> Batch:
        """Fetch events after `position`, which was stored with the last batch; None or "" starts from now.

        This acknowledges nothing: the same position returns the same events again. Raises PollError."""

    def read(self, raw: str) -> Found | None:
        """Read a stored event as a message; None if it is not for us. Pure. Raises UnreadableError."""

    def catch_up(self, since: datetime, posts: datetime) -> AsyncIterator[ReadBack]:
        """Yield the messages written since `since`, after a gap; under posts, only those published since `posts`. None:
        something was read without news; `Unread`: it cannot be read. Raises PollError if it must be repeated later."""

    def limits(self, text: str, kind: Kind, files: tuple[OutFile, ...] = ()) -> list[str]:
        """The reasons, worded for the curator, why the network would reject this answer; empty if it is fine."""

    def too_long(self, text: str, kind: Kind) -> str:
        """By how much the text exceeds the network's limit, in words for the curator; "" if it fits."""

    def as_shown(self, text: str) -> str:
        """The text exactly as it will be sent, for the preview."""

    async def post(self, answer: Answer) -> Outcome:
        """Post the answer once and return the outcome. Never raises on network errors."""

    async def look_up(self, answer: Answer) -> Posted | LookUpImpossible | TryLater | None:
        """Check whether the answer was posted after all; None: certainly not; TryLater: not visible at the moment."""

    async def fetch_link(self, link: str) -> Found | LinkProblem:
        """Read the message behind a pasted link; a `LinkProblem` if it cannot be read."""

    async def check(self) -> list[Finding]:
        """Check what the tokens and settings allow; one finding a line, for the operator."""

    async def close(self) -> None:
        """Close the connections and abandon calls in progress."""
