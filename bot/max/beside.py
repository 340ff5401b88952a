"""What a message of MAX contains besides its text: files, which can be fetched, and other attachments, which are only
named.

A file is identified by the id of its message (mid) and its position there, so that it can be fetched after its address
expired. An attachment of a kind in none of the tables below is named by MAX's own word (DESIGN rule 20).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from config.washing import whole
from handlers.incoming import Attached
from workflow.case import Beside

Raw = Mapping[str, Any]
FILES: Mapping[str, tuple[str, str, str]] = {
    "image": ("photo", "photo.jpg", ""),
    "video": ("video", "video.mp4", ""),
    "audio": ("voice", "audio.mp3", ""),
    "file": ("document", "", ""),
    "sticker": ("sticker", "", ""),
}
"""MAX's kind of a file → our kind, its name if MAX gives none, its more exact kind ("" if there is none)."""
OWN = frozenset({"inline_keyboard", "reply_keyboard"})
"""The kinds of attachment that only the bot's own messages have; they are ignored."""


@dataclass(frozen=True, slots=True)
class Item:
    """One attachment of a message. `remote`: the identifier by which the file can be fetched later."""

    kind: str
    raw: Raw
    remote: str

    @property
    def payload(self) -> Raw:
        held = self.raw.get("payload")
        return held if isinstance(held, Mapping) else {}


def attached_to(message: Raw) -> list[Raw]:
    """All attachments of a message, those of the message it forwards first; an attachment's index is its position."""
    link = message.get("link") or {}
    forwarded = link.get("message") or {} if link.get("type") == "forward" else {}
    parts = (forwarded, message.get("body") or {})
    return [one for part in parts for one in part.get("attachments") or () if isinstance(one, Mapping)]


def remote_of(mid: object, place: int) -> str:
    """The identifier of the attachment at this position of the message, by which it can be fetched later."""
    return f"{str(mid)[:64]}:{place}"


def items_of(message: Raw) -> tuple[Item, ...]:
    """All attachments of the message and of the one it forwards, in order, except the bot's own kinds."""
    mid = (message.get("body") or {}).get("mid")
    found = enumerate(attached_to(message))
    named = (Item(str(one.get("type", "")), one, remote_of(mid, n)) for n, one in found)
    return tuple(item for item in named if item.kind not in OWN)


def files(items: Iterable[Item]) -> tuple[Attached, ...]:
    """The attachments that are files, in order."""
    return tuple(_file(item) for item in items if item.kind in FILES)


def _file(item: Item) -> Attached:
    kind, name, called = FILES[item.kind]
    size = item.raw.get("size")
    return Attached(
        kind,
        item.remote,
        str(item.raw.get("filename") or name),
        whole(size) if isinstance(size, int) and not isinstance(size, bool) else 0,
        called,
    )


def beside(items: Iterable[Item], text: str) -> tuple[Beside, ...]:
    """All attachments that are not files, named. The preview of a link that is in the text already is left out."""
    named = (_named(item) for item in items if item.kind not in FILES)
    return tuple(one for one in named if one.kind != "link" or not one.link or one.link not in text)


def _named(item: Item) -> Beside:
    """Name the attachment by its content, or as "other" with MAX's word if its shape is unknown."""
    try:
        match item.kind:
            case "location":
                at = f"{float(item.raw['longitude']):.6f},{float(item.raw['latitude']):.6f}"
                return Beside("place", "", f"https://yandex.ru/maps/?pt={at}&z=17")
            case "contact":
                return Beside("contact", _contact(item.payload))
            case "share":
                words, link = (str(one or "") for one in (item.raw.get("title"), item.payload.get("url")))
                return Beside("link", words, link)
    except (KeyError, TypeError, ValueError):
        pass
    return Beside("other", item.kind[:40])


def _contact(payload: Raw) -> str:
    """The name and the telephone numbers of a shared contact."""
    card = str(payload.get("vcf_info") or "")
    lines = [line.partition(":") for line in card.replace("\r", "").split("\n")]
    said = [value for name, _, value in lines if name.partition(";")[0].upper() in ("FN", "TEL")]
    known = payload.get("max_info") or {}
    return " ".join(said) or " ".join(str(known[one]) for one in ("first_name", "last_name") if known.get(one))
