"""The messenger places where citizens may write (from the municipality's file) and links to them. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from handlers.incoming import Incoming, Kind
from workflow.official.page_addresses import belongs_to
from workflow.regulation import Source


class Links(Protocol):
    """How the messenger writes links to what stands in it. A name is lower case without marks; "" if there is none."""

    def to_bot(self, name: str, code: str = "") -> str:
        """Open the bot; with a code, begin a conversation by it."""

    def to_channel(self, name: str) -> str: ...

    def to_post(self, chat: int, channel: str, post: int) -> str:
        """A channel's post: by the channel's name, otherwise by the id of its chat."""

    def to_message(self, chat: int, message: int, thread: int | None = None) -> str:
        """A message of a group, for its members."""

    def to_comment(self, channel: str, post: int, message: int) -> str:
        """A comment under a post of the named channel; `message`: its id in the discussion group."""


class NoLinks:
    """A messenger that has no links."""

    def to_bot(self, name: str, code: str = "") -> str:
        return ""

    def to_channel(self, name: str) -> str:
        return ""

    def to_post(self, chat: int, channel: str, post: int) -> str:
        return ""

    def to_message(self, chat: int, message: int, thread: int | None = None) -> str:
        return ""

    def to_comment(self, channel: str, post: int, message: int) -> str:
        return ""


NO_LINKS = NoLinks()


@dataclass(frozen=True, slots=True)
class Citizens:
    """The places where citizens may write, and the messenger's links to them.

    `discussion`: the group with the channel's comments; `channel`: the channel's name in lower case without @;
    `private`: private messages are accepted; `governor`: addresses of the governor's channels;
    `formal_appeals`: where to send a formal appeal (IZ-2, MO-3, KU-2); `bot_name`: the bot's own name;
    `source`: the messenger as a network in which citizens write; `notice`: what a person is told of the data kept, at the
    first private message; "" if nothing."""

    discussion: int | None = None
    channel: str = ""
    private: bool = False
    governor: frozenset[str] = frozenset()
    formal_appeals: str = ""
    place: str = ""
    bot_name: str = ""
    source: Source = Source.WEB
    links: Links = NO_LINKS
    notice: str = ""

    @property
    def bot_link(self) -> str:
        """The private chat with the bot."""
        return self.links.to_bot(self.bot_name)

    def link_to(self, chat: int, message: int, post: int = 0, thread: int | None = None) -> str:
        """A message of the discussion group: under the channel's post if it is known, otherwise in the group."""
        if self.channel and post:
            return self.links.to_comment(self.channel, post, message)
        return self.links.to_message(chat, message, thread)

    def is_governors(self, link: str) -> bool:
        """Whether the link leads to a channel of the governor (IZ-6.3)."""
        return any(belongs_to(link, address) for address in self.governor)

    def is_square(self, chat: int) -> bool:
        """Whether the chat is the citizens' discussion group."""
        return self.discussion is not None and chat == self.discussion

    def may_be_heard(self, incoming: Incoming) -> bool:
        """Whether a message from outside the office may become a case, so that its pictures are kept."""
        if incoming.kind is not Kind.MESSAGE or incoming.command:
            return False
        return self.private if incoming.private else self.is_square(incoming.chat)
