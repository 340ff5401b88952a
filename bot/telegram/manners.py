"""What Telegram takes and how it writes links and mentions: the numbers of its documentation and of its users."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from bot.messenger import PERSON, Albums, Manners, Rates, Screen, Size, Window

SITE = "https://t.me"
API_HOST = "https://api.telegram.org"

RATES = Rates(burst=3, per_second=1.0, group=Window(20, 60.5), bot=Window(30, 1.02), answered=1.003)
"""One message a second into a chat, twenty a minute into a group, thirty a second in all. «Short bursts» are allowed
without saying how short; a draft is three messages, so three."""

TEXT_UNITS = 4096
"""UTF-16 units of visible text in one message."""

SIZE = Size(units=4000, source=28_000, tags=90)
"""A letter's message; it leaves room below `TEXT_UNITS`. 32 KB of source are refused; tags after the hundredth, links
included, are ignored."""

ALBUMS = Albums(most=10, documents=True, each_counts=True)

LOST_AFTER = timedelta(hours=20)
"""Updates are dropped after a day, taps after minutes."""

_MENTION = re.compile(rf'<a href="{PERSON}(\d{{1,19}})">')


class TelegramLinks:
    """Implements `handlers.public.Links`."""

    def to_bot(self, name: str, code: str = "") -> str:
        return f"{SITE}/{name}" + (f"?start={code}" if code else "")

    def to_channel(self, name: str) -> str:
        return f"{SITE}/{name}"

    def to_post(self, chat: int, channel: str, post: int) -> str:
        return f"{SITE}/{channel}/{post}" if channel else self.to_message(chat, post)

    def to_message(self, chat: int, message: int, thread: int | None = None) -> str:
        inside = str(chat).removeprefix("-100")
        if inside.startswith("-"):
            return ""  # only messages of supergroups have addresses
        return f"{SITE}/c/{inside}/{message}" + (f"?thread={thread}" if thread else "")

    def to_comment(self, channel: str, post: int, message: int) -> str:
        return f"{SITE}/{channel}/{post}?comment={message}"


LINKS = TelegramLinks()


def is_group(chat: int) -> bool:
    """Groups and channels have negative ids; a private chat has the account's."""
    return chat < 0


MANNERS = Manners(RATES, SIZE, ALBUMS, LOST_AFTER, is_group, LINKS)


def with_mentions(screen: Screen) -> Screen:
    """The screen with the neutral marks of people as Telegram's mentions by account."""
    return replace(screen, text=_MENTION.sub(r'<a href="tg://user?id=\1">', screen.text))
