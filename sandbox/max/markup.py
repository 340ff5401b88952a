"""Read MAX's HTML into text and entities, and find entities in the text that people write.

MAX strips tags it does not know and leaves their text. A mention by account counts only if it shows the account's full
name. Offsets are in UTF-16 units. Markdown is not parsed: this project sends HTML, and showing Markdown as plain text
would hide a mistake.
"""

import re
from collections.abc import Callable
from html.parser import HTMLParser

from sandbox.max.model import Entity, User, utf16_length
from sandbox.messenger.detect import find_entities

TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "del": "strikethrough",
    "code": "code",
    "pre": "pre",
    "mark": "marked",
    "h1": "heading",
    "blockquote": "blockquote",
}
LINK_LIMIT = 2048
ACCOUNT = re.compile(r"max://user/(\d{1,19})")
#: The kinds of entities that MAX finds in a text by itself: a tap on them leads somewhere.
FOUND_BY_ITSELF = ("url", "email", "mention")
SOLID = ("text_link", "text_mention", "code", "pre")

Knows = Callable[[int], User | None]


def read_html(source: str, knows: Knows, *, quotes: bool) -> tuple[str, list[Entity]]:
    """Return the text without tags, and its entities in order. `quotes`: whether `<blockquote>` is recognised."""
    reader = _Reader(knows, quotes)
    reader.feed(source)
    reader.close()
    return settle(reader.text, reader.ended())


def settle(text: str, given: list[Entity] | None = None) -> tuple[str, list[Entity]]:
    """Return the text and its entities: those given, and the addresses and names that MAX finds in it."""
    entities = list(given or [])
    solid = [entity for entity in entities if entity.type in SOLID]
    for found in find_entities(text):
        inside = any(found.offset < other.end and other.offset < found.end for other in solid)
        if found.type in FOUND_BY_ITSELF and not inside:
            entities.append(found)
    return text, sorted(entities, key=lambda one: (one.offset, -one.length))


class _Reader(HTMLParser):
    """Collects the text of HTML and the entities of its known tags."""

    def __init__(self, knows: Knows, quotes: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self._knows = knows
        self._quotes = quotes
        self._open: list[tuple[str, str, int]] = []
        self._entities: list[Entity] = []

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.text += "\n"
            return
        target = dict(attrs).get("href") or ""
        if tag == "a" or tag in TAGS:
            self._open.append((tag, target, utf16_length(self.text)))

    def handle_endtag(self, tag: str) -> None:
        place = next((n for n in range(len(self._open) - 1, -1, -1) if self._open[n][0] == tag), None)
        if place is not None:
            self._end(place)

    def ended(self) -> list[Entity]:
        """Return the entities; tags left open end with the text."""
        while self._open:
            self._end(len(self._open) - 1)
        return self._entities

    def _end(self, place: int) -> None:
        tag, target, start = self._open.pop(place)
        length = utf16_length(self.text) - start
        if length == 0 or (tag == "blockquote" and not self._quotes):
            return
        if tag != "a":
            self._entities.append(Entity(TAGS[tag], start, length))
            return
        account = ACCOUNT.fullmatch(target)
        if account is not None:
            self._mention(int(account[1]), start, length)
        elif target.startswith(("http://", "https://", "max://")) and len(target) <= LINK_LIMIT:
            self._entities.append(Entity("text_link", start, length, url=target))

    def _mention(self, user_id: int, start: int, length: int) -> None:
        user = self._knows(user_id)
        shown = self.text.encode("utf-16-le")[start * 2 :].decode("utf-16-le")
        if user is not None and shown.strip() == user.full_name:
            self._entities.append(Entity("text_mention", start, length, user_id=user_id))
