"""MAX in words for the operator."""

from __future__ import annotations

from bot.messenger_side import Spoken

HINT = "проверьте связь с platform-api2.max.ru и сертификат Минцифры (MAX_CA_FILE)"


def spoken() -> Spoken:
    """What it is called, which secret opens it, and what to check when it does not answer."""
    return Spoken("MAX", "MAX_TOKEN", "сервиса «MAX для бизнеса» (business.max.ru)", HINT)
