"""The messenger places where citizens may write (from the municipality's file) and links to them. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from handlers.incoming import Incoming, Kind

HOSTS = frozenset({"t.me", "telegram.me", "telegram.dog"})


@dataclass(frozen=True, slots=True)
class Citizens:
    """The places where citizens may write.

    `discussion`: the group with the channel's comments; `channel`: the channel's name in lower case without @;
    `private`: private messages are accepted; `governor`: names of the governor's channels in lower case;
    `formal_appeals`: where to send a formal appeal (IZ-2, MO-3, KU-2); `bot_name`: the bot's own name."""

    discussion: int | None = None
    channel: str = ""
    private: bool = False
    governor: frozenset[str] = frozenset()
    formal_appeals: str = ""
    place: str = ""
    bot_name: str = ""

    def is_square(self, chat: int) -> bool:
        """Whether the chat is the citizens' discussion group."""
        return self.discussion is not None and chat == self.discussion

    def may_be_heard(self, incoming: Incoming) -> bool:
        """Whether a message from outside the office may become a case, so that its pictures are kept."""
        if incoming.kind is not Kind.MESSAGE or incoming.command:
            return False
        return self.private if incoming.private else self.is_square(incoming.chat)


def link_to(citizens: Citizens, chat: int, message: int, post: int = 0, thread: int | None = None) -> str:
    """Link to a message of the discussion group: under the channel's post if it is known, otherwise in the group."""
    if citizens.channel and post:
        return f"https://t.me/{citizens.channel}/{post}?comment={message}"
    inside = str(chat).removeprefix("-100")
    return f"https://t.me/c/{inside}/{message}" + (f"?thread={thread}" if thread else "")


def channel_of(link: str) -> str:
    """The name, in lower case, of the channel a Telegram link leads to; "" if there is none."""
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
