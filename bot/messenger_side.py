"""The port of one bot at one messenger: all of `bot.messenger` for sending, and what the bot hears and can be asked.

The intake polls it, the reception parses with it, the command line asks it about the bot's rights. A messenger's JSON,
numbering of updates and names of rights stay inside its own folder. No method raises, except where its docstring says
so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal, Protocol, runtime_checkable

from bot.clock import Clock
from bot.delivery.limits import Pace
from bot.messenger import Messenger, NotSeen
from handlers.incoming import Incoming
from networks.port import Network, RawEvent


@dataclass(frozen=True, slots=True)
class Spoken:
    """The messenger in Russian words for the operator: its name, the secret that opens it (a token), who issues that
    secret, and a `hint` on what to check when the messenger does not answer."""

    name: str
    secret: str
    issuer: str
    hint: str = ""


class NotOpened(Exception):  # noqa: N818 - says what to do, not what broke
    """The bot of a messenger cannot be opened: its secret is missing, or is not of this messenger's form; in the
    second case `looks` says what a valid one looks like."""

    def __init__(self, spoken: Spoken, looks: str = "") -> None:
        super().__init__(spoken.secret)
        self.spoken = spoken
        self.looks = looks


@dataclass(frozen=True, slots=True)
class Identity:
    """The bot's own account: its id, username and displayed name."""

    id: int
    username: str
    name: str


@dataclass(frozen=True, slots=True)
class Polled:
    """The result of a successful poll: items, oldest first, each as (key, raw). The key is the same whenever the same
    item comes again; `raw` is the text that `read` parses.

    `position`: where the next poll goes on from, once the items are stored; None if it stays where it was. `pause`:
    seconds to wait before the next poll, for when the messenger would return the same items again at once.
    """

    items: tuple[tuple[str, str], ...]
    position: int | None = None
    pause: float = 0.0


@dataclass(frozen=True, slots=True)
class Conflict:
    """Returned, not raised: a poll failed because another copy of the program polls with the same secret, or, if
    `pushed`, because the messenger pushes updates to an address instead."""

    pushed: bool = False


@dataclass(frozen=True, slots=True)
class Unauthorised:
    """Returned, not raised: the messenger does not accept the secret (token)."""


@dataclass(frozen=True, slots=True)
class NotNow:
    """Returned, not raised: a request got no usable answer; ask again after `seconds`. `detail` may be logged."""

    seconds: float
    detail: str


class Right(StrEnum):
    """A right that an administrator of a chat is given separately from others. HEAR: to read what is written in the
    chat."""

    DELETE = "delete"
    BAN = "ban"
    PUBLISH = "publish"
    PIN = "pin"
    HEAR = "hear"


@dataclass(frozen=True, slots=True)
class Rights:
    """What the bot may do in a chat. `here` is False if the bot is not in it, or there is no such chat. `lacks`: the
    rights it was not given; `linked`: the channel's discussion group or, for such a group, its channel."""

    here: bool
    admin: bool = False
    title: str = ""
    is_channel: bool = False
    lacks: frozenset[Right] = frozenset()
    linked: int | None = None


@dataclass(frozen=True, slots=True)
class Menu:
    """A menu of commands offered behind «/»: pairs (command, what it does). `scope` "chat" needs `chat`; "member"
    needs `chat` and `account`."""

    commands: tuple[tuple[str, str], ...]
    scope: Literal["default", "private", "groups", "chat", "member"] = "default"
    chat: int = 0
    account: int = 0


@runtime_checkable
class ReadsBack(Protocol):
    """A messenger in which the bot can read afterwards what was written in a chat while updates did not reach it."""

    async def read_back(self, chat: int, since: datetime) -> tuple[tuple[str, str], ...] | NotSeen:
        """What others wrote in the chat since `since`, oldest first, each as the (key, raw) that `poll` would have
        returned; NotSeen if the chat cannot be read."""

    def was_taken_off(self) -> bool:
        """Whether the messenger turned out to have dropped our push address by the time we set it again. Each such
        event is reported once: the next call returns False."""


class MessengerSide(Messenger, Protocol):
    """The port of one bot at one messenger.

    Accounts, chats and messages are whole numbers here, and a private chat is addressed by the person's account
    (decision 0028). A messenger that names them otherwise translates in `poll`, so that what is stored reads the same
    after a restart.
    """

    @property
    def key(self) -> str:
        """The messenger's key in the municipality's file ("telegram", "max"); also the key of its network of citizens."""

    @property
    def connection(self) -> str:
        """The name of this bot at this messenger, `telegram:<bot id>`; it does not change when the secret is renewed.
        If the secret does not contain the id, the name is known only once `identity` has answered."""

    @property
    def spoken(self) -> Spoken: ...

    @property
    def trusted_for(self) -> timedelta | None:
        """How long after the last item a stored position may still be used; None: for ever. An older position is not
        passed to `poll`, which then returns everything that was not acknowledged."""

    async def identity(self) -> Identity | Unauthorised | NotNow:
        """Ask the messenger which bot the secret belongs to."""

    async def poll(self, position: int | None, wait: int) -> Polled | Conflict | Unauthorised | NotNow:
        """Wait up to `wait` seconds for items after `position` and return them. The call acknowledges all items before
        `position`."""

    async def start_pushing(self, url: str) -> Unauthorised | NotNow | None:
        """Ask the messenger to push updates to our `url` from now on, including those that wait, each with our secret.
        Return None if it agreed. Harmless to repeat. Polling is refused until `stop_pushing`."""

    def pushed(self, headers: Mapping[str, str], body: bytes) -> RawEvent | None:
        """Parse one pushed request into the item that `poll` would return, with the same key; None for a kind nobody
        reads. Pure: also called for a municipality that another process serves. Raises WrongSecretError (also if no
        secret is set; the comparison takes constant time) and NotAnEventError."""

    async def stop_pushing(self) -> bool:
        """Ask the messenger to stop pushing, so that updates come by `poll` again; those that wait are kept. Return
        whether it confirmed that."""

    def read(self, raw: str) -> Incoming:
        """Parse the raw text of one item that `poll` returned. Raises UnreadableError if it cannot be parsed."""

    async def set_menus(self, menus: Sequence[Menu]) -> tuple[str, ...]:
        """Set the menus of commands; return a text for each that failed, for the log. A messenger without menus does
        nothing."""

    async def rights(self, place: int | str) -> Rights | Unauthorised | NotNow:
        """Ask what the bot may do in a chat, given by its number, or in a channel, given by its name."""

    def channel_name(self, address: str) -> str | None:
        """The name of the channel at this web address; None if it is no channel of this messenger."""

    def network(
        self, pace: Pace, clock: Clock, link: Callable[[int, int], str], discussion: int | None
    ) -> Network | None:
        """The messenger as a network of citizens, who write to the bot directly; None if they cannot. `link(chat,
        message)` returns the address at which a person finds a posted answer; `discussion`: the group whose comments
        may be moderated."""

    async def close(self) -> None:
        """Close the connections; requests under way are abandoned."""
