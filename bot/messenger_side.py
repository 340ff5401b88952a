"""The whole of one bot at one messenger: what `bot.messenger` sends by, and what it hears and is asked.

The intake polls it, the reception reads with it, the command line asks it what the bot may. Its JSON, its numbers of
updates and its names of rights stay inside its own folder. No exception passes this port, save those named.
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
    """The messenger in words for the operator: its name, the secret that opens it, who issues one, and what to check
    when it does not answer."""

    name: str
    secret: str
    issuer: str
    hint: str = ""


class NotOpened(Exception):  # noqa: N818 - says what to do, not what broke
    """The secret is missing, or none of this messenger's; then `looks` says what one looks like."""

    def __init__(self, spoken: Spoken, looks: str = "") -> None:
        super().__init__(spoken.secret)
        self.spoken = spoken
        self.looks = looks


@dataclass(frozen=True, slots=True)
class Identity:
    """The bot itself."""

    id: int
    username: str
    name: str


@dataclass(frozen=True, slots=True)
class Polled:
    """What came, oldest first, each as (key, raw): the key is the same whenever the same item comes again, the raw text
    is for `read`.

    `position`: where to go on from once the items are kept; None: nowhere in particular. `pause`: seconds to wait before
    the next poll, where the messenger would bring the same again at once.
    """

    items: tuple[tuple[str, str], ...]
    position: int | None = None
    pause: float = 0.0


@dataclass(frozen=True, slots=True)
class Conflict:
    """Another copy with the same secret polls, or the messenger pushes updates to an address instead (`pushed`)."""

    pushed: bool = False


@dataclass(frozen=True, slots=True)
class Unauthorised:
    """The messenger does not accept the secret."""


@dataclass(frozen=True, slots=True)
class NotNow:
    """No answer, or none that can be used; ask again after `seconds`. `detail` is fit for a log."""

    seconds: float
    detail: str


class Right(StrEnum):
    """What an administrator may be given one by one. HEAR: to see what is written in the chat."""

    DELETE = "delete"
    BAN = "ban"
    PUBLISH = "publish"
    PIN = "pin"
    HEAR = "hear"


@dataclass(frozen=True, slots=True)
class Rights:
    """What the bot is in a chat. `here` False: it is not in it, or there is no such chat. `lacks`: rights the bot was
    not given; `linked`: the channel's discussion group, or the other way."""

    here: bool
    admin: bool = False
    title: str = ""
    is_channel: bool = False
    lacks: frozenset[Right] = frozenset()
    linked: int | None = None


@dataclass(frozen=True, slots=True)
class Menu:
    """Commands offered behind «/»: (command, what it does). `scope` chat needs `chat`, member needs `chat` and
    `account`."""

    commands: tuple[tuple[str, str], ...]
    scope: Literal["default", "private", "groups", "chat", "member"] = "default"
    chat: int = 0
    account: int = 0


@runtime_checkable
class ReadsBack(Protocol):
    """A messenger that shows the bot what was written in a chat while nothing reached it."""

    async def read_back(self, chat: int, since: datetime) -> tuple[tuple[str, str], ...] | NotSeen:
        """What others wrote there since then, the oldest first, as `poll` would have brought it."""

    def was_taken_off(self) -> bool:
        """Whether the messenger had given our address up when it was last named; true once for each time."""


class MessengerSide(Messenger, Protocol):
    """One bot at one messenger.

    Accounts, chats and messages are whole numbers on our side, and a private chat is addressed by the account (decision
    0028). A messenger that names them otherwise translates in `poll`, so that what is kept reads the same after a
    restart.
    """

    @property
    def key(self) -> str:
        """The messenger's name in the municipality's file, and its network's key."""

    @property
    def connection(self) -> str:
        """This bot of this messenger: `telegram:<bot id>`; the same after its secret was renewed. Where the secret does
        not tell it, known once `identity` has answered."""

    @property
    def spoken(self) -> Spoken: ...

    @property
    def trusted_for(self) -> timedelta | None:
        """How long after the last item its position may still be used; None: for ever. An older one is not passed to
        `poll`, which then brings whatever was not acknowledged."""

    async def identity(self) -> Identity | Unauthorised | NotNow:
        """Who the secret belongs to."""

    async def poll(self, position: int | None, wait: int) -> Polled | Conflict | Unauthorised | NotNow:
        """Wait up to `wait` seconds for what comes after `position`. All before it is acknowledged by the call."""

    async def start_pushing(self, url: str) -> Unauthorised | NotNow | None:
        """Have updates pushed to our `url` from now on, each with our secret, those that wait too; None if the messenger
        agreed. Harmless to repeat. Polling is refused until `stop_pushing`."""

    def pushed(self, headers: Mapping[str, str], body: bytes) -> RawEvent | None:
        """Parse one pushed request into what `poll` would bring, with the same key; None for what nobody reads. Pure:
        also asked of a bot whose municipality another process serves. Raises WrongSecretError (also where no secret is
        set; compared in constant time), NotAnEventError."""

    async def stop_pushing(self) -> bool:
        """Let updates come by `poll` again; those that wait stay. Whether the messenger confirmed it."""

    def read(self, raw: str) -> Incoming:
        """Parse what `poll` brought. UnreadableError."""

    async def set_menus(self, menus: Sequence[Menu]) -> tuple[str, ...]:
        """Set the command menus; return the failures, for the log. A messenger without them sets none."""

    async def rights(self, place: int | str) -> Rights | Unauthorised | NotNow:
        """What the bot is in the chat, given by its number, or in the channel, given by its name."""

    def channel_name(self, address: str) -> str | None:
        """The name of the channel at an address; None if it is no channel of this messenger."""

    def network(
        self, pace: Pace, clock: Clock, link: Callable[[int, int], str], discussion: int | None
    ) -> Network | None:
        """Citizens who write by the messenger itself, as a network; None where they cannot. `link(chat, message)`: where
        a person finds a posted answer; `discussion`: the group whose comments may be moderated."""

    async def close(self) -> None:
        """Close the connections; calls under way are abandoned."""
