"""Read citizens' messages from VK's objects. Pure functions of stored events, without requests to VK.

A stored event is `{"event": …, "names": {"555": "…"}}`, or the bare event as VK's Callback API sends it. It may also
hold `place` (another wall's name), `heard` (VK's time in seconds when a deletion was reported, which VK itself does not
say), `answers` (the private message ours was written after), `screen` (the short name of the wall's owner) and `unread`
(stored for the count of publications only). Other types of events, chats and service messages are not for us.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from config import washing
from networks.port import Change, Found, Kind, RawEvent, UnreadableError
from networks.vk.addresses import Address, MessageAddress, PageAddress, PublicAddress, Section, WallAddress
from networks.vk.attachments import beside
from networks.vk.inward import plain

NETWORK = "vk"
CITIZEN = "Житель"
PRESSED = "pressed"
"""The key of a choice in the `payload` of its button and of the message that the button writes."""
LONGEST_KEY = 100
FIRST_CHAT = 2_000_000_000
POST_TYPES = frozenset(("post", "suggest"))
BOARD_REPLY = re.compile(r"\[[^|\[\]]{0,64}:bp-?\d{1,19}_(\d{1,19})\|")
Json = Mapping[str, Any]


@dataclass(frozen=True)
class Context:
    """What is known when an event is read: our community, the page's name, the authors' names by number, the kind of
    change, `heard` (seconds) and `answers` (see the module)."""

    group_id: int
    place: str
    names: Mapping[str, str]
    change: Change = "new"
    heard: int = 0
    answers: int | None = None


Reader = Callable[[Json, Context], Found | None]


def keep(event: Json, names: Mapping[int, str], **learnt: Any) -> RawEvent:
    """Wrap an event to store, with its author's name and other learnt facts (those that are None are left out). Its key
    is VK's own id, or a digest of its content.
    """
    key = event.get("event_id")
    if not isinstance(key, str) or not 0 < len(key) <= LONGEST_KEY or not key.isascii():
        key = hashlib.sha256(json.dumps(event, sort_keys=True).encode()).hexdigest()
    author = author_of(event)
    known = {str(author): names[author]} if author is not None and author in names else {}
    kept = {"event": event, "names": known} | {name: value for name, value in learnt.items() if value is not None}
    return RawEvent(key, json.dumps(washing.washed(kept), ensure_ascii=False))


def body_of(event: Json) -> dict[str, Any]:
    """The object the event is about, a message without its wrapper; {} if there is none."""
    body = event.get("object")
    if isinstance(body, dict):
        body = body.get("message", body)
    return body if isinstance(body, dict) else {}


def author_of(event: Json) -> int | None:
    """The author's number (negative for a community); None if the event has no author."""
    author = body_of(event).get("from_id")
    return author if isinstance(author, int) else None


def read_event(raw: str, group_id: int, place: str) -> Found | None:
    """Read a stored event as a message; None if it is not for us. Raises UnreadableError."""
    try:
        kept = washing.loads(raw)
        event, beside = (kept["event"], kept) if "event" in kept else (kept, {})
        if event["type"] not in EVENTS or int(event["group_id"]) != group_id or beside.get("unread"):
            return None
        reader, change = EVENTS[event["type"]]
        return reader(
            event["object"],
            Context(
                group_id,
                str(beside.get("place") or place),
                beside.get("names") or {},
                change,
                int(beside.get("heard") or 0),
                beside.get("answers"),
            ),
        )
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, OSError, RecursionError) as error:
        broken = type(error).__name__
    raise UnreadableError(f"a VK event of unknown shape: {broken}")


# --- comments


def comment(body: Json, context: Context) -> Found | None:
    """Read a comment under a post; None if it is not for us. Our own comment that answers no comment answers the
    post."""
    address = wall_address(body)
    if context.change == "deleted":
        return _gone(address, context)
    answered = body.get("reply_to_comment")
    reply_to = WallAddress(address.owner, address.post, int(answered)).ref if answered else None
    if reply_to is None and is_ours(body, context.group_id):
        reply_to = WallAddress(address.owner, address.post).ref
    return _found(body, context, address, "comment", reply_to)


def wall_address(body: Json) -> WallAddress:
    """The address of a comment under a post. Raises ValueError, KeyError or TypeError if numbers are missing."""
    owner = int(body.get("post_owner_id") or body["owner_id"])
    thread = next(iter(body.get("parents_stack") or []), None)
    return WallAddress(owner, int(body["post_id"]), int(body["id"]), thread)


