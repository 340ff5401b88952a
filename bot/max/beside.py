"""What a message of MAX holds besides its text: files, which one can ask for, and other things, which are named.

A file is known by its message's mid and its place there, so that it can be asked for again after its address expired.
An attachment of a kind that is in none of the tables below is named by its own word (DESIGN rule 20).
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
"""MAX's kind of a file: ours, its name where MAX tells none, its more exact kind."""
OWN = frozenset({"inline_keyboard", "reply_keyboard"})
"""Of the bot's own messages."""


@dataclass(frozen=True, slots=True)
class Item:
    """One attachment. `remote`: where to ask for it again."""

    kind: str
    raw: Raw
    remote: str

    @property
    def payload(self) -> Raw:
        held = self.raw.get("payload")
        return held if isinstance(held, Mapping) else {}


def attached_to(message: Raw) -> list[Raw]:
    """Everything attached to a message, first what it forwards: so each thing has a place."""
    link = message.get("link") or {}
    forwarded = link.get("message") or {} if link.get("type") == "forward" else {}
    parts = (forwarded, message.get("body") or {})
    return [one for part in parts for one in part.get("attachments") or () if isinstance(one, Mapping)]


def remote_of(mid: object, place: int) -> str:
    """The name of the file at this place of the message."""
    return f"{str(mid)[:64]}:{place}"


def items_of(message: Raw) -> tuple[Item, ...]:
    """Everything attached to the message and to the one it forwards."""
    mid = (message.get("body") or {}).get("mid")
    found = enumerate(attached_to(message))
    named = (Item(str(one.get("type", "")), one, remote_of(mid, n)) for n, one in found)
    return tuple(item for item in named if item.kind not in OWN)


def files(items: Iterable[Item]) -> tuple[Attached, ...]:
    """The files, in order."""
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
    """All other attachments, named; the preview of a link that the text has is nothing besides."""
    named = (_named(item) for item in items if item.kind not in FILES)
    return tuple(one for one in named if one.kind != "link" or not one.link or one.link not in text)


def _named(item: Item) -> Beside:
    """An attachment of an unknown shape is still named."""
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
    """The name and the telephones of a contact."""
    card = str(payload.get("vcf_info") or "")
    lines = [line.partition(":") for line in card.replace("\r", "").split("\n")]
    said = [value for name, _, value in lines if name.partition(";")[0].upper() in ("FN", "TEL")]
    known = payload.get("max_info") or {}
    return " ".join(said) or " ".join(str(known[one]) for one in ("first_name", "last_name") if known.get(one))
