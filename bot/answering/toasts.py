"""Words for a button's toast, short enough for the messenger to show them whole. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from config.russian.words import excerpt, units
from config.texts import Texts

TOAST_LIMIT = 200


def toast(texts: Texts, key: str, facts: Mapping[str, Any] | None = None) -> str:
    """Return the phrase `key` of the toasts' section, cut to the length of a toast."""
    return short(texts.plain(f"toasts.{key}", **(facts or {})))


def short(text: str) -> str:
    """Return the text, cut to the length of a toast (200 UTF-16 units) if it is longer."""
    return text if units(text) <= TOAST_LIMIT else excerpt(text, TOAST_LIMIT)
