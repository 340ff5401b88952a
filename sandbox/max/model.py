"""The values of the local MAX, with what only MAX has. Plain values without behaviour.

Nothing here makes updates, checks rights or knows JSON: `memory.py`, `methods_*.py` and `wire.py` do.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Literal

from sandbox.max.ids import mid_of, seq_in_link
from sandbox.messenger import model
from sandbox.messenger.model import Button, Call, Entity, Media, MediaKind, StoredFile, cut, utf16_length

__all__ = [
    "RIGHTS",
    "Button",
    "Call",
    "Chat",
    "Entity",
    "Forward",
    "Media",
    "MediaKind",
    "Member",
    "Message",
    "Press",
    "StoredFile",
    "User",
    "WorldEvent",
    "cut",
    "utf16_length",
]

#: Every right of an administrator, in the order of the official list.
RIGHTS = (
    "read_all_messages",
    "add_remove_members",
    "add_admins",
    "change_chat_info",
    "pin_message",
    "edit_link",
    "write",
    "edit",
    "delete",
    "can_call",
    "view_stats",
)
#: The address of public chats, channels and messages.
SITE = "https://max.ru"


@dataclass(eq=False)
class User(model.User):
    """A person or a bot in MAX. `pictured`: they have an avatar."""

    pictured: bool = False
    description: str | None = None


@dataclass
class Member(model.Member):
    """A user's place in a group or channel. `rights` is None for members who are no administrators."""

    user: User
    joined: datetime
    owner: bool = False
    rights: frozenset[str] | None = None
    gone: Literal["", "left", "removed"] = ""
    blocked: bool = False
    """Removed for good: the user cannot come back by a link."""

    @property
    def is_in(self) -> bool:
        """Whether the member is in the group now."""
        return not self.gone

    @property
    def is_admin(self) -> bool:
        """Whether the member is the owner or an administrator."""
        return self.is_in and (self.owner or self.rights is not None)

    @property
    def is_creator(self) -> bool:
        """Whether the member owns the group."""
        return self.owner

    @property
    def all_rights(self) -> frozenset[str]:
        """The member's rights of an administrator; empty for others."""
        if not self.is_in:
            return frozenset()
        return frozenset(RIGHTS) if self.owner else self.rights or frozenset()


@dataclass(eq=False)
class Chat(model.Chat):
    """A group (`chat`), a channel, or the dialog of one person with one bot (then `person` and `bot` are set).

    Groups and channels have negative ids; a dialog's id is computed from the two accounts. `username` is the last part
    of a public address; `link` exists for every group and channel.
    """

    type: Literal["dialog", "chat", "channel"]
    person: User | None = None
    bot: User | None = None
    members: dict[int, Member] = field(default_factory=dict)
    last_event: datetime | None = None
    muted_until: datetime | None = None
    description: str | None = None

    @property
    def is_group(self) -> bool:
        """Whether this is a group, in which several people talk."""
        return self.type == "chat"

    @property
    def link(self) -> str:
        """The address by which people join the group or channel; meaningless for a dialog."""
        return f"{SITE}/{self.username}" if self.username else f"{SITE}/join/{-self.id:x}"

    def member(self, user: model.User) -> Member | None:
        """Return the user's membership, also after leaving; None for a user who never joined."""
        return self.members.get(user.id)

    def may(self, user: model.User, right: str) -> bool:
        """Whether the user is the owner, or an administrator with this right."""
        member = self.members.get(user.id)
        return member is not None and right in member.all_rights

    @property
    def address(self) -> int:
        """The number by which people and faults name this chat: for a dialog the person's, otherwise its own."""
        return self.person.id if self.person is not None else self.id


@dataclass(frozen=True)
class Forward:
    """What a forwarded message carries: the original's words and files, without its buttons.

    `chat_id` is the original's chat (shown to a bot without access as 0); `sender` is None for a channel's post.
    """

    mid: str
    seq: int
    text: str
    entities: tuple[Entity, ...]
    files: tuple[Media, ...]
    chat_id: int
    title: str
    sender: User | None

    @property
    def name(self) -> str:
        """The author of the forwarded words, as a client shows it."""
        return self.sender.full_name if self.sender is not None else self.title


@dataclass(eq=False)
class Message(model.Message):
    """One message, post or comment in its current form. `id` is its `seq`.

    `post` is the channel's post that a comment stands under. `for_channel`: written in the channel's name, so no sender
    is shown. A forwarded message has the words people see in `text`; in the API its own text is empty.
    """

    chat: Chat
    sender: User
    reply_to: "Message | None" = None
    attached: list[Media] = field(default_factory=list)
    forward: Forward | None = None
    post: "Message | None" = None
    for_channel: bool = False
    link_preview: bool = False
    comments_open: bool = True
    account_link: ClassVar[str] = "max://user/{}"

    @property
    def mid(self) -> str:
        """The message's id in the API."""
        return mid_of(self.chat.id, self.id)

    @property
    def files(self) -> list[Media]:
        """The message's attachments, in order."""
        return list(self.forward.files) if self.forward is not None else self.attached

    @property
    def media(self) -> Media | None:
        """The first attachment; None if there is none."""
        return self.files[0] if self.files else None

    @property
    def forwarded_from(self) -> str | None:
        """The author of forwarded words; None if the message is not forwarded."""
        return self.forward.name if self.forward is not None else None

    @property
    def place(self) -> str:
        """The last part of the message's public address, made from its number."""
        return seq_in_link(self.id)

    @property
    def url(self) -> str | None:
        """The public address of a public channel's post, or of a message in a public group; None in other chats."""
        return f"{SITE}/{self.chat.username}/{self.place}" if self.chat.username else None


@dataclass(eq=False)
class Press(model.Press):
    """A person's press of a button; `id` is the callback's. `toast` is the bot's notification (None until it answers).

    MAX accepts no answer without words, so a bot that has nothing to say only acts: `followed` means that it did so
    where the person sees it.
    """

    person: User
    message: Message
    followed: bool = False

    @property
    def settled(self) -> bool:
        """Whether the person has seen a result of the press."""
        return self.answered or self.followed


@dataclass(frozen=True)
class WorldEvent(model.WorldEvent):
    """One change in the simulated MAX, as given to the functions that subscribed to changes."""

    chat: Chat | None = None
    message: Message | None = None
    press: Press | None = None
    person: User | None = None
