"""The port of a messenger: what the program shows in it, and how a sending can end. Telegram and MAX implement it.

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
    """A button under a message, with one of `data` (comes back when it is pressed), `url` (opens it) or `copy` (text
    for the clipboard). `style` is its colour: success, danger, primary or None."""

    text: str
    data: str | None = None
    url: str | None = None
    copy: str | None = None
    style: str | None = None


Buttons = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Screen:
    """The content of one message to send. `asks`: the reader's app opens a reply to it at once; `silent`: sent without
    a sound."""

    text: str
    buttons: Buttons = ()
    silent: bool = False
    asks: bool = False


@dataclass(frozen=True, slots=True)
class OutFile:
    """A file to send; `kind` is photo, video or document. Its bytes are `data` if set (made for this sending, not in
    the store), otherwise those at `path`. `remote`: the messenger's id of a file, of any of its kinds, that it holds
    itself and passes on; then there are no bytes here."""

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
    """The messenger-neutral address of a person, to put into `<a href="…">` of a screen's text."""
    return f"{PERSON}{account}"


# --- what one messenger takes, and how it writes. Delivery knows no other numbers. ------------------------------------


@dataclass(frozen=True, slots=True)
class Window:
    """A rate limit: at most `most` messages in any span of `seconds`."""

    most: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Rates:
    """How many messages the messenger accepts. Edits count as messages, toasts do not.

    `burst`: at once into a quiet chat; `per_second`: into one chat after that; `group`: into one group, None if a
    group takes as many as any chat; `bot`: from the bot over all chats. The windows here are a little wider than the
    messenger's own, because it counts a message when it arrives and we count when it leaves. `answered`: how many
    seconds a message counts in the window `bot` once the messenger's answer has shown when it had arrived at the
    latest.
    """

    burst: int
    per_second: float
    group: Window | None
    bot: Window
    answered: float


@dataclass(frozen=True, slots=True)
class Size:
    """The longest message the messenger accepts. `units`: UTF-16 units of visible text; `source`: bytes including tags
    and addresses; `tags`: how many tags it may open; `written`: UTF-16 units including tags and addresses, None if
    there is no such limit."""

    units: int
    source: int
    tags: int
    written: int | None = None


@dataclass(frozen=True, slots=True)
class Albums:
    """How the messenger sends several files. `most`: files in one album; `documents`: whether documents may share one
    album; `each_counts`: whether each file of an album counts as a message for the rate limits."""

    most: int
    documents: bool
    each_counts: bool


@dataclass(frozen=True, slots=True)
class Manners:
    """What is particular to one messenger: how much and how long it takes, how its ids and links look. `lost_after`:
    after an outage longer than this the bot asks people to repeat what they wrote, because the messenger may have
    dropped it. `is_group`: whether the chat with this id is a group. `links`: makes the addresses of its chats and
    messages. `tells_rights`: whether it reports when the bot's rights in a group change; if not, the bot asks from
    time to time."""

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
    """Outcome (returned): a sending succeeded. `addresses` are the messages it made, in order (a long text or an album
    makes several)."""

    addresses: tuple[Address, ...]


@dataclass(frozen=True, slots=True)
class Gone:
    """Outcome (returned): an edit failed for good: the message does not exist or can no longer be edited."""


@dataclass(frozen=True, slots=True)
class Unreachable:
    """Outcome (returned): a sending failed for good: the person never started the bot or blocked it, or the bot is not
    in the chat. Retrying does not help. `detail` says why, for the log."""

    detail: str


@dataclass(frozen=True, slots=True)
class Later:
    """Outcome (returned): a message was certainly not sent; retry after `seconds`. `limited`: because there were too
    many requests. `left`: False if the request did not leave this machine, which does not count as a try."""

    seconds: float
    detail: str = ""
    limited: bool = False
    left: bool = True


@dataclass(frozen=True, slots=True)
class Unknown:
    """Outcome (returned): it is unknown whether a message was sent (a timeout after the request, an invalid answer).
    `sent`: the parts certainly sent before."""

    detail: str
    sent: tuple[Address, ...] = ()


@dataclass(frozen=True, slots=True)
class Moved:
    """Outcome (returned): a sending failed because the group was replaced by another chat: send to `chat` instead."""

    chat: int


@dataclass(frozen=True, slots=True)
class Rejected:
    """Outcome (returned): the messenger will never accept this message: a fault of our program. `detail` says why, for
    the log."""

    detail: str


Sending = Sent | Gone | Unreachable | Later | Unknown | Moved | Rejected


@dataclass(frozen=True, slots=True)
class Fetched:
    data: bytes


@dataclass(frozen=True, slots=True)
class NotFetched:
    """Returned, not raised: a file could not be fetched from the messenger. `too_big`: bots cannot get files of this
    size; `for_good`: retrying does not help."""

    detail: str
    too_big: bool = False
    for_good: bool = False


@dataclass(frozen=True, slots=True)
class NotSeen:
    """Returned, not raised: the messenger does not let the bot read what is in a chat. `passing`: only at the moment,
    so that a later try may succeed."""

    detail: str
    passing: bool = False


@runtime_checkable
class LooksUp(Protocol):
    """A messenger in which the bot can read what it has sent itself; after an unknown outcome the program looks before
    it sends again."""

    async def look_up(
        self, chat: int, what: Screen | tuple[OutFile, ...], since: datetime
    ) -> tuple[Address, ...] | NotSeen:
        """Find the bot's own messages in the chat, sent since `since`, that look like `what`; return their addresses,
        the oldest first, or NotSeen if the chat cannot be read."""


class Messenger(Protocol):
    """The port through which the program sends, edits, pins and fetches in one messenger. Long texts are split into
    several messages and never silently cut; `start` is the number of parts that an earlier try already sent. No method
    raises.
    """

    @property
    def manners(self) -> Manners: ...

    async def send(self, chat: int, screen: Screen, reply_to: Address | None = None, start: int = 0) -> Sending: ...

    async def send_files(
        self, chat: int, files: tuple[OutFile, ...], reply_to: Address | None = None, silent: bool = True
    ) -> Sending: ...

    async def edit(self, address: Address, screen: Screen) -> Sending:
        """Replace the message's content with the screen. A message that already shows it counts as sent."""

    async def pin(self, address: Address) -> Sending:
        """Pin the message in its chat, without a sound. A message already pinned counts as sent; return Rejected if
        the bot lacks the right to pin."""

    def chat_of(self, account: int) -> int:
        """The id of the account's private chat with the bot."""

    async def answer_press(self, press: str, text: str, alert: bool = False) -> bool:
        """Show a short text (toast) to the person who pressed a button, in a window to close if `alert`; return False
        if it was not shown, as when it came too late. The only sending that bypasses the outbox."""

    async def fetch(self, remote: str) -> Fetched | NotFetched: ...

    async def membership(self, chat: int, account: int) -> Membership | None:
        """Whether the account is a member or an administrator of the chat, or outside it; None if that is unknown at
        the moment."""
