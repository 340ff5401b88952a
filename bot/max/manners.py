"""What MAX accepts, by its documentation, and how it writes links, mentions and quotes."""

from __future__ import annotations

import re
from datetime import timedelta

from bot.max.mids import in_link
from bot.messenger import PERSON, Albums, Manners, Rates, Size, Window

SITE = "https://max.ru"

RATES = Rates(burst=1, per_second=1.9, group=None, bot=Window(24, 1.02), answered=1.003)
"""Two messages a second into a chat, over any second; thirty requests a second in all, some of which are left for
uploads, toasts and questions."""

TEXT_UNITS = 4000
SIZE = Size(units=3800, source=28_000, tags=90, written=3800)
"""MAX's limit counts the text as sent, with its tags. Some room is left for what mentions and quotes become."""

ALBUMS = Albums(most=12, documents=False, each_counts=False)
"""Pictures and videos share one message; a document or a sound is sent alone."""

LOST_AFTER = timedelta(hours=8)
"""After this outage updates may be lost: MAX drops a webhook that has not answered for eight hours (polled events are
kept for a day)."""

_MENTION = re.compile(rf'<a href="{PERSON}(\d{{1,19}})">')
_QUOTE = re.compile(r"<blockquote>(.*?)</blockquote>", re.DOTALL)


class MaxLinks:
    """Makes MAX's addresses of bots, channels and messages (implements `handlers.public.Links`). A comment has no
    address of its own, so the address of the post above it (`thread`) is given."""

    def to_bot(self, name: str, code: str = "") -> str:
        return f"{SITE}/{name}" + (f"?start={code}" if code else "")

    def to_channel(self, name: str) -> str:
        return f"{SITE}/{name}"

    def to_post(self, chat: int, channel: str, post: int) -> str:
        return f"{SITE}/{channel}/{in_link(post)}" if channel else self.to_message(chat, post)

    def to_message(self, chat: int, message: int, thread: int | None = None) -> str:
        return f"{SITE}/c/{chat}/{in_link(thread or message)}"

    def to_comment(self, channel: str, post: int, message: int) -> str:
        return f"{SITE}/{channel}/{in_link(post)}"


LINKS = MaxLinks()


def is_group(chat: int) -> bool:
    """Whether the chat is a group or channel: those have negative ids; a private chat is numbered by the person's
    account."""
    return chat < 0


MANNERS = Manners(RATES, SIZE, ALBUMS, LOST_AFTER, is_group, LINKS, tells_rights=False)


def as_written(text: str, *, blockquote: bool) -> str:
    """The screen's text in MAX's HTML: mentions by account; quotes in «» unless clients are known to show
    `<blockquote>`."""
    text = _MENTION.sub(r'<a href="max://user/\1">', text)
    return text if blockquote else _QUOTE.sub(_in_words, text)


def _in_words(quote: re.Match[str]) -> str:
    words = quote[1].strip("\n")
    return words if not words or (words[0], words[-1]) == ("«", "»") else f"«{words}»"
