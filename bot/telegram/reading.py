"""Parses Telegram's updates: raw JSON in, one `Incoming` out.

The parser takes only the fields the program needs, so it skips unknown kinds of updates and content (FACTS §1: one
reaction of an unknown type makes a whole typed batch unreadable). It raises `UnreadableError` if a needed field is
missing; the raw update is then parked.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.telegram.beside import beside, cut, with_addresses
from bot.telegram.rich import as_plain
from config import washing
from config.washing import whole
from handlers.incoming import Attached, Incoming, Kind, Mention, Origin, Sender, UnreadableError, Voice

ANONYMOUS_ADMIN = 1087968824
"""Telegram's account for administrators who write in the name of the group."""

SERVICE = 777000
"""Telegram's own account, which posts a channel's posts in its discussion group."""

LAST_SECOND = 253_402_214_400
"""The latest accepted time, in Unix seconds: the end of the year 9999, less a day for the time zones."""
MOST_NAME, MOST_TITLE, MOST_ALBUM = 128, 256, 64
"""The lengths of a name, a title and an album's id that the database can store; Telegram's own limits are lower."""

Raw = Mapping[str, Any]


def read_text(written: str) -> Incoming:
    """Parse an update stored as JSON text; a kind the program does not handle becomes OTHER. Raises UnreadableError if
    it is invalid."""
    try:
        return read(washing.loads(written))
    except ValueError:
        raise UnreadableError("no JSON") from None


def read(raw: Raw) -> Incoming:
    """Parse the update; a kind the program does not handle becomes OTHER. Raises UnreadableError if a needed field is
    missing."""
    if not isinstance(raw, Mapping):
        raise UnreadableError("no object")
    try:
        if "callback_query" in raw:
            return _press(raw["callback_query"])
        if "message" in raw:
            return _message(raw["message"], Kind.MESSAGE)
        if "edited_message" in raw:
            return _message(raw["edited_message"], Kind.EDIT)
        if "channel_post" in raw:
            return _channel_post(raw["channel_post"])
        if "chat_member" in raw:
            return _member(raw["chat_member"], Kind.MEMBER)
        if "my_chat_member" in raw:
            return _member(raw["my_chat_member"], Kind.ME)
    except (KeyError, TypeError, AttributeError, ValueError, OverflowError) as error:
        raise UnreadableError(type(error).__name__) from None
    return Incoming(Kind.OTHER)


def _seconds(value: Any) -> int:
    """Read a Unix time in seconds; raises ValueError if it is outside the calendar."""
    seconds = whole(value)
    if not 0 <= seconds <= LAST_SECOND:
        raise ValueError("no moment of a calendar")
    return seconds


def _title(chat: Raw) -> str:
    return str(chat.get("title", ""))[:MOST_TITLE]


def _sender(raw: Raw, chat: Raw) -> Sender:
    account = whole(raw["id"])
    name = " ".join(part for part in (raw.get("first_name", ""), raw.get("last_name", "")) if part)
    return Sender(
        account,
        name[:MOST_NAME],
        anonymous=account == ANONYMOUS_ADMIN,
        is_bot=bool(raw.get("is_bot")),
        service=account == SERVICE,
    )


def _press(raw: Raw) -> Incoming:
    message = raw.get("message") or {}
    chat = message.get("chat") or {"id": 0, "type": "private"}
    return Incoming(
        Kind.PRESS,
        chat=whole(chat["id"]),
        private=chat["type"] == "private",
        title=_title(chat),
        message=whole(message.get("message_id", 0)),
        sender=_sender(raw["from"], chat),
        press=str(raw["id"]),
        data=str(raw.get("data", "")),
    )


def _message(raw: Raw, kind: Kind) -> Incoming:
    raw, chat = as_plain(raw), raw["chat"]
    if "migrate_to_chat_id" in raw:
        return Incoming(Kind.MIGRATION, chat=whole(chat["id"]), new_chat=whole(raw["migrate_to_chat_id"]))
    if "from" not in raw:
        return Incoming(Kind.OTHER)
    written = str(raw.get("text") or raw.get("caption") or "")
    entities = raw.get("entities") or raw.get("caption_entities") or ()
    text = with_addresses(written, entities)
    # A command in a forwarded text is not the sender's.
    command, argument = _command(text, entities) if "forward_origin" not in raw else ("", "")
    reply = as_plain(_answered(raw))
    bot = reply.get("from") or {}
    bot = bot if bot.get("is_bot") else {}
    return Incoming(
        kind,
        chat=whole(chat["id"]),
        private=chat["type"] == "private",
        title=_title(chat),
        message=whole(raw["message_id"]),
        sender=_sender(raw["from"], chat),
        text=text,
        files=_files(raw),
        album=str(raw["media_group_id"])[:MOST_ALBUM] if "media_group_id" in raw else None,
        reply_to=whole(reply["message_id"]) if reply else None,
        reply_buttons=_buttons(reply),
        reply_author=str(bot.get("username", "")).lower(),
        reply_text=str(reply.get("text") or reply.get("caption") or "") if bot else "",
        origin=_origin(raw.get("forward_origin")),
        links=tuple(
            cut(written, e) if e["type"] == "url" else str(e["url"])
            for e in entities
            if e["type"] in ("url", "text_link")
        ),
        command=command,
        argument=argument,
        mentions=tuple(_mention(written, e, entities) for e in entities if e["type"] == "mention"),
        date=_seconds(raw["date"]),
        voice=_voice(raw.get("sender_chat")),
        post=_post(raw),
        under_post=_post(reply),
        thread=whole(raw["message_thread_id"]) if "message_thread_id" in raw else None,
        beside=beside(raw),
    )


