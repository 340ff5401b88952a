"""MAX in Russian words for the operator."""

from __future__ import annotations

from bot.messenger_side import Spoken

HINT = "проверьте связь с platform-api2.max.ru и сертификат Минцифры (MAX_CA_FILE)"


def spoken() -> Spoken:
    """MAX's name, the name of its secret, who issues that, and a hint on what to check when MAX does not answer."""
    return Spoken("MAX", "MAX_TOKEN", "сервиса «MAX для бизнеса» (business.max.ru)", HINT)
