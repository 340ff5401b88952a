"""Telegram in words for the operator."""

from __future__ import annotations

from bot.messenger_side import Spoken


def spoken(*, has_proxy: bool) -> Spoken:
    """What it is called, which secret opens it, and what to check when it does not answer."""
    hint = "проверьте TELEGRAM_PROXY" if has_proxy else "если он закрыт, задайте TELEGRAM_PROXY"
    return Spoken("Telegram", "BOT_TOKEN", "@BotFather", hint)
