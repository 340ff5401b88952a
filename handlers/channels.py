"""What official channels publish: a channel's post as the bot sees it as its administrator, or as Telegram itself puts it into
the channel's discussion group. Both are one publication with one link.

Telegram tells a bot nothing of posts that are deleted. Whose channel it is, and whether it counts, is decided where the wish
is granted.
"""

from __future__ import annotations

from datetime import UTC, datetime

from handlers.updates import Incoming, Kind
from handlers.wishes import PublicationSeen
from workflow.official.page_items import Format
from workflow.official.publications import SeenPublication

FORMATS = {
    "photo": Format.PHOTO, "video": Format.VIDEO, "voice": Format.VIDEO,
    "animation": Format.ANIMATION, "poll": Format.POLLS,
}  # fmt: skip


def published(incoming: Incoming) -> list[PublicationSeen]:
    """[] for what is no publication of the channel's own: another's post passed on, a word of Telegram's (a new title, a
    pinned message)."""
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
