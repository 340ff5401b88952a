"""Words for a button's toast, short enough for the messenger to show them whole. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from config.russian.words import excerpt, units
from config.texts import Texts

TOAST_LIMIT = 200


def toast(texts: Texts, key: str, facts: Mapping[str, Any] | None = None) -> str:
    """The phrase from the toasts' section, shortened to fit."""
    return short(texts.plain(f"toasts.{key}", **(facts or {})))


def short(text: str) -> str:
    """The text cut to the length of a toast."""
    return text if units(text) <= TOAST_LIMIT else excerpt(text, TOAST_LIMIT)
