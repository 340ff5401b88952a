"""The messenger places where citizens may write (from the municipality's file), and links to them. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from handlers.incoming import Incoming, Kind
from workflow.official.page_addresses import belongs_to
from workflow.regulation import Source


class Links(Protocol):
    """How the messenger writes links to its chats and messages. Names are in lower case without @; each method returns
    "" if there is no such link."""

    def to_bot(self, name: str, code: str = "") -> str:
        """The link that opens the bot; with a code, it begins a conversation with that code."""

    def to_channel(self, name: str) -> str: ...

    def to_post(self, chat: int, channel: str, post: int) -> str:
        """The link to a channel's post: by the channel's name, without one by the id of its chat."""

    def to_message(self, chat: int, message: int, thread: int | None = None) -> str:
        """The link to a message of a group; it opens for the group's members."""

    def to_comment(self, channel: str, post: int, message: int) -> str:
        """The link to a comment under a post of the named channel; `message` is the comment's id in the discussion
        group."""


class NoLinks:
    """The links of a messenger that has none: every method returns ""."""

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
    `private`: private messages are accepted; `governor`: addresses of the governor's channels; `formal_appeals`: where
    to send a formal appeal (IZ-2, MO-3, KU-2); `place`: how the place is named in a case; `bot_name`: the bot's own
    name; `source`: the messenger as a network in which citizens write; `notice`: what a citizen is told about the data
    kept, with the first private message; "" for no notice."""

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
        """The link to the private chat with the bot; "" if the messenger has no links."""
        return self.links.to_bot(self.bot_name)

    def link_to(self, chat: int, message: int, post: int = 0, thread: int | None = None) -> str:
        """The link to a message of the discussion group: as a comment under the channel's post if that is known,
        otherwise as a message of the group."""
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
        """Whether a message from outside the office may become a case; only then are its pictures stored."""
        if incoming.kind is not Kind.MESSAGE or incoming.command:
            return False
        return self.private if incoming.private else self.is_square(incoming.chat)
