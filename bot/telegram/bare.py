"""Makes the bare form of a message that Telegram refused for good: without the fields a server may not know. Pure.

A server between us and Telegram may be older than the fields we send, and then refuses a message whose text it would
accept.
"""

from __future__ import annotations

from typing import Any

from bot.delivery.parts import shown
from bot.telegram.library import TelegramMethod, methods, types

OF_ENTITIES = ("entit", "parse_mode", "parse mode")
"""Parts of a refusal's words that mean the formatting was refused."""


def bare(method: TelegramMethod[Any], refusal: str) -> methods.SendMessage | methods.EditMessageText | None:
    """The message without styles, buttons that copy, options of link previews and a forced reply; without formatting
    too if the refusal is about that, without links in buttons if it is about a URL. None if nothing can be left
    out."""
    if not isinstance(method, methods.SendMessage | methods.EditMessageText):
        return None
    words = refusal.lower()
    changes: dict[str, Any] = {
        "link_preview_options": None,
        "reply_markup": _keyboard(method.reply_markup, links="url" not in words),
    }
    if any(part in words for part in OF_ENTITIES):
        changes |= {"parse_mode": None, "text": shown(method.text or "")}
    plain = method.model_copy(update=changes)
    return plain if plain != method else None


def _keyboard(markup: types.ReplyMarkupUnion | None, *, links: bool) -> types.InlineKeyboardMarkup | None:
    if not isinstance(markup, types.InlineKeyboardMarkup):
        return None
    rows = [
        [
            button.model_copy(update={"style": None})
            for button in row
            if button.callback_data is not None or (links and button.url is not None)
        ]
        for row in markup.inline_keyboard
    ]
    return types.InlineKeyboardMarkup(inline_keyboard=[row for row in rows if row]) if any(rows) else None
