"""Open the office's bot in Telegram: check the token, then import the library, which takes seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.messenger_side import NotOpened
from bot.telegram.words import spoken
from config.settings import Secrets, Settings

if TYPE_CHECKING:
    from bot.telegram.messenger import Telegram


def opened(secrets: Secrets, settings: Settings, seconds: float | None = None) -> Telegram:
    """The bot whose token is among the secrets; nothing is asked of Telegram yet. `seconds`: how long a call may take, if
    not as usual. NotOpened."""
    proxy = settings.telegram_proxy.get_secret_value() if settings.telegram_proxy is not None else None
    words, token = spoken(has_proxy=proxy is not None), secrets.word("bot_token")
    if token is None:
        raise NotOpened(words)
    number, colon, rest = token.partition(":")
    if not (number.isdigit() and colon and rest) or any(letter.isspace() for letter in token):
        raise NotOpened(words, "вид 123456:AA…")

    from bot.telegram.messenger import Telegram
    from bot.telegram.wire import Limits

    limits = Limits() if seconds is None else Limits(connect=seconds, call=seconds)
    return Telegram(token, settings.telegram_api_url, proxy, limits, secrets.word("messenger_webhook_secret"))
