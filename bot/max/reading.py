"""Parses MAX's events: raw JSON in, one `Incoming` out.

The parser takes only the fields the program needs, so a new kind of event or content stops nothing. It raises
`UnreadableError` if a needed field is missing; the raw event is then parked.

A private chat's id is replaced by the person's account. «Начать» (`bot_started`) becomes a private «/start» with the
code of the link, because that is its meaning; typed by hand, «/start» is a plain message.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.max.beside import beside, files, items_of
from bot.max.manners import LINKS, SITE
from bot.max.mids import parts_of
from config import washing
from config.washing import whole
from handlers.incoming import Incoming, Kind, Mention, Origin, Sender, UnreadableError, Voice
from handlers.marked import Linked, addresses_in, cut, with_addresses

Raw = Mapping[str, Any]
MOST_NAME, MOST_TITLE = 128, 256
"""The lengths of a name and of a title that the database can store, in characters."""
LAST_SECOND = 253_402_214_400
"""The latest accepted time, in Unix seconds: the end of the year 9999, less a day for the time zones."""
COMMAND = re.compile(r"/([A-Za-z0-9_]{1,64})(?:@[\w-]+)?(?=\s|$)")
CHANNEL = re.compile(rf"{re.escape(SITE)}/(?!c/)([A-Za-z0-9_-]+)/")


def read_text(written: str) -> Incoming:
    """Parse an event stored as JSON text; a kind the program does not handle becomes OTHER. Raises UnreadableError if
    it is invalid."""
    try:
        return read(washing.loads(written))
    except ValueError:
        raise UnreadableError("no JSON") from None


def read(raw: Any) -> Incoming:
    """Parse the event; a kind the program does not handle becomes OTHER. Raises UnreadableError if a needed field is
    missing."""
    if not isinstance(raw, Mapping):
        raise UnreadableError("no object")
    reader = READERS.get(str(raw.get("update_type", "")))
    if reader is None:
        return Incoming(Kind.OTHER)
    try:
        return reader(raw)
    except (KeyError, TypeError, AttributeError, ValueError, OverflowError) as error:
        raise UnreadableError(type(error).__name__) from None


# --- messages --------------------------------------------------------------------------------------------------------


def _created(raw: Raw) -> Incoming:
    return _message(raw["message"], Kind.MESSAGE)


def _edited(raw: Raw) -> Incoming:
    return _message(raw["message"], Kind.EDIT)


def _message(raw: Raw, kind: Kind) -> Incoming:
    where, body = raw["recipient"], raw.get("body") or {}
    if where["chat_type"] == "channel":
        return _post(raw, body, kind)
    _, seq = parts_of(body["mid"])
    user = raw["sender"]
    chat, private = _chat(where, user)
    link = raw.get("link") or {}
    said = _Said(raw, body, link)
    answered = link["message"] if link.get("type") == "reply" else {}
    bot = link.get("sender") or {}
    bot = bot if answered and bot.get("is_bot") else {}
    # A command in a forwarded text is not the sender's.
    command, argument = ("", "") if link.get("type") == "forward" else _command(said.text)
    return Incoming(
        kind,
        chat=chat,
        private=private,
        message=seq,
        sender=_sender(user),
        text=said.text,
        files=files(said.items),
        reply_to=_answered(answered, chat, private),
        reply_buttons=_buttons(answered),
        reply_author=str(bot.get("username") or "").lower(),
        reply_text=str(answered.get("text") or "") if bot else "",
        origin=_origin(link),
        links=said.links,
        command=command,
        argument=argument,
        mentions=said.mentions,
        date=_seconds(raw["timestamp"]),
        beside=beside(said.items, said.text),
    )


class _Said:
    """The text and links of a message together with those of the message it forwards, and the attachments of both."""

    def __init__(self, raw: Raw, body: Raw, link: Raw) -> None:
        own, forwarded = _Words(body), _Words(link["message"]) if link.get("type") == "forward" else None
        parts = (own,) if forwarded is None else (forwarded, own)
        self.text = "\n".join(part.text for part in parts if part.text)
        self.links = tuple(url for part in parts for url in part.links)
        # Positions in the outer text do not hold in the joined text.
        self.mentions = own.mentions if forwarded is None else ()
        self.items = items_of(raw)


class _Words:
    def __init__(self, body: Raw) -> None:
        written = str(body.get("text") or "")
        marks = [one for one in body.get("markup") or () if isinstance(one, Mapping)]
        linked = [_linked(one) for one in marks if one.get("type") == "link" and one.get("url")]
        self.text = with_addresses(written, linked)
        # MAX marks only links hidden behind words; an address written out is searched for.
        self.links = tuple(dict.fromkeys([*(one.url for one in linked), *addresses_in(written)]))
        self.mentions = tuple(_mention(written, one, linked) for one in marks if one.get("type") == "user_mention")


def _linked(mark: Raw) -> Linked:
    return Linked(whole(mark["from"]), whole(mark["length"]), str(mark["url"]))


def _mention(text: str, mark: Raw, links: Sequence[Linked]) -> Mention:
    """Where the text mentions this person, as a range in the text to which the addresses of links have been added."""
    at, length = whole(mark["from"]), whole(mark["length"])
    before = [one for one in links if one.start < at]
    start = len(with_addresses(cut(text, 0, at), before))
    name = str(mark.get("user_link") or "").removeprefix("@").lower()
    return Mention(name, start, start + len(cut(text, at, length)))


def _chat(where: Raw, user: Raw) -> tuple[int, bool]:
    """The chat's number on our side, and whether it is private. A private chat is numbered by the person's account,
    also if the bot wrote the message."""
    if where["chat_type"] != "dialog":
        return whole(where["chat_id"]), False
    account = where.get("user_id") if user.get("is_bot") else user["user_id"]
    return whole(account), True


def _answered(answered: Raw, chat: int, private: bool) -> int | None:
    """The number of the message it replies to; None if that is in another chat or has no valid id."""
    if not answered:
        return None
    try:
        theirs, seq = parts_of(answered["mid"])
    except (KeyError, ValueError):
        return None
    return seq if private or theirs == chat else None


def _sender(user: Raw) -> Sender:
    return Sender(whole(user["user_id"]), _name(user)[:MOST_NAME], is_bot=bool(user.get("is_bot")))


def _name(user: Raw) -> str:
    parts = (user.get("first_name") or "", user.get("last_name") or "")
    return " ".join(str(part) for part in parts if part) or str(user.get("name") or "")


def _origin(link: Raw) -> Origin | None:
    if link.get("type") != "forward":
        return None
    user, message = link.get("sender") or {}, link["message"]
    try:
        chat, seq = parts_of(message.get("mid"))
    except ValueError:
        return Origin(_name(user), username=str(user.get("username") or "").lower())
    link_there = LINKS.to_message(chat, seq) if chat < 0 and not user else ""
    written_at = seq >> 16
    return Origin(_name(user), link_there, written_at // 1000, str(user.get("username") or "").lower())


def _buttons(message: Raw) -> tuple[str, ...]:
    boards = [one for one in message.get("attachments") or () if one.get("type") == "inline_keyboard"]
    rows = [row for board in boards for row in board["payload"].get("buttons") or ()]
    return tuple(str(button["payload"]) for row in rows for button in row if button.get("type") == "callback")


def _command(text: str) -> tuple[str, str]:
    """The command at the start of the text and its argument; ("", "") if there is none. MAX does not mark commands in
    a text."""
    found = COMMAND.match(text)
    return (found[1].lower(), text[found.end() :].strip()) if found is not None else ("", "")


def _seconds(milliseconds: Any) -> int:
    """Convert a Unix time from milliseconds to seconds; raises ValueError if it is outside the calendar."""
    seconds = whole(milliseconds) // 1000
    if not 0 <= seconds <= LAST_SECOND:
        raise ValueError("no moment of a calendar")
    return seconds


def _post(raw: Raw, body: Raw, kind: Kind) -> Incoming:
    """Parse a channel's post, taking the channel's name from the post's public address; an edited post becomes OTHER."""
    if kind is Kind.EDIT:
        return Incoming(Kind.OTHER)
    chat, seq = whole(raw["recipient"]["chat_id"]), parts_of(body["mid"])[1]
    link = raw.get("link") or {}
    said, named = _Said(raw, body, link), CHANNEL.match(str(raw.get("url") or ""))
    return Incoming(
        Kind.POST,
        chat=chat,
        message=seq,
        text=said.text,
        files=files(said.items),
        origin=_origin(link),
        date=_seconds(raw["timestamp"]),
        voice=Voice(chat, "", named[1].lower() if named is not None else ""),
        post=seq,
        channel=True,
    )


