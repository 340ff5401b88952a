"""The keyboard of a message: what VK's documentation of bots allows; everything else is error 911.

Only what a bot of ours may send is known: buttons of the types `text`, `callback` and `open_link`.
"""

from __future__ import annotations

import json
from typing import Any

from sandbox.vk.errors import VkError
from sandbox.vk.model import Community

SHAPES = {True: (5, 6, 10), False: (5, 10, 40)}
"""Buttons in a row, rows and buttons, inside a message and under the line of writing."""
LABEL, PAYLOAD = 40, 255
COLOURS = frozenset({"primary", "secondary", "negative", "positive"})
FIELDS = {
    "text": frozenset({"type", "label", "payload"}),
    "callback": frozenset({"type", "label", "payload"}),
    "open_link": frozenset({"type", "label", "payload", "link"}),
}
NEEDED = {"text": ("label",), "callback": ("label", "payload"), "open_link": ("label", "link")}
COLOURED = frozenset({"text", "callback"})


def keyboard(sent: str | None, community: Community) -> dict[str, Any] | None:
    """The keyboard as it will stand under the message; None if there is none. Raises VkError 911 or 912."""
    if not sent:
        return None
    try:
        shape = json.loads(sent)
    except ValueError:
        raise VkError(911, "not a valid json") from None
    if not isinstance(shape, dict) or not isinstance(shape.get("buttons"), list):
        raise VkError(911, "field buttons is required")
    inline, rows = shape.get("inline", False), shape["buttons"]
    if unknown := shape.keys() - {"buttons", "inline", "one_time"}:
        raise VkError(911, f"unknown fields {sorted(unknown)}")
    if not isinstance(inline, bool) or not isinstance(shape.get("one_time", False), bool):
        raise VkError(911, "fields inline and one_time must be boolean")
    if inline and "one_time" in shape:
        raise VkError(911, "one_time is not supported with inline")
    if not community.bot_features:
        raise VkError(912)
    in_a_row, most_rows, most = SHAPES[inline]
    if any(not isinstance(row, list) or not 0 < len(row) <= in_a_row for row in rows):
        raise VkError(911, f"a row holds 1 to {in_a_row} buttons")
    if len(rows) > most_rows or sum(map(len, rows)) > most or (inline and not rows):
        raise VkError(911, "too many rows or buttons, or none")
    for row in rows:
        for button in row:
            _look_at(button)
    return shape


def _look_at(button: object) -> None:
    action = button.get("action") if isinstance(button, dict) else None
    if not isinstance(button, dict) or not isinstance(action, dict) or action.get("type") not in FIELDS:
        raise VkError(911, "button.action.type is invalid")
    kind = action["type"]
    if button.keys() - {"action", "color"} or action.keys() - FIELDS[kind]:
        raise VkError(911, "unknown fields of a button")
    if any(not isinstance(action.get(name), str) or not action[name] for name in NEEDED[kind]):
        raise VkError(911, f"a button of type {kind} needs {NEEDED[kind]}")
    if "color" in button and (kind not in COLOURED or button["color"] not in COLOURS):
        raise VkError(911, "color is invalid")
    if len(action["label"]) > LABEL:
        raise VkError(911, f"label is longer than {LABEL}")
    payload = action.get("payload")
    if payload is not None and (not isinstance(payload, str) or len(payload) > PAYLOAD or not _is_json(payload)):
        raise VkError(911, f"payload is a JSON string up to {PAYLOAD} characters")


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
