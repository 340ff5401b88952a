"""Opens the office's bot in MAX after checking the token's form. No request is made yet."""

from __future__ import annotations

from bot.max.messenger import NO_CHANNEL, Channel, Max
from bot.max.wire import Limits
from bot.max.words import spoken
from bot.messenger_side import NotOpened
from config.settings import Secrets, Settings


def opened(secrets: Secrets, settings: Settings, seconds: float | None = None, channel: Channel = NO_CHANNEL) -> Max:
    """The bot whose token is among the secrets. `seconds`: the time limit of a request, if not the usual one. Raises
    NotOpened if the token is missing or malformed."""
    token = secrets.word("max_token")
    if token is None:
        raise NotOpened(spoken())
    if not token.isascii() or not token.isprintable() or " " in token or len(token) < 16:
        raise NotOpened(spoken(), "это длинная строка латинских букв и цифр без пробелов")
    limits = Limits() if seconds is None else Limits(connect=seconds, call=seconds)
    return Max(
        token,
        settings.max_api_url,
        settings.max_ca_file,
        limits,
        secrets.word("messenger_webhook_secret"),
        blockquote=settings.max_blockquote,
        channel=channel,
        proxy=settings.proxy("max"),
    )