# --- comments under a channel's posts --------------------------------------------------------------------------------


def _commented(kind: Kind) -> Callable[[Raw], Incoming]:
    def read_one(raw: Raw) -> Incoming:
        message = raw["message"]
        body, where = message["body"], message["recipient"]
        post = where.get("post_id") or raw.get("post_id")
        chat, under = parts_of(post)
        link, user = message.get("link") or {}, message.get("sender")
        words = _Words(body)
        return Incoming(
            kind,
            chat=whole(where.get("chat_id") or chat),
            message=parts_of(body["mid"])[1],
            sender=_sender(user) if user else None,
            text=words.text,
            reply_to=_comment_above(link) or under,
            date=_seconds(message["timestamp"]),
            under_post=under,
            thread=under,
            channel=True,
        )

    return read_one


def _comment_above(link: Raw) -> int | None:
    try:
        return parts_of((link.get("message") or {}).get("mid"))[1]
    except ValueError:
        return None


# --- presses and who is where ----------------------------------------------------------------------------------------


def _press(raw: Raw) -> Incoming:
    callback, message = raw["callback"], raw.get("message") or {}
    user = callback["user"]
    where = message.get("recipient") or {"chat_type": "dialog"}
    chat, private = (whole(where["chat_id"]), False) if where["chat_type"] != "dialog" else (user["user_id"], True)
    return Incoming(
        Kind.PRESS,
        chat=whole(chat),
        private=private,
        message=parts_of(message["body"]["mid"])[1] if message else 0,
        sender=_sender(user),
        press=str(callback["callback_id"]),
        data=str(callback.get("payload") or ""),
    )


