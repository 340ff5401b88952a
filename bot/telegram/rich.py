"""Turns a rich message (paragraphs, lists, tables, quotes and media in blocks) into a plain one with its words,
addresses and files.

A block of an unknown type still yields its words and the blocks inside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Raw = Mapping[str, Any]
MEDIA = {"photo": "photo", "video": "video", "animation": "animation", "document": "document", "audio": "audio",
         "voice_note": "voice", "location": "location"}  # fmt: skip
"""The media that a block may hold → the field of a plain message for the same."""
DEEPEST = 20


def as_plain(raw: Raw) -> Raw:
    """The rich message with its words as the text and the first media as its own; any other message unchanged."""
    if not raw.get("rich_message") or raw.get("text") or raw.get("caption"):
        return raw
    found = _Found()
    lines = [line for block in _blocks(raw) for line in found.lines(block, 0)]
    text = "\n".join(line.strip() for line in lines if line.strip())
    entities = [
        {"type": "url", "offset": _units(text[:at]), "length": _units(url)}
        for url in dict.fromkeys(found.links)
        if (at := text.find(url)) >= 0
    ]
    return {**found.media, **raw, "text": text, "entities": entities}


def more_media(raw: Raw) -> tuple[str, ...]:
    """The fields of all media of a rich message but the first, for which a plain message has no place; empty for a
    plain one."""
    found = _Found()
    for block in _blocks(raw):
        list(found.lines(block, 0))
    return tuple(found.more)


class _Found:
    """Collects the links and media while the blocks are read."""

    def __init__(self) -> None:
        self.links: list[str] = []
        self.media: dict[str, object] = {}
        self.more: list[str] = []

    def lines(self, block: Any, depth: int) -> Iterator[str]:
        """The words of a block and of the blocks inside it, line by line; its links and media are collected."""
        if not isinstance(block, Mapping) or depth > DEEPEST:
            return
        for name, plain in MEDIA.items():
            if block.get(name):
                if self.media:
                    self.more.append(plain)
                else:
                    self.media[plain] = block[name]
        caption = block.get("caption")
        inside = [caption.get("text"), caption.get("credit")] if isinstance(caption, Mapping) else [caption]
        for part in (block.get("text"), block.get("expression"), block.get("summary"), *inside):
            yield self._words(part, depth)
        for row in _listed(block.get("cells")):
            yield " | ".join(self._words(cell, depth) for cell in _listed(row))
        for item in _listed(block.get("items")):
            label = str(item.get("label") or "") if isinstance(item, Mapping) else ""
            said = [line for line in self.lines(item, depth + 1) if line.strip()]
            yield from [f"{label} {said[0]}", *said[1:]] if said else []
        for inner in _listed(block.get("blocks")):
            yield from self.lines(inner, depth + 1)
        yield self._words(block.get("credit"), depth)

    def _words(self, part: Any, depth: int) -> str:
        if isinstance(part, str):
            return part
        if isinstance(part, list) and depth <= DEEPEST:
            return "".join(self._words(one, depth + 1) for one in part)
        if not isinstance(part, Mapping) or depth > DEEPEST:
            return ""
        words = self._words(part.get("text") or part.get("alternative_text") or part.get("expression"), depth + 1)
        url = part.get("url")
        if not isinstance(url, str) or not url:
            return words
        self.links.append(url)
        return words if words.strip() == url else f"{words} ({url})"


def _blocks(raw: Raw) -> list[Any]:
    rich = raw.get("rich_message")
    return _listed(rich.get("blocks")) if isinstance(rich, Mapping) else []


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _units(text: str) -> int:
    """The text's length in UTF-16 units, as Telegram counts it."""
    return len(text.encode("utf-16-le")) // 2
