"""Turn a sent text into the stored one: remove control characters, trim, merge found entities with given ones.

The only place where a text becomes a message's `text` and `entities`, for bots and for people alike.
"""

from collections.abc import Callable, Iterable, Sequence

from sandbox.messenger.detect import find_entities
from sandbox.telegram.model import Entity, utf16_length
from sandbox.telegram.refusals import bad_request

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
RAW_LIMIT_BYTES = 1 << 15
#: Telegram keeps a hundred and silently drops the rest.
ENTITIES_MOST = 100
#: Entities that Telegram finds by itself may not overlap these.
SOLID = frozenset(
    ("text_link", "text_mention", "code", "pre", "custom_emoji", "url", "email", "phone_number")
) | frozenset(("mention", "bot_command", "hashtag", "cashtag"))
BLOCKS = frozenset(("blockquote", "expandable_blockquote"))
CODE = frozenset(("code", "pre"))


def settle(
    text: str, given: Sequence[Entity] = (), knows: Callable[[int], bool] = lambda user_id: True
) -> tuple[str, list[Entity]]:
    """Return the text and the entities as everybody will see them.

    `knows` tells which accounts may be mentioned by number: a mention of a stranger loses its link. An empty text
    becomes ("", []); the caller decides whether it is allowed.
    """
    text, entities = _clean(text, given)
    text, entities = _trim(text, entities)
    entities = [e for e in entities if e.type != "text_mention" or knows(e.user_id or 0)]
    entities = _without_overlaps(entities)
    solid = [e for e in entities if e.type in SOLID]
    for found in find_entities(text):
        if not any(_overlap(found, other) for other in solid):
            entities.append(found)
    return text, sorted(entities, key=_order)[:ENTITIES_MOST]


def check_text(text: str) -> None:
    """Raise a Refusal for an empty text and one over 4096 UTF-16 units."""
    if not text:
        raise bad_request("text must be non-empty")
    if utf16_length(text) > TEXT_LIMIT:
        raise bad_request("message is too long")


def check_caption(caption: str) -> None:
    """Raise a Refusal for a caption over 1024 UTF-16 units."""
    if utf16_length(caption) > CAPTION_LIMIT:
        raise bad_request("message caption is too long")


def _clean(text: str, given: Sequence[Entity]) -> tuple[str, list[Entity]]:
    """Return the text with control characters as spaces and without carriage returns, line separators and direction
    overrides, and the entities moved accordingly.
    """
    kept: list[str] = []
    moved = [0]  # for every UTF-16 unit of the old text, where it is in the new one
    position = 0
    for letter in text:
        width = 2 if letter > "\uffff" else 1
        if letter == "\r" or "\u2028" <= letter <= "\u202e" or letter in "\u0333\u033f\u030a":
            moved += [position] * width
            continue
        kept.append(" " if letter < " " and letter != "\n" else letter)
        moved += range(position + 1, position + width + 1)
        position += width
    limit = len(moved) - 1
    entities = []
    for entity in given:
        start, end = moved[min(entity.offset, limit)], moved[min(entity.end, limit)]
        if end > start:
            entities.append(_moved(entity, start, end))
    return "".join(kept), entities


def _trim(text: str, given: Iterable[Entity]) -> tuple[str, list[Entity]]:
    """Return the text and its entities without white space at the ends; entities of white space only are dropped."""
    stripped = text.strip(" \n")
    if stripped == text:
        return text, list(given)
    left = utf16_length(text) - utf16_length(text.lstrip(" \n"))
    right = left + utf16_length(stripped)
    entities = []
    for entity in given:
        start, end = max(entity.offset, left), min(entity.end, right)
        if end > start:
            entities.append(_moved(entity, start - left, end - left))
    return stripped, entities


def _moved(entity: Entity, start: int, end: int) -> Entity:
    return Entity(entity.type, start, end - start, entity.url, entity.user_id, entity.language, entity.custom_emoji_id)


def _overlap(one: Entity, other: Entity) -> bool:
    return one.offset < other.end and other.offset < one.end


def _order(entity: Entity) -> tuple[int, int, int]:
    return (entity.offset, -entity.length, 0 if entity.type in BLOCKS else 1)


def _without_overlaps(given: Sequence[Entity]) -> list[Entity]:
    """Return the entities without solid ones (links, code and so on) inside other solid ones, and without bold inside
    or around code.
    """
    kept: list[Entity] = []
    for entity in sorted(given, key=_order):
        if entity.type in SOLID and any(k.type in SOLID and _overlap(k, entity) for k in kept):
            continue
        kept.append(entity)
    code = [e for e in kept if e.type in CODE]
    result = []
    for entity in kept:
        if entity.type in SOLID or entity.type in BLOCKS:
            result.append(entity)
        else:
            result += _cut_around(entity, code)
    return _joined(result)


def _cut_around(entity: Entity, holes: Sequence[Entity]) -> list[Entity]:
    pieces, start = [], entity.offset
    for hole in holes:
        if _overlap(hole, entity):
            if hole.offset > start:
                pieces.append(_moved(entity, start, hole.offset))
            start = max(start, hole.end)
    if start < entity.end:
        pieces.append(_moved(entity, start, entity.end))
    return pieces


def _joined(entities: list[Entity]) -> list[Entity]:
    """Merge entities of bold and other plain styles that touch or contain each other."""
    result: list[Entity] = []
    for entity in sorted(entities, key=_order):
        plain = entity.type not in SOLID and entity.type not in BLOCKS
        twin = next((r for r in result if plain and r.type == entity.type and r.end >= entity.offset), None)
        if twin is None:
            result.append(entity)
        elif entity.end > twin.end:
            result[result.index(twin)] = _moved(twin, twin.offset, entity.end)
    return result
