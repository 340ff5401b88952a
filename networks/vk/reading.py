"""VK's objects as messages of citizens. Pure functions of what was kept; nothing is asked of VK here.

A kept event is `{"event": …, "names": {"555": "…"}}`, or the bare event as VK's Callback API sends it. Our
own comments and posts, other types of events, chats and service messages are not for us.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from networks.port import Attachment, Found, RawEvent, UnreadableError
from networks.vk.addresses import MessageAddress, WallAddress

NETWORK = "vk"
CITIZEN = "Житель"
FIRST_CHAT = 2_000_000_000
POST_TYPES = frozenset(("post", "suggest"))
Json = Mapping[str, Any]


def keep(event: Json, names: Mapping[int, str]) -> RawEvent:
    """The event as it is to be kept, with the names of those who wrote it. Its key is VK's own, or made of
    its content."""
    key = event.get("event_id")
    if not isinstance(key, str) or not key:
        key = hashlib.sha256(json.dumps(event, sort_keys=True).encode()).hexdigest()
    author = author_of(event)
    known = {str(author): names[author]} if author is not None and author in names else {}
    return RawEvent(key, json.dumps({"event": event, "names": known}, ensure_ascii=False))


def author_of(event: Json) -> int | None:
    """Who wrote it, as VK numbers owners; None when the event has no author."""
    body = event.get("object")
    if isinstance(body, dict):
        body = body.get("message", body)
        author = body.get("from_id") if isinstance(body, dict) else None
        return author if isinstance(author, int) else None
    return None


def read_event(raw: str, group_id: int, place: str) -> Found | None:
    """The message in a kept event, None when it is not for us. Raises UnreadableError."""
    try:
        kept = json.loads(raw)
        event, names = (kept["event"], kept.get("names", {})) if "event" in kept else (kept, {})
        reader = {"wall_reply_new": comment, "wall_post_new": post, "message_new": _message}.get(event["type"])
        if reader is None or int(event["group_id"]) != group_id:
            return None
        return reader(event["object"], group_id, place, names)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        broken = type(error).__name__
    raise UnreadableError(f"a VK event of unknown shape: {broken}")


def comment(body: Json, group_id: int, place: str, names: Mapping[str, str]) -> Found | None:
    """A wall comment; None when the community wrote it itself, or there is nothing in it."""
    owner = int(body.get("post_owner_id") or body["owner_id"])
    thread = next(iter(body.get("parents_stack") or []), None)
    address = WallAddress(owner, int(body["post_id"]), int(body["id"]), thread)
    answered = body.get("reply_to_comment")
    reply_to = None
    if answered:
        reply_to = WallAddress(owner, address.post, int(answered), thread).ref
    return _found(body, group_id, place, names, address, reply_to)


def post(body: Json, group_id: int, place: str, names: Mapping[str, str]) -> Found | None:
    """A wall post by a citizen; None for the community's own, for reposts' reports and advertisements."""
    if body.get("post_type", "post") not in POST_TYPES:
        return None
    address = WallAddress(int(body["owner_id"]), int(body["id"]))
    return _found(body, group_id, place, names, address, None)


def _message(body: Json, group_id: int, place: str, names: Mapping[str, str]) -> Found | None:
    message = body["message"]
    if int(message["peer_id"]) >= FIRST_CHAT or message.get("action") or message.get("out"):
        return None
    address = MessageAddress(int(message["peer_id"]), int(message["id"]))
    answered = (message.get("reply_message") or {}).get("id")
    reply_to = MessageAddress(address.peer, int(answered)).ref if answered else None
    return _found(message, group_id, place, names, address, reply_to)


def _found(
    body: Json,
    group_id: int,
    place: str,
    names: Mapping[str, str],
    address: WallAddress | MessageAddress,
    reply_to: str | None,
) -> Found | None:
    author, text = int(body["from_id"]), str(body["text"]).strip()
    attachments = attached(body.get("attachments") or [])
    if author == -group_id or body.get("deleted") or not (text or attachments):
        return None
    if isinstance(address, MessageAddress):
        link = address.link(group_id)
        kind: Any = "message"
    else:
        link, kind = address.link, "comment" if address.reply else "post"
    return Found(
        network=NETWORK,
        ref=address.ref,
        kind=kind,
        text=text,
        author_name=str(names.get(str(author)) or CITIZEN),
        author_ref=f"id{author}" if author > 0 else f"club{-author}",
        written_at=datetime.fromtimestamp(int(body["date"]), UTC),
        link=link,
        place=place,
        attachments=attachments,
        reply_to=reply_to,
    )


def attached(items: list[Json]) -> tuple[Attachment, ...]:
    """What can be shown of VK's attachments; stickers, gifts and what is unknown are left out."""
    return tuple(a for a in (_attachment(item) for item in items) if a is not None)


def _attachment(item: Json) -> Attachment | None:
    kind = item.get("type")
    body = item.get(str(kind)) or {}
    title = str(body.get("title") or body.get("caption") or "")
    if kind in ("photo", "posted_photo", "graffiti"):
        sizes = body.get("sizes") or []
        widest: Json = max(sizes, key=lambda size: int(size.get("width") or 0), default={})
        url = (body.get("orig_photo") or {}).get("url") or widest.get("url") or body.get("url")
        return Attachment("photo", str(url), "") if url else None
    if kind == "doc":
        return Attachment("doc", str(body["url"]), title) if body.get("url") else None
    if kind == "audio_message":
        sound = body.get("link_mp3") or body.get("link_ogg")
        return Attachment("doc", str(sound), "Голосовое сообщение") if sound else None
    if kind == "video":
        return Attachment("video", f"https://vk.com/video{body['owner_id']}_{body['id']}", title)
    if kind == "link":
        return Attachment("link", str(body["url"]), title) if body.get("url") else None
    if kind in ("wall", "wall_reply"):
        owner = body.get("owner_id") or body.get("to_id") or body.get("from_id")
        number = body["post_id"] if kind == "wall_reply" else body["id"]
        return Attachment("link", f"https://vk.com/wall{owner}_{number}", "Запись")
    return None
