"""The port of a messenger: what the program shows, and the possible outcomes of sending it. Telegram is one
implementation.

A `Screen` is messenger-neutral: text in a small HTML (b, i, u, s, a, code, blockquote) and rows of buttons. A link to
`person_link(account)` mentions and notifies that person; the messenger writes it in its own form.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Protocol, runtime_checkable

from handlers.public import Links


@dataclass(frozen=True, slots=True)
class Address:
    chat: int
    message: int


@dataclass(frozen=True, slots=True)
class Button:
    """A button with one of `data` (returned with a press), `url`, `copy` (to the clipboard). `style`: success, danger,
    primary or none.
    """

    text: str
    data: str | None = None
    url: str | None = None
    copy: str | None = None
    style: str | None = None


Buttons = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Screen:
    """The content of one message. `asks`: the person's client opens an answer to it; `silent`: sent without a sound."""

    text: str
    buttons: Buttons = ()
    silent: bool = False
    asks: bool = False


@dataclass(frozen=True, slots=True)
class OutFile:
    """A file to send; kind: photo, video, document. `data`: bytes made for this sending, which are not in the store.
    `remote`: a file that the messenger holds and passes on, of any of its kinds; it has no bytes here."""

    kind: str
    name: str
    path: Path
    data: bytes | None = None
    remote: str = ""


class Membership(StrEnum):
    OUTSIDE = "outside"
    MEMBER = "member"
    ADMIN = "admin"


PERSON = "person:"


def person_link(account: int) -> str:
    """The neutral address of a person, for `<a href="…">` in a screen's text."""
    return f"{PERSON}{account}"


# --- what one messenger takes, and how it writes. Delivery knows no other numbers. ------------------------------------


@dataclass(frozen=True, slots=True)
class Window:
    """At most `most` messages in any `seconds`."""

    most: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Rates:
    """How many messages the messenger takes. Edits count as messages, toasts do not count.

    `burst`: at once into a quiet chat; `per_second`: into one chat after that; `group`: into one group, None if a group
    takes as many as any chat; `bot`: from the bot over all chats. A window is a little wider than the messenger's own,
    because a message counts there when it arrives and here when it leaves; `answered` are the seconds of the bot's
    window once the answer has shown when the message had arrived at the latest.
    """

    burst: int
    per_second: float
    group: Window | None
    bot: Window
    answered: float


@dataclass(frozen=True, slots=True)
class Size:
    """How long one message may be. `units`: UTF-16 units of visible text; `source`: bytes including tags and addresses;
    `tags`: how many tags it may open; `written`: UTF-16 units including tags and addresses, None if they do not count."""

    units: int
    source: int
    tags: int
    written: int | None = None


@dataclass(frozen=True, slots=True)
class Albums:
    """How files go out. `most`: files in one album; `documents`: whether documents may share one; `each_counts`: whether
    the limits count each file of an album as a message."""

    most: int
    documents: bool
    each_counts: bool


@dataclass(frozen=True, slots=True)
class Manners:
    """The numbers and forms of one messenger. `lost_after`: a bot that was away for longer asks people to repeat what
    they wrote, because the messenger may have dropped it. `is_group`: whether the chat with this id is a group.
    `tells_rights`: whether it says when the bot's rights in a group change; otherwise the bot asks now and then."""

    rates: Rates
    size: Size
    albums: Albums
    lost_after: timedelta
    is_group: Callable[[int], bool]
    links: Links
    tells_rights: bool = True


# --- how a sending can end. Nothing else comes out of a messenger: no exception passes this port. --------------------


@dataclass(frozen=True, slots=True)
class Sent:
    """The message was sent; `addresses` in order (a long text or an album is several messages)."""

    addresses: tuple[Address, ...]


@dataclass(frozen=True, slots=True)
class Gone:
    """The message to edit does not exist or can no longer be edited."""


@dataclass(frozen=True, slots=True)
class Unreachable:
    """The person never started the bot or blocked it, or the bot is not in the chat. Retrying does not help."""

    detail: str


@dataclass(frozen=True, slots=True)
class Later:
    """Certainly not sent; retry after `seconds`. `limited`: there were too many requests. `left`: False if the request
    did not leave this machine, which does not count as a try.
    """

    seconds: float
    detail: str = ""
    limited: bool = False
    left: bool = True


@dataclass(frozen=True, slots=True)
class Unknown:
    """The outcome is unknown (a timeout after the request, an invalid answer). `sent` are the parts that were certainly
    sent before.
    """

    detail: str
    sent: tuple[Address, ...] = ()


@dataclass(frozen=True, slots=True)
class Moved:
    """The group was replaced by another chat."""

    chat: int


@dataclass(frozen=True, slots=True)
class Rejected:
    """The messenger will never accept this message: an error of ours."""

    detail: str


Sending = Sent | Gone | Unreachable | Later | Unknown | Moved | Rejected


@dataclass(frozen=True, slots=True)
class Fetched:
    data: bytes


@dataclass(frozen=True, slots=True)
class NotFetched:
    """`too_big`: the messenger does not give files of this size to bots."""

    detail: str
    too_big: bool = False
    for_good: bool = False


@dataclass(frozen=True, slots=True)
class NotSeen:
    """The messenger does not show the bot its own messages; `passing`: only not at the moment."""

    detail: str
    passing: bool = False


@runtime_checkable
class LooksUp(Protocol):
    """A messenger in which the bot can read what it has sent, so that nothing doubtful is sent twice."""

    async def look_up(
        self, chat: int, what: Screen | tuple[OutFile, ...], since: datetime
    ) -> tuple[Address, ...] | NotSeen:
        """The bot's messages in the chat, sent since then, that look like this, the oldest first."""


class Messenger(Protocol):
    """Long texts are split and never silently cut; `start` is the number of parts sent in an earlier try."""

    @property
    def manners(self) -> Manners: ...

    async def send(self, chat: int, screen: Screen, reply_to: Address | None = None, start: int = 0) -> Sending: ...

    async def send_files(
        self, chat: int, files: tuple[OutFile, ...], reply_to: Address | None = None, silent: bool = True
    ) -> Sending: ...

    async def edit(self, address: Address, screen: Screen) -> Sending:
        """Make the message show the screen; a message that already does counts as success."""

    async def pin(self, address: Address) -> Sending:
        """Pin the message in its chat, without a sound; one that is pinned counts as success. Rejected without the
        right to."""

    def chat_of(self, account: int) -> int:
        """The account's private chat with the bot."""

    async def answer_press(self, press: str, text: str, alert: bool = False) -> bool:
        """Show the toast of a button press; False if it came too late. The only sending that bypasses the outbox."""

    async def fetch(self, remote: str) -> Fetched | NotFetched: ...

    async def membership(self, chat: int, account: int) -> Membership | None:
        """The account's membership; None if it is unknown at the moment."""
