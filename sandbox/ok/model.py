"""The state of the simulated Одноклассники (OK): people, groups, topics, comments, chats, calls.

Plain data with identity. It must not know HTTP or read a clock: `world.py` changes it, `rest.py` and `graph.py` show
it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal


def milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


@dataclass(eq=False)
class OkUser:
    """A person with an account in OK."""

    id: int
    name: str

    @property
    def ref(self) -> str:
        return f"user:{self.id}"


@dataclass(eq=False)
class OkGroup:
    """A group in OK. `bot_token`: for its messages; the session (`access_token`) belongs to its administrator in one
    application. `granted`: the methods and rights that OK gave the application.
    """

    name: str
    id: int
    bot_token: str = field(repr=False)
    access_token: str = field(repr=False)
    app_key: str = field(repr=False)
    session_secret: str = field(repr=False)
    granted: set[str] = field(default_factory=lambda: {"VALUABLE_ACCESS", "GROUP_CONTENT"})
    session_expired: bool = False
    subscriptions: dict[str, int] = field(default_factory=dict)

    @property
    def ref(self) -> str:
        return f"group:{self.id}"


Author = OkUser | OkGroup


@dataclass(eq=False)
class Topic:
    """A topic (post) of a group. `hidden`: its comments are closed to the session."""

    id: int
    group: OkGroup
    author: Author
    text: str
    date: datetime
    activity: datetime
    hidden: bool = False
    deleted: bool = False

    @property
    def url(self) -> str:
        return f"https://ok.ru/group/{self.group.id}/topic/{self.id}"


@dataclass(eq=False)
class OkComment:
    """A comment under a topic. `photos`: addresses of pictures."""

    id: str
    topic: Topic
    author: Author
    text: str
    date: datetime
    reply_to: OkComment | None = None
    photos: tuple[str, ...] = ()
    deleted: bool = False


@dataclass(eq=False)
class OkMessage:
    """A message in a person's chat with a group."""

    mid: str
    chat: OkChat
    author: Author
    text: str
    date: datetime
    photos: tuple[str, ...] = ()


@dataclass(eq=False)
class OkChat:
    """The chat of one person with one group. `closed`: the person forbade the group to write to them."""

    id: str
    group: OkGroup
    person: OkUser
    messages: list[OkMessage] = field(default_factory=list)
    closed: bool = False


@dataclass(frozen=True)
class Call:
    """One API call by a program, without its keys."""

    at_monotonic: float
    method: str
    ok: bool
    error_code: int | None
    params: dict[str, str]


@dataclass(frozen=True)
class Delivery:
    """A message to be sent to a webhook. `tries`: how often that was tried."""

    url: str = field(repr=False)
    message: OkMessage
    tries: int = 0


@dataclass(frozen=True)
class WorldEvent:
    """A change in OK, for the subscribers of the simulation; `kind`: topic comment comment_edited comment_deleted
    message.
    """

    seq: int
    kind: Literal["topic", "comment", "comment_edited", "comment_deleted", "message"]
    topic: Topic | None = None
    comment: OkComment | None = None
    message: OkMessage | None = None
