"""Makes the bodies of MAX's requests: a text with attachments, and the keyboard of buttons within MAX's limits. Pure.

MAX refuses a whole message for one button too many, so a row that is too long is split and a button that does not fit
is left out; Telegram's side does the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import unescape
from typing import Any

from bot.delivery.parts import shown
from bot.messenger import Button, Buttons

ROWS, IN_ROW, LINKS_IN_ROW = 30, 7, 3
CAPTION_LETTERS, DATA_LETTERS, URL_LETTERS = 128, 1024, 2048
INTENTS = {"success": "positive", "danger": "negative"}

Body = dict[str, Any]


def new_body(
    text: str | None,
    attachments: Sequence[Mapping[str, Any]] = (),
    answers: str | None = None,
    *,
    silent: bool = False,
) -> Body:
    """The body of a message to send, or of the new content of an edited one. `attachments` are always included, even
    if empty, because otherwise an edited message would keep its keyboard. `answers`: MAX's id (mid) of the message it
    replies to."""
    body: Body = {
        "text": text,
        "attachments": list(attachments),
        "link": {"type": "reply", "mid": answers} if answers is not None else None,
        "notify": not silent,
    }
    if text is not None:
        body["format"] = "html"
    return body


def plain(body: Body) -> Body | None:
    """The same message without what MAX may refuse: formatting, colours, buttons that copy, the reply. None if nothing can
    be left out."""
    if not isinstance(body.get("text"), str):
        return None
    without = {key: value for key, value in body.items() if key != "format"}
    text = unescape(shown(body["text"])) if "format" in body else body["text"]
    less = {**without, "text": text, "link": None, "attachments": [_plain(one) for one in body["attachments"]]}
    return less if any(less[key] != body[key] for key in ("text", "link", "attachments")) else None


def _plain(attachment: Mapping[str, Any]) -> Mapping[str, Any]:
    if attachment.get("type") != "inline_keyboard":
        return attachment
    rows = [
        [
            {**button, "intent": "default"} if "intent" in button else button
            for button in row
            if button["type"] != "clipboard"
        ]
        for row in attachment["payload"]["buttons"]
    ]
    return {"type": "inline_keyboard", "payload": {"buttons": [row for row in rows if row]}}


def keyboard(buttons: Buttons) -> list[Body]:
    """The attachment that shows the buttons, in a list; an empty list if none fits."""
    rows = [part for row in buttons for part in _fitting([b for b in map(_button, row) if b is not None])]
    return [{"type": "inline_keyboard", "payload": {"buttons": rows[:ROWS]}}] if rows else []


def _fitting(row: list[Body]) -> Iterator[list[Body]]:
    most = LINKS_IN_ROW if any(button["type"] == "link" for button in row) else IN_ROW
    for start in range(0, len(row), most):
        yield row[start : start + most]


def _button(button: Button) -> Body | None:
    caption = button.text if len(button.text) <= CAPTION_LETTERS else button.text[: CAPTION_LETTERS - 1] + "…"
    if button.url is not None:
        fits = 0 < len(button.url) <= URL_LETTERS
        return {"type": "link", "text": caption, "url": button.url} if fits else None
    if button.copy is not None:
        fits = 0 < len(button.copy) <= DATA_LETTERS
        return {"type": "clipboard", "text": caption, "payload": button.copy} if fits else None
    if button.data is None or len(button.data) > DATA_LETTERS:
        return None
    intent = INTENTS.get(button.style or "", "default")
    return {"type": "callback", "text": caption, "payload": button.data, "intent": intent}