def page_comment(section: Section) -> Reader:
    """Make a reader of comments under photos, videos or products, or of messages in discussions."""
    number, owner = {
        "photo": ("photo_id", "photo_owner_id"),
        "video": ("video_id", "video_owner_id"),
        "product": ("item_id", "market_owner_id"),
        "topic": ("topic_id", "topic_owner_id"),
    }[section]

    def read(body: Json, context: Context) -> Found | None:
        where = int(body.get(owner) or body["owner_id"])
        address = PageAddress(section, where, int(body.get(number) or body["photo_id"]), int(body["id"]))
        if context.change == "deleted":
            return _gone(address, context)
        answered = body.get("reply_to_comment")
        if section == "topic":
            match = BOARD_REPLY.search(str(body.get("text", "")))
            answered = match[1] if match else None
        reply_to = PageAddress(section, where, address.number, int(answered)).ref if answered else None
        if reply_to is None and section != "topic" and is_ours(body, context.group_id):
            reply_to = PageAddress(section, where, address.number).ref
        return _found(body, context, address, "comment", reply_to)

    return read


# --- posts and messages


def post(body: Json, context: Context) -> Found | None:
    """Read a citizen's post, published or offered to the editors; None for the community's own post, reports of reposts
    and advertisements."""
    if body.get("post_type", "post") not in POST_TYPES:
        return None
    return _found(body, context, WallAddress(int(body["owner_id"]), int(body["id"])), "post", None)


def mention(body: Json, context: Context) -> Found | None:
    """Read a post or a comment, on any page, that mentions the community."""
    owner = int(body.get("owner_id") or body["to_id"])
    if body.get("post_type") == "reply":
        return comment({**body, "owner_id": owner}, context)
    return _found(body, context, WallAddress(owner, int(body["id"])), "post", None)


def _message(body: Json, context: Context) -> Found | None:
    message = body.get("message", body)
    if int(message["peer_id"]) >= FIRST_CHAT or message.get("action"):
        return None
    address = MessageAddress(int(message["peer_id"]), int(message["id"]))
    answered = (message.get("reply_message") or {}).get("id")
    if answered is None and is_ours(message, context.group_id):
        answered = context.answers
    reply_to = MessageAddress(address.peer, int(answered)).ref if answered else None
    found = _found(message, context, address, "message", reply_to)
    return replace(found, pressed=_pressed(message)) if found is not None and not found.ours else found


def _pressed(message: Json) -> str:
    """The choice whose button wrote the message; "" if there is none of ours."""
    try:
        payload = json.loads(message.get("payload") or "{}")
    except (TypeError, ValueError, RecursionError):
        return ""
    pressed = payload.get(PRESSED) if isinstance(payload, dict) else None
    return pressed if isinstance(pressed, str) else ""


CHANGES: Final[Mapping[str, Change]] = {"new": "new", "edit": "edited", "restore": "restored", "delete": "deleted"}
"""VK's words for changes in types of events, with ours. The event of a restored comment contains its text again."""

COMMENTS: Final[Mapping[str, Reader]] = {
    "wall_reply": comment,
    "photo_comment": page_comment("photo"),
    "video_comment": page_comment("video"),
    "market_comment": page_comment("product"),
    "board_post": page_comment("topic"),
}
EVENTS: Final[Mapping[str, tuple[Reader, Change]]] = {
    "wall_post_new": (post, "new"),
    "mention": (mention, "new"),
    "message_new": (_message, "new"),
    "message_reply": (_message, "new"),
    "message_edit": (_message, "edited"),
    **{f"{name}_{event}": (COMMENTS[name], CHANGES[event]) for name in COMMENTS for event in CHANGES},
}
"""Every type of VK's events that is read, with its reader and the change it reports."""


# --- how a message is made


def is_ours(body: Json, group_id: int) -> bool:
    """Whether the community wrote the comment, post or message, by hand or through us."""
    return body.get("from_id") == -group_id


def author_ref(number: int) -> str:
    """The author's ref: `id555` for a person, `club77` for the community whose number is -77."""
    return f"id{number}" if number > 0 else f"club{-number}"


def _found(body: Json, context: Context, address: Address, kind: Kind, reply_to: str | None) -> Found | None:
    author, text = int(body["from_id"]), plain(str(body["text"]).strip())
    attachments, ours = beside(body), is_ours(body, context.group_id)
    if body.get("deleted"):
        return None
    if context.change == "new" and (not (text or attachments) or (ours and reply_to is None)):
        return None
    return Found(
        network=NETWORK,
        ref=address.ref,
        kind=kind,
        text=text,
        author_name=str(context.names.get(str(author)) or CITIZEN),
        author_ref=author_ref(author),
        written_at=datetime.fromtimestamp(int(body["date"]), UTC),
        link=address.link(context.group_id) if isinstance(address, MessageAddress) else address.link,
        place=context.place,
        attachments=attachments,
        reply_to=reply_to,
        change=context.change,
        ours=ours,
        own_page=isinstance(address, WallAddress | PageAddress) and address.owner == -context.group_id,
        cut=bool(body.get("is_cropped")),
    )


def _gone(address: PublicAddress, context: Context) -> Found:
    """A deleted comment, at the time the deletion was reported; VK tells neither its author nor the time of the
    deletion."""
    return Found(
        network=NETWORK,
        ref=address.ref,
        kind="comment",
        text="",
        author_name=CITIZEN,
        author_ref="",
        written_at=datetime.fromtimestamp(context.heard, UTC),
        link=address.link,
        place=context.place,
        change="deleted",
    )