def _started(raw: Raw) -> Incoming:
    user = raw["user"]
    return Incoming(
        Kind.MESSAGE,
        chat=whole(user["user_id"]),
        private=True,
        sender=_sender(user),
        text=f"/start {raw.get('payload') or ''}".strip(),
        command="start",
        argument=str(raw.get("payload") or ""),
        date=_seconds(raw["timestamp"]),
    )


def _stopped(raw: Raw) -> Incoming:
    user = raw["user"]
    return Incoming(
        Kind.ME, chat=whole(user["user_id"]), private=True, sender=_sender(user), status="kicked", was="member"
    )


def _me(status: str, was: str) -> Callable[[Raw], Incoming]:
    """Make a reader of events about the bot joining or leaving a group or channel. Whether it joined as an
    administrator is added when the event is polled (`Reception.poll`)."""

    def read_one(raw: Raw) -> Incoming:
        return Incoming(
            Kind.ME,
            chat=whole(raw["chat_id"]),
            sender=_whoever(raw),
            channel=bool(raw.get("is_channel")),
            status="administrator" if raw.get("is_admin") is True else status,
            was=was,
        )

    return read_one


def _rights(raw: Raw) -> Incoming:
    status = "administrator" if raw["is_admin"] is True else "member"
    return Incoming(
        Kind.ME,
        chat=whole(raw["chat_id"]),
        sender=_whoever(raw),
        channel=bool(raw.get("is_channel")),
        status=status,
        was="member",
    )


def _whoever(raw: Raw) -> Sender:
    """Who did it: the whole person, or from November 2026 on the account number alone."""
    user = raw.get("user") or {"user_id": raw.get("user_id") or 0}
    return _sender(user)


def _member(status: str) -> Callable[[Raw], Incoming]:
    def read_one(raw: Raw) -> Incoming:
        return Incoming(Kind.MEMBER, chat=whole(raw["chat_id"]), sender=_sender(raw["user"]), status=status)

    return read_one


READERS: Mapping[str, Callable[[Raw], Incoming]] = {
    "message_created": _created,
    "message_edited": _edited,
    "message_callback": _press,
    "comment_created": _commented(Kind.MESSAGE),
    "comment_edited": _commented(Kind.EDIT),
    "bot_started": _started,
    "bot_stopped": _stopped,
    "dialog_removed": _stopped,
    "bot_added": _me("member", "left"),
    "bot_removed": _me("left", "member"),
    "bot_admin_permissions_changed": _rights,
    "user_added": _member("member"),
    "user_removed": _member("left"),
}
"""The reader of each event, by its `update_type`. Removed messages, changed titles and muted dialogs are ignored, as
in Telegram."""
