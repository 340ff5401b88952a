"""Read publications of a community or a person on its own wall from stored events. Pure except `screen_name`.

Only posts visible to everyone count: not suggested or scheduled posts, advertisements, or reposts without own text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from config import washing
from networks.port import Published, UnreadableError
from networks.vk.addresses import WallAddress
from networks.vk.wire import Answered, Lane

KIND = "wall_post_new"
FORMATS = {"photo": "photo", "posted_photo": "photo", "video": "video", "clip": "video", "poll": "polls"}
Json = Mapping[str, Any]


def published_event(raw: str, group_id: int, place: str) -> Published | None:
    """Read a stored event as a publication on a wall; None for other events. Raises UnreadableError."""
    try:
        kept = washing.loads(raw)
        event, beside = (kept["event"], kept) if "event" in kept else (kept, {})
        if event["type"] != KIND or int(event["group_id"]) != group_id or not is_published(event["object"]):
            return None
        return _published(event["object"], beside, group_id, place)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, OSError, RecursionError) as error:
        broken = type(error).__name__
    raise UnreadableError(f"a VK event of unknown shape: {broken}")


def is_published(post: Json) -> bool:
    """Whether the post is a publication of the wall's owner: no advertisement, not deleted, no repost without text of
    its own."""
    is_his = post.get("from_id") == post.get("owner_id") and post.get("post_type", "post") == "post"
    passed_on = bool(post.get("copy_history")) and not str(post.get("text") or "").strip()
    return is_his and not passed_on and not post.get("marked_as_ads") and not post.get("is_deleted")


def _published(post: Json, beside: Json, group_id: int, place: str) -> Published:
    owner = int(post["owner_id"])
    pages = [f"https://vk.com/{'club' if owner < 0 else 'id'}{abs(owner)}"]
    if beside.get("screen"):
        pages.append(f"https://vk.com/{beside['screen']}")
    return Published(
        link=WallAddress(owner, int(post["id"])).link,
        pages=tuple(pages),
        place=str(beside.get("place") or place),
        at=datetime.fromtimestamp(int(post["date"]), UTC),
        formats=formats(str(post.get("text") or ""), post.get("attachments") or []),
        own=owner == -group_id,
    )


def formats(text: str, attachments: Sequence[Json]) -> tuple[str, ...]:
    """The formats of a post ("text", "photo", …), in the order of the post; a broadcast counts as "live", not as
    "video"."""
    found = ["text"] if text.strip() else []
    for item in attachments:
        kind = str(item.get("type"))
        body = item.get(kind) or {}
        if kind == "video" and (body.get("live") or body.get("live_status")):
            found.append("live")
        elif kind == "doc" and str(body.get("ext", "")).lower() == "gif":
            found.append("animation")
        elif kind in FORMATS:
            found.append(FORMATS[kind])
    return tuple(dict.fromkeys(found))


async def screen_name(lane: Lane, group_id: int, seconds: float) -> str | None:
    """Ask VK for the community's short name, waiting at most `seconds`; None if VK does not answer now or there is
    none."""
    reply = await lane.call("groups.getById", seconds=seconds, group_ids=group_id)
    listed = reply.value.get("groups") if isinstance(reply, Answered) and isinstance(reply.value, dict) else None
    found = listed[0] if isinstance(listed, list) and listed and isinstance(listed[0], dict) else {}
    return str(found["screen_name"]) if found.get("screen_name") else None
