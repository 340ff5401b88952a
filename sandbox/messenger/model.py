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
    """Somebody's place in a group or channel."""

    user: User

    @property
    def is_in(self) -> bool:
        """Whether the member sees the group now."""
        raise NotImplementedError

    @property
    def is_admin(self) -> bool:
        """Whether the member is the creator or an administrator."""
        raise NotImplementedError

    @property
    def is_creator(self) -> bool:
        """Whether the group is the member's own."""
        raise NotImplementedError


@dataclass(eq=False)
class Chat:
    """A group, a channel, or one person's private chat with one bot (with `person` and `bot` set)."""

    id: int
    type: str
    title: str = ""
    person: User | None = None
    bot: User | None = None
    members: Mapping[int, Member] = field(default_factory=dict)
    blocked: bool = False
    """The person has stopped the bot: it cannot write."""
    migrated_to: "Chat | None" = None
    """The chat that people now write in instead; None where a messenger moves no chats."""
    username: str | None = None
    """The last part of a public address."""

    @property
    def is_group(self) -> bool:
        """Whether several people talk here."""
        raise NotImplementedError

    def has(self, user: User) -> bool:
        """Whether the user is in the group."""
        member = self.members.get(user.id)
        return member is not None and member.is_in

    def is_admin(self, user: User) -> bool:
        """Whether the user is the creator or an administrator."""
        member = self.members.get(user.id)
        return member is not None and member.is_admin


@dataclass(frozen=True)
class Entity:
    """A piece of formatted text. Offset and length are in UTF-16 units."""

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
    """A button under a message with one of `data`, `url`, `copy_text`; `raw` is the form in which the messenger returns it."""

    text: str
    data: str | None = None
    url: str | None = None
    style: str | None = None
    copy_text: str | None = None
    raw: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class StoredFile:
    """A stored file. `path` is its address at the messenger."""

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
        """The file's name, if it has one."""
        return self.file.name if self.file is not None else None


@dataclass(eq=False)
class Message:
    """One message in its current form; times are aware, in UTC. `sender` is always the real author.

    `service` is empty for ordinary messages, otherwise what happened (`new_chat_members`, `left_chat_member`,
    `pinned_message`, `new_chat_title`, …) and its value.
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
    """Others see the group in the author's place."""
    service: dict[str, Any] = field(default_factory=dict)
    deleted: bool = False
    forgotten: bool = False
    """A fault made the messenger lose it: it can no longer be edited."""
    account_link: ClassVar[str] = "user/{}"
    """How the messenger writes a link to an account."""

    @property
    def files(self) -> list[Media]:
        """What is attached, in order."""
        raise NotImplementedError

    @property
    def forwarded_from(self) -> str | None:
        """Whose words these are, as a client names the author of a forwarded message; None for one's own words."""
        raise NotImplementedError

    @property
    def place(self) -> str:
        """The message's own part of its public address."""
        return str(self.id)

    @property
    def album(self) -> str | None:
        """What is shown as one with other messages of the same album."""
        return None

    @property
    def asks_for_a_reply(self) -> bool:
        """Whether a client opens a reply to it by itself."""
        return False

    @property
    def keys(self) -> list[list[str]] | None:
        """The keyboard it puts in place of the input field; [] takes one away, None leaves it."""
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
        """The targets of a tap on this text: visible addresses and addresses behind words."""
        found = []
        for entity in self.entities:
            if entity.type == "text_link":
                found.append(entity.url or "")
            elif entity.type in ("url", "email"):
                found.append(cut(self.text, entity))
        return found


@dataclass(eq=False)
class Press:
    """A tap on a button. `toast` is the bot's answer (None until then, "" for an answer without words)."""

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
        """Whether the person has seen what came of it."""
        return self.answered


@dataclass(frozen=True)
class Call:
    """One call of a bot; `at_monotonic` in seconds of the sandbox's stopwatch. `error_code` is None for a successful
    call, 0 for one that a fault prevented.
    """

    at_monotonic: float
    method: str
    chat_id: int | None
    ok: bool
    error_code: int | None = None


@dataclass(frozen=True)
class WorldEvent:
    """A change, for subscribers. `seq` grows by one; `kind` determines which other fields are set.

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
    """The piece of `text` an entity covers."""
    raw = text.encode("utf-16-le")
    return raw[entity.offset * 2 : entity.end * 2].decode("utf-16-le", "replace")


def utf16_length(text: str) -> int:
    """The length of `text` in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