def _answered(raw: Raw) -> Raw:
    """The message it replies to; {} if there is none. In a forum's topic every message that replies to nothing arrives
    as a reply to the topic's first message; that one is ignored."""
    reply: Raw = raw.get("reply_to_message") or {}
    is_topic = raw.get("is_topic_message") and "forum_topic_created" in reply
    return {} if is_topic else reply


def _buttons(raw: Raw) -> tuple[str, ...]:
    rows = (raw.get("reply_markup") or {}).get("inline_keyboard") or ()
    return tuple(str(button["callback_data"]) for row in rows for button in row if "callback_data" in button)


def _channel_post(raw: Raw) -> Incoming:
    """Parse a channel's post; each item of an album arrives as an update of its own."""
    raw, chat = as_plain(raw), raw["chat"]
    return Incoming(
        Kind.POST,
        chat=whole(chat["id"]),
        title=_title(chat),
        message=whole(raw["message_id"]),
        text=str(raw.get("text") or raw.get("caption") or ""),
        files=(Attached("animation", ""),) if raw.get("animation") else _files(raw),
        album=str(raw["media_group_id"])[:MOST_ALBUM] if "media_group_id" in raw else None,
        origin=_origin(raw.get("forward_origin")),
        date=_seconds(raw["date"]),
        voice=_voice(chat),
        post=whole(raw["message_id"]),
        channel=True,
    )


def _voice(raw: Raw | None) -> Voice | None:
    if not raw:
        return None
    return Voice(whole(raw["id"]), str(raw.get("title", "")), str(raw.get("username", "")).lower())


def _post(raw: Raw) -> int | None:
    if not raw.get("is_automatic_forward"):
        return None
    return whole((raw.get("forward_origin") or {}).get("message_id", 0))


def _mention(text: str, entity: Raw, entities: Any) -> Mention:
    """Where the text mentions this person, as a range in the text to which the addresses of links have been added."""
    words, offset = cut(text, entity), whole(entity["offset"])
    before = [one for one in entities if whole(one["offset"]) < offset]
    start = len(with_addresses(cut(text, {"offset": 0, "length": offset}), before))
    return Mention(words.removeprefix("@").lower(), start, start + len(words))


def _command(text: str, entities: Any) -> tuple[str, str]:
    """The command at the start of the text, without the bot's name, and its argument; ("", "") if there is none."""
    for entity in entities:
        if entity["type"] == "bot_command" and entity["offset"] == 0:
            whole = cut(text, entity)
            return whole.lstrip("/").partition("@")[0].lower(), text[len(whole) :].strip()
    return "", ""


def _files(raw: Raw) -> tuple[Attached, ...]:
    if raw.get("photo"):
        largest = max(
            raw["photo"], key=lambda size: (size.get("width", 0) * size.get("height", 0), size.get("file_size", 0))
        )
        return (Attached("photo", str(largest["file_id"]), "photo.jpg", whole(largest.get("file_size", 0))),)
    for kind, ours, called in (
        ("video", "video", ""),
        ("animation", "video", "gif"),
        ("document", "document", ""),
        ("voice", "voice", ""),
        ("video_note", "voice", "video_note"),
        ("audio", "document", "audio"),
        ("sticker", "sticker", ""),
    ):
        if raw.get(kind):
            file = raw[kind]
            name, size = str(file.get("file_name", "")), whole(file.get("file_size", 0))
            return (Attached(ours, str(file["file_id"]), name, size, called),)
    if raw.get("poll"):
        return (Attached("poll", ""),)
    if any(raw.get(kind) for kind in ("location", "contact", "dice", "venue")):
        return (Attached("other", ""),)
    return ()


def _origin(raw: Raw | None) -> Origin | None:
    if not raw:
        return None
    at = _seconds(raw.get("date", 0))
    match raw.get("type"):
        case "user":
            user = raw["sender_user"]
            name = " ".join(p for p in (user.get("first_name", ""), user.get("last_name", "")) if p)
            return Origin(name, "", at, str(user.get("username", "")).lower())
        case "hidden_user":
            return Origin(str(raw.get("sender_user_name", "")), "", at)
        case "channel":
            chat = raw["chat"]
            link = f"https://t.me/{chat['username']}/{raw['message_id']}" if chat.get("username") else ""
            return Origin(str(chat.get("title", "")), link, at)
        case "chat":
            return Origin(str(raw["sender_chat"].get("title", "")), "", at)
        case _:
            return Origin("", "", at)


def _member(raw: Raw, kind: Kind) -> Incoming:
    chat = raw["chat"]
    new = raw["new_chat_member"]
    status = _status(new)
    who = raw["from"] if kind is Kind.ME else new["user"]
    return Incoming(
        kind,
        chat=whole(chat["id"]),
        private=chat["type"] == "private",
        title=_title(chat),
        sender=_sender(who, chat),
        channel=chat["type"] == "channel",
        status=status,
        was=_status(raw["old_chat_member"]) if "old_chat_member" in raw else "",
    )


def _status(member: Raw) -> str:
    """The member's status in the chat; a restricted user who is not a member counts as "left"."""
    status = str(member["status"])
    return "left" if status == "restricted" and not member.get("is_member", True) else status
