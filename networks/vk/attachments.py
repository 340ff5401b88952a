"""Convert VK's attachments into ours. Pure; fetches nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from networks.port import Attachment

Json = Mapping[str, Any]


def attached(items: Sequence[Json]) -> tuple[Attachment, ...]:
    """The attachments that can be shown; stickers, gifts and unknown kinds are skipped."""
    return tuple(a for a in (_attachment(item) for item in items) if a is not None)


def _attachment(item: Json) -> Attachment | None:
    kind = item.get("type")
    body = item.get(str(kind)) or {}
    title = str(body.get("title") or body.get("caption") or "")
    if kind in ("photo", "posted_photo", "graffiti"):
        return picture(body)
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


def picture(body: Json) -> Attachment | None:
    """The largest size of a photo; None if VK gives no address."""
    sizes = body.get("sizes") or []
    widest: Json = max(sizes, key=lambda size: int(size.get("width") or 0), default={})
    url = (body.get("orig_photo") or {}).get("url") or widest.get("url") or body.get("url")
    return Attachment("photo", str(url), "") if url else None
