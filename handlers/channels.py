"""Read publications of official channels from channel posts.

The bot sees a post directly if it administers the channel, or as Telegram's automatic forward in the discussion group.
Both are one publication with one link. Telegram does not report deleted posts to bots. The code that carries out the
wish decides which page the channel is and whether the post counts.
"""

from __future__ import annotations

from datetime import UTC, datetime

from handlers.incoming import Incoming, Kind
from handlers.wishes import PublicationSeen
from workflow.official.page_items import Format
from workflow.official.publications import SeenPublication

FORMATS = {
    "photo": Format.PHOTO, "video": Format.VIDEO, "voice": Format.VIDEO,
    "animation": Format.ANIMATION, "poll": Format.POLLS,
}  # fmt: skip


def published(incoming: Incoming) -> list[PublicationSeen]:
    """The publication in a channel post; [] for a forwarded post or a service message (a new title, a pinned
    message)."""
    voice, post = incoming.voice, incoming.post
    if voice is None or not post or not (incoming.text.strip() or incoming.files):
        return []
    at = incoming.date
    if incoming.kind is Kind.POST:
        if incoming.origin is not None:
            return []
    elif incoming.origin is None or incoming.origin.link.lower() != _link(voice.chat, voice.username, post):
        return []
    else:
        at = incoming.origin.written_at
    seen = SeenPublication(
        addresses=(f"https://t.me/{voice.username}",) if voice.username else (),
        title=voice.title,
        link=_link(voice.chat, voice.username, post),
        at=datetime.fromtimestamp(at, UTC),
        formats=_formats(incoming),
    )
    return [PublicationSeen(seen)]


def _link(chat: int, username: str, post: int) -> str:
    if username:
        return f"https://t.me/{username}/{post}"
    return f"https://t.me/c/{str(chat).removeprefix('-100')}/{post}"


def _formats(incoming: Incoming) -> tuple[Format, ...]:
    text = [Format.TEXT] if incoming.text.strip() else []
    return tuple(dict.fromkeys([*text, *(FORMATS[file.kind] for file in incoming.files if file.kind in FORMATS)]))
