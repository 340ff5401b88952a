"""Where citizens may write by the messenger, as the municipality's file says, and addresses there. Values and pure functions."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from handlers.updates import Incoming, Kind

HOSTS = frozenset({"t.me", "telegram.me", "telegram.dog"})


@dataclass(frozen=True, slots=True)
class Citizens:
    """Where citizens may write. `discussion`: the group of the channel's comments; `channel`: the channel's name, small,
    without @; `private`: private messages are taken; `governor`: names of the governor's channels, small;
    `formal_appeals`: where a formal appeal is to be sent (IZ-2, MO-3, KU-2); `bot_name`: the bot's own."""

    discussion: int | None = None
    channel: str = ""
    private: bool = False
    governor: frozenset[str] = frozenset()
    formal_appeals: str = ""
    place: str = ""
    bot_name: str = ""

    def is_square(self, chat: int) -> bool:
        """Whether the chat is the citizens' and never the office's."""
        return self.discussion is not None and chat == self.discussion

    def may_be_heard(self, incoming: Incoming) -> bool:
        """Whether a message of somebody who is not of the office may become a case; its pictures are worth keeping then."""
        if incoming.kind is not Kind.MESSAGE or incoming.command:
            return False
        return self.private if incoming.private else self.is_square(incoming.chat)


def link_to(citizens: Citizens, chat: int, message: int, post: int = 0, thread: int | None = None) -> str:
    """Where a person finds a message of the discussion group: under the channel's post where it is known, else in the group."""
    if citizens.channel and post:
        return f"https://t.me/{citizens.channel}/{post}?comment={message}"
    inside = str(chat).removeprefix("-100")
    return f"https://t.me/c/{inside}/{message}" + (f"?thread={thread}" if thread else "")


def channel_of(link: str) -> str:
    """The channel a link of Telegram leads to, small; "" where it leads to none that has a name."""
    try:
        parts = urlsplit(link if "://" in link else f"https://{link}")
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return ""
    if host.endswith(".t.me"):
        return host.removesuffix(".t.me")
    if host not in HOSTS:
        return ""
    names = [name for name in parts.path.split("/") if name]
    names = names[1:] if names[:1] == ["s"] else names
    return names[0].lower() if names and names[0] not in ("c", "joinchat") and not names[0].startswith("+") else ""
