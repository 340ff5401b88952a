"""The values people see in any messenger: users, chats, messages, buttons, presses. Plain values without behaviour.

Each messenger adds what only it has; nothing here may know one of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Literal

MediaKind = Literal["photo", "document", "video", "voice", "audio", "sticker", "location"]


@dataclass(eq=False)
class User:
    """A person or a bot."""

    id: int
    first_name: str
    last_name: str = ""
    username: str | None = None
    is_bot: bool = False

    @property
    def full_name(self) -> str:
        """First and last name, as a client shows them."""
        return f"{self.first_name} {self.last_name}".strip()


@dataclass
class Member:
    """A user's place in a group or channel."""

    user: User

    @property
    def is_in(self) -> bool:
        """Whether the member is in the group now."""
        raise NotImplementedError

    @property
    def is_admin(self) -> bool:
        """Whether the member is the creator or an administrator."""
        raise NotImplementedError

    @property
    def is_creator(self) -> bool:
        """Whether the member owns the group."""
        raise NotImplementedError


@dataclass(eq=False)
class Chat:
    """A group, a channel, or one person's private chat with one bot (then `person` and `bot` are set)."""

    id: int
    type: str
    title: str = ""
    person: User | None = None
    bot: User | None = None
    members: Mapping[int, Member] = field(default_factory=dict)
    blocked: bool = False
    """Whether the person has stopped the bot, which then cannot write to them."""
    migrated_to: "Chat | None" = None
    """The chat in which people write now instead of this one; None if it was not moved."""
    username: str | None = None
    """The last part of the chat's public address; None if it has none."""

    @property
    def is_group(self) -> bool:
        """Whether this is a group, in which several people talk."""
        raise NotImplementedError

    def has(self, user: User) -> bool:
        """Whether the user is in the group now."""
        member = self.members.get(user.id)
        return member is not None and member.is_in

    def is_admin(self, user: User) -> bool:
        """Whether the user is the creator or an administrator."""
        member = self.members.get(user.id)
        return member is not None and member.is_admin


@dataclass(frozen=True)
class Entity:
    """A piece of a text with a format or a link. Offset and length are in UTF-16 units."""

    type: str
    offset: int
    length: int
    url: str | None = None
    user_id: int | None = None
    language: str | None = None
    custom_emoji_id: str | None = None

    @property
    def end(self) -> int:
        """The first UTF-16 unit after the entity."""
        return self.offset + self.length


@dataclass(frozen=True)
class Button:
    """A button under a message, with one of `data`, `url`, `copy_text`. `raw`: the form in which the messenger returns
    it.
    """

    text: str
    data: str | None = None
    url: str | None = None
    style: str | None = None
    copy_text: str | None = None
    raw: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class StoredFile:
    """A file stored by the messenger. `path`: the last part of its address there."""

    file_id: str
    unique_id: str
    kind: str
    data: bytes
    path: str
    name: str | None = None
    mime: str | None = None


@dataclass(frozen=True)
class Media:
    """The content of a message besides its text: a file (`data`, `name`), a sticker (`emoji`) or a place."""

    kind: MediaKind
    file: StoredFile | None = None
    emoji: str | None = None
    latitude: float | None = None
    longitude: float | None = None

    @property
    def data(self) -> bytes:
        """The bytes of the file; empty for a sticker and a place."""
        return self.file.data if self.file is not None else b""

    @property
    def name(self) -> str | None:
        """The file's name; None if it has none."""
        return self.file.name if self.file is not None else None


@dataclass(eq=False)
class Message:
    """One message in its current form; times are aware, in UTC. `sender` is always the real author.

    `service` is empty for ordinary messages, otherwise what happened in the chat (`new_chat_members`,
    `left_chat_member`, `pinned_message`, `new_chat_title`, …) and its value.
    """

    id: int
    chat: Chat
    sender: User
    date: datetime
    text: str = ""
    entities: list[Entity] = field(default_factory=list)
    buttons: list[list[Button]] = field(default_factory=list)
    reply_to: "Message | None" = None
    edited: datetime | None = None
    silent: bool = False
    pinned: bool = False
    anonymous: bool = False
    """Whether other people see the group as the author."""
    service: dict[str, Any] = field(default_factory=dict)
    deleted: bool = False
    forgotten: bool = False
    """Whether a fault made the messenger lose the message, so that it can no longer be edited."""
    account_link: ClassVar[str] = "user/{}"
    """The form in which the messenger writes a link to an account."""

    @property
    def files(self) -> list[Media]:
        """The message's attachments, in order."""
        raise NotImplementedError

    @property
    def forwarded_from(self) -> str | None:
        """The author of forwarded words, as a client names them; None if the message is not forwarded."""
        raise NotImplementedError

    @property
    def place(self) -> str:
        """The message's own part of its public address."""
        return str(self.id)

    @property
    def album(self) -> str | None:
        """The key of the album as part of which a client shows the message; None if it stands alone."""
        return None

    @property
    def asks_for_a_reply(self) -> bool:
        """Whether a client opens a reply to the message by itself."""
        return False

    @property
    def keys(self) -> list[list[str]] | None:
        """The keyboard that the message puts in place of the input field; [] removes one, None changes nothing."""
        return None

    @property
    def reaction_counts(self) -> dict[str, int]:
        """How many people set each reaction."""
        return {}

    @property
    def pings(self) -> list[str]:
        """The accounts this message notifies: «@name» for mentions in its text, a link with the number for others."""
        called = []
        for entity in self.entities:
            if entity.type == "mention":
                called.append(cut(self.text, entity))
            elif entity.type == "text_mention":
                called.append(self.account_link.format(entity.user_id))
        return called

    @property
    def links(self) -> list[str]:
        """Where taps on this text lead: visible addresses and addresses behind words."""
        found = []
        for entity in self.entities:
            if entity.type == "text_link":
                found.append(entity.url or "")
            elif entity.type in ("url", "email"):
                found.append(cut(self.text, entity))
        return found


@dataclass(eq=False)
class Press:
    """A person's press of a button. `toast`: the bot's answer (None until it answers, "" for an answer without words)."""

    id: str
    person: User
    message: Message
    data: str
    at: datetime
    toast: str | None = None
    alert: bool = False
    answered: bool = False
    url: str | None = None

    @property
    def settled(self) -> bool:
        """Whether the person has seen a result of the press."""
        return self.answered


@dataclass(frozen=True)
class Call:
    """One API call by a bot. `at_monotonic`: in seconds of the sandbox's stopwatch; `error_code`: None for a successful
    call, 0 for one that a fault prevented.
    """

    at_monotonic: float
    method: str
    chat_id: int | None
    ok: bool
    error_code: int | None = None


@dataclass(frozen=True)
class WorldEvent:
    """A change in the messenger, for the subscribers of the simulation. `seq` grows by one; `kind` determines which
    other fields are set.

    Kinds: message_new, message_edited, message_deleted, message_pinned, pressed, toast, joined, left, promoted,
    demoted, blocked, unblocked, migrated, reaction.
    """

    seq: int
    kind: str
    at: datetime
    chat: Chat | None = None
    message: Message | None = None
    press: Press | None = None
    person: User | None = None


def cut(text: str, entity: Entity) -> str:
    """Return the piece of `text` that an entity covers."""
    raw = text.encode("utf-16-le")
    return raw[entity.offset * 2 : entity.end * 2].decode("utf-16-le", "replace")


def utf16_length(text: str) -> int:
    """Return the length of `text` in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
