"""Corrupted updates of Telegram: a tree of JSON, a place in it, and the replacement."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

Where = tuple[str | int, ...]

# --- ordinary updates of a town whose first case has the card 7 in the group ----------------------------------------------

GROUP = {"id": -1_002_000_000_001, "type": "supergroup", "title": "Инцидент-менеджмент"}
PRIVATE = {"id": 5_100_000_001, "type": "private", "first_name": "Куратор"}
HEAD = {"id": 5_100_000_002, "first_name": "Начальник", "is_bot": False}
CURATOR = {"id": 5_100_000_001, "first_name": "Куратор", "is_bot": False}
STRANGER = {"id": 77, "first_name": "Прохожий", "last_name": "Ж", "username": "zh", "is_bot": False}
AT = 1_768_200_000
DRAFT = "Здравствуйте. Авария на водопроводе, бригада работает. Воду подадут в ближайшее время."
CARD = {"message_id": 7, "chat": GROUP, "date": AT, "from": STRANGER}
REPLY = {"message_id": 9000, "from": HEAD, "chat": GROUP, "date": AT, "reply_to_message": CARD}
WRITES = {"message_id": 9001, "from": CURATOR, "chat": PRIVATE, "date": AT}
PHOTO = [{"file_id": "A1", "width": 90, "height": 90, "file_size": 1}, {"file_id": "A2", "width": 900, "height": 9}]
FILE = {"file_id": "BQAC", "file_name": "акт.pdf", "file_size": 10}
COMMAND = [{"type": "bot_command", "offset": 0, "length": 5}]
LINK = [
    {"type": "url", "offset": 0, "length": 23},
    {"type": "text_link", "offset": 0, "length": 3, "url": "https://vk.com"},
]
ORIGIN = {"type": "channel", "chat": {**GROUP, "username": "chan"}, "message_id": 5, "date": AT}
CHANNEL = {"id": -100, "type": "channel", "title": "Канал"}
CAME = {"chat": GROUP, "from": STRANGER, "date": AT, "old_chat_member": {"user": STRANGER, "status": "left"}}
LEFT = {"user": STRANGER, "status": "restricted", "is_member": False}
ADDED = {**CAME, "chat": {"id": -5, "type": "group"}, "new_chat_member": {"user": STRANGER, "status": "member"}}
BODIES: tuple[dict[str, Any], ...] = (
    {"message": {**REPLY, "text": DRAFT}},
    {"message": {**REPLY, "photo": PHOTO, "caption": DRAFT, "media_group_id": "81"}},
    {"message": {**REPLY, "document": FILE, "caption": "Принято"}},
    {"message": {**WRITES, "text": "/case 1", "entities": COMMAND}},
    {"message": {**WRITES, "forward_origin": ORIGIN, "text": "Третий день нет воды на Школьной"}},
    {"message": {**WRITES, "text": "https://vk.com/wall-1_2", "entities": LINK}},
    {"edited_message": {**REPLY, "edit_date": AT + 1, "text": DRAFT}},
    {"channel_post": {"message_id": 3, "chat": CHANNEL, "date": AT, "text": "Пост"}},
    {"callback_query": {"id": "99", "from": HEAD, "data": "ac:1", "message": CARD}},
    {"callback_query": {"id": "98", "from": CURATOR, "data": "mn:1:departments", "message": {**CARD, "chat": PRIVATE}}},
    {"chat_member": {**CAME, "new_chat_member": LEFT}},
    {"my_chat_member": ADDED},
)
BASES = tuple({"update_id": "UPDATE_ID", **body} for body in BODIES)

# --- what is put into them ------------------------------------------------------------------------------------------------

HUGE = "9" * 5000
SNIPPETS = (
    "null", "true", "0", "-1", "1.5", '""', '"текст"', "[]", "{}", '[null]', '{"id": null}', '["x", 5]',
    "9223372036854775808", "-9223372036854775809", "9223372036854775807", "2147483648", "1e19", "1e999", "NaN", "-Infinity", HUGE,
    r'"\ud800"', r'"\u0000"', r'"a\u0000\udfff"', r'{"\ud800": 1, "\u0000": 2}', '"' + "ы" * 5000 + '"',
    "[" * 3000 + "]" * 3000, '{"a":' * 3000 + "1" + "}" * 3000, '"9223372036854775808"', '"-1"',
)  # fmt: skip
"""JSON as it is written, also such as Python itself could not write."""


@dataclass(frozen=True)
class Hostile:
    """The replacement at a place; None removes the value."""

    where: Where
    snippet: str | None


def places(value: Any, where: Where = ()) -> Iterator[Where]:
    """Every place of the tree but its root."""
    children: Iterator[tuple[str | int, Any]] = iter(())
    if isinstance(value, dict):
        children = iter(value.items())
    elif isinstance(value, list):
        children = iter(enumerate(value))
    for key, inner in children:
        yield (*where, key)
        yield from places(inner, (*where, key))


def written(value: Any, hostile: tuple[Hostile, ...], where: Where = ()) -> str:
    """The tree as JSON, with the replacements in it."""
    for one in hostile:
        if one.where == where and one.snippet is not None:
            return one.snippet
    gone = {one.where for one in hostile if one.snippet is None}
    if isinstance(value, dict):
        kept = ((key, inner) for key, inner in value.items() if (*where, key) not in gone)
        return (
            "{" + ",".join(f"{json.dumps(key)}:{written(inner, hostile, (*where, key))}" for key, inner in kept) + "}"
        )
    if isinstance(value, list):
        kept_items = ((number, inner) for number, inner in enumerate(value) if (*where, number) not in gone)
        return "[" + ",".join(written(inner, hostile, (*where, number)) for number, inner in kept_items) + "]"
    return "UPDATE_ID" if value == "UPDATE_ID" else json.dumps(value, ensure_ascii=False)


@st.composite
def hostile_updates(draw: st.DrawFn, bases: Sequence[dict[str, Any]] = BASES) -> str:
    """One of the updates as text, with one to three corruptions, or no update at all."""
    if draw(st.integers(0, 19)) == 0:
        return draw(st.sampled_from(SNIPPETS))
    base = draw(st.sampled_from(bases))
    somewhere = st.sampled_from(list(places(base)))
    wrong = st.builds(Hostile, somewhere, st.none() | st.sampled_from(SNIPPETS))
    return written(base, tuple(draw(st.lists(wrong, min_size=1, max_size=3))))
