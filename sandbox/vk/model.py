"""The values of the simulated VK: people, communities, posts, comments, messages, files.

Plain data, compared by identity. It must not wake anybody, know HTTP, or read a clock: `world.py` changes it,
`shapes.py` turns it into JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sandbox.vk.markup import Mention, read_markup

ALL_PERMISSIONS = ("photos", "wall", "messages", "docs", "manage")
DEFAULT_EVENTS = (
    "message_new",
    "wall_post_new",
    "wall_reply_new",
    "wall_reply_edit",
    "wall_reply_delete",
    "wall_reply_restore",
    "message_edit",
    *(
        f"{name}_{what}"
        for name in ("photo_comment", "video_comment", "market_comment", "board_post")
        for what in ("new", "edit", "delete", "restore")
    ),
)


@dataclass(eq=False)
class VkUser:
    """A person with a VK account."""

    id: int
    first_name: str
    last_name: str

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def owner_id(self) -> int:
        """The id of the person as an author in VK: their number as it is."""
        return self.id


@dataclass(eq=False)
class Community:
    """A community's page. `admin` is the person who may own its user token, `admin_level` that person's role (1
    moderator, 2 editor, 3 administrator, 0 none), `user_rights` the rights of that token.
    """

    name: str
    id: int
    community_token: str = field(repr=False)
    service_token: str | None = field(repr=False)
    user_token: str | None = field(repr=False)
    screen_name: str
    admin: VkUser
    permissions: set[str] = field(default_factory=lambda: set(ALL_PERMISSIONS))
    events: set[str] = field(default_factory=lambda: set(DEFAULT_EVENTS))
    longpoll_enabled: bool = True
    api_version: str = "5.199"
    writers: set[int] = field(default_factory=set)
    banned: set[int] = field(default_factory=set)
    ban_notes: dict[int, str] = field(default_factory=dict)
    may_publish: bool = True
    bot_features: bool = True
    admin_level: int = 3
    user_rights: set[str] = field(default_factory=lambda: {"photos", "wall", "docs", "groups", "offline"})

    @property
    def owner_id(self) -> int:
        """The id of the community as an author in VK: its number with a minus."""
        return -self.id

    @property
    def url(self) -> str:
        return f"https://vk.com/{self.screen_name}"


Author = VkUser | Community


@dataclass(eq=False)
class File:
    """An attached photo or document; `data` are its bytes, served under `/files/<ref>`."""

    kind: Literal["photo", "doc"]
    owner_id: int
    id: int
    title: str
    data: bytes = field(repr=False)
    date: datetime

    @property
    def ref(self) -> str:
        """The file's name in the parameter `attachments`: photo-1_2, doc-1_2."""
        return f"{self.kind}{self.owner_id}_{self.id}"

    @property
    def extension(self) -> str:
        return self.title.rsplit(".", 1)[-1].lower() if "." in self.title else ""


@dataclass(eq=False)
class Written:
    """Anything written in VK: `text` as sent, `shown` as a reader sees it, `mentions` as VK would notify them."""

    id: int
    author: Author
    text: str
    date: datetime
    attachments: list[File] = field(default_factory=list)

    @property
    def shown(self) -> str:
        return read_markup(self.text)[0]

    @property
    def mentions(self) -> list[Mention]:
        return read_markup(self.text)[1]


@dataclass(eq=False)
class Post(Written):
    """A post on a community's wall; one of kind "suggest" was offered to the editors and takes no comments."""

    wall: Community = field(kw_only=True)
    kind: Literal["post", "suggest"] = "post"
    comments_open: bool = True
    links_allowed: bool = True
    deleted: bool = False
    pinned: bool = False
    guid: str | None = None

    @property
    def url(self) -> str:
        return f"https://vk.com/wall{self.wall.owner_id}_{self.id}"


@dataclass(eq=False)
class Comment(Written):
    """A comment under a post; `root` is the first-level comment whose thread it belongs to, None for a first-level
    comment.
    """

    post: Post = field(kw_only=True)
    reply_to: Comment | None = None
    guid: str | None = None
    deleted: bool = False

    @property
    def root(self) -> Comment | None:
        if self.reply_to is None:
            return None
        return self.reply_to.root or self.reply_to

    @property
    def url(self) -> str:
        return f"{self.post.url}?reply={self.id}"


@dataclass(eq=False)
class VkMessage(Written):
    """A private message between a person and a community; `cmid` is its number within their conversation. `payload`: that of
    the button which wrote it. `keyboard`: the buttons under it, as they were sent."""

    peer: VkUser = field(kw_only=True)
    community: Community = field(kw_only=True)
    cmid: int = field(kw_only=True)
    random_id: int = 0
    reply_to: VkMessage | None = None
    deleted: bool = False
    payload: str | None = None
    keyboard: Mapping[str, Any] | None = None

    @property
    def outgoing(self) -> bool:
        """Whether the community wrote the message."""
        return isinstance(self.author, Community)


@dataclass(frozen=True)
class Call:
    """One request to `/method/…` as the sandbox received it, with its outcome. `params` exclude the token."""

    at_monotonic: float
    method: str
    token_kind: str | None
    group_id: int | None
    ok: bool
    error_code: int | None
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class WorldEvent:
    """One change in the simulated VK, as given to the functions that subscribed: `kind` is post, comment,
    comment_edited, comment_deleted, comment_restored, comments_closed or message; the fields that belong to it are set.
    """

    seq: int
    kind: str
    community: Community
    post: Post | None = None
    comment: Comment | None = None
    message: VkMessage | None = None
