"""The values of the local Telegram: people, chats, messages, buttons, presses. Plain values without behaviour.

Nothing here makes updates, checks rights or knows JSON: `memory.py`, `methods_*.py` and `wire.py` do.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

MediaKind = Literal["photo", "document", "video", "voice", "audio", "sticker", "location"]
Status = Literal["creator", "administrator", "member", "left", "kicked"]

#: The account of every anonymous administrator.
GROUP_ANONYMOUS_BOT_ID = 1087968824

#: The sender of a channel's posts in its discussion group.
TELEGRAM_ID = 777000

#: The sender of messages written in a group in the name of a channel.
CHANNEL_BOT_ID = 136817688


@dataclass(eq=False)
class User:
    """A person or a bot. `hides_forwards`: forwards keep the name without a link to the account."""

    id: int
    first_name: str
    last_name: str = ""
    username: str | None = None
    is_bot: bool = False
    hides_forwards: bool = False
    reads_all: bool = False

    @property
    def full_name(self) -> str:
        """First and last name, as a client shows them."""
        return f"{self.first_name} {self.last_name}".strip()


@dataclass
class Member:
    """Somebody's status in a group or channel. `anonymous` only matters for the creator and administrators; `lacks` are
    the rights that an administrator was not given, by their Bot API names.
    """

    user: User
    status: Status
    anonymous: bool = False
    lacks: frozenset[str] = frozenset()

    @property
    def is_in(self) -> bool:
        """Whether the member sees the group now."""
        return self.status in ("creator", "administrator", "member")

    @property
    def is_admin(self) -> bool:
        """Whether the member is the creator or an administrator."""
        return self.status in ("creator", "administrator")


@dataclass(eq=False)
class Chat:
    """A group, a supergroup, a channel, or one person's private chat with one bot (with `person` and `bot` set).

    A private chat's id is its person's id, so two bots have two chats with the same id.
    """

    id: int
    type: Literal["private", "group", "supergroup", "channel"]
    title: str = ""
    username: str | None = None
    person: User | None = None
    bot: User | None = None
    members: dict[int, Member] = field(default_factory=dict)
    blocked: bool = False
    migrated_to: "Chat | None" = None
    last_id: int = 0
    last_speaking_bot: int | None = None
    discussion: "Chat | None" = None
    invite_link: str | None = None
    banned_voices: set[int] = field(default_factory=set)

    @property
    def is_group(self) -> bool:
        """Whether this is a group of either kind."""
        return self.type in ("group", "supergroup")

    def member(self, user: User) -> Member | None:
        """The user's membership, also after leaving; None for somebody who never joined."""
        return self.members.get(user.id)

    def has(self, user: User) -> bool:
        """Whether the user is in the group."""
        member = self.members.get(user.id)
        return member is not None and member.is_in

    def may(self, user: User, right: str) -> bool:
        """Whether the user is the creator, or an administrator with this right."""
        member = self.members.get(user.id)
        return member is not None and member.is_admin and right not in member.lacks

    def is_admin(self, user: User) -> bool:
        """Whether the user is the creator or an administrator."""
        member = self.members.get(user.id)
        return member is not None and member.is_admin


@dataclass(frozen=True)
class Entity:
    """A piece of formatted text. Offset and length are in UTF-16 units, as everywhere in Telegram."""

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
    """A button under a message with one of `data`, `url`, `copy_text`; `raw` is the form in which Telegram returns it."""

    text: str
    data: str | None = None
    url: str | None = None
    style: str | None = None
    copy_text: str | None = None
    raw: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class StoredFile:
    """A stored file. `path` is its address in getFile."""

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


@dataclass(frozen=True)
class Origin:
    """The source of a forwarded message. `kind` determines which of the other fields are set."""

    kind: Literal["user", "hidden_user", "chat", "channel"]
    date: datetime
    user: User | None = None
    user_name: str | None = None
    chat: Chat | None = None
    message_id: int | None = None


@dataclass(eq=False)
class Message:
    """One message in its current form. `text` is the caption if there is `media`; times are aware, in UTC.

    `sender` is always the real author; with `anonymous` others see the group in its place. `edited` is the time of the
    last edit. `voice` is the chat in whose name it was written; `automatic`: a channel's post that Telegram put into
    the discussion group; `thread`: the post that a comment belongs to. `service` is empty for ordinary messages,
    otherwise the name of Telegram's field (`new_chat_members`, `left_chat_member`, `pinned_message`,
    `migrate_to_chat_id`, `migrate_from_chat_id`) and its value.
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
    media: Media | None = None
    media_group_id: str | None = None
    forward: Origin | None = None
    pinned: bool = False
    anonymous: bool = False
    voice: Chat | None = None
    automatic: bool = False
    thread: "Message | None" = None
    link_preview: bool = False
    preview_options: dict[str, Any] | None = None
    reply_keyboard: dict[str, Any] | None = None
    service: dict[str, Any] = field(default_factory=dict)
    reactions: dict[int, list[str]] = field(default_factory=dict)
    deleted: bool = False
    forgotten: bool = False

    @property
    def pings(self) -> list[str]:
        """The accounts this message notifies: «@name» for mentions in its text, «tg://user?id=…» for mentions by
        account.
        """
        called = []
        for entity in self.entities:
            if entity.type == "mention":
                called.append(cut(self.text, entity))
            elif entity.type == "text_mention":
                called.append(f"tg://user?id={entity.user_id}")
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


@dataclass(frozen=True)
class Call:
    """One Bot API call; `at_monotonic` in seconds of the sandbox's stopwatch. `error_code` is None for a successful
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
    """The length of `text` as Telegram counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
