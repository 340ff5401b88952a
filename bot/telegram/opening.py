"""Opens the office's bot in Telegram: checks the token's form, then imports the library, which takes seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.messenger_side import NotOpened
from bot.telegram.words import spoken
from config.settings import Secrets, Settings

if TYPE_CHECKING:
    from bot.telegram.messenger import Telegram


def opened(secrets: Secrets, settings: Settings, seconds: float | None = None) -> Telegram:
    """The bot whose token is among the secrets; no request is made yet. `seconds`: the time limit of a request, if not
    the usual one. Raises NotOpened if the token is missing or malformed."""
    proxy = settings.proxy("telegram")
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
