"""What Telegram accepts, by its documentation and its users' experience, and how it writes links and mentions."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from bot.messenger import PERSON, Albums, Manners, Rates, Screen, Size, Window

SITE = "https://t.me"
API_HOST = "https://api.telegram.org"

RATES = Rates(burst=3, per_second=1.0, group=Window(20, 60.5), bot=Window(30, 1.02), answered=1.003)
"""One message a second into a chat, twenty a minute into a group, thirty a second in all. «Short bursts» are allowed
without a number; a draft is three messages, so three."""

TEXT_UNITS = 4096
"""The longest message: UTF-16 units of visible text."""

SIZE = Size(units=4000, source=28_000, tags=90)
"""The size of one message of a letter, with room left below `TEXT_UNITS`. Telegram refuses 32 KB of source and ignores
tags after the hundredth, links included."""

ALBUMS = Albums(most=10, documents=True, each_counts=True)

LOST_AFTER = timedelta(hours=20)
"""After this outage updates may be lost: Telegram drops them after a day, button presses after minutes."""

_MENTION = re.compile(rf'<a href="{PERSON}(\d{{1,19}})">')


class TelegramLinks:
    """Makes Telegram's addresses of bots, channels and messages (implements `handlers.public.Links`)."""

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
    """Whether the chat is a group or channel: those have negative ids; a private chat has the account's."""
    return chat < 0


MANNERS = Manners(RATES, SIZE, ALBUMS, LOST_AFTER, is_group, LINKS)


def with_mentions(screen: Screen) -> Screen:
    """The screen with its neutral links to people replaced by Telegram's mentions by account."""
    return replace(screen, text=_MENTION.sub(r'<a href="tg://user?id=\1">', screen.text))
