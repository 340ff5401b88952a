"""Telegram in Russian words for the operator."""

from __future__ import annotations

from bot.messenger_side import Spoken


def spoken(*, has_proxy: bool) -> Spoken:
    """Telegram's name, the name of its secret, who issues that, and a hint on what to check when Telegram does not
    answer."""
    hint = "проверьте TELEGRAM_PROXY" if has_proxy else "если он закрыт, задайте TELEGRAM_PROXY"
    return Spoken("Telegram", "BOT_TOKEN", "@BotFather", hint)
