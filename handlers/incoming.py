"""An update of the messenger, parsed: a message, a button press, a change of membership and so on, in one form for
every messenger.

The messenger's own folder parses what its server sent (`MessengerSide.read`). Accounts, chats and messages are integers
here; a messenger with other ids maps them to integers and keeps the table (decision 0028).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from workflow.case import Beside


class UnreadableError(Exception):
    """An update of the messenger lacks a field that its kind must have."""


class Kind(StrEnum):
    PRESS = "press"
    MESSAGE = "message"
    EDIT = "edit"
    MEMBER = "member"
    ME = "me"
    MIGRATION = "migration"
    POST = "post"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Sender:
    """The account that sent the update. `anonymous`: an administrator who writes in the group's name; `service`: the
    messenger itself."""

    account: int
    name: str
    anonymous: bool = False
    is_bot: bool = False
    service: bool = False


@dataclass(frozen=True, slots=True)
class Attached:
    """A file stored by the messenger. `remote`: its id there; `size` in bytes. `kind` is photo, video, document, voice,
    sticker, poll or other; `called`: a more exact kind, if there is one (a gif is a video)."""

    kind: str
    remote: str
    name: str = ""
    size: int = 0
    called: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """The origin of a forwarded message, as far as the messenger tells: the name of the author or channel, the link to
    the original, when it was written (Unix seconds). `username`: a person's or a bot's, in lower case."""

    name: str
    link: str = ""
    written_at: int = 0
    username: str = ""


@dataclass(frozen=True, slots=True)
class Mention:
    """An account named in the text. `name`: its username in lower case, without @; `start`, `end`: its position in the
    text."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Voice:
    """The chat in whose name a message was written: a channel or the group itself. `username`: its name in lower
    case."""

    chat: int
    title: str
    username: str = ""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One parsed update. Which fields are filled depends on `kind`.

    `items`: the other messages of the album this one represents; `date`: Unix seconds; `status` and `was`: a member's
    new and old status; `reply_buttons`: the callback data of the bot's message it replies to; `reply_author`,
    `reply_text`: which bot wrote that message (its username in lower case) and its text, both "" if a person wrote it.

    `voice`: the chat in whose name it was written, if any; `post`: the number of the channel post that the messenger
    forwarded into the discussion group (0 if unknown); `under_post`: the same for the message it replies to; `thread`:
    the first message of its thread; `channel`: the chat is a channel, and what people write there are comments under
    its posts. For a POST, `voice` is the channel and `post` the post's number there. `beside`: what the message
    contained besides its text and files (a place, a poll).
    """

    kind: Kind
    chat: int = 0
    private: bool = False
    title: str = ""
    message: int = 0
    sender: Sender | None = None
    text: str = ""
    files: tuple[Attached, ...] = ()
    album: str | None = None
    items: tuple[int, ...] = ()
    reply_to: int | None = None
    reply_buttons: tuple[str, ...] = ()
    reply_author: str = ""
    reply_text: str = ""
    origin: Origin | None = None
    links: tuple[str, ...] = ()
    command: str = ""
    argument: str = ""
    mentions: tuple[Mention, ...] = ()
    press: str = ""
    data: str = ""
    date: int = 0
    status: str = ""
    was: str = ""
    new_chat: int = 0
    voice: Voice | None = None
    post: int | None = None
    under_post: int | None = None
    thread: int | None = None
    channel: bool = False
    beside: tuple[Beside, ...] = ()

    @property
    def in_a_chats_name(self) -> bool:
        """Whether the message was written in the name of a group or a channel, so that its author is unknown."""
        anonymous = self.sender is not None and self.sender.anonymous
        return anonymous or (self.voice is not None and self.post is None)

    def mention_of(self, name: str) -> Mention | None:
        """The first mention of this username (given in lower case) in the text; None if there is none."""
        return next((one for one in self.mentions if one.name == name), None)
