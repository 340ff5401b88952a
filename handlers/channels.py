"""Read publications of official channels from their posts.

The bot sees a post directly if it administers the channel, or as the messenger's automatic forward in the discussion
group. Both are one publication with one link. Deleted posts are not reported. The code that carries out the wish
decides which official page the channel is and whether the post counts towards its norm.
"""

from __future__ import annotations

from datetime import UTC, datetime

from handlers.incoming import Incoming, Kind, Voice
from handlers.public import Links
from handlers.wishes import PublicationSeen
from workflow.official.page_items import Format
from workflow.official.publications import SeenPublication

FORMATS = {
    "photo": Format.PHOTO, "video": Format.VIDEO, "voice": Format.VIDEO,
    "animation": Format.ANIMATION, "poll": Format.POLLS,
}  # fmt: skip


def published(incoming: Incoming, links: Links) -> list[PublicationSeen]:
    """Report the publication in a channel post, as a list of one wish. [] if the post is a forward from elsewhere or a
    service message (a new title, a pinned message). `at` is in UTC."""
    voice, post = incoming.voice, incoming.post
    if voice is None or not post or not (incoming.text.strip() or incoming.files):
        return []
    at = incoming.date
    if incoming.kind is Kind.POST:
        if incoming.origin is not None:
            return []
    elif incoming.origin is None or incoming.origin.link.lower() != links.to_post(voice.chat, voice.username, post):
        return []
    else:
        at = incoming.origin.written_at
    seen = SeenPublication(
        addresses=_addresses(voice, links),
        title=voice.title or voice.username,
        link=links.to_post(voice.chat, voice.username, post),
        at=datetime.fromtimestamp(at, UTC),
        formats=_formats(incoming),
    )
    return [PublicationSeen(seen)]


def _addresses(voice: Voice, links: Links) -> tuple[str, ...]:
    return (links.to_channel(voice.username),) if voice.username else ()


def _formats(incoming: Incoming) -> tuple[Format, ...]:
    text = [Format.TEXT] if incoming.text.strip() else []
    return tuple(dict.fromkeys([*text, *(FORMATS[file.kind] for file in incoming.files if file.kind in FORMATS)]))
