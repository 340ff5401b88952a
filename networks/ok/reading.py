"""Read citizens' messages from Одноклассники objects. Pure functions of stored events, without requests to OK.

A stored event is `{"kind": "comment", "change": …, "topic": …, "comment": {…}}` or `{"kind": "message", "body": {…}}`,
where `body` has the same shape in a webhook and in the list of a chat's messages (`"kind": "topic"` is the group's own
publication: `networks.ok.published`). Changes of a chat's state, pressed buttons and the group's own chat messages are
ignored.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from config import washing
from config.russian import stamps
from networks.ok.addresses import MessageAddress, TopicAddress
from networks.port import Attachment, Change, Found, RawEvent, UnreadableError

NETWORK = "ok"
CITIZEN = "Житель"
MOSCOW = timezone(timedelta(hours=3))
KINDS: Mapping[str, str] = {
    "IMAGE": "photo",
    "PHOTO": "photo",
    "VIDEO": "video",
    "MOVIE": "video",
    "FILE": "doc",
    "AUDIO": "voice",
    "MUSIC": "audio",
    "SHARE": "link",
    "LINK": "link",
    "STICKER": "sticker",
    "PRESENT": "gift",
    "GIFT": "gift",
    "POLL": "poll",
    "LOCATION": "place",
    "PLACE": "place",
    "CONTACT": "contact",
    "CALL": "call",
    "TOPIC": "repost",
    "MEDIATOPIC": "repost",
    "GROUP_TOPIC": "repost",
    "ALBUM": "album",
    "EVENT": "event",
}
"""OK's kinds of attachments with ours; an unlisted one becomes `other`, named by OK's own word."""
Json = Mapping[str, Any]


# --- keeping


def keep_comment(topic: str, comment: Json, change: Change = "new", revision: int = 0) -> RawEvent:
    """Wrap a comment as an event to store. `revision` counts its edits, so that each edit has its own key."""
    address = TopicAddress(topic, str(comment["id"]))
    key = f"{address.ref}:{change}" + (f":{revision}" if change == "edited" else "")
    kept = {"kind": "comment", "change": change, "topic": topic, "comment": comment}
    return RawEvent(key, json.dumps(kept, ensure_ascii=False))


def keep_message(body: Json) -> RawEvent:
    """Wrap a group's message as an event to store; its key is the same from the webhook and from a reading. Raises
    UnreadableError if it has no id."""
    key = message_id(body)
    if key is None:
        raise UnreadableError("a message of OK without an id")
    return RawEvent(f"message:{key}", json.dumps({"kind": "message", "body": body}, ensure_ascii=False))


def message_id(body: Json) -> str | None:
    """The message's id without OK's prefix; None if the event is not a new message."""
    message = body.get("message")
    if body.get("webhookType", "MESSAGE_CREATED") != "MESSAGE_CREATED" or not isinstance(message, dict):
        return None
    mid = message.get("mid")
    return bare(mid) if isinstance(mid, str) and mid else None


def bare(named: object) -> str:
    """An id without OK's prefix: `C3ec` for `chat:C3ec`."""
    return str(named).rpartition(":")[2]


def written_ms(body: Json) -> int:
    """When a comment, topic or message was written, in milliseconds since 1970 UTC. OK gives a number or, in places,
    Moscow time as text. Raises ValueError, TypeError or KeyError if there is no readable time."""
    for name in ("date_ms", "created_ms", "timestamp"):
        if body.get(name) is not None:
            return int(body[name])
    said = stamps.moment(str(body["date"]), MOSCOW)
    if said is None:
        raise ValueError("no moment")
    return round(said.timestamp() * 1000)


def digest(comment: Json) -> str:
    """A digest of the comment's text and attachments; another digest under the same id means an edit."""
    said = json.dumps([comment.get("text"), comment.get("attachments")], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:12]


# --- reading


def read_event(raw: str, group_id: int, place: str) -> Found | None:
    """Read a stored event as a citizen's message; None if it is not for us. Raises UnreadableError."""
    try:
        kept = washing.loads(raw)
        if kept["kind"] == "topic":
            return None
        if kept["kind"] == "comment":
            return _comment(kept["comment"], kept["topic"], kept["change"], group_id, place)
        return _message(kept["body"], group_id, place)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, OSError, RecursionError) as error:
        broken = type(error).__name__
    raise UnreadableError(f"an OK event of unknown shape: {broken}")


def is_ours(comment: Json, group_id: int) -> bool:
    """Whether the group itself wrote the comment."""
    return str(group_id) in (bare(comment.get("author_ref") or ""), str(comment.get("author_id") or ""))


def _comment(comment: Json, topic: str, change: Change, group_id: int, place: str) -> Found | None:
    address = TopicAddress(topic, str(comment["id"]))
    text, attachments = str(comment.get("text") or "").strip(), attached(comment.get("attachments") or [])
    ours = is_ours(comment, group_id)
    answered = comment.get("reply_to_comment_id")
    if change != "deleted" and (not (text or attachments) or (ours and not answered)):
        return None
    return Found(
        network=NETWORK,
        ref=address.ref,
        kind="comment",
        text=text,
        author_name=str(comment.get("author_name") or CITIZEN),
        author_ref=author_ref(comment),
        written_at=moment(comment),
        link=address.link(group_id),
        place=place,
        attachments=attachments,
        reply_to=TopicAddress(topic, str(answered)).ref if answered else None,
        change=change,
        ours=ours,
        own_page=True,
    )


def _message(body: Json, group_id: int, place: str) -> Found | None:
    sender = body.get("sender") or {}
    author = str(sender.get("user_id") or "")
    number = message_id(body)
    if number is None or not author.startswith("user:") or bare(author) == str(group_id):
        return None
    message = body["message"]
    listed = message.get("attachments") or ([message["attachment"]] if message.get("attachment") else [])
    text, attachments = str(message.get("text") or "").strip(), attached(listed)
    if not (text or attachments):
        return None
    address = MessageAddress(bare(body["recipient"]["chat_id"]), number)
    answered = message.get("reply_to")
    return Found(
        network=NETWORK,
        ref=address.ref,
        kind="message",
        text=text,
        author_name=str(sender.get("name") or CITIZEN),
        author_ref=author,
        written_at=moment(body),
        link=address.link(group_id),
        place=place,
        attachments=attachments,
        reply_to=MessageAddress(address.chat, bare(answered)).ref if isinstance(answered, str) else None,
    )


def author_ref(comment: Json) -> str:
    """The author of a comment or topic as `user:570` or `group:570`."""
    named = str(comment.get("author_ref") or "")
    return named if ":" in named else f"user:{named or comment.get('author_id') or ''}"


def moment(body: Json) -> datetime:
    """When a comment, topic or message was written, in aware UTC. Raises like `written_ms`."""
    return datetime.fromtimestamp(written_ms(body) / 1000, UTC)


def attached(items: Sequence[Json]) -> tuple[Attachment, ...]:
    """Every attachment that OK lists, in our form; none is skipped (DESIGN rule 20)."""
    return tuple(_attachment(item) for item in items)


def _attachment(item: Json) -> Attachment:
    named = str(item.get("type", ""))
    body = item.get("payload") or item
    url = body.get("url") or body.get("pic_max") or body.get("pic640x480")
    address = url if isinstance(url, str) and url.startswith(("http://", "https://")) else ""
    kind = KINDS.get(named.upper())
    if kind is None:
        return Attachment("other", address, named[:40])
    return Attachment(kind, address, str(body.get("title") or body.get("text") or body.get("name") or ""))
