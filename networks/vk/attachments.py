"""Convert everything in VK's message besides its text into our attachments. Pure; fetches nothing.

Nothing is skipped: a kind that is not in the table is named by VK's own word (DESIGN rule 20). Kinds of VK's schema
5.199: attachments of messages and comments, `fwd_messages`, `reply_message`, `geo`, and `copy_history` of posts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from networks.port import Attachment
from networks.vk.inward import plain

Json = Mapping[str, Any]

NAMED: Mapping[str, str] = {
    "audio": "audio",
    "audio_playlist": "audio",
    "podcast": "audio",
    "video_message": "video",
    "sticker": "sticker",
    "ugc_sticker": "sticker",
    "gift": "gift",
    "poll": "poll",
    "article": "article",
    "note": "article",
    "page": "article",
    "textlive": "article",
    "textpost": "article",
    "textpost_publish": "article",
    "album": "album",
    "photos_list": "album",
    "video_playlist": "album",
    "market": "goods",
    "market_album": "goods",
    "event": "event",
    "group": "event",
    "story": "story",
    "narrative": "story",
    "call": "call",
    "group_call_in_progress": "call",
}
"""VK's kinds of attachments of which only the name and the address are kept, with our kind for each."""
PICTURES = frozenset(("photo", "posted_photo", "graffiti"))
DEEPEST = 5
"""How many levels of messages forwarded within forwarded messages are read."""


def beside(body: Json, depth: int = 0) -> tuple[Attachment, ...]:
    """Everything in the message besides its text: its attachments, then its place, then what it quotes, forwards or
    reposts."""
    found = [*attached(body.get("attachments") or [])]
    if isinstance(body.get("geo"), dict):
        found.append(_place(body["geo"]))
    answered = body.get("reply_message")
    if isinstance(answered, dict) and depth == 0:
        words, within = plain(str(answered.get("text") or "")), beside(answered, 1)
        found += [Attachment("quote", "", words)] if words else within
    for kind, messages in (("forward", body.get("fwd_messages")), ("repost", body.get("copy_history"))):
        for one in messages or []:
            found += _passed_on(kind, one, depth)
    return tuple(found)


def attached(items: Sequence[Json]) -> tuple[Attachment, ...]:
    """Every attachment that VK lists, in our form; a post attached to the message is followed by its own
    attachments."""
    return tuple(found for item in items for found in _attachments(item))


def _attachments(item: Json) -> Iterator[Attachment]:
    kind = str(item.get("type"))
    body = item.get(kind)
    body = body if isinstance(body, dict) else {}
    title = str(body.get("title") or body.get("caption") or body.get("question") or body.get("name") or "")
    if kind in PICTURES:
        yield picture(body) or Attachment("photo", "", "")
    elif kind == "doc":
        yield Attachment(
            "gif" if str(body.get("ext", "")).lower() == "gif" else "doc", str(body.get("url") or ""), title
        )
    elif kind == "audio_message":
        said = str(body.get("transcript") or "")
        yield Attachment("voice", str(body.get("link_mp3") or body.get("link_ogg") or ""), said)
    elif kind in ("video", "clip"):
        at = f"https://vk.com/{kind}{body['owner_id']}_{body['id']}" if {"owner_id", "id"} <= body.keys() else ""
        yield Attachment("video", at, title)
    elif kind == "link":
        yield Attachment("link", str(body.get("url") or ""), title)
    elif kind == "wall":
        yield from _passed_on("repost", body, 0)
    elif kind == "wall_reply":
        yield Attachment("repost", _wall(body, body.get("post_id")), plain(str(body.get("text") or "")))
        yield from beside(body, 1)
    elif kind in NAMED:
        yield Attachment(NAMED[kind], str(body.get("url") or body.get("view_url") or ""), title)
    else:
        yield Attachment("other", str(body.get("url") or ""), kind[:40])


def _passed_on(kind: str, body: Json, depth: int) -> Iterator[Attachment]:
    """A forwarded message or a reposted post: its text as one attachment, then its own attachments."""
    link = _wall(body, body.get("id")) if kind == "repost" else ""
    yield Attachment(kind, link, plain(str(body.get("text") or "")))
    if depth < DEEPEST:
        yield from beside(body, depth + 1)


def _wall(body: Json, number: object) -> str:
    owner = body.get("owner_id") or body.get("to_id") or body.get("from_id")
    return f"https://vk.com/wall{owner}_{number}" if owner and number else ""


def _place(geo: Json) -> Attachment:
    """The place of a message; VK gives the coordinates as an object in messages and as text in posts."""
    at, place = geo.get("coordinates"), geo.get("place")
    if isinstance(at, dict):
        latitude, longitude = str(at.get("latitude", "")), str(at.get("longitude", ""))
    else:
        latitude, _, longitude = str(at or "").partition(" ")
    named = str(place.get("title") or "") if isinstance(place, dict) else ""
    return Attachment("place", on_map(latitude, longitude), named)


def on_map(latitude: str, longitude: str) -> str:
    """The link that shows the point on a map; "" if the coordinates are not numbers."""
    try:
        return f"https://yandex.ru/maps/?pt={float(longitude):.6f},{float(latitude):.6f}&z=17"
    except ValueError:
        return ""


def picture(body: Json) -> Attachment | None:
    """The photo in its largest size; None if VK gives no address for it."""
    sizes = body.get("sizes") or []
    widest: Json = max(sizes, key=lambda size: int(size.get("width") or 0), default={})
    url = (body.get("orig_photo") or {}).get("url") or widest.get("url") or body.get("url")
    return Attachment("photo", str(url), "") if url else None
