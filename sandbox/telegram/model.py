"""The values that the simulated Telegram is made of: `sandbox.messenger.model` with the fields that only Telegram has.

Nothing here makes updates, checks rights or knows JSON: `memory.py`, `methods_*.py` and `wire.py` do.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Literal

from sandbox.messenger import model
from sandbox.messenger.model import Button, Call, Entity, Media, MediaKind, StoredFile, cut, utf16_length

__all__ = [
    "CHANNEL_BOT_ID",
    "GROUP_ANONYMOUS_BOT_ID",
    "TELEGRAM_ID",
    "Button",
    "Call",
    "Chat",
    "Entity",
    "Media",
    "MediaKind",
    "Member",
    "Message",
    "Origin",
    "Press",
    "Status",
    "StoredFile",
    "User",
    "WorldEvent",
    "cut",
    "utf16_length",
]

Status = Literal["creator", "administrator", "member", "left", "kicked"]

#: The account of every anonymous administrator.
GROUP_ANONYMOUS_BOT_ID = 1087968824

#: The sender of a channel's posts in its discussion group.
TELEGRAM_ID = 777000

#: The sender of messages written in a group in the name of a channel.
CHANNEL_BOT_ID = 136817688


@dataclass(eq=False)
class User(model.User):
    """A person or a bot. `hides_forwards`: forwards of the person's messages show the name without a link to the
    account. `reads_all`: a bot without privacy mode, which gets every message of its groups.
    """

    hides_forwards: bool = False
    reads_all: bool = False


@dataclass
class Member(model.Member):
    """One user's status in one group or channel. `anonymous` only matters for the creator and administrators; `lacks`
    are the rights that an administrator was not given, by their Bot API names.
    """

    user: User
    status: Status
    anonymous: bool = False
    lacks: frozenset[str] = frozenset()

    @property
    def is_in(self) -> bool:
        """Whether the user belongs to the group now (neither left nor banned)."""
        return self.status in ("creator", "administrator", "member")

    @property
    def is_admin(self) -> bool:
        """Whether the member is the creator or an administrator."""
        return self.status in ("creator", "administrator")

    @property
    def is_creator(self) -> bool:
        """Whether this member created the group."""
        return self.status == "creator"


@dataclass(eq=False)
class Chat(model.Chat):
    """A group, a supergroup, a channel, or one person's private chat with one bot (with `person` and `bot` set).

    A private chat's id is its person's id, so two bots have two chats with the same id.
    """

    type: Literal["private", "group", "supergroup", "channel"]
    person: User | None = None
    bot: User | None = None
    members: dict[int, Member] = field(default_factory=dict)
    migrated_to: "Chat | None" = None
    last_id: int = 0
    last_speaking_bot: int | None = None
    discussion: "Chat | None" = None
    invite_link: str | None = None
    banned_voices: set[int] = field(default_factory=set)

    @property
    def is_group(self) -> bool:
        """Whether this is a group or a supergroup (not a channel or a private chat)."""
        return self.type in ("group", "supergroup")

    def member(self, user: User) -> Member | None:
        """Return the user's membership, also after leaving or a ban; None for somebody who never joined."""
        return self.members.get(user.id)

    def may(self, user: User, right: str) -> bool:
        """Return whether the user is the creator, or an administrator who was given this right (its Bot API name)."""
        member = self.members.get(user.id)
        return member is not None and member.is_admin and right not in member.lacks


@dataclass(frozen=True)
class Origin:
    """The origin of a forwarded message: its first author and time. `kind` determines which of the other fields are
    set.
    """

    kind: Literal["user", "hidden_user", "chat", "channel"]
    date: datetime
    user: User | None = None
    user_name: str | None = None
    chat: Chat | None = None
    message_id: int | None = None

    @property
    def name(self) -> str:
        """The name of the message's first author, or the title of the chat, as a client shows it."""
        if self.user is not None:
            return self.user.full_name
        if self.chat is not None:
            return self.chat.title
        return self.user_name or "неизвестно кого"


@dataclass(eq=False)
class Message(model.Message):
    """One message in its current form. `text` is the caption if there is `media`.

    With `anonymous` others see the group in the sender's place. `edited` is the time of the last edit. `voice` is the
    chat in whose name it was written; `automatic`: a channel's post that Telegram put into the discussion group;
    `thread`: the post that a comment belongs to. `service` holds Telegram's field (`new_chat_members`,
    `left_chat_member`, `pinned_message`, `migrate_to_chat_id`, `migrate_from_chat_id`) and its value.
    """

    chat: Chat
    sender: User
    reply_to: "Message | None" = None
    media: Media | None = None
    media_group_id: str | None = None
    forward: Origin | None = None
    voice: Chat | None = None
    automatic: bool = False
    thread: "Message | None" = None
    link_preview: bool = False
    preview_options: dict[str, Any] | None = None
    reply_keyboard: dict[str, Any] | None = None
    reactions: dict[int, list[str]] = field(default_factory=dict)
    account_link: ClassVar[str] = "tg://user?id={}"

    @property
    def files(self) -> list[Media]:
        """The attached file in a list; empty if there is none (a Telegram message has one file at most)."""
        return [self.media] if self.media is not None else []

    @property
    def forwarded_from(self) -> str | None:
        """The name of the first author of a forwarded message; None if the message is not a forward."""
        return self.forward.name if self.forward is not None else None

    @property
    def album(self) -> str | None:
        """The id that all messages of one album share; None if the message is not part of an album."""
        return self.media_group_id

    @property
    def asks_for_a_reply(self) -> bool:
        """Whether the message carries ForceReply, so that a client starts a reply to it by itself."""
        return bool((self.reply_keyboard or {}).get("force_reply"))

    @property
    def keys(self) -> list[list[str]] | None:
        """The captions of the keyboard, row by row, that this message shows in place of the input field; [] if it
        removes that keyboard, None if it leaves it as it is.
        """
        markup = self.reply_keyboard or {}
        if markup.get("remove_keyboard"):
            return []
        rows = markup.get("keyboard")
        if not rows:
            return None
        return [[key if isinstance(key, str) else str(key.get("text", "")) for key in row] for row in rows]

    @property
    def reaction_counts(self) -> dict[str, int]:
        """The number of people who set each reaction, by its emoji."""
        counts: dict[str, int] = {}
        for emojis in self.reactions.values():
            for emoji in emojis:
                counts[emoji] = counts.get(emoji, 0) + 1
        return counts


@dataclass(eq=False)
class Press(model.Press):
    """One person's tap on a button under a message. `toast` is the bot's answer (None until it answers, "" for an
    answer without words).
    """

    person: User
    message: Message


@dataclass(frozen=True)
class WorldEvent(model.WorldEvent):
    """One change in the simulated Telegram, as given to the functions that subscribed to changes."""

    chat: Chat | None = None
    message: Message | None = None
    press: Press | None = None
    person: User | None = None
